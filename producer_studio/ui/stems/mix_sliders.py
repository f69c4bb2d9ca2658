"""Level and pan of a stem."""

import math

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from producer_studio.domain.track_mix import HIGHEST_GAIN_DB, LOWEST_GAIN_DB, TrackMix
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.strength_slider import StrengthSlider

_STEPS_PER_DB = 2
_SILENT = round(LOWEST_GAIN_DB * _STEPS_PER_DB) - 1
_HIGHEST = round(HIGHEST_GAIN_DB * _STEPS_PER_DB)
_PIXELS_PER_PERCENT = 0.75


class GestureWatcher(QObject):
    """Notices where gestures on a slider begin: a drag, a key that is held, turns of the wheel.

    Signals:
        started: What changes from now on belongs to one gesture, until the next one starts.
    """

    started = Signal()

    def __init__(self, slider: QSlider) -> None:
        super().__init__(slider)
        self._turns_wheel = False
        slider.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        turned, wheel = self._turns_wheel, kind is QEvent.Type.Wheel
        pressed = kind is QEvent.Type.MouseButtonPress  # a double click belongs to the one before
        if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            pressed = not event.isAutoRepeat()
        if pressed or wheel or kind is QEvent.Type.Leave:
            self._turns_wheel = wheel
        if pressed or (wheel and not turned):
            self.started.emit()
        return False


class LevelSlider(StrengthSlider):
    """Level from minus infinity at the left end, and then −40 dB, to +6 dB, in steps of 0.5 dB.

    Signals:
        gain_changed: The user chose another level, in dB.
    """

    gain_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "level")
        self.setRange(_SILENT, _HIGHEST)
        self.setSingleStep(1)
        self.setPageStep(3 * _STEPS_PER_DB)
        self.setToolTip(tr("Double-click for 0 dB"))
        self.valueChanged.connect(lambda value: self.gain_changed.emit(_gain_db(value)))
        self.reset_requested.connect(lambda: self.setValue(0))

    def show_mix(self, mix: TrackMix) -> None:
        """Shows a level without emitting a signal."""
        steps = _SILENT if math.isinf(mix.gain_db) else round(mix.gain_db * _STEPS_PER_DB)
        self.blockSignals(True)
        self.setValue(steps)
        self.blockSignals(False)
        level = tr(mix.gain_text)
        if level != self.accessibleDescription():
            self.setAccessibleDescription(level)


def stepped_gain(gain_db: float, steps: int) -> float:
    """Returns a level some steps higher or lower; below −40 dB is minus infinity."""
    at = _SILENT if math.isinf(gain_db) else round(gain_db * _STEPS_PER_DB)
    return _gain_db(min(_HIGHEST, max(_SILENT, at + steps)))


def _gain_db(value: int) -> float:
    return -math.inf if value <= _SILENT else value / _STEPS_PER_DB


class PanSlider(QSlider):
    """Pan as a text that is dragged sideways; −100 to 100 percent.

    Signals:
        pan_changed: The user chose another place, -1 to 1.
    """

    pan_changed = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._style = style
        self._text = tr("pan {pan}", pan="C")
        self._grabbed: tuple[float, int] | None = None
        self.setRange(-100, 100)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)
        self.setToolTip(tr("Drag sideways to pan; double-click for the centre"))
        self.valueChanged.connect(lambda value: self.pan_changed.emit(value / 100))
        style.changed.connect(self.updateGeometry)

    def show_mix(self, mix: TrackMix) -> None:
        """Shows a place without emitting a signal."""
        self.blockSignals(True)
        self.setValue(round(mix.pan * 100))
        self.blockSignals(False)
        self._text = tr("pan {pan}", pan=mix.pan_text)
        if mix.pan_text != self.accessibleDescription():
            self.setAccessibleDescription(tr(mix.pan_text))
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._style.font(11))
        return QSize(
            metrics.horizontalAdvance(tr("pan {pan}", pan="R 100")) + 4, metrics.height() + 2
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = (event.position().x(), self.value())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            x, value = self._grabbed
            self.setValue(value + round((event.position().x() - x) / _PIXELS_PER_PERCENT))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.setValue(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._style.font(11))
        active = self.hasFocus() or self.underMouse()
        painter.setPen(self._style.colour("text1" if active else "text3"))
        left = self.rect().adjusted(2, 0, 0, 0)
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(left, alignment, self._text)
        painter.end()
