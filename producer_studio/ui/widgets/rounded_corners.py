"""Round corners of windows that float."""

import math

from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget


def clip_corners(window: QWidget, radius: int) -> None:
    """Cuts off what is outside the round corners that a window paints.

    Where the desktop blends no windows, what is transparent would be black there. Call it at every
    change of size.

    Args:
        radius: Of the painted corners, in logical pixels.
    """
    width, height = window.width(), window.height()
    region = QRegion(0, radius, width, max(0, height - 2 * radius))
    for line in range(radius):
        # To the nearest pixel: the soft edge outside of it would show as a dark one.
        inset = round(radius - math.sqrt(radius**2 - (radius - line - 0.5) ** 2))
        for y in (line, height - 1 - line):
            region = region.united(QRegion(inset, y, width - 2 * inset, 1))
    window.setMask(region)
