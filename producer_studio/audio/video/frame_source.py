"""A video that is decoded ahead of a position by a thread of its own."""

import threading
import time
from collections import deque
from contextlib import closing
from pathlib import Path

from av.video.frame import VideoFrame

from producer_studio.audio.video.video_reader import Box, Frame, VideoInfo, VideoReader
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.translation import mark

_MOST_FRAMES = 8
_LEAST_FRAMES = 2
_MOST_BYTES = 48 * 2**20
_JITTER_S = 0.3
"""While playing, the position may go back by so much: the latency of the device changes."""

_JUMP_S = 1.0
"""A position that goes on by more than this between two calls was chosen by somebody."""

_WORTH_A_SEEK_S = 3.0
_LATE_S = 0.3
"""Decoding that is later than this leaves out pictures that no other one depends on."""

_LONGEST_STILL_S = 0.4
"""Time after which a picture is shown even though it is late."""

_JOIN_S = 10.0
_NO_PICTURE = mark("This video has no picture that can be shown.")


class FrameSource:
    """Holds a few pictures from a position on, in the size of the place where they are shown.

    Nothing is decoded before `set_box`. All methods but `close` and `wait` return at once, and may
    be called from any thread.

    Attributes:
        info: Properties of the video; None until it is open.
        error: Why it cannot be shown, or no further; empty if it can.
        problem: What is wrong with a video that can be shown; empty if nothing was found so far.
        late_frames: Number of pictures that were left out because they were late.
    """

    def __init__(self, path: Path) -> None:
        """Starts to open the file."""
        self.info: VideoInfo | None = None
        self.error = ""
        self.problem = ""
        self.late_frames = 0
        self._path = path
        self._box: Box = (0, 0)
        self._shown: Frame | None = None
        self._ready: deque[Frame] = deque()
        self._asked_s = 0.0
        self._decoded_s = 0.0
        self._goal_s: float | None = 0.0
        self._is_seeking = True
        self._is_playing = False
        self._is_at_end = False
        self._is_closed = False
        self._made_at = 0.0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"video {path.name}", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether its thread has not ended yet."""
        return self._thread.is_alive()

    @property
    def is_settled(self) -> bool:
        """Whether the picture of the last position is there, or never will be."""
        with self._changed:
            return bool(self.error) or self._has_picture()

    def set_box(self, width: int, height: int) -> None:
        """Sets the size in pixels of the place where the pictures are shown."""
        with self._changed:
            self._box = (max(1, width), max(1, height))
            self._changed.notify_all()

    def frame_at(self, position_s: float, *, is_playing: bool) -> Frame | None:
        """Returns the picture of a position, or of one before if it is not decoded yet.

        A position that is not near the one before begins a seek.

        Args:
            position_s: Position of what is heard, in seconds.
            is_playing: Whether the position goes on by itself. It may then go back a little, and a
                new size applies to later pictures only.
        """
        with self._changed:
            if self._must_seek(position_s, is_playing=is_playing):
                self._goal_s, self._is_seeking, self._is_at_end = position_s, True, False
                self._ready.clear()
                self._changed.notify_all()
            self._asked_s, self._is_playing = position_s, is_playing
            while self._ready and (self._is_seeking or self._ready[0].at_s <= position_s):
                self._shown, self._is_seeking = self._ready.popleft(), False
                self._changed.notify_all()
            return self._shown

    def wait(self, timeout_s: float = _JOIN_S) -> bool:
        """Waits until another picture is decoded, or none will be."""
        with self._changed:
            return self._changed.wait_for(
                lambda: bool(self._ready or self.error or self._is_closed or self._is_at_end),
                timeout_s,
            )

    def close(self) -> None:
        """Ends the thread and closes the file."""
        self.request_close()
        self._thread.join(_JOIN_S)

    def request_close(self) -> None:
        """Lets the thread end soon, without waiting for it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _must_seek(self, position_s: float, *, is_playing: bool) -> bool:
        moved_s = position_s - self._asked_s
        shown = None if self._is_seeking else self._shown
        if moved_s < (-_JITTER_S if is_playing else 0.0):
            return shown is None or position_s < shown.at_s or not self._has_picture()
        if moved_s > _JUMP_S:
            return shown is None or position_s > self._decoded_s + _WORTH_A_SEEK_S
        return not is_playing and shown is not None and shown.box != self._box

    def _has_picture(self) -> bool:
        """Whether the picture of the last position is shown: the next one is known to be later."""
        if self._ready:
            return not self._is_seeking and self._ready[0].at_s > self._asked_s
        return self._is_at_end and not self._is_seeking

    def _run(self) -> None:
        try:
            with closing(VideoReader(self._path)) as reader:
                with self._changed:
                    self.info = reader.info
                    self._changed.notify_all()
                self._decode(reader)
        except (MediaRejected, StorageError) as error:
            self._fail(error.message)
        except BaseException:
            # Whoever waits for a picture must not wait for ever.
            self._fail(mark("This video cannot be shown."))
            raise
        finally:
            with self._changed:
                self._ready.clear()

    def _decode(self, reader: VideoReader) -> None:
        # One picture is held back: it is late, or not yet wanted, if the next one has begun, too.
        held: VideoFrame | None = None
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._is_closed:
                    return
                goal_s, self._goal_s = self._goal_s, None
                box, position_s, is_seeking = self._box, self._asked_s, self._is_seeking
            if goal_s is not None:
                reader.seek(goal_s)
                position_s, held = goal_s, None
                self._made_at = time.monotonic()
            self._hurry(reader, position_s, is_seeking=is_seeking)
            following = reader.read()
            if held is not None:
                self._offer(reader, held, following, box, position_s, is_seeking=is_seeking)
            if following is None:
                self._note_end(reader)
            held = following

    def _has_work(self) -> bool:
        if self._is_closed:
            return True
        if self._box == (0, 0):
            return False
        return self._goal_s is not None or (not self._is_at_end and not self._is_full())

    def _is_full(self) -> bool:
        count = len(self._ready)
        if count < _LEAST_FRAMES:
            return False
        size = sum(frame.pixels.nbytes for frame in self._ready)
        return count >= _MOST_FRAMES or size >= _MOST_BYTES

    def _hurry(self, reader: VideoReader, position_s: float, *, is_seeking: bool) -> None:
        late_s = position_s - self._decoded_s
        if is_seeking or late_s <= 0.0 or not self._is_playing:
            reader.is_hurried = False
        elif late_s > _LATE_S:
            reader.is_hurried = True

    def _offer(
        self,
        reader: VideoReader,
        frame: VideoFrame,
        following: VideoFrame | None,
        box: Box,
        position_s: float,
        *,
        is_seeking: bool,
    ) -> None:
        """Converts a picture, unless the next one is to be shown already."""
        is_late = following is not None and reader.time_of(following) <= position_s
        is_still = not is_seeking and time.monotonic() - self._made_at > _LONGEST_STILL_S
        made = reader.convert(frame, box) if not is_late or is_still else None
        with self._changed:
            if self._goal_s is not None:
                return
            self._decoded_s = reader.time_of(frame)
            if made is not None:
                self._made_at = time.monotonic()
                self._ready.append(made)
                self._changed.notify_all()
            elif not is_seeking:
                self.late_frames += 1

    def _note_end(self, reader: VideoReader) -> None:
        with self._changed:
            if self._goal_s is not None:
                return
            self._is_at_end = True
            self.problem = reader.problem
            if self._shown is None and not self._ready:
                self.error = _NO_PICTURE
            self._changed.notify_all()

    def _fail(self, message: str) -> None:
        with self._changed:
            self.error = message
            self._changed.notify_all()
