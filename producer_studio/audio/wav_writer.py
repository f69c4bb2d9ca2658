"""Writing of WAV files, and the conversion of samples to integers."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from producer_studio.audio.riff import MAX_CHUNK_BYTES
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark


class Quantiser:
    """Converts float samples to integers of a given bit depth, shape (n, 2)."""

    def __init__(self, bits: int, *, dither: bool) -> None:
        self._scale = np.float32(2 ** (bits - 1))
        # Fixed seed: exporting twice gives identical files.
        self._noise = np.random.default_rng(0) if dither and bits == 16 else None

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.int32]:
        scaled = np.ascontiguousarray(block) * self._scale
        if self._noise is not None:
            scaled += self._noise.random(scaled.shape, np.float32)
            scaled -= self._noise.random(scaled.shape, np.float32)
        top = self._scale - 1
        numbers: NDArray[np.int32] = np.rint(np.clip(scaled, -self._scale, top)).astype(np.int32)
        return numbers


class WavWriter:
    """Appends blocks to an open WAV file.

    Attributes:
        frames: Number of frames so far.
    """

    def __init__(self, file: BinaryIO, bits: int, *, dither: bool) -> None:
        self._file = file
        self._bits = bits
        self._quantise = Quantiser(bits, dither=dither)
        self.frames = 0

    def write(self, block: NDArray[np.float32]) -> None:
        """Appends float samples of shape (n, 2), limited to -1 to 1."""
        self._write_integers(self._quantise(block))

    def write_silence(self, frames: int) -> None:
        """Appends zeros, without dither."""
        self._write_integers(np.zeros((frames, 2), np.int32))

    def _write_integers(self, numbers: NDArray[np.int32]) -> None:
        if self._bits == 16:
            self._file.write(numbers.astype("<i2").tobytes())
        else:
            wide = numbers.astype("<i4").view(np.uint8).reshape(-1, 4)
            self._file.write(wide[:, :3].tobytes())
        self.frames += len(numbers)


@contextmanager
def open_wav(
    target: Path,
    rate: int,
    bits: int,
    dither: bool,
    chunks: Callable[[int], bytes] | None = None,
) -> Iterator[WavWriter]:
    """Opens a stereo file of 16 or 24 bits; its header is complete when the context ends.

    Args:
        chunks: Returns whole chunks that stand before the audio, as recorders and some DAWs expect
            them, for a number of frames; their length must not depend on that number.

    Raises:
        OSError: The disk rejects the file.
    """
    with target.open("wb") as file:
        leading = b"" if chunks is None else chunks(0)
        file.write(_header(rate, bits, leading, 0))
        made = WavWriter(file, bits, dither=dither)
        yield made
        if chunks is not None:
            leading = chunks(made.frames)
        header = _header(rate, bits, leading, made.frames)
        file.seek(0)
        file.write(header)


def _header(rate: int, bits: int, leading: bytes, frames: int) -> bytes:
    frame_bytes = 2 * bits // 8
    size = frames * frame_bytes
    outer = 28 + len(leading) + 8 + size
    if outer > MAX_CHUNK_BYTES:
        raise MediaRejected(mark("The sound is too long for a WAV file. Choose FLAC."))
    layout = struct.pack("<HHIIHH", 1, 2, rate, rate * frame_bytes, frame_bytes, bits)
    return (
        struct.pack("<4sI4s4sI", b"RIFF", outer, b"WAVE", b"fmt ", len(layout))
        + layout
        + leading
        + struct.pack("<4sI", b"data", size)
    )
