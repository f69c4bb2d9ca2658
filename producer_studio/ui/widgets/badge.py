"""Badges: short texts in a box for a clip's operation, model and tags."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from producer_studio.ui.style.style import Style

_PAD = 7
_RADIUS = 5.0
_FONT_SIZE = 11


def badge_size(style: Style, text: str) -> QSize:
    """Size of a badge drawn by `draw_badge`, in logical pixels."""
    width = QFontMetrics(style.font(_FONT_SIZE)).horizontalAdvance(text)
    return QSize(width + 2 * _PAD, style.px(18))


def elided_badge(style: Style, text: str, width: int) -> str:
    """Elides the text to a badge's width in pixels."""
    # In the font of badges: that of the widget is larger, and would elide texts that fit at 150 %.
    metrics = QFontMetrics(style.font(_FONT_SIZE))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_badge(
    painter: QPainter, style: Style, rect: QRect, text: str, *, outlined: bool = False
) -> None:
    """Draws a badge: filled for an operation, outlined for a model or a tag."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(rect)
    if outlined:
        painter.setPen(QPen(style.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("hover"))
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    painter.setPen(style.colour("text2"))
    painter.setFont(style.font(_FONT_SIZE))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Badge(QWidget):
    """Widget painted by `draw_badge`."""

    def __init__(
        self, style: Style, text: str = "", parent: QWidget | None = None, *, outlined: bool = False
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._text = text
        self._is_outlined = outlined
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._on_style_changed)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._on_style_changed()

    def sizeHint(self) -> QSize:
        return badge_size(self._style, self._text)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_badge(painter, self._style, self.rect(), self._text, outlined=self._is_outlined)
        painter.end()

    def _on_style_changed(self) -> None:
        self.updateGeometry()
        self.update()
