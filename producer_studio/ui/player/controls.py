"""Controls of the player bar: round play button, A/B button, volume, times."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from producer_studio.translation import tr
from producer_studio.translation.numbers import format_decimal, format_shortest
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import label, set_role

_VOLUME_STEPS = 100


class PlayButton(QAbstractButton):
    """Round button: Play, or Pause while playing."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._is_playing = False
        self.setFixedSize(38, 38)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 19)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_playing(playing=False)
        style.changed.connect(self.update)

    def set_playing(self, *, playing: bool) -> None:
        self._is_playing = playing
        name = tr("Pause") if playing else tr("Play")
        if self.accessibleName() != name:
            self.setAccessibleName(name)
            self.setToolTip(tr("Pause (Space)") if playing else tr("Play (Space)"))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        disc, sign = ("text1", "ground") if self.isEnabled() else ("hover", "text3")
        painter.setBrush(style.colour(disc))
        if self.isEnabled() and (self.isDown() or self.underMouse()):
            painter.setOpacity(0.8 if self.isDown() else 0.9)
        painter.drawEllipse(QRectF(self.rect()))
        painter.setOpacity(1.0)
        size = 18
        picture = style.pixmap("pause" if self._is_playing else "play", sign, size, filled=True)
        # A triangle looks centred when its centroid is, not its bounding box.
        nudge = 0.0 if self._is_playing else 1.0
        left, top = (self.width() - size) / 2 + nudge, (self.height() - size) / 2
        painter.drawPixmap(QPointF(left, top), picture)
        painter.end()

    def enterEvent(self, _event: object) -> None:
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self.update()


class SpeedButton(QPushButton):
    """Button with the speed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_rate(1.0)

    def show_rate(self, rate: float) -> None:
        """Shows a speed; 1 is the usual one."""
        is_short = rate in {0.5, 1.0, 1.5, 2.0}
        words = f"{format_decimal(rate, 1) if is_short else format_shortest(rate)}×"
        name = tr("Speed {rate}", rate=words)
        self.setText(words)
        self.setAccessibleName(name)
        self.setToolTip(name)


class PairButton(QPushButton):
    """Button "A / B" for two clips at the same position; the one that plays is highlighted."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("role", "pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._labels = (label("A", "", self), label("/", "muted", self), label("B", "", self))
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 11, 0)
        row.setSpacing(4)
        for part in self._labels:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        self.show_side("A")

    def show_side(self, side: str) -> None:
        """Highlights the clip that plays: "A" or "B"."""
        for part in (self._labels[0], self._labels[2]):
            set_role(self._style, part, "strong" if part.text() == side else "muted")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        inside = self.layout()
        width = inside.sizeHint().width() if inside is not None else 0
        return QSize(width, self._style.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class VolumeControl(QWidget):
    """Mute button and volume slider, with the volume as perceived.

    Signals:
        volume_changed: Volume 0 to 1 and whether it is muted, after the user changed one of them.
    """

    volume_changed = Signal(float, bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_muted = False
        self.mute_button = IconButton(style, "volume-2", tr("Mute"), self, role="text1")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setProperty("role", "volume")
        self.slider.setAccessibleName(tr("Volume"))
        self.slider.setRange(0, _VOLUME_STEPS)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(20)
        self.slider.setFixedWidth(80)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.mute_button)
        row.addWidget(self.slider)
        self.slider.valueChanged.connect(self._on_slider_changed)
        self.mute_button.clicked.connect(self._on_mute_clicked)

    def show_volume(self, volume: float, *, muted: bool) -> None:
        """Shows values without emitting a signal."""
        self._is_muted = muted
        self.slider.blockSignals(True)
        self.slider.setValue(round(volume * _VOLUME_STEPS))
        self.slider.blockSignals(False)
        self._update_icon()

    def _on_slider_changed(self, value: int) -> None:
        self._is_muted = False
        self._update_icon()
        self.volume_changed.emit(value / _VOLUME_STEPS, False)

    def _on_mute_clicked(self) -> None:
        self._is_muted = not self._is_muted
        self._update_icon()
        self.volume_changed.emit(self.slider.value() / _VOLUME_STEPS, self._is_muted)

    def _update_icon(self) -> None:
        value = self.slider.value()
        off = self._is_muted or value == 0
        self.mute_button.set_icon(
            "volume-x" if off else "volume-1" if value < _VOLUME_STEPS // 2 else "volume-2"
        )
        self.mute_button.set_name(tr("Unmute") if self._is_muted else tr("Mute"))
        self.slider.setToolTip(
            tr("Volume {percent} %, muted", percent=value)
            if self._is_muted
            else tr("Volume {percent} %", percent=value)
        )


class FixedWidthLabel(QLabel):
    """Label for a time, with the same width for all digits."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._widest_text = ""
        self.setProperty("role", "name")
        style.changed.connect(self._update_width)

    def reserve_width_for(self, widest_text: str) -> None:
        self._widest_text = widest_text
        self._update_width()

    def _update_width(self) -> None:
        self.ensurePolished()
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(self._widest_text))
