"""Row for a strength: slider, number and a word for the value."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSlider,
    QWidget,
)

from producer_studio.domain.strength import (
    COVER_STRENGTH,
    STRENGTH_VALUE_LABELS,
    STRENGTHS,
    Strength,
)
from producer_studio.translation import tr
from producer_studio.translation.numbers import format_decimal, parse_decimal
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit


class NumberField(LineEdit):
    """Accepts a number within a range, with a point or a comma; Up and Down step it.

    An invalid text is replaced by the last value when the field loses the focus.

    Signals:
        value_changed: Another value was chosen; while it is typed, when the field loses the focus.
        typed: A number was typed; the text stays as it is until the field loses the focus. A click
            on a button leaves the focus where it is.
    """

    value_changed = Signal(float)
    typed = Signal(float)

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
        self._typed: float | None = None
        self.setProperty("role", "quiet")
        self.setProperty("fit", "number")
        self.setProperty("ringRadius", 5)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_finished)
        self.set_value(low)

    def value(self) -> float:
        """Returns the value, or what is being typed."""
        return self._value if self._typed is None else self._typed

    def set_range(self, low: float, high: float, *, step: float) -> None:
        """Sets the range; a value outside it becomes the nearest limit."""
        self._low, self._high, self._step = low, high, step
        self.set_value(self._value)

    def set_value(self, value: float) -> None:
        """Sets the value without emitting a signal; clamped to the range."""
        self._value, self._typed = self._limited(value), None
        self.setText(format_decimal(self._value, self._decimals))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self._change_value(self.value() + steps * self._step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self._change_value(
            self.value() + (self._step if event.angleDelta().y() > 0 else -self._step)
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def _on_text_edited(self, text: str) -> None:
        number = _parse_number(text)
        if number is not None or not text.strip():
            self._typed = None if number is None else self._limited(number)
            self.typed.emit(self.value())

    def _on_finished(self) -> None:
        number = _parse_number(self.text())
        self._change_value(self.value() if number is None else number)

    def _limited(self, value: float) -> float:
        return round(min(self._high, max(self._low, value)), self._decimals)

    def _change_value(self, value: float) -> None:
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.value_changed.emit(self._value)


def _parse_number(text: str) -> float | None:
    try:
        number = parse_decimal(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_STEPS_PER_UNIT = 100
_LABEL_WIDTH = 104
_NUMBER_WIDTH = 42
_WORD_WIDTH = 62


class StrengthSlider(QSlider):
    """Slider that reacts to the wheel only with focus, and is reset by a double click."""

    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_requested.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.isSliderDown():
            # A press on the groove jumps there at once and can be dragged on.
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setValue(self._value_at(event.position().x()))

    def _value_at(self, x: float) -> int:
        handle = 14
        share = (x - handle / 2) / max(1.0, self.width() - handle)
        span = self.maximum() - self.minimum()
        return self.minimum() + round(min(1.0, max(0.0, share)) * span)


class _HintButton(QAbstractButton):
    """Word with a dotted line below it, in the place of the plain word."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("ringRadius", 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._style.font(11)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        ink = self._style.colour("text1" if self.underMouse() else "info")
        painter.setPen(ink)
        base = (self.height() + metrics.ascent() - metrics.descent()) // 2
        painter.drawText(0, base, self.text())
        painter.setPen(QPen(ink, 1, Qt.PenStyle.DotLine))
        painter.drawLine(0, base + 3, metrics.horizontalAdvance(self.text()), base + 3)
        painter.end()


