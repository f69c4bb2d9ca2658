"""Keeps dropped files and clips out of text fields, which would insert their addresses."""

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent, QWindow
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from producer_studio.ui.clips.drag import get_mime_clips
from producer_studio.ui.compose.drop_target import find_dropped

_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class TextFieldDrops(QObject):
    """Event filter that lets the window handle files and clips that are dropped on a text field.

    Texts and links are still dropped into it. Fields get the filter when something is dragged over
    them, as most are created late.

    Args:
        window: Its fields are watched; it is on the screen already.
        form: Its own fields use clips, songs and presets.
    """

    def __init__(self, window: QWidget, form: QWidget) -> None:
        super().__init__(window)
        self._top = window.window()
        self._form = form
        handle = self._top.windowHandle()
        if handle is not None:
            # It receives the events before its widgets do.
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        if isinstance(watched, QWindow):
            target: QWidget | None = self._top.childAt(event.position().toPoint())
            if target is not None and _is_text_field(target):
                target.installEventFilter(self)
            return False
        if not isinstance(watched, QWidget) or not self._is_kept_out(watched, event.mimeData()):
            return False
        # What contains the field gets it next, and at last the window.
        event.ignore()
        return True

    def _is_kept_out(self, field: QWidget, data: QMimeData) -> bool:
        if self._form.isAncestorOf(field) and any(find_dropped(data)):
            return False
        return bool(get_mime_clips(data)) or any(url.isLocalFile() for url in data.urls())


def _is_text_field(widget: QWidget) -> bool:
    """Whether a widget is a text field, or the viewport of one."""
    parent = widget.parentWidget()
    return isinstance(widget, QLineEdit) or isinstance(parent, QPlainTextEdit | QTextEdit)
