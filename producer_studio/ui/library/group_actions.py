"""Buttons of the header row of a group, for the keyboard and for screen readers."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.domain.clip_list import RowKey
from producer_studio.translation import tr
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.row_layout import RowPart
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.group_painter import (
    COMPARE_ICON,
    KEEP_ICON,
    button_name,
    button_tooltip,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.debounce import Debounce

_PARTS = (RowPart.TOGGLE, RowPart.COMPARE, RowPart.KEEP)
_ICONS = {RowPart.COMPARE: COMPARE_ICON, RowPart.KEEP: KEEP_ICON}
_ICON_SIZE = 14
_RADIUS = 8
_GEOMETRY_EVENTS = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show})


class GroupButton(QPushButton):
    """Button over a part of the header row.

    Where the row paints the part itself, the button paints nothing and lets the pointer through.
    """

    def __init__(self, style: Style, part: RowPart, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._is_painted_by_row = True
        self.setProperty("role", "chip")
        self.setProperty("ringRadius", _RADIUS)
        if part in _ICONS:
            style.set_icon(self, _ICONS[part], "text1", _ICON_SIZE)
        self.hide()

    def set_painted_by_row(self, painted_by_row: bool) -> None:
        """Sets whether the row paints this part."""
        self._is_painted_by_row = painted_by_row
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, painted_by_row)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_painted_by_row:
            return
        # On a cover, whose colours may be any.
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour("raised"))
        painter.drawRoundedRect(self.rect(), _RADIUS, _RADIUS)
        painter.end()
        super().paintEvent(event)


class GroupActions(QObject):
    """Places the buttons over the header row of the current group, or of that of the current take.

    The rows are painted: without these, Tab and screen readers would find no buttons. They are
    children of the panel, as the table tells screen readers of its cells alone.
    """

    def __init__(self, style: Style, view: ClipView, panel: QWidget) -> None:
        super().__init__(panel)
        self._view = view
        self._panel = panel
        self._group: RowKey | None = None
        self.buttons = {part: GroupButton(style, part, panel) for part in _PARTS}
        for part, button in self.buttons.items():
            button.clicked.connect(partial(self._on_clicked, part))
        self._debounce = Debounce(self._update, 0, self, restarts=False)
        table = view.table
        for changed in (
            view.selectionModel().currentChanged,
            view.selectionModel().selectionChanged,
            view.verticalScrollBar().valueChanged,
            table.dataChanged,
            table.rowsInserted,
            table.rowsRemoved,
            table.modelReset,
        ):
            changed.connect(self._debounce.trigger)
        for watched in (view.viewport(), panel):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _GEOMETRY_EVENTS:
            self._debounce.trigger()
        return super().eventFilter(watched, event)

    def _update(self) -> None:
        view = self._view
        group = view.table.group_of(view.current_row())
        place = None if group is None else view.table.find_position(group)
        row = None if place is None else view.table.group_row(place)
        if group is None or place is None or row is None or not view.isVisible():
            self._hide_from(_PARTS)
            self._group = None
            return
        self._group = group
        viewport = view.viewport()
        box = view.visualRect(view.table.index_of(place))
        rects = view.group_part_rects(box, row)
        self._hide_from([part for part in _PARTS if part not in rects])
        origin = viewport.mapTo(self._panel, QPoint(0, 0))
        for part, rect in rects.items():
            button = self.buttons[part]
            is_painted = not view.is_grid or part is RowPart.TOGGLE
            button.set_painted_by_row(is_painted)
            button.setGeometry(rect.translated(origin))
            button.setEnabled(part is not RowPart.KEEP or row.choice is not None)
            self._set_texts(button, part, row)
            if viewport.rect().contains(rect):
                button.show()
                button.raise_()
            else:
                self._hide_from([part])

    def _set_texts(self, button: GroupButton, part: RowPart, group: GroupRow) -> None:
        tooltip = button_tooltip(part, group)
        name = button_name(part, group)
        description = f"{group.title}, {group.takes_text}"
        if part is RowPart.KEEP and group.choice is None:
            description = tr("{title}. {text}", title=description, text=tooltip)
        if (name, description) != (button.accessibleName(), button.accessibleDescription()):
            button.setAccessibleName(name)
            button.setAccessibleDescription(description)
            button.setToolTip(tooltip)

    def _hide_from(self, parts: Sequence[RowPart]) -> None:
        buttons = [self.buttons[part] for part in parts]
        if any(button.hasFocus() for button in buttons):
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        for button in buttons:
            button.hide()

    def _on_clicked(self, part: RowPart) -> None:
        if self._group is not None:
            self._view.press_group(self._group, part)
