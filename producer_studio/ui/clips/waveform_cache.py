"""Cache of small waveforms, drawn once from stored peaks."""

from collections import OrderedDict

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPixmap

from producer_studio.domain.ids import ClipId
from producer_studio.ui.widgets.waveform_bars import bars_pixmap

_MAX_ENTRIES = 160
"""About 13 kB each, 54 kB at twice the resolution; the tallest screens show 60."""


class WaveformCache:
    """LRU cache of waveform pixmaps by clip, size and colour."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[tuple[ClipId, int, int, int, float, int], QPixmap] = (
            OrderedDict()
        )

    def pixmap(
        self, clip: ClipId, peaks: bytes, size: QSize, ratio: float, colour: QColor
    ) -> QPixmap:
        """Returns a waveform of `size` logical pixels."""
        key = (clip, hash(peaks), size.width(), size.height(), ratio, colour.rgba())
        drawn = self._pixmaps.get(key)
        if drawn is None:
            drawn = bars_pixmap(peaks, size, colour, ratio)
            self._pixmaps[key] = drawn
            if len(self._pixmaps) > _MAX_ENTRIES:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        return drawn

    def clear(self) -> None:
        self._pixmaps.clear()
