"""Seekable decoder at the engine's sample rate."""

from collections.abc import Iterator
from math import gcd
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame

from producer_studio.audio.engine.native_reader import NativeReader
from producer_studio.audio.frame_samples import Block
from producer_studio.audio.resampler import StereoResampler
from producer_studio.domain.media_note import ENDS_EARLY
from producer_studio.translation.numbers import FixedDecimal

_RESAMPLER_FRAMES = 1_024
"""More than half the length of the resampler's filter, in frames of the lower rate."""

_RESAMPLED_AT_ONCE = 16_384
_TAPS_UP = 64
_MISSING_TOLERANCE_S = 0.15


class FileReader:
    """Reads a file as stereo at one rate, from any frame, as a full pass would decode it.

    Use it on one thread.

    Attributes:
        position: Frame that `read_into` reads next.
        end: Number of frames; None until the end was reached once.
        declared_frames: Number of frames by the header; None if it declares none.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """Opens the file.

        Raises:
            MediaRejected: It is not audio, or too long.
            StorageError: It does not exist or cannot be read.
        """
        self._native = NativeReader(path)
        self._rate = rate
        common = gcd(rate, self._native.rate)
        self._up, self._down = rate // common, self._native.rate // common
        duration_s = self._native.media_info.duration_s
        self.declared_frames = None if duration_s is None else round(duration_s * rate)
        self.position = 0
        self.end: int | None = None
        self._blocks = self._blocks_from(0)
        self._rest: Block | None = None

    @property
    def problem(self) -> str:
        """Damage of the file, as a sentence; empty if none was found so far."""
        if self._native.problem or self.end is None or self.declared_frames is None:
            return self._native.problem
        missing = self.declared_frames - self.end
        if missing <= max(0.02 * self.declared_frames, _MISSING_TOLERANCE_S * self._rate):
            return ""
        return ENDS_EARLY.with_values(
            present=FixedDecimal(self.end / self._rate, 1),
            whole=FixedDecimal(self.declared_frames / self._rate, 1),
        )

    def close(self) -> None:
        """Closes the file."""
        self._native.close()

    def build_index(self) -> None:
        """Makes later seeks fast in formats without an index; reads the file once."""
        self._native.build_index()
        self.seek(self.position)

    def seek(self, frame: int) -> None:
        """Goes to a frame; the work is done by the next read."""
        self.position = frame
        self._rest = None
        self._blocks = self._blocks_from(frame)

    def read_into(self, target: Block) -> int:
        """Fills an array of shape (n, 2) and returns the number of frames; fewer only at the end.

        Raises:
            MediaRejected: The channels cannot be mixed down.
            StorageError: The file is gone.
        """
        filled = 0
        while filled < len(target):
            block = self._rest if self._rest is not None else next(self._blocks, None)
            self._rest = None
            if block is None:
                break
            count = min(len(block), len(target) - filled)
            target[filled : filled + count] = block[:count]
            filled += count
            if count < len(block):
                self._rest = block[count:]
        self.position += filled
        if filled < len(target) and self._native.end is not None:
            self.end = -(-self._native.end * self._up // self._down)
            if filled:
                # What came out of the resampler is right to the sample.
                self.end = self.position
        return filled

    def _blocks_from(self, frame: int) -> Iterator[Block]:
        if self._up == self._down:
            yield from self._native.blocks_from(frame)
            return
        # Only at these frames do both rates have a sample at the same time.
        least = frame * self._down / self._up - _RESAMPLER_FRAMES * max(1, self._down / self._up)
        step = max(0, int(least // self._down))
        to_drop = frame - step * self._up
        for block in self._resampled(self._native.blocks_from(step * self._down)):
            if to_drop < len(block):
                yield block[to_drop:]
            to_drop = max(0, to_drop - len(block))

    def _resampled(self, blocks: Iterator[Block]) -> Iterator[Block]:
        # To a higher rate nothing audible is beside the filter's edge.
        taps = {"taps": _TAPS_UP} if self._up > self._down else {}
        resampler = StereoResampler(self._rate, **taps)
        waiting: list[Block] = []
        count = 0
        for block in blocks:
            waiting.append(block)
            count += len(block)
            if count >= _RESAMPLED_AT_ONCE:
                yield from _arrays(resampler.resample(_frame(waiting, self._native.rate)))
                waiting, count = [], 0
        if waiting:
            yield from _arrays(resampler.resample(_frame(waiting, self._native.rate)))
        yield from _arrays(resampler.resample(None))


def _frame(blocks: list[Block], rate: int) -> AudioFrame:
    planes = np.ascontiguousarray(np.concatenate([block.T for block in blocks], axis=1))
    frame = AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
    frame.sample_rate = rate
    return frame


def _arrays(frames: list[AudioFrame]) -> Iterator[Block]:
    for frame in frames:
        yield frame.to_ndarray().astype(np.float32, copy=False).T
