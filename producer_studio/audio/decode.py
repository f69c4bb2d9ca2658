"""Audio decoder that yields blocks of samples."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from producer_studio.audio.container import (
    LONGEST_S,
    NOT_AUDIO_MESSAGE,
    MediaInfo,
    describe_media,
    open_media,
)
from producer_studio.audio.damaged_audio import GapFiller, Silence, open_gap_filler
from producer_studio.audio.resampler import StereoResampler
from producer_studio.domain.errors import MediaRejected

Block = NDArray[np.float32]
_Samples = NDArray[Any]

_BLOCK_FRAMES = 65_536
_MAX_MISSING_SHARE = 0.02
# Encoder delay and the last, partly filled frame are no reason to reject a file.
_MISSING_TOLERANCE_S = 0.15
_MAX_DAMAGED_SHARE = 0.05
_TOLERATED_LOSS_S = 0.25
"""Damage of this length is tolerated, however short the file is."""

# The last encoded frame is padded (AAC to 1,024 samples, HE-AAC to 2,048): an MP4 file may contain
# so much audio after the end that its edit list declares.
_MAX_PADDING_SAMPLES = 4_096

# A damaged header can declare any rate, and all buffers are sized by it.
_LOWEST_RATE, _HIGHEST_RATE = 2_000, 768_000
_MOST_CHANNELS = 24


class Decoder:
    """One pass through a file's first audio stream.

    Iterating yields float32 arrays of shape (n, 2) in about -1 to 1 at the native rate, with at
    most a few seconds in memory. A mono file has two equal columns; more than two channels are
    mixed down. Use it as a context manager, on one thread.

    Attributes:
        media_info: Properties from the file's header.
        rate: Sample rate of the blocks in Hz; that of `media_info`.
        is_integer_16: Whether the source has samples of at most 16 bits, so that 16 bits are exact.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            MediaRejected: It is not audio, or too long.
            StorageError: It does not exist or cannot be read.
        """
        self._path = path
        self._context = open_media(path)
        self._container: InputContainer = self._context.__enter__()
        try:
            self.media_info: MediaInfo = _require_audio(describe_media(self._container, path))
        except BaseException:
            self._container.close()
            raise
        self.rate = self.media_info.sample_rate
        self.is_integer_16 = self.media_info.sample_format.startswith(("u8", "s16"))
        self._resampler: StereoResampler | None = None
        self._converts_from: tuple[str, str, int] | None = None
        self._kind: tuple[np.dtype[Any], int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._context.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Block]:
        """Decodes from the start to the end, once.

        Raises:
            MediaRejected: The file is damaged, ends early, is empty, or does not end.
        """
        parts: list[_Samples] = []
        waiting = total = 0
        for planes in self._trim_padding(self._all_planes()):
            if self._kind_of(planes) != self._kind:
                # A stream may change from mono to stereo, or change its sample format.
                if parts:
                    yield self._join_planes(parts)
                parts, waiting = [], 0
                self._kind = self._kind_of(planes)
            parts.append(planes)
            waiting += planes.shape[1]
            total += planes.shape[1]
            if total > LONGEST_S * self.rate:
                raise MediaRejected("The audio never ends: too long.")
            if waiting >= _BLOCK_FRAMES:
                yield self._join_planes(parts)
                parts, waiting = [], 0
        if parts:
            yield self._join_planes(parts)
        self._check_length(total)

    def _all_planes(self) -> Iterator[_Samples]:
        for piece in self._frames_and_silence():
            yield self._planes(piece)
        if self._resampler is not None:
            yield _float_planes(_resample(self._resampler, None))

    def _trim_padding(self, pieces: Iterator[_Samples]) -> Iterator[_Samples]:
        """Removes the padding of an MP4 file's last frame, as its edit list requires of players.

        If much more audio follows, the header is wrong and all audio is preserved.
        """
        end = self._end_by_edit_list()
        total = 0
        surplus: list[_Samples] = []
        for planes in pieces:
            if end is None:
                yield planes
                continue
            keep = max(0, end - total)
            total += planes.shape[1]
            if keep:
                yield planes[:, :keep]
            if planes.shape[1] > keep:
                surplus.append(planes[:, keep:])
            if total - end > _MAX_PADDING_SAMPLES:
                yield from surplus
                surplus.clear()
                end = None

    def _end_by_edit_list(self) -> int | None:
        """Returns the number of samples that an MP4 file's header declares; None for others."""
        stream = self._container.streams.audio[0]
        if "m4a" not in self.media_info.container.split(",") or not stream.duration:
            return None
        return round(stream.duration * (stream.time_base or 0) * self.rate) or None

    def _frames_and_silence(self) -> Iterator[AudioFrame | Silence]:
        """Yields frames, and silence in place of damaged audio."""
        stream = self._container.streams.audio[0]
        claimed = self.media_info.duration_s
        with open_gap_filler(self._path, self.media_info.container, stream, claimed) as gaps:
            yield from self._decode_packets(stream, gaps)

    def _decode_packets(
        self, stream: AudioStream, gaps: GapFiller
    ) -> Iterator[AudioFrame | Silence]:
        packets = damaged = good = 0
        demuxed = self._container.demux(stream)
        while True:
            try:
                packet = next(demuxed)
            except StopIteration:
                break
            except av.error.FFmpegError as error:
                raise MediaRejected("The file is damaged.", service_words=str(error)) from error
            packets += 1
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                yield from gaps.replace_damaged(packet)
            else:
                good += sum(frame.samples for frame in frames)
                yield from gaps.fill_before(packet, frames)
        yield from gaps.flush()
        too_much = max(
            _TOLERATED_LOSS_S * self.rate, (good + gaps.lost_samples) * _MAX_DAMAGED_SHARE
        )
        if gaps.is_truncated:
            raise MediaRejected(
                "The audio ends early: the file stops in the middle, after "
                f"{good / self.rate:.1f} seconds."
            )
        if damaged > max(2, packets * _MAX_DAMAGED_SHARE) or gaps.lost_samples > too_much:
            raise MediaRejected("The file is damaged: much of its audio cannot be decoded.")

    def _planes(self, piece: AudioFrame | Silence) -> _Samples:
        """Returns the samples in their original format, shape (1 or 2, n)."""
        if isinstance(piece, Silence):
            return self._silence(piece.samples)
        frame = piece
        channels = len(frame.layout.channels)
        if frame.sample_rate != self.rate or channels > 2:
            return self._convert_to_stereo(frame)
        kind = frame.format.packed.name
        if frame.format.is_planar:
            # PyAV's own conversions take longer than decoding. Not every version of PyAV declares
            # in its types that planes are buffers.
            planes: tuple[Any, ...] = frame.planes
            return np.stack([np.frombuffer(plane, _TYPES[kind], frame.samples) for plane in planes])
        return frame.to_ndarray().reshape(-1, channels).T

    def _silence(self, samples: int) -> _Samples:
        """Returns zeros of the previous sample type; of float if there is none."""
        kind, channels = self._kind or (np.dtype("f4"), 2)
        middle = 128 if kind == np.dtype("u1") else 0
        return np.full((channels, samples), middle, kind)

    @staticmethod
    def _kind_of(planes: _Samples) -> tuple[np.dtype[Any], int]:
        return planes.dtype, len(planes)

    @staticmethod
    def _join_planes(parts: list[_Samples]) -> Block:
        # Concatenated as planes: both columns stay contiguous, which makes every later step faster.
        planes = np.concatenate(parts, axis=1)
        numbers = _SCALES[planes.dtype.str[1:]](planes)
        if len(numbers) == 1:
            numbers = np.broadcast_to(numbers, (2, numbers.shape[1]))
        return numbers.T

    def _convert_to_stereo(self, frame: AudioFrame) -> _Samples:
        """Converts to stereo floats at the native rate, for surround and for changing rates."""
        source_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        made: list[AudioFrame] = []
        if self._resampler is None or source_format != self._converts_from:
            if self._resampler is not None:
                made += _resample(self._resampler, None)
            self._resampler = StereoResampler(self.rate)
            self._converts_from = source_format
        frame.pts = None
        made += _resample(self._resampler, frame)
        return _float_planes(made)

    def _check_length(self, total: int) -> None:
        if total == 0:
            raise MediaRejected("The file contains no audio.")
        claimed = self.media_info.duration_s
        if claimed is None:
            return
        decoded = total / self.rate
        if claimed - decoded > max(claimed * _MAX_MISSING_SHARE, _MISSING_TOLERANCE_S):
            raise MediaRejected(
                f"The audio ends early: {decoded:.1f} of {claimed:.1f} seconds are present."
            )


