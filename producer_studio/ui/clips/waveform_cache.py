"""Cache of small waveforms, drawn once from stored peaks."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPixmap

from producer_studio.domain.ids import ClipId
from producer_studio.ui.widgets.lru_cache import LruCache
from producer_studio.ui.widgets.waveform import bars_pixmap

_MAX_ENTRIES = 160
"""About 13 kB each, 54 kB at twice the resolution; the tallest screens show 60."""


class WaveformCache:
    """LRU cache of waveform pixmaps by clip, size and colour."""

    def __init__(self) -> None:
        self._pixmaps: LruCache[tuple[ClipId, int, int, int, float, int], QPixmap] = LruCache(
            _MAX_ENTRIES
        )

    def pixmap(
        self, clip: ClipId, peaks: bytes, size: QSize, ratio: float, colour: QColor
    ) -> QPixmap:
        """Returns a waveform of `size` logical pixels."""
        key = (clip, hash(peaks), size.width(), size.height(), ratio, colour.rgba())
        drawn = self._pixmaps.get(key)
        if drawn is None:
            drawn = bars_pixmap(peaks, size, colour, ratio)
            self._pixmaps.put(key, drawn)
        return drawn

    def clear(self) -> None:
        self._pixmaps.clear()
