"""Text field for a decimal number."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class NumberField(QLineEdit):
    """Accepts a number within a range, with a point or a comma; Up and Down step it.

    An invalid text is replaced by the last value when the field loses the focus.
    """

    value_changed = Signal(float)

    def __init__(
        self,
        low: float,
        high: float,
        parent: QWidget | None = None,
        *,
        decimals: int = 2,
        step: float = 0.05,
    ) -> None:
        super().__init__(parent)
        self._low = low
        self._high = high
        self._decimals = decimals
        self._step = step
        self._value = low
        self.setProperty("role", "quiet")
        self.setProperty("fit", "number")
        self.setProperty("ringRadius", 5)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._on_finished)
        self.set_value(low)

    def value(self) -> float:
        return self._value

    def set_range(self, low: float, high: float, *, step: float) -> None:
        """Sets the range; a value outside it becomes the nearest limit."""
        self._low, self._high, self._step = low, high, step
        self.set_value(self._value)

    def set_value(self, value: float) -> None:
        """Sets the value without emitting a signal; clamped to the range."""
        self._value = round(min(self._high, max(self._low, value)), self._decimals)
        self.setText(f"{self._value:.{self._decimals}f}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self._change_value(self._value + steps * self._step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self._change_value(
            self._value + (self._step if event.angleDelta().y() > 0 else -self._step)
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def _on_finished(self) -> None:
        try:
            wanted = float(self.text().strip().replace(",", "."))
        except ValueError:
            wanted = self._value
        self._change_value(wanted)

    def _change_value(self, value: float) -> None:
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.value_changed.emit(self._value)
