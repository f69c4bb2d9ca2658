"""Grid of eight tiles with the operations on a clip, and the way to its stems."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.translation import mark, pmark, tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.local_edits import add_edit_items
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu

_SWAP_OPERATIONS = (Operation.SWAP_VOCALS, Operation.SWAP_SOUND, Operation.STEMS)
"""Operations that replace the vocals or the accompaniment."""
_EXTEND, _COVER, _REPLACE = mark("Extend"), pmark("verb", "Cover"), mark("Replace")
_VARIATION, _SWAP, _VIDEO = mark("Variation"), mark("Swap"), mark("Video")
_COMPARE, _EXPORT = mark("Compare"), mark("Export")
_TILES: tuple[tuple[str, str, Operation | None], ...] = (
    (_EXTEND, "chevron-right", Operation.EXTEND),
    (_COVER, "mic-vocal", Operation.COVER),
    (_REPLACE, "scissors", Operation.REPLACE),
    (_VARIATION, "layers", Operation.VARIATION),
    (_SWAP, "arrow-left-right", None),
    (_VIDEO, "video", Operation.VIDEO),
    (_COMPARE, "columns-2", None),
    (_EXPORT, "download", None),
)
_ACCESSIBLE_NAMES: Mapping[str, str] = {
    _EXTEND: mark("Extend this clip"),
    _COVER: mark("Cover this clip"),
    _REPLACE: mark("Replace this clip"),
    _VARIATION: mark("Variation of this clip"),
    _SWAP: mark("Swap this clip"),
    _VIDEO: mark("Video of this clip"),
    _COMPARE: mark("Compare this clip"),
    _EXPORT: mark("Export this clip"),
}
_HINTS: Mapping[str, str] = {
    _SWAP: mark("Swap vocals or sound, or split into stems"),
    _COMPARE: mark("Compare with other clips"),
}


class OperationTile(QToolButton):
    """Button with an icon above a centred label."""

    def __init__(self, style: Style, name: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._icon = icon
        self.setText(tr(name))
        self.setAccessibleName(tr(_ACCESSIBLE_NAMES[name]))
        self.setProperty("role", "action")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        on = self.isEnabled()
        role = "text2" if on else "text3/60"
        middle = self.width() / 2
        icon = self._style.pixmap(self._icon, role, 16)
        painter.drawPixmap(QPointF(middle - 8, self.height() * 0.36 - 8), icon)
        font = self._style.font(11)
        room, wanted = self.width() - 6, QFontMetricsF(font).horizontalAdvance(self.text())
        if wanted > room:
            # Large text in a narrow tile: a slightly smaller font reads better than an ellipsis.
            font.setPixelSize(max(9, int(font.pixelSize() * room / wanted)))
        painter.setFont(font)
        painter.setPen(self._style.theme.text2 if on else self._style.colour("text3/75"))
        words = QRectF(0, self.height() * 0.54, self.width(), self.height() * 0.36)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class OperationTiles(QWidget):
    """Grid of operation tiles.

    Signals:
        operation_requested: Start an operation on the shown clip.
        export_requested: Export the shown clip.
        compare_requested: Compare the shown clip with others.
    """

    operation_requested = Signal(Operation)
    export_requested = Signal()
    compare_requested = Signal()

    def __init__(self, style: Style, actions: ClipActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._actions = actions
        self._clip: Clip | None = None
        self._can_compare = False
        self.tiles: dict[str, OperationTile] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for place, (name, icon, operation) in enumerate(_TILES):
            tile = OperationTile(style, name, icon, self)
            if operation is not None:
                tile.clicked.connect(partial(self._on_operation, operation))
            grid.addWidget(tile, place // 4, place % 4)
            grid.setColumnStretch(place % 4, 1)
            self.tiles[name] = tile
        self.stems_button = QPushButton(tr("Open stems"), self)
        self.stems_button.setAccessibleName(tr("Open stems of this clip"))
        style.set_icon(self.stems_button, "audio-lines", "text1", 14)
        self.stems_button.hide()
        grid.addWidget(self.stems_button, len(_TILES) // 4, 0, 1, 4)
        self.stems_button.clicked.connect(self._on_stems)
        # The whole name is wider than a narrow inspector at large text.
        self.edit_button = QPushButton(tr("Edit here…"), self)
        self.edit_button.setAccessibleName(tr("Edit here, on this computer"))
        self.edit_button.setToolTip(
            tr("Trim, fade, level or join on this computer, without a service")
        )
        style.set_icon(self.edit_button, "scissors", "text1", 14)
        grid.addWidget(self.edit_button, len(_TILES) // 4 + 1, 0, 1, 4)
        self.edit_button.clicked.connect(self._on_edit)
        self.tiles[_SWAP].clicked.connect(self._on_swap)
        self.tiles[_EXPORT].clicked.connect(self.export_requested)
        self.tiles[_COMPARE].clicked.connect(self.compare_requested)

    def show_clip(self, clip: Clip, *, has_stems: bool) -> None:
        """Enables each tile that can be used now, and explains the others in their tooltips."""
        self._clip = clip
        self.stems_button.setVisible(has_stems)
        self.edit_button.setVisible(clip.playable and clip.trashed_at is None)
        for name, _, operation in _TILES:
            if operation is not None:
                self._set_availability(name, self._actions.operation_problem(operation, clip))
        swaps = [self._actions.operation_problem(operation, clip) for operation in _SWAP_OPERATIONS]
        self._set_availability(_SWAP, "" if not all(swaps) else swaps[0])
        if clip.trashed_at is not None:
            self._set_availability(_COMPARE, tr("This clip is in the trash. Restore it first."))
        else:
            self._set_availability(
                _COMPARE, "" if self._can_compare else tr("Clips cannot be compared here.")
            )
        self._set_availability(
            _EXPORT, "" if clip.playable else tr("There is no sound to export yet.")
        )

    def set_can_compare(self, can_compare: bool) -> None:
        """Sets whether clips can be compared, from the next shown clip on."""
        self._can_compare = can_compare

    def _set_availability(self, name: str, problem: str) -> None:
        tile = self.tiles[name]
        words = tr(problem or _HINTS.get(name, ""))
        tile.setEnabled(not problem)
        tile.setToolTip(words)
        tile.setAccessibleDescription(words)

    def _on_operation(self, operation: Operation) -> None:
        self.operation_requested.emit(operation)

    def _on_stems(self) -> None:
        if self._clip is not None:
            self._actions.open_stems(self._clip.id)

    def _on_edit(self) -> None:
        if self._clip is None:
            return
        menu = Menu(self._style, self, name=tr("Edit on this computer"))
        add_edit_items(menu, self._actions, [self._clip.id], self._clip)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.edit_button.mapToGlobal(self.edit_button.rect().bottomLeft()))

    def _on_swap(self) -> None:
        menu = Menu(self._style, self, name=tr("Swap"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for operation in _SWAP_OPERATIONS:
            obstacle = self._actions.operation_problem(operation, self._clip)
            menu.add_item(
                tr(operation.label),
                partial(self._on_operation, operation),
                icon=OPERATION_ICONS[operation],
                enabled=not obstacle,
                reason=tr(obstacle),
            )
        tile = self.tiles[_SWAP]
        menu.popup(tile.mapToGlobal(tile.rect().bottomLeft()))
