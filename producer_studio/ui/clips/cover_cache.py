"""Cover pictures at the size they are shown, scaled off the UI thread."""

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

log = logging.getLogger(__name__)

_MOST_BYTES = 32 * 2**20
_KEPT = 300
"""Small ones are bounded by their number: several screenfuls, with picture and gradient each."""

_WAITING = 60
_END_S = 1.0

Size = tuple[int, int]


class CoverKey(NamedTuple):
    """One cover as it is painted; without a path, the clip's own gradient."""

    clip: ClipId
    path: Path | None
    size: Size
    ratio: float
    radius: float


class _Arrived(QObject):
    picture = Signal(object, QImage)


def _scale(key: CoverKey, arrived: _Arrived) -> None:
    pixels = QSize(round(key.size[0] * key.ratio), round(key.size[1] * key.ratio))
    picture = scaled_cover(key.path, pixels) if key.path else QImage()
    arrived.picture.emit(key, picture)


def _log_failure(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        log.error("A cover could not be scaled", exc_info=error)


def scaled_cover(path: Path, pixels: QSize) -> QImage:
    """Fills `pixels` with the picture, cut evenly at its longer side; null when unreadable."""
    expanded = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    picture = decode_cover(path, lambda size: size.scaled(pixels, expanded))
    if picture.isNull():
        return picture
    left = (picture.width() - pixels.width()) // 2
    top = (picture.height() - pixels.height()) // 2
    return picture.copy(left, top, pixels.width(), pixels.height())


class CoverShelf(QObject):
    """Rounded covers ready for painting, bounded in memory.

    `pixmap` never waits: it answers with the clip's own gradient until the picture is scaled, and
    then sends `arrived`.
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None, most_bytes: int = _MOST_BYTES) -> None:
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._bytes = 0
        # A drive that does not answer must not keep the window from closing.
        self._pool = WorkerPool(1, "covers", end_s=_END_S)
        self._ready: OrderedDict[CoverKey, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[CoverKey, None] = OrderedDict()
        self._under_way: CoverKey | None = None
        self._is_closed = False
        self._back = _Arrived(self)
        self._back.picture.connect(self._on_picture)

    def pixmap(
        self, clip: ClipId, path: Path | None, size: Size, ratio: float, radius: float
    ) -> QPixmap:
        """The cover at `size` logical pixels, with rounded corners."""
        own = CoverKey(clip, None, size, ratio, radius)
        if path is not None:
            key = CoverKey(clip, path, size, ratio, radius)
            ready = self._ready.get(key)
            if ready is not None:
                self._ready.move_to_end(key)
                if not ready.isNull():
                    return ready
            elif key != self._under_way:
                self._ask(key)
        ready = self._ready.get(own)
        if ready is None:
            ready = _drawn(clip, None, size, ratio, radius)
            self._keep(own, ready)
        else:
            self._ready.move_to_end(own)
        return ready

    def forget(self, clip: ClipId) -> None:
        """Reads a clip's picture again, because another was stored."""
        for key in [key for key in self._ready if key.clip == clip]:
            self._bytes -= _weight(self._ready.pop(key))

    def close(self) -> None:
        """Waits a moment for the picture under way, and starts no other."""
        self._waiting.clear()
        self._is_closed = True
        self._pool.shutdown()

    def _ask(self, key: CoverKey) -> None:
        self._waiting[key] = None
        self._waiting.move_to_end(key)
        if len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        self._next()

    def _next(self) -> None:
        if self._under_way is None and self._waiting and not self._is_closed:
            # The latest wish first: it is the one on the screen.
            key, _ = self._waiting.popitem()
            self._under_way = key
            self._pool.submit(_scale, key, self._back).add_done_callback(_log_failure)

    def _on_picture(self, key: CoverKey, picture: QImage) -> None:
        self._under_way = None
        if picture.isNull():
            self._keep(key, QPixmap())
        else:
            drawn = _drawn(key.clip, QPixmap.fromImage(picture), key.size, key.ratio, key.radius)
            self._keep(key, drawn)
            self.arrived.emit()
        self._next()

    def _keep(self, key: CoverKey, pixmap: QPixmap) -> None:
        self._ready[key] = pixmap
        self._bytes += _weight(pixmap)
        while len(self._ready) > _KEPT or (self._bytes > self._most_bytes and len(self._ready) > 1):
            self._bytes -= _weight(self._ready.popitem(last=False)[1])


def _weight(pixmap: QPixmap) -> int:
    return 4 * pixmap.width() * pixmap.height()


def _drawn(
    clip: ClipId, picture: QPixmap | None, size: Size, ratio: float, radius: float
) -> QPixmap:
    pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_cover(painter, QRectF(0, 0, size[0], size[1]), clip, picture, radius)
    painter.end()
    return pixmap
