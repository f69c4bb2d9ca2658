"""Seekable decoder at a file's own sample rate."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from producer_studio.audio.container import LONGEST_S, MediaInfo, describe_media, open_media
from producer_studio.audio.damaged_audio import GapFiller, Silence, open_gap_filler
from producer_studio.audio.decode import require_audio
from producer_studio.audio.edit_list import declared_end, trim_padding
from producer_studio.audio.frame_samples import Block, FrameConverter, Planes, join_planes, kind_of
from producer_studio.audio.packet_positions import RAW_FORMATS
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

_PREROLL_FRAMES = {"mp3": 11_520, "mp3float": 11_520, "opus": 9_600, "vorbis": 16_384}
"""Lead-in in frames until a decoder's output equals a full pass: MP3's bit reservoir, overlaps."""

_OTHER_PREROLL_FRAMES = 8_192
_EXACT_CODECS = ("pcm_", "flac", "alac")
_BLOCK_FRAMES = 4_096
_RETREATS_S = (0.0, 1.0, 8.0)
"""How much earlier to seek when FFmpeg arrives after the position."""


class NativeReader:
    """Reads a file's audio from any position; position 0 is the first sample of a full decode.

    Use it on one thread.

    Attributes:
        media_info: Properties from the file's header.
        rate: Sample rate in Hz.
        end: Number of frames in the file; None until a pass has reached the end.
        problem: What was wrong with the file so far, as a sentence; empty if nothing.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            MediaRejected: It is not audio.
            StorageError: It does not exist or cannot be read.
        """
        self._path = path
        self._files = ExitStack()
        self._open()
        self.rate = self.media_info.sample_rate
        self.end: int | None = None
        self.problem = ""
        self._origin: float | None = None
        self._damaged_from = float("inf")
        self._first_size = self._size = 0
        name = self._stream.codec_context.codec.name
        self._preroll = (
            0
            if name.startswith(_EXACT_CODECS)
            else _PREROLL_FRAMES.get(name, _OTHER_PREROLL_FRAMES)
        )

    def close(self) -> None:
        """Closes the file."""
        self._files.close()

    def blocks_from(self, begin: int) -> Iterator[Block]:
        """Yields float32 blocks of shape (n, 2); the first one begins exactly at a frame.

        It yields nothing if the file ends before that. A call ends the iterators of earlier calls.

        Raises:
            MediaRejected: The channels cannot be mixed down, or the audio does not end.
            StorageError: The file is gone.
        """
        parts: list[Planes] = []
        count, kind = 0, None
        for planes in self._planes_from(begin):
            kind_before, kind = kind, kind_of(planes)
            if parts and (count >= _BLOCK_FRAMES or kind != kind_before):
                yield join_planes(parts)
                parts, count = [], 0
            parts.append(planes)
            count += planes.shape[1]
        if parts:
            yield join_planes(parts)

    def build_index(self) -> None:
        """Lets FFmpeg read formats without an index once, which makes later seeks fast."""
        if self.media_info.container in RAW_FORMATS and self._origin is not None:
            try:
                self._container.seek(1 << 48, stream=self._stream)
            except av.error.FFmpegError:
                return

    def _open(self) -> None:
        self._files.close()
        self._container: InputContainer = self._files.enter_context(open_media(self._path))
        try:
            self.media_info: MediaInfo = require_audio(describe_media(self._container, self._path))
        except BaseException:
            self._files.close()
            raise
        self._stream: AudioStream = self._container.streams.audio[0]
        self._stream.codec_context.thread_count = 1
        self._scale = float(self._stream.time_base or 0) * self.media_info.sample_rate
        self._is_used = False

    def _planes_from(self, begin: int) -> Iterator[Planes]:
        converter = FrameConverter(self.rate)
        first, pieces = self._pieces_before(begin)
        position = first
        stop = declared_end(self._stream, self.media_info)

        def converted() -> Iterator[Planes]:
            at = first
            for piece in pieces:
                if isinstance(piece, Silence) and self.media_info.container in RAW_FORMATS:
                    self._damaged_from = min(self._damaged_from, at)
                at += piece.samples
                yield converter.convert(piece)
            if (rest := converter.flush()) is not None:
                yield rest

        for planes in trim_padding(converted(), stop, first):
            count = planes.shape[1]
            if position + count > begin:
                yield planes[:, max(0, begin - position) :]
            position += count
            if position > LONGEST_S * self.rate:
                raise MediaRejected(mark("The audio never ends: too long."))
        self.end = max(0, position)

    def _pieces_before(self, begin: int) -> tuple[int, Iterator[AudioFrame | Silence]]:
        """Returns a position at or before `begin`, and what is decoded from there."""
        # FFmpeg numbers the frames of raw formats, and does not count those that are missing.
        is_timed = begin - self._preroll <= self._damaged_from
        if self._origin is not None and begin > self._preroll and is_timed:
            for retreat_s in _RETREATS_S:
                goal = begin - self._preroll - round(retreat_s * self.rate)
                if goal <= 0:
                    break
                found = self._seek(goal)
                if found is not None and found[0] <= begin:
                    return found
        return self._begin()

    def _begin(self) -> tuple[int, Iterator[AudioFrame | Silence]]:
        # A decoder that was used before makes other noise, and may lack what it overlaps with.
        if self._is_used:
            self._open()
        self._is_used = True
        pieces = self._decode(0)
        leading: list[AudioFrame | Silence] = []
        if self._origin is None:
            frames: list[AudioFrame] = []
            for piece in pieces:
                leading.append(piece)
                if isinstance(piece, AudioFrame):
                    frames.append(piece)
                if len(frames) == 2:
                    break
            if frames:
                self._origin = (frames[0].pts or 0) * self._scale
                self._first_size, self._size = frames[0].samples, frames[-1].samples
        return 0, chain(leading, pieces)

    def _seek(self, goal: int) -> tuple[int, Iterator[AudioFrame | Silence]] | None:
        if self._is_used and self.media_info.container == "ogg":
            # FFmpeg keeps an index of the packets it has read, in which each one is where its page
            # begins: a seek by it gives the page the time of one of its later packets.
            self._open()
        self._is_used = True
        offset = round(((self._origin or 0.0) + goal) / self._scale)
        try:
            self._container.seek(offset, stream=self._stream)
        except av.error.FFmpegError:
            return None
        pieces = self._decode(goal)
        # The first frame of an overlapping codec is incomplete, and may be cut.
        to_drop = 1 if self._preroll else 0
        for piece in pieces:
            if not isinstance(piece, AudioFrame) or piece.pts is None:
                continue
            if to_drop:
                to_drop -= 1
                continue
            return self._position_of(piece), chain([piece], pieces)
        return None

    def _position_of(self, frame: AudioFrame) -> int:
        at = (frame.pts or 0) * self._scale - (self._origin or 0.0)
        if self._size and self._scale > 2.0:
            # Timestamps in milliseconds: frames of one size tell the sample.
            return self._first_size + round((at - self._first_size) / self._size) * self._size
        return round(at)

    def _decode(self, begin: int) -> Iterator[AudioFrame | Silence]:
        """Yields frames, and silence in place of damaged audio."""
        packets = self._packets()
        head = next(packets, None)
        if head is None:
            return
        info = self.media_info
        first_byte = head.pos or 0 if begin else 0
        with open_gap_filler(
            self._path, info.container, self._stream, info.duration_s, first_byte
        ) as gaps:
            yield from self._decode_packets(chain([head], packets), gaps)

    def _decode_packets(
        self, packets: "Iterator[Packet[AudioStream]]", gaps: GapFiller
    ) -> Iterator[AudioFrame | Silence]:
        for packet in packets:
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                yield from gaps.replace_damaged(packet)
            else:
                yield from gaps.fill_before(packet, frames)
        yield from gaps.flush()
        if gaps.is_truncated:
            self.problem = mark("The audio ends early: the file stops in the middle.")

    def _packets(self) -> "Iterator[Packet[AudioStream]]":
        demuxed = self._container.demux(self._stream)
        while True:
            try:
                yield next(demuxed)
            except StopIteration:
                return
            except av.error.FFmpegError:
                self.problem = mark("The file is damaged.")
                return