def decode(path: Path) -> Iterator[Block]:
    """Yields the whole file as float32 arrays of shape (n, 2); see `Decoder`.

    Raises:
        MediaRejected: It is not audio, damaged, too long, or ends early (at the end of the pass).
        StorageError: It does not exist or cannot be read.
    """
    with Decoder(path) as decoder:
        yield from decoder


def _require_audio(media_info: MediaInfo) -> MediaInfo:
    if not media_info.has_audio:
        raise MediaRejected("The file contains no audio.")
    if (
        not 0 < media_info.channels <= _MOST_CHANNELS
        or not _LOWEST_RATE <= media_info.sample_rate <= _HIGHEST_RATE
    ):
        raise MediaRejected(NOT_AUDIO_MESSAGE)
    return media_info


def _resample(resampler: StereoResampler, frame: AudioFrame | None) -> list[AudioFrame]:
    try:
        return resampler.resample(frame)
    except av.error.FFmpegError as error:
        raise MediaRejected(
            "The channels of this file cannot be mixed down to stereo.", service_words=str(error)
        ) from error


def _float_planes(frames: list[AudioFrame]) -> _Samples:
    """Joins planar float frames to one array of shape (2, n)."""
    return np.concatenate([np.empty((2, 0), "f4"), *(one.to_ndarray() for one in frames)], axis=1)


def _scale_float(samples: _Samples) -> Block:
    return np.nan_to_num(samples.astype(np.float32, copy=False), posinf=1.0, neginf=-1.0)


def _scale_integer(full_scale: float) -> Callable[[_Samples], Block]:
    def convert(samples: _Samples) -> Block:
        return samples.astype(np.float32) * np.float32(1.0 / full_scale)

    return convert


def _scale_unsigned(samples: _Samples) -> Block:
    return (samples.astype(np.float32) - 128.0) * np.float32(1.0 / 128.0)


_TYPES = {"flt": "f4", "dbl": "f8", "s16": "i2", "s32": "i4", "s64": "i8", "u8": "u1"}
_SCALES: dict[str, Callable[[_Samples], Block]] = {
    "f4": _scale_float,
    "f8": _scale_float,
    "i2": _scale_integer(2.0**15),
    "i4": _scale_integer(2.0**31),
    "i8": _scale_integer(2.0**63),
    "u1": _scale_unsigned,
}
