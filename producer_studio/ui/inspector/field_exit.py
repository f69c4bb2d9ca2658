"""How a text field that replaces a chip is left: with what was typed, or without it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from producer_studio.ui.inspector.notes_and_lyrics import TEMPORARY_FOCUS_REASONS


class FieldExit(QObject):
    """Event filter of a field.

    Signals:
        left: The focus went elsewhere, and not for a moment only, as to a menu.
        cancelled: Escape was pressed.
    """

    left = Signal()
    cancelled = Signal()

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() not in TEMPORARY_FOCUS_REASONS:
                self.left.emit()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.KeyPress:
                self.cancelled.emit()
            return True
        return super().eventFilter(watched, event)
