"""Cache of cover pictures at their display size, scaled in a worker thread."""

import logging
from collections import OrderedDict
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from producer_studio.domain.ids import ClipId
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.ui.widgets.cover_art import decode_cover, draw_cover
from producer_studio.ui.widgets.lru_cache import LruCache

log = logging.getLogger(__name__)

_MAX_BYTES = 32 * 2**20
_MAX_ENTRIES = 300
"""Small ones are limited by number: several screenfuls, with picture and gradient each."""

_MAX_QUEUED = 60
_SHUTDOWN_TIMEOUT_S = 1.0

Size = tuple[int, int]


class CoverKey(NamedTuple):
    """Cover as it is painted; without a path, the clip's own gradient."""

    clip: ClipId
    path: Path | None
    size: Size
    ratio: float
    radius: float


class _ScaleSignals(QObject):
    picture_scaled = Signal(object, QImage)


def _scale(key: CoverKey, signals: _ScaleSignals) -> None:
    pixels = QSize(round(key.size[0] * key.ratio), round(key.size[1] * key.ratio))
    picture = decode_cover(key.path, pixels) if key.path else QImage()
    signals.picture_scaled.emit(key, picture)


class CoverCache(QObject):
    """Cache of rounded covers ready for painting, bounded in memory.

    `pixmap` never waits: it returns the clip's own gradient until the picture is scaled, and then
    emits `cover_loaded`.
    """

    cover_loaded = Signal()

    def __init__(self, parent: QObject | None = None, max_bytes: int = _MAX_BYTES) -> None:
        super().__init__(parent)
        # A drive that does not respond must not prevent the window from closing.
        self._pool = WorkerPool(1, "covers", shutdown_timeout_s=_SHUTDOWN_TIMEOUT_S)
        self._pixmaps: LruCache[CoverKey, QPixmap] = LruCache(
            _MAX_ENTRIES, max_bytes=max_bytes, size_of=_pixmap_bytes
        )
        self._queue: OrderedDict[CoverKey, None] = OrderedDict()
        self._current: CoverKey | None = None
        self._is_closed = False
        self._signals = _ScaleSignals(self)
        self._signals.picture_scaled.connect(self._on_picture_scaled)

    def pixmap(
        self, clip: ClipId, path: Path | None, size: Size, ratio: float, radius: float
    ) -> QPixmap:
        """Returns the cover at `size` logical pixels, with rounded corners."""
        own = CoverKey(clip, None, size, ratio, radius)
        if path is not None:
            key = CoverKey(clip, path, size, ratio, radius)
            ready = self._pixmaps.get(key)
            if ready is not None:
                if not ready.isNull():
                    return ready
            elif key != self._current:
                self._enqueue(key)
        ready = self._pixmaps.get(own)
        if ready is None:
            ready = _draw_rounded_cover(clip, None, size, ratio, radius)
            self._pixmaps.put(own, ready)
        return ready

    def invalidate(self, clip: ClipId) -> None:
        """Discards a clip's pixmaps, so that its picture is read again."""
        for key in [key for key in self._pixmaps if key.clip == clip]:
            self._pixmaps.discard(key)

    def close(self) -> None:
        """Waits briefly for the picture in progress, and starts no other."""
        self._queue.clear()
        self._is_closed = True
        self._pool.shutdown()

    def _enqueue(self, key: CoverKey) -> None:
        self._queue[key] = None
        self._queue.move_to_end(key)
        if len(self._queue) > _MAX_QUEUED:
            self._queue.popitem(last=False)
        self._start_next()

    def _start_next(self) -> None:
        if self._current is None and self._queue and not self._is_closed:
            # The latest request first: it is the one on the screen.
            key, _ = self._queue.popitem()
            self._current = key
            self._pool.submit(_scale, key, self._signals).add_done_callback(self._log_failure)

    def _log_failure(self, done: "Future[None]") -> None:
        error = done.exception()
        # A drive may respond only after the window and its signals have gone.
        if error is not None and not self._is_closed:
            log.error("Cannot scale cover", exc_info=error)

    def _on_picture_scaled(self, key: CoverKey, picture: QImage) -> None:
        self._current = None
        if picture.isNull():
            self._pixmaps.put(key, QPixmap())
        else:
            drawn = _draw_rounded_cover(
                key.clip, QPixmap.fromImage(picture), key.size, key.ratio, key.radius
            )
            self._pixmaps.put(key, drawn)
            self.cover_loaded.emit()
        self._start_next()


def _pixmap_bytes(pixmap: QPixmap) -> int:
    return 4 * pixmap.width() * pixmap.height()


def _draw_rounded_cover(
    clip: ClipId, picture: QPixmap | None, size: Size, ratio: float, radius: float
) -> QPixmap:
    pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_cover(painter, QRectF(0, 0, size[0], size[1]), clip, picture, radius)
    painter.end()
    return pixmap
