"""A place in a song, typed as minutes and seconds."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.time_text import clock_tenths, read_clock

_STEP_S = 1.0
_FINE_S = 0.1


class TimeField(QWidget):
    """Takes "1:30.5" or plain seconds, and may be empty; Up and Down step it by a second.

    What cannot be read is put back to the last value when the field is left.

    Signals:
        edited: The user gave another time, or none.
    """

    edited = Signal()

    def __init__(
        self, look: Look, name: str, placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._value: float | None = None
        self._refused = False
        self._most = 0.0
        self.edit = _TimeEdit()
        self.edit.setAccessibleName(name)
        self.head = FieldHead(name, self.edit, look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.edit)
        self.edit.editingFinished.connect(self._on_finished)
        self.edit.textEdited.connect(self._on_typed)
        self.edit.stepped.connect(self._on_stepped)
        self.invite(placeholder)

    def value(self) -> float | None:
        """Seconds, to a tenth; None while the field is empty."""
        return self._value

    def set_value(self, seconds: float | None) -> None:
        """Shows a time without telling anybody."""
        self._value = None if seconds is None else round(max(0.0, seconds), 1)
        text = "" if self._value is None else clock_tenths(self._value)
        if text != self.edit.text():
            self.edit.setText(text)
        self._mark(invalid=self._refused)

    def set_refused(self, refused: bool) -> None:
        """Marks a time that can be read, but will not do."""
        self._refused = refused
        self._mark(invalid=refused)

    def set_most(self, seconds: float) -> None:
        """How far the steps go; 0 for as far as one likes. What is typed may be more."""
        self._most = seconds

    def rename(self, name: str) -> None:
        """Another name for the field."""
        self.head.set_name(name)
        self.edit.setAccessibleName(name)

    def invite(self, words: str) -> None:
        """Says in the empty field what emptiness means."""
        self.edit.setPlaceholderText(words)
        self.edit.setAccessibleDescription(f"Minutes and seconds. {words}".strip())

    def _on_typed(self, text: str) -> None:
        try:
            wanted = read_clock(text)
        except ValueError:
            self._mark(invalid=True)
            return
        self._mark(invalid=self._refused)
        self._take(wanted)

    def _on_stepped(self, seconds: float) -> None:
        wanted = max(0.0, (self._value or 0.0) + seconds)
        wanted = min(wanted, self._most) if self._most else wanted
        before = self._value
        self.set_value(wanted)
        if self._value != before:
            self.edited.emit()

    def _on_finished(self) -> None:
        self.set_value(self._value)

    def _take(self, value: float | None) -> None:
        if value != self._value:
            self._value = value
            self.edited.emit()

    def _mark(self, *, invalid: bool) -> None:
        if bool(self.edit.property("invalid")) != invalid:
            self.edit.setProperty("invalid", invalid)
            self._look.restyle(self.edit)


class _TimeEdit(QLineEdit):
    """The line itself, with steps by key and, while it has the focus, by wheel."""

    stepped = Signal(float)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.stepped.emit(direction * (_FINE_S if fine else _STEP_S))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self.stepped.emit(_STEP_S if event.angleDelta().y() > 0 else -_STEP_S)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()