class StrengthRow(QWidget):
    """Row of the compose panel; emits `value_changed` for changes by the user and for the reset."""

    value_changed = Signal(float)

    def __init__(self, style: Style, strength: Strength, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._strength = strength
        self.slider = StrengthSlider(self)
        self.slider.setRange(
            round(strength.low * _STEPS_PER_UNIT), round(strength.high * _STEPS_PER_UNIT)
        )
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        name = tr(strength.label)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(tr("Double-click to reset"))
        self.number = NumberField(strength.low, strength.high, self)
        self.number.setAccessibleName(tr("{name}, number", name=name))
        self._name = label(name, "name", self)
        self._name.setBuddy(self.slider)
        self._word = label("", "caption", self)
        self._hint = self._hint_text = ""
        self._recommended: float | None = None
        self.hint_button = _HintButton(style, self)
        self.hint_button.hide()
        self.hint_button.clicked.connect(self._use_recommended)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._name)
        row.addSpacing(8)
        row.addWidget(self.slider, 1)
        row.addSpacing(4)
        row.addWidget(self.number)
        row.addSpacing(4)
        row.addWidget(self._word)
        row.addWidget(self.hint_button)
        self._update_widths()
        self.set_value(strength.default)
        self.slider.valueChanged.connect(self._on_slider_changed)
        self.slider.reset_requested.connect(self.reset)
        self.number.value_changed.connect(self._on_number_changed)
        self.number.typed.connect(self._on_number_typed)
        style.changed.connect(self._update_widths)

    @property
    def strength(self) -> Strength:
        return self._strength

    def set_strength(self, strength: Strength) -> None:
        """Sets the range, default and step, such as those of another service.

        A value at the old default becomes the new default; any other is preserved within the range.
        """
        before, self._strength = self._strength, strength
        if strength == before:
            return
        value = self.value()
        self.slider.blockSignals(True)
        self.slider.setRange(
            round(strength.low * _STEPS_PER_UNIT), round(strength.high * _STEPS_PER_UNIT)
        )
        self.slider.setSingleStep(max(1, round(strength.step * _STEPS_PER_UNIT)))
        self.slider.blockSignals(False)
        self.number.set_range(strength.low, strength.high, step=max(0.05, strength.step))
        self.set_value(strength.default if value == before.default else value)

    def show_hint(self, text: str, value: float | None = None) -> None:
        """Underlines the word for the value, whose tooltip is a hint then.

        Args:
            text: Empty for no hint.
            value: Recommended value, which a press of the word sets; None if there is none.
        """
        if (text, value) == (self._hint, self._recommended):
            return
        self._hint, self._recommended = text, value
        if value is not None:
            # Translators: hint is such as "Commercial music: 0.2 to 0.4".
            text = tr("{hint}. Click to set {value}.", hint=text, value=format_decimal(value, 2))
        self._hint_text = text
        self._update_hint_name()
        self.hint_button.setToolTip(text)
        self.hint_button.setVisible(bool(text))
        self._word.setVisible(not text)
        self._update_word()

    def value(self) -> float:
        """Value with two decimals, within the strength's range."""
        return self.slider.value() / _STEPS_PER_UNIT

    def set_value(self, value: float) -> None:
        """Sets the value without emitting a signal."""
        self.number.set_value(self._set_slider(value))

    def _set_slider(self, value: float) -> float:
        """Sets all but the number, and returns the value in steps of the strength."""
        step = self._strength.step
        parts = round(round(value / step) * step * _STEPS_PER_UNIT)
        self.slider.blockSignals(True)
        self.slider.setValue(parts)
        self.slider.blockSignals(False)
        self._update_word()
        return parts / _STEPS_PER_UNIT

    def reset(self) -> None:
        """Resets to the value that the service assumes when nothing is sent."""
        if self.value() != self._strength.default:
            self.set_value(self._strength.default)
            self.value_changed.emit(self.value())

    def _use_recommended(self) -> None:
        if self._recommended is None:
            return
        if self.hint_button.hasFocus():
            # It is hidden by what it sets.
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
        before = self.value()
        self.set_value(self._recommended)
        self._emit_change(before)

    def _on_slider_changed(self, parts: int) -> None:
        self.set_value(parts / _STEPS_PER_UNIT)
        self.value_changed.emit(self.value())

    def _on_number_changed(self, value: float) -> None:
        before = self.value()
        self.set_value(value)
        self._emit_change(before)

    def _on_number_typed(self, value: float) -> None:
        before = self.value()
        self._set_slider(value)
        self._emit_change(before)

    def _emit_change(self, before: float) -> None:
        if self.value() != before:
            self.value_changed.emit(self.value())

    def _update_word(self) -> None:
        word = tr(self._strength.value_label(self.value()))
        self._word.setText(word)
        self.hint_button.setText(word)
        self._update_hint_name()
        parts = (format_decimal(self.value(), 2), word, self._hint)
        self.slider.setAccessibleDescription(", ".join(filter(None, parts)))

    def _update_hint_name(self) -> None:
        name = tr("{name}: {value}", name=self.hint_button.text(), value=self._hint_text)
        self.hint_button.setAccessibleName(name if self._hint_text else "")

    def _update_widths(self) -> None:
        # Equal in all rows, so that their sliders are aligned.
        names = [one.label for one in (*STRENGTHS, COVER_STRENGTH)]
        self._set_width(self._name, names, _LABEL_WIDTH)
        self._set_width(self._word, STRENGTH_VALUE_LABELS, _WORD_WIDTH)
        self.hint_button.setFixedSize(self._word.width(), self._style.px(20))
        self.number.setFixedWidth(self._style.px(_NUMBER_WIDTH))
        self.setFixedHeight(self._style.px(24))

    def _set_width(self, part: QLabel, texts: Sequence[str], least: int) -> None:
        """Gives a label room for each of the texts in the language of the window."""
        part.ensurePolished()
        metrics = part.fontMetrics()
        widest = max(metrics.horizontalAdvance(tr(text)) for text in texts)
        part.setFixedWidth(max(self._style.px(least), widest + 1))
