"""Compose panel: the form in a scroll area above the Generate bar."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.drag import get_mime_clips
from producer_studio.ui.compose.controller import ComposeController
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import is_audio_file
from producer_studio.ui.widgets.card import Hairline

if TYPE_CHECKING:
    from producer_studio.ui.compose.region_audition import RegionAudition

_ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ComposeKeys(QObject):
    """Event filter for Ctrl+Enter, Undo and Redo, before a field handles them.

    A field's own newer undo steps come first: the whole form is undone only when none are left.
    Redo of the whole form comes before the field's own, because it can only follow its undo.

    Args:
        generate: Called for Ctrl+Enter.
        undo: Undoes the last change of the whole form; returns false when there is none.
        redo: Redoes the last undone change; returns false when there is none.
    """

    def __init__(
        self,
        panel: QWidget,
        generate: Callable[[], None],
        undo: Callable[[], bool],
        redo: Callable[[], bool],
    ) -> None:
        super().__init__(panel)
        self._generate = generate
        self._undo = undo
        self._redo = redo
        self.install_on(panel)

    def install_on(self, root: QWidget) -> None:
        """Installs the event filter on a part and its fields."""
        for widget in (root, *root.findChildren(QWidget)):
            if widget is root or widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            return False
        if not isinstance(event, QKeyEvent):
            return False
        pressing = kind == QEvent.Type.KeyPress
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER_KEYS and modifiers == Qt.KeyboardModifier.ControlModifier:
            # Accepted, so that no shortcut of the window handles it as well.
            event.accept()
            # Key repeats, too: during the button's cooldown they only prolong it.
            if pressing:
                self._generate()
            return True
        if not pressing or not isinstance(watched, QWidget):
            return False
        if event.matches(QKeySequence.StandardKey.Undo) and not _can_undo(watched):
            return self._undo()
        if event.matches(QKeySequence.StandardKey.Redo):
            return self._redo()
        return False


def _can_undo(field: QWidget) -> bool:
    if isinstance(field, MultilineEdit):
        return field.has_own_undo()
    return isinstance(field, QLineEdit) and field.isUndoAvailable()


_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class DropTarget(QObject):
    """Event filter that handles dropped clips and audio files before a text field does.

    Args:
        on_clip_dropped: Called with a dropped clip.
        on_file_dropped: Called with a dropped audio file.
    """

    def __init__(
        self,
        panel: QWidget,
        on_clip_dropped: Callable[[ClipId], object],
        on_file_dropped: Callable[[Path], object],
    ) -> None:
        super().__init__(panel)
        self._on_clip_dropped = on_clip_dropped
        self._on_file_dropped = on_file_dropped
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)
        self.install_on(panel)

    def install_on(self, root: QWidget) -> None:
        """Installs the event filter on a part and its fields."""
        for widget in (root, *root.findChildren(QWidget)):
            if widget.acceptDrops():
                widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        clip, file = _find_dropped(event.mimeData())
        if clip is None and file is None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            if clip is not None:
                self._on_clip_dropped(clip)
            elif file is not None:
                self._on_file_dropped(file)
        return True


def _find_dropped(data: QMimeData) -> tuple[ClipId | None, Path | None]:
    """Returns the first clip, or else the first audio file, of the dragged data."""
    clips = get_mime_clips(data)
    if clips:
        return clips[0], None
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return None, next((file for file in files if is_audio_file(file)), None)


_MIN_WIDTH_PX = 340


class ComposePanel(QWidget):
    """Form in which a recipe is written, priced and submitted, by its `controller`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._audio = context.audio
        self.audition: RegionAudition | None = None
        self.view = FormView(context.style)
        self.bar = GenerateBar(context.style)
        self._build()
        self.controller = ComposeController(
            context.studio, context.tasks, self.view, self.bar, self
        )
        self._keys = ComposeKeys(
            self, self.controller.generate, self.controller.undo, self.controller.redo
        )
        self._drop_target = DropTarget(
            self, self.controller.use_dropped_clip, self.controller.use_file
        )
        self.view.part_created.connect(self._on_part_created)
        self.bar.focus_released.connect(
            lambda: self.view.grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)
        )

    def stop_audition(self) -> None:
        """Stops what the form plays; called before the window closes."""
        if self.audition is not None:
            self.audition.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sets the width that the fields need at this text size: they only scroll vertically."""
        if watched in {self.view, self.bar} and event.type() == QEvent.Type.LayoutRequest:
            needed = (part.minimumSizeHint().width() for part in (self.view, self.bar))
            self.setMinimumWidth(max(_MIN_WIDTH_PX, *needed))
        return super().eventFilter(watched, event)

    def scroll_bar_width_px(self) -> int:
        """Returns the width that the scroll bar occupies at the moment, in pixels."""
        bar = self._scroll.verticalScrollBar()
        return bar.width() if bar.isVisible() else 0

    def _build(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.view)
        self.view.setProperty("surface", "none")
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.view.suggestion)
        column.addWidget(Hairline())
        column.addWidget(self.bar)
        self.view.installEventFilter(self)
        self.bar.installEventFilter(self)
        self.view.suggestion.visibility_changing.connect(self._on_suggestion_changing)

    def _on_part_created(self, part: QWidget) -> None:
        self._keys.install_on(part)
        self._drop_target.install_on(part)
        # Start-up cost; imported already where such a part is created.
        from producer_studio.ui.compose.region_audition import RegionAudition
        from producer_studio.ui.compose.source_card import SourceCard

        if self.audition is None and isinstance(part, SourceCard):
            self.audition = RegionAudition(part, self._audio, self)

    def _on_suggestion_changing(self, is_visible: bool) -> None:
        # Else the lyrics would shrink for the suggestion, and the fields below them would move.
        self.view.reserve_height(self._scroll.viewport().height() if is_visible else 0)

    def _on_scroll_range_changed(self, _minimum: int, maximum: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self.view.reserve_scroll_bar(bar.sizeHint().width() if maximum > 0 else 0)
