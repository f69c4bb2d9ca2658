"""Progress bar of a job: a filled share, or a light that moves along it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from producer_studio.ui.style.theme import Theme

BAR_HEIGHT = 3
"""In pixels."""

_RADIUS = BAR_HEIGHT / 2


def paint_progress_bar(
    painter: QPainter,
    theme: Theme,
    track: QRectF,
    *,
    fraction: float | None,
    animation: float | None,
) -> None:
    """Paints the bar.

    Args:
        fraction: Filled share, 0 to 1; None for a bar that claims no share.
        animation: Position of the moving light, 0 to 1, where no share is claimed; None when
            nothing moves, as where the system asks for reduced motion.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.hover)
    painter.drawRoundedRect(track, _RADIUS, _RADIUS)
    if fraction is not None:
        width = track.width() * fraction
        gradient = QLinearGradient(track.left(), 0, track.left() + width, 0)
        gradient.setColorAt(0, theme.glow_from)
        gradient.setColorAt(1, theme.glow_to)
        painter.setBrush(gradient)
        if width >= 1:
            filled = QRectF(track.left(), track.top(), width, track.height())
            painter.drawRoundedRect(filled, _RADIUS, _RADIUS)
        return
    if animation is not None:
        clear = QColor(theme.glow_to)
        clear.setAlpha(0)
        gradient = QLinearGradient(track.topLeft(), track.topRight())
        for offset in (-0.3, 0.0, 0.3):
            place = min(1.0, max(0.0, animation * 1.6 - 0.3 + offset))
            gradient.setColorAt(place, theme.glow_from if offset == 0 else clear)
        painter.setBrush(gradient)
    else:
        painter.setBrush(theme.colour("accent/50"))
    painter.drawRoundedRect(track, _RADIUS, _RADIUS)
