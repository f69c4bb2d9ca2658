"""An on/off switch with its words beside it."""

from PySide6.QtCore import Property, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Look

_TRACK = QSize(30, 18)
_KNOB = 14
_GAP = 9


class Switch(QAbstractButton):
    """A checkable button that looks like a switch; `toggled` tells."""

    def __init__(self, look: Look, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._place = 0.0
        self.setCheckable(True)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 9)
        self._slide = QPropertyAnimation(self, b"place", self)
        self.toggled.connect(self._on_toggled)
        look.changed.connect(self._on_look_changed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._look.font())
        words = metrics.horizontalAdvance(self.text())
        width = _TRACK.width() + (_GAP + words if words else 0)
        return QSize(width, max(_TRACK.height() + 2, metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _position: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - _TRACK.height()) / 2
        track = QRectF(0, top, _TRACK.width(), _TRACK.height())
        if not self.isEnabled():
            painter.setOpacity(0.5)
        painter.setBrush(_mix(look.colour("hover"), look.colour("accent"), self._place))
        painter.drawRoundedRect(track, 9, 9)
        travel = _TRACK.width() - _KNOB - 4
        knob = QRectF(2 + travel * self._place, top + 2, _KNOB, _KNOB)
        painter.setBrush(_mix(look.colour("text2"), QColor("white"), self._place))
        painter.drawEllipse(knob)
        painter.setPen(look.colour("text1" if self.isEnabled() else "text3"))
        painter.setFont(look.font())
        words = QRectF(_TRACK.width() + _GAP, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _get_place(self) -> float:
        return self._place

    def _set_place(self, place: float) -> None:
        self._place = place
        self.update()

    place = Property(float, _get_place, _set_place)

    def _on_toggled(self, on: bool) -> None:
        self._slide.stop()
        end = 1.0 if on else 0.0
        if not self._look.motion_ms or not self.isVisible():
            self._set_place(end)
            return
        self._slide.setDuration(self._look.motion_ms)
        self._slide.setEndValue(end)
        self._slide.start()

    def _on_look_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _mix(first: QColor, second: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )
