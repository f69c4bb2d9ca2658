"""The mark of the program."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Look


class Logo(QWidget):
    """Sound bars on the accent's gradient, in a rounded square."""

    def __init__(self, look: Look, edge: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._edge = edge
        self.setFixedSize(QSize(edge, edge))
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        edge = float(self._edge)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gradient = QLinearGradient(QPointF(0, 0), QPointF(edge, edge))
        gradient.setColorAt(0, self._look.colour("glow_from"))
        gradient.setColorAt(1, self._look.colour("glow_to"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(0, 0, edge, edge), edge * 0.27, edge * 0.27)
        inside = round(edge * 0.64) if self._edge < 30 else round(edge * 0.45)
        # The ink of the dark theme in both: the gradient does not change either.
        bars = self._look.pixmap("audio-lines", "logo_ink", inside)
        place = (edge - inside) / 2
        painter.drawPixmap(QRectF(place, place, inside, inside), bars, QRectF(bars.rect()))
        painter.end()
