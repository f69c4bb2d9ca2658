"""Pictures of a video, shown at the position of what is heard."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from producer_studio.translation import tr

if TYPE_CHECKING:
    from producer_studio.audio.video.frame_source import FrameSource
    from producer_studio.audio.video.video_reader import Frame

_INTERVAL_MS = 10
"""Less than a picture of 60 a second lasts, so that none is shown a whole one late."""


class PlaybackClock(Protocol):
    """Position that pictures follow; that of the sound engine."""

    @property
    def is_playing(self) -> bool:
        """Whether the position goes on by itself."""

    @property
    def position_s(self) -> float:
        """Position of what is heard now, in seconds."""


def import_video() -> None:
    """Imports what `open` needs; call it in a worker thread, as it takes 100 ms."""
    importlib.import_module("producer_studio.audio.video.frame_source")


class VideoFrames(QObject):
    """Shows the picture of a clock's position; late pictures are left out.

    Everything is decoded, and converted to the size of the screen, in another thread.

    Signals:
        opened: The video is open; whether it has sound of its own, and its length in seconds.
        frame_changed: Another picture is to be shown.
        failed: The video cannot be shown; why, as a sentence.
        damaged: Something is wrong with a video that is shown; what, as a sentence.
    """

    opened = Signal(bool, float)
    frame_changed = Signal()
    failed = Signal(str)
    damaged = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock: PlaybackClock | None = None
        self._source: FrameSource | None = None
        self._frame: Frame | None = None
        self._image = QImage()
        self._size = QSize()
        self._is_opened = False
        self._has_told_problem = False
        self._timer = QTimer(self, interval=_INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def image(self) -> QImage:
        """The picture, valid until the next one; null without any."""
        return self._image

    @property
    def shown_s(self) -> float | None:
        """Position in seconds from which the picture is shown; None without any."""
        return None if self._frame is None else self._frame.at_s

    def open(self, path: Path) -> None:
        """Opens another video; nothing is shown before `follow` and `set_size`."""
        from producer_studio.audio.video.frame_source import FrameSource  # start-up cost

        self.close()
        self._source = FrameSource(path)
        self._apply_size()
        self._timer.start()

    def close(self, *, waits: bool = False) -> None:
        """Closes the file, and shows no picture.

        Args:
            waits: Whether to return only after the decoding thread has ended.
        """
        source, self._source = self._source, None
        self._clock = None
        self._timer.stop()
        self._is_opened = self._has_told_problem = False
        if source is not None:
            source.request_close()
            if waits:
                source.close()
        self._show(None)

    def follow(self, clock: PlaybackClock) -> None:
        """Shows the pictures of a clock's position from now on."""
        self._clock = clock
        self.wake()

    def wake(self) -> None:
        """Looks at the clock again; to be called when it starts, stops or is set."""
        if self._source is not None and not self._timer.isActive():
            self._timer.start()

    def set_size(self, size: QSize) -> None:
        """Sets the size of the place where the pictures are shown, in pixels of the screen."""
        self._size = size
        self._apply_size()
        self.wake()

    def _apply_size(self) -> None:
        if self._source is not None and not self._size.isEmpty():
            self._source.set_box(self._size.width(), self._size.height())

    def _on_timeout(self) -> None:
        source = self._source
        if source is None:
            return
        if source.error:
            self._timer.stop()
            self.failed.emit(tr(source.error))
            return
        if source.info is not None and not self._is_opened:
            self._is_opened = True
            self.opened.emit(source.info.has_audio, source.info.duration_s)
        if self._clock is None or source is not self._source:
            return
        is_playing = self._clock.is_playing
        self._show(source.frame_at(self._clock.position_s, is_playing=is_playing))
        if source.problem and not self._has_told_problem:
            self._has_told_problem = True
            self.damaged.emit(tr(source.problem))
        if not is_playing and source.is_settled:
            self._timer.stop()

    def _show(self, frame: "Frame | None") -> None:
        if frame is self._frame:
            return
        # The image uses the memory of the frame, which is kept as long as the image.
        self._image = (
            QImage()
            if frame is None
            else QImage(
                frame.pixels,
                frame.width,
                frame.height,
                frame.stride,
                QImage.Format.Format_RGB32,
            )
        )
        self._frame = frame
        self.frame_changed.emit()
