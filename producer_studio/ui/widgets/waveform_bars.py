"""Waveform bars drawn from stored peaks."""

from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

_BAR_WIDTH = 2.0
_BAR_PITCH = 3
_MIN_BAR_HEIGHT = 2.0
_HEIGHT_EXPONENT = 1.7


def bar_heights(peaks: bytes, count: int) -> list[float]:
    """Returns the heights of `count` bars, 0 to 1, the tallest of all being 1.

    The mean of the bins under a bar, with a curve that lowers small values: finished music peaks
    near full scale throughout, so that its loudest bins would draw one block and hide its dynamics.

    Args:
        peaks: Magnitudes 0 to 255 at equal distances over the clip, any number of them.
        count: Number of bars that fit.
    """
    if not peaks or count <= 0:
        return [0.0] * max(0, count)
    size = len(peaks)
    means = []
    for bar in range(count):
        start = bar * size // count
        end = max(start + 1, (bar + 1) * size // count)
        means.append(sum(peaks[start:end]) / (end - start))
    loudest = max(*means, 1.0)
    return [(mean / loudest) ** _HEIGHT_EXPONENT for mean in means]


def bars_pixmap(peaks: bytes, size: QSize, colour: QColor, ratio: float) -> QPixmap:
    """Draws all bars of a clip in one colour: 2 px wide, 1 px apart, rounded, mirrored.

    Args:
        peaks: As in `bar_heights`.
        size: Logical pixels.
        colour: Of the bars.
        ratio: Device pixels to a logical pixel.
    """
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Lines with round caps: a quarter of the time that a path of rounded rectangles takes.
    painter.setPen(QPen(colour, _BAR_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLines(_bar_lines(peaks, size))
    painter.end()
    return pixmap


def _bar_lines(peaks: bytes, size: QSize) -> list[QLineF]:
    middle = size.height() / 2
    count = (size.width() + 1) // _BAR_PITCH
    lines = []
    for bar, share in enumerate(bar_heights(peaks, count)):
        # The round caps add half a bar's width at each end; a line of no length draws nothing.
        reach = max(0.01, (max(_MIN_BAR_HEIGHT, share * size.height()) - _BAR_WIDTH) / 2)
        x = bar * _BAR_PITCH + _BAR_WIDTH / 2
        lines.append(QLineF(x, middle - reach, x, middle + reach))
    return lines
