"""Logo of the program."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Style


class Logo(QWidget):
    """Sound bars on a gradient of the accent colour, in a rounded square."""

    def __init__(self, style: Style, edge: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._edge = edge
        self.setFixedSize(QSize(edge, edge))
        style.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        edge = float(self._edge)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gradient = QLinearGradient(QPointF(0, 0), QPointF(edge, edge))
        gradient.setColorAt(0, self._style.colour("glow_from"))
        gradient.setColorAt(1, self._style.colour("glow_to"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(0, 0, edge, edge), edge * 0.27, edge * 0.27)
        inside = round(edge * 0.64) if self._edge < 30 else round(edge * 0.45)
        # Colour of the dark theme in both: the gradient does not change either.
        bars = self._style.pixmap("audio-lines", "logo_ink", inside)
        place = (edge - inside) / 2
        painter.drawPixmap(QRectF(place, place, inside, inside), bars, QRectF(bars.rect()))
        painter.end()
