"""Seekable decoder of the pictures of a video."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from producer_studio.audio.container import (
    DECODER_OPTIONS,
    LONGEST_S,
    MOST_PIXELS,
    describe_media,
    open_media,
)
from producer_studio.audio.video.orientation import UPRIGHT, orientation_of
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

_NOT_A_VIDEO = mark("This file is not a video, or is damaged from the start.")
_NO_PICTURE = mark("This file has no moving picture.")
_UNKNOWN_CODEC = mark("The picture of this video is coded in a way that cannot be shown here.")
_TOO_LARGE = mark("The picture of this video is larger than 4K, or damaged.")
_MOST_DAMAGED = 500
"""Packets in a row that cannot be decoded, after which the rest is given up."""

_RETREATS_S = (0.0, 1.0, 8.0, LONGEST_S)
"""How much earlier to seek when FFmpeg arrives after the position: it goes by decoding time."""

_MOST_THREADS = 4
_WIDEST_PIXEL = 4.0
"""Width of a pixel to its height, or the reverse; a header that declares more is damaged."""

_FORMAT = "bgr0" if sys.byteorder == "little" else "0rgb"

Box = tuple[int, int]
"""Width and height in pixels of the place where a picture is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """Properties of a video, from its header.

    Attributes:
        duration_s: Length in seconds; 0 if the header has none.
        has_audio: Whether it has sound of its own.
    """

    duration_s: float
    has_audio: bool


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture for the screen.

    Attributes:
        at_s: Position from which it is shown, in seconds from the start of the sound.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        stride: Bytes from one line to the next.
        pixels: Four bytes a pixel: the number 0xffRRGGBB in the byte order of this computer, of
            which the highest byte has no meaning.
        box: Place that it was made for.
    """

    at_s: float
    width: int
    height: int
    stride: int
    pixels: memoryview
    box: Box


class VideoReader:
    """Reads the pictures of a video from any position, in the order in which they are shown.

    Use it on one thread.

    Attributes:
        info: Properties from the header.
        problem: Damage found so far, as a sentence; empty if there was none.
        is_hurried: Whether pictures that no other one depends on are left out.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            MediaRejected: It is no video, too long, or has too many pixels.
            StorageError: It does not exist or cannot be read.
        """
        self.problem = ""
        self.is_hurried = False
        self._files = ExitStack()
        self._path = path
        try:
            self._open()
        except BaseException:
            self._files.close()
            raise
        self._reformatter = VideoReformatter()
        self._frames: Iterator[VideoFrame] = self._decode()

    def close(self) -> None:
        """Closes the file."""
        self._files.close()

    def seek(self, seconds: float) -> None:
        """Goes to a picture at or before a position from which decoding can begin."""
        for retreat_s in _RETREATS_S:
            goal_s = seconds - retreat_s
            self._seek(goal_s)
            first = self.read()
            if first is None:
                continue
            self._frames = chain([first], self._frames)
            if goal_s <= 0.0 or self.time_of(first) <= seconds:
                return

    def read(self) -> VideoFrame | None:
        """Decodes the next picture; None at the end.

        Raises:
            MediaRejected: It has too many pixels.
        """
        frame = next(self._frames, None)
        if frame is not None:
            _check_size(frame.width, frame.height)
        return frame

    def time_of(self, frame: VideoFrame) -> float:
        """Returns the position of a decoded picture in seconds."""
        at = frame.pts if frame.pts is not None else frame.dts
        # Times such as 0.30000000000000004 would be after the position that they are for.
        return round((0.0 if at is None else at * self._time_base) - self._origin_s, 6)

    def convert(self, frame: VideoFrame, box: Box) -> Frame:
        """Converts a decoded picture to the largest size that fits a place on the screen.

        It is turned and mirrored as the file declares.
        """
        orientation = orientation_of(frame)
        turned_box = box[::-1] if orientation.is_transposed else box
        width, height = _fitted(frame, self._pixel_ratio, turned_box)
        made = self._reformatter.reformat(
            frame, width, height, _FORMAT, interpolation=Interpolation.BICUBIC, threads=1
        )
        (plane,) = made.planes
        at_s, pixels, stride = self.time_of(frame), memoryview(plane), plane.line_size
        if orientation != UPRIGHT:
            laid = orientation.lay(pixels, width, height, stride)
            height, width = laid.shape
            pixels, stride = laid.data.cast("B"), laid.strides[0]
        return Frame(at_s, width, height, stride, pixels, box)

    def _seek(self, seconds: float) -> None:
        at = round((max(0.0, seconds) + self._origin_s) / self._time_base)
        try:
            self._container.seek(at, stream=self._stream)
        except av.error.FFmpegError:
            # Without an index: from the start.
            self._files.close()
            self._open()
        self._frames = self._decode()

    def _open(self) -> None:
        try:
            container: InputContainer = self._files.enter_context(open_media(self._path))
        except MediaRejected as error:
            raise MediaRejected(_NOT_A_VIDEO, service_words=error.message) from error
        media = describe_media(container, self._path)
        self._container = container
        self._stream = _picture_stream(container)
        self._time_base = float(self._stream.time_base or 1)
        ratio = float(self._stream.sample_aspect_ratio or 1)
        self._pixel_ratio = ratio if 1 / _WIDEST_PIXEL <= ratio <= _WIDEST_PIXEL else 1.0
        duration = self._stream.duration
        duration_s = 0.0 if duration is None else duration * self._time_base
        duration_s = duration_s or (container.duration or 0) / 1_000_000
        if duration_s > LONGEST_S:
            raise MediaRejected(
                mark("The file claims to be {hours} hours long.", hours=round(duration_s / 3600))
            )
        self.info = VideoInfo(duration_s=duration_s, has_audio=media.has_audio)
        # The engine counts from the first sample of the sound.
        first = container.streams.audio[0] if media.has_audio else self._stream
        start = first.start_time
        self._origin_s = 0.0 if start is None else start * float(first.time_base or 0)

    def _decode(self) -> Iterator[VideoFrame]:
        context = self._stream.codec_context
        damaged = 0
        for packet in self._packets():
            context.skip_frame = "NONREF" if self.is_hurried else "DEFAULT"
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                self.problem = mark("A part of this video is damaged, and is not shown.")
                damaged += 1
                if damaged > _MOST_DAMAGED:
                    return
                continue
            damaged = 0
            yield from frames

    def _packets(self) -> "Iterator[Packet[VideoStream]]":
        demuxed = self._container.demux(self._stream)
        while True:
            try:
                yield next(demuxed)
            except StopIteration:
                return
            except av.error.FFmpegError:
                self.problem = mark("The rest of this video is damaged, and is not shown.")
                return


def _picture_stream(container: InputContainer) -> VideoStream:
    """Returns the first stream of moving pictures, ready to decode."""
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        # A stream whose codec FFmpeg does not know has no context, although the types declare one.
        context: VideoCodecContext | None = stream.codec_context
        if context is None:
            raise MediaRejected(_UNKNOWN_CODEC)
        _check_size(context.width, context.height)
        context.options = DECODER_OPTIONS
        context.thread_type = "AUTO"
        context.thread_count = min(_MOST_THREADS, os.cpu_count() or 1)
        return stream
    raise MediaRejected(_NO_PICTURE)


def _check_size(width: int, height: int) -> None:
    # FFmpeg reports no size if it is more than the options allow.
    if not 0 < width * height <= MOST_PIXELS:
        raise MediaRejected(_TOO_LARGE)


def _fitted(frame: VideoFrame, ratio: float, box: Box) -> Box:
    """Returns the largest size in a box that has the shape of the picture."""
    width, height = frame.width * ratio, float(frame.height)
    scale = min(box[0] / width, box[1] / height, (MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
