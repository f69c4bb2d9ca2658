"""Rounded corners of popup windows."""

import math

from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget


def clip_corners(window: QWidget, radius: int) -> None:
    """Masks the area outside the rounded corners that a window paints.

    Without a compositor, the transparent area would be black. Call it at every change of size.

    Args:
        radius: Of the painted corners, in logical pixels.
    """
    width, height = window.width(), window.height()
    region = QRegion(0, radius, width, max(0, height - 2 * radius))
    for line in range(radius):
        # To the nearest pixel: the antialiased edge outside of it would be visible as a dark one.
        inset = round(radius - math.sqrt(radius**2 - (radius - line - 0.5) ** 2))
        for y in (line, height - 1 - line):
            region = region.united(QRegion(inset, y, width - 2 * inset, 1))
    window.setMask(region)
