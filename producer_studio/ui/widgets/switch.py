"""On/off switch with a label."""

from PySide6.QtCore import Property, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Style

_TRACK = QSize(30, 18)
_KNOB = 14
_GAP = 9


class Switch(QAbstractButton):
    """Checkable button painted as a switch; emits `toggled`."""

    def __init__(self, style: Style, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._knob_position = 0.0
        self.setCheckable(True)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 9)
        self._animation = QPropertyAnimation(self, b"knob_position", self)
        self.toggled.connect(self._on_toggled)
        style.changed.connect(self._on_style_changed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._style.font())
        words = metrics.horizontalAdvance(self.text())
        width = _TRACK.width() + (_GAP + words if words else 0)
        return QSize(width, max(_TRACK.height() + 2, metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _position: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - _TRACK.height()) / 2
        track = QRectF(0, top, _TRACK.width(), _TRACK.height())
        if not self.isEnabled():
            painter.setOpacity(0.5)
        painter.setBrush(_mix(style.colour("hover"), style.colour("accent"), self._knob_position))
        painter.drawRoundedRect(track, 9, 9)
        travel = _TRACK.width() - _KNOB - 4
        knob = QRectF(2 + travel * self._knob_position, top + 2, _KNOB, _KNOB)
        painter.setBrush(_mix(style.colour("text2"), QColor("white"), self._knob_position))
        painter.drawEllipse(knob)
        painter.setPen(style.colour("text1" if self.isEnabled() else "text3"))
        painter.setFont(style.font())
        words = QRectF(_TRACK.width() + _GAP, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _get_knob_position(self) -> float:
        return self._knob_position

    def _set_knob_position(self, position: float) -> None:
        self._knob_position = position
        self.update()

    knob_position = Property(float, _get_knob_position, _set_knob_position)

    def _on_toggled(self, on: bool) -> None:
        self._animation.stop()
        end = 1.0 if on else 0.0
        if not self._style.motion_ms or not self.isVisible():
            self._set_knob_position(end)
            return
        self._animation.setDuration(self._style.motion_ms)
        self._animation.setEndValue(end)
        self._animation.start()

    def _on_style_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _mix(first: QColor, second: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )
