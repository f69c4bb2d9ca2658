"""Waveform peaks of a clip, small enough to be stored with it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

BINS = 2048

_STEP = 128


@dataclass(frozen=True, slots=True)
class WaveformPeaks:
    """Maximum magnitudes over the length of a clip.

    Attributes:
        bins: 2,048 unsigned bytes; 255 is full scale. Empty if unknown.
    """

    bins: bytes = b""

    def to_bytes(self) -> bytes:
        return self.bins

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Parses the output of `to_bytes`.

        Raises:
            ValueError: It has another length.
        """
        if len(data) not in {0, BINS}:
            raise ValueError(f"{BINS} bytes are needed, not {len(data)}")
        return cls(data)


class PeakMeter:
    """Collects peaks block by block, for a total length that is known only at the end."""

    def __init__(self) -> None:
        self._steps: list[NDArray[np.float32]] = []
        self._rest = np.empty((2, 0), np.float32)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Adds the next frames, shape (n, 2)."""
        planes = np.concatenate((self._rest, block.T), axis=1)
        whole = planes.shape[1] - planes.shape[1] % _STEP
        self._steps.append(_largest_magnitudes(planes[:, :whole], _STEP))
        self._rest = planes[:, whole:].copy()

    def peak(self) -> float:
        """Maximum magnitude so far; 1.0 is full scale."""
        return float(self._all().max(initial=0.0))

    def peaks(self) -> WaveformPeaks:
        steps = self._all()
        if len(steps) == 0:
            return WaveformPeaks()
        edges = np.arange(BINS) * len(steps) // BINS
        # A clip with fewer steps than bins repeats each step, as reduceat does by itself.
        levels = np.maximum.reduceat(steps, edges)
        return WaveformPeaks(np.rint(np.minimum(levels, 1.0) * 255.0).astype(np.uint8).tobytes())

    def _all(self) -> NDArray[np.float32]:
        rest = self._rest.shape[1]
        last = [_largest_magnitudes(self._rest, rest)] if rest else []
        return np.concatenate([np.empty(0, np.float32), *self._steps, *last])


def _largest_magnitudes(planes: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Returns the maximum magnitude of each `step` columns; their number is a multiple of it."""
    shaped = planes.reshape(2, -1, step)
    levels: NDArray[np.float32] = np.maximum(shaped.max(axis=2), -shaped.min(axis=2)).max(axis=0)
    return levels
