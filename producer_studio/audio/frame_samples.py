"""Conversion of decoded frames to arrays of samples."""

from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from producer_studio.audio.damaged_audio import Silence
from producer_studio.audio.resampler import StereoResampler
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

LOWEST_RATE, HIGHEST_RATE = 2_000, 768_000
"""Range of sample rates in Hz; damaged headers state any, and all buffers are sized by them."""

Block = NDArray[np.float32]
Planes = NDArray[Any]
"""Samples in their original format, shape (1 or 2, n)."""


class FrameConverter:
    """Converts the frames of one stream to planes at one sample rate.

    Mono and stereo at that rate keep their samples as they are. Surround, and frames of another
    rate, become stereo floats.
    """

    def __init__(self, rate: int) -> None:
        """Creates a converter to a rate in Hz, usually that of the stream."""
        self._rate = rate
        self._resampler: StereoResampler | None = None
        self._converts_from: tuple[str, str, int] | None = None
        self._before: Planes | None = None

    def convert(self, piece: AudioFrame | Silence) -> Planes:
        """Returns the samples of a frame, or zeros of the type of the frame before.

        Raises:
            MediaRejected: The channels cannot be mixed down to stereo, or the rate is impossible.
        """
        planes = self._silence(piece.samples) if isinstance(piece, Silence) else self._planes(piece)
        self._before = planes
        return planes

    def flush(self) -> Planes | None:
        """Returns what the resampler still holds, at the end of the stream; None if unused."""
        return None if self._resampler is None else _float_planes(_resample(self._resampler, None))

    def _planes(self, frame: AudioFrame) -> Planes:
        channels = frame.layout.nb_channels
        if frame.sample_rate != self._rate or channels > 2:
            return self._convert_to_stereo(frame)
        kind, samples = frame.format.name, frame.samples
        if kind in _PLANAR_TYPES:
            # PyAV's own conversions take longer than decoding, and so does numpy's "stack". Not
            # every version of PyAV declares in its types that planes are buffers.
            planes: tuple[Any, ...] = frame.planes
            made = np.empty((channels, samples), _PLANAR_TYPES[kind])
            for row, plane in zip(made, planes, strict=True):
                row[:] = np.frombuffer(plane, made.dtype, samples)
            return made
        return frame.to_ndarray().reshape(-1, channels).T

    def _silence(self, samples: int) -> Planes:
        kind, channels = (np.dtype("f4"), 2) if self._before is None else kind_of(self._before)
        middle = 128 if kind == np.dtype("u1") else 0
        return np.full((channels, samples), middle, kind)

    def _convert_to_stereo(self, frame: AudioFrame) -> Planes:
        if not LOWEST_RATE <= frame.sample_rate <= HIGHEST_RATE:
            # A frame of a few bytes and one sample a second would become 25 GB.
            raise MediaRejected(
                mark("The file is damaged: its sample rate changes to an impossible one.")
            )
        source_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        made: list[AudioFrame] = []
        if self._resampler is None or source_format != self._converts_from:
            if self._resampler is not None:
                made += _resample(self._resampler, None)
            self._resampler = StereoResampler(self._rate)
            self._converts_from = source_format
        frame.pts = None
        made += _resample(self._resampler, frame)
        return _float_planes(made)


def empty_block(frames: int) -> Block:
    """Returns a block of shape (frames, 2) to be filled, in which each channel is contiguous.

    Whatever is done to a whole channel is several times as fast as with alternating channels.
    """
    block: Block = np.empty((2, frames), np.float32).T
    return block


def silent_block(frames: int) -> Block:
    """Returns a block of zeros, otherwise as `empty_block`."""
    block: Block = np.zeros((2, frames), np.float32).T
    return block


def kind_of(planes: Planes) -> tuple[np.dtype[Any], int]:
    """Returns the sample type and the number of channels."""
    return planes.dtype, len(planes)


def join_planes(parts: Sequence[Planes]) -> Block:
    """Joins planes of one kind to float32 of shape (n, 2), in about -1 to 1."""
    # Concatenated as planes: both columns stay contiguous, which makes every later step faster.
    planes = np.concatenate(parts, axis=1)
    numbers = _SCALES[planes.dtype.str[1:]](planes)
    if len(numbers) == 1:
        numbers = np.broadcast_to(numbers, (2, numbers.shape[1]))
    return numbers.T


def _resample(resampler: StereoResampler, frame: AudioFrame | None) -> list[AudioFrame]:
    try:
        return resampler.resample(frame)
    except av.error.FFmpegError as error:
        raise MediaRejected(
            mark("The channels of this file cannot be mixed down to stereo."),
            service_words=str(error),
        ) from error


def _float_planes(frames: list[AudioFrame]) -> Planes:
    """Joins planar float frames to one array of shape (2, n)."""
    return np.concatenate([np.empty((2, 0), "f4"), *(one.to_ndarray() for one in frames)], axis=1)


def _scale_float(samples: Planes) -> Block:
    made = samples.astype(np.float32, copy=False)
    if np.isfinite(made).all():
        return made
    return np.nan_to_num(made, posinf=1.0, neginf=-1.0)


def _scale_integer(full_scale: float) -> Callable[[Planes], Block]:
    def convert(samples: Planes) -> Block:
        return samples.astype(np.float32) * np.float32(1.0 / full_scale)

    return convert


def _scale_unsigned(samples: Planes) -> Block:
    return (samples.astype(np.float32) - 128.0) * np.float32(1.0 / 128.0)


_PLANAR_TYPES: dict[str, np.dtype[Any]] = {
    "fltp": np.dtype("f4"),
    "dblp": np.dtype("f8"),
    "s16p": np.dtype("i2"),
    "s32p": np.dtype("i4"),
    "s64p": np.dtype("i8"),
    "u8p": np.dtype("u1"),
}
_SCALES: dict[str, Callable[[Planes], Block]] = {
    "f4": _scale_float,
    "f8": _scale_float,
    "i2": _scale_integer(2.0**15),
    "i4": _scale_integer(2.0**31),
    "i8": _scale_integer(2.0**63),
    "u1": _scale_unsigned,
}
