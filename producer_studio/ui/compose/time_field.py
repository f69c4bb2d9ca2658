"""Field for a position in a song, typed as minutes and seconds."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.time_text import format_time_tenths, parse_time

_STEP_S = 1.0
_FINE_STEP_S = 0.1


class TimeField(QWidget):
    """Accepts "1:30.5" or plain seconds, and may be empty; Up and Down step by a second.

    Text that cannot be parsed is reset to the last value when the field loses the focus.

    Signals:
        edited: The user entered another time, or none.
    """

    edited = Signal()

    def __init__(
        self, style: Style, name: str, placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._value_s: float | None = None
        self._is_invalid = False
        self._maximum_s = 0.0
        self.edit = _TimeEdit()
        self.edit.setAccessibleName(name)
        self.head = FieldHead(name, self.edit, style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.edit)
        self.edit.editingFinished.connect(self._on_editing_finished)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.stepped.connect(self._on_stepped)
        self.set_placeholder(placeholder)

    def value(self) -> float | None:
        """Returns the time in seconds, to a tenth; None while the field is empty."""
        return self._value_s

    def set_value(self, seconds: float | None) -> None:
        """Shows a time without emitting `edited`."""
        self._value_s = None if seconds is None else round(max(0.0, seconds), 1)
        text = "" if self._value_s is None else format_time_tenths(self._value_s)
        if text != self.edit.text():
            self.edit.setText(text)
        self._show_invalid(invalid=self._is_invalid)

    def set_invalid(self, invalid: bool) -> None:
        """Marks a time that can be parsed but is not valid."""
        self._is_invalid = invalid
        self._show_invalid(invalid=invalid)

    def set_maximum(self, seconds: float) -> None:
        """Sets the maximum of the steps; 0 for no limit. Typed values may exceed it."""
        self._maximum_s = seconds

    def rename(self, name: str) -> None:
        """Changes the label of the field."""
        self.head.set_name(name)
        self.edit.setAccessibleName(name)

    def set_placeholder(self, text: str) -> None:
        """Sets the placeholder, which explains the meaning of an empty field."""
        self.edit.setPlaceholderText(text)
        self.edit.setAccessibleDescription(f"Minutes and seconds. {text}".strip())

    def _on_text_edited(self, text: str) -> None:
        try:
            wanted = parse_time(text)
        except ValueError:
            self._show_invalid(invalid=True)
            return
        self._show_invalid(invalid=self._is_invalid)
        self._accept(wanted)

    def _on_stepped(self, seconds: float) -> None:
        wanted = max(0.0, (self._value_s or 0.0) + seconds)
        wanted = min(wanted, self._maximum_s) if self._maximum_s else wanted
        before = self._value_s
        self.set_value(wanted)
        if self._value_s != before:
            self.edited.emit()

    def _on_editing_finished(self) -> None:
        self.set_value(self._value_s)

    def _accept(self, value: float | None) -> None:
        if value != self._value_s:
            self._value_s = value
            self.edited.emit()

    def _show_invalid(self, *, invalid: bool) -> None:
        if bool(self.edit.property("invalid")) != invalid:
            self.edit.setProperty("invalid", invalid)
            self._style.restyle(self.edit)


class _TimeEdit(QLineEdit):
    """Line edit that steps by key and, while it has the focus, by mouse wheel."""

    stepped = Signal(float)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.stepped.emit(direction * (_FINE_STEP_S if fine else _STEP_S))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self.stepped.emit(_STEP_S if event.angleDelta().y() > 0 else -_STEP_S)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()
