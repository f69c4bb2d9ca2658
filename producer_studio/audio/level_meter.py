"""Levels of a clip that are found block by block: silence, clipping, end, width."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -60.0
"""Samples below this count as silence at the start and at the end."""

FULL_SCALE = 1.0 - 1.0 / 32_768
"""Magnitude from which a sample counts as clipped: the largest of 16 bits."""

MIN_CLIPPED_RUN = 3
"""Number of clipped samples in a row that are heard as distortion."""

_END_S = 0.05
_SILENCE = 10 ** (SILENCE_DBFS / 20)
_CHUNK_FRAMES = 4096

_MAX_RATIO_DB = 120.0
_ROUNDING = 1e-7
"""Sums are of single precision: a part of the power below this is rounding."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a whole clip; the attributes are those of `AudioMeasurements`."""

    head_s: float
    tail_s: float
    clipped_samples: int
    clipped_runs: int
    end_dbfs: float | None
    side_to_mid_db: float | None


class LevelMeter:
    """Level meter that is fed block by block."""

    def __init__(self, rate: int, channels: int) -> None:
        """Creates a meter for a sample rate in Hz; 1 channel means that both columns are equal."""
        self._rate = rate
        self._is_mono = channels == 1
        self._frames = 0
        self._first_loud: int | None = None
        self._last_loud = -1
        self._clipped_samples = 0
        self._clipped_runs = 0
        self._open_runs = [0, 0]
        self._power = np.zeros((2, 2))
        self._end = np.empty((0, 2), np.float32)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Adds the next frames, shape (n, 2)."""
        if len(block) == 0:
            return
        loudest = float(max(block.max(), -block.min()))
        if loudest >= _SILENCE:
            self._find_loud_frames(block)
        if loudest >= FULL_SCALE or any(self._open_runs):
            self._count_clipped(block)
        self._power += block.T @ block
        kept = round(_END_S * self._rate)
        self._end = np.concatenate((self._end, block[-kept:]))[-kept:]
        self._frames += len(block)

    def levels(self) -> Levels:
        """Returns the levels of all blocks."""
        head, tail = self._frames, 0
        if self._first_loud is not None:
            head, tail = self._first_loud, self._frames - 1 - self._last_loud
        return Levels(
            head_s=round(head / self._rate, 3),
            tail_s=round(tail / self._rate, 3),
            clipped_samples=self._clipped_samples,
            clipped_runs=self._clipped_runs,
            end_dbfs=self._end_dbfs(),
            side_to_mid_db=self._side_to_mid_db(),
        )

    def _find_loud_frames(self, block: NDArray[np.float32]) -> None:
        """Finds the first loud frame of all and the last of this block, which has one.

        It looks at no more than it needs: most blocks are loud at their end.
        """
        if self._first_loud is None:
            self._first_loud = self._frames + int(_loud_frames(block)[0])
        for end in range(len(block), 0, -_CHUNK_FRAMES):
            start = max(0, end - _CHUNK_FRAMES)
            loud = _loud_frames(block[start:end])
            if len(loud):
                self._last_loud = self._frames + start + int(loud[-1])
                return

    def _count_clipped(self, block: NDArray[np.float32]) -> None:
        """Counts clipped samples and runs of them, which may go on in the next block."""
        for channel in range(1 if self._is_mono else 2):
            is_clipped = np.abs(block[:, channel]) >= FULL_SCALE
            self._clipped_samples += int(is_clipped.sum())
            edges = np.diff(np.concatenate(([0], is_clipped.astype(np.int8), [0])))
            starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
            lengths = ends - starts
            before = self._open_runs[channel]
            self._open_runs[channel] = 0
            if len(lengths) and starts[0] == 0:
                lengths[0] += before
                # A run that was long enough in the block before is counted already.
                self._clipped_runs -= int(before >= MIN_CLIPPED_RUN)
            self._clipped_runs += int((lengths >= MIN_CLIPPED_RUN).sum())
            if len(lengths) and ends[-1] == len(block):
                self._open_runs[channel] = int(lengths[-1])

    def _end_dbfs(self) -> float | None:
        power = float(np.square(self._end, dtype=np.float64).mean()) if len(self._end) else 0.0
        return round(10 * math.log10(power), 2) if power > 0 else None

    def _side_to_mid_db(self) -> float | None:
        if self._is_mono:
            return None
        both = self._power[0, 0] + self._power[1, 1]
        across = 2 * self._power[0, 1]
        mid, side = both + across, both - across
        if both <= 0:
            return None
        if mid <= both * _ROUNDING:
            return _MAX_RATIO_DB
        if side <= both * _ROUNDING:
            return -_MAX_RATIO_DB
        return round(10 * math.log10(side / mid), 2)


def _loud_frames(block: NDArray[np.float32]) -> NDArray[np.intp]:
    """Returns the indices of the frames that are no silence."""
    # Column by column: a maximum along the second axis takes ten times as long.
    is_loud = np.abs(block[:, 0]) >= _SILENCE
    is_loud |= np.abs(block[:, 1]) >= _SILENCE
    return np.flatnonzero(is_loud)
