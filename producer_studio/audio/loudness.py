"""Integrated loudness by EBU R 128 (ITU-R BS.1770): K weighting, then two gates."""

import math

import numpy as np
from numpy.typing import NDArray

_FFT_SIZE = 65_536
_HOP_S = 0.1
_HOPS_PER_WINDOW = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691


class LoudnessMeter:
    """Loudness meter that is fed block by block; filters both channels as one complex signal.

    The weighting is recursive; its response decays within some 80 ms, so that it can be applied as
    a convolution, which numpy does fast.
    """

    def __init__(self, rate: int, channels: int) -> None:
        """Creates a meter for a sample rate in Hz; 1 channel means that both columns are equal."""
        self._rate = rate
        self._share = 0.5 if channels == 1 else 1.0
        response = _k_response(rate)
        self._tail = len(response) - 1
        size = _FFT_SIZE
        while size < 4 * self._tail:
            size *= 2
        self._block_frames = size - self._tail
        self._spectrum = np.fft.fft(response.astype(np.complex64), size)
        self._size = size
        self._pending: list[NDArray[np.complex64]] = []
        self._waiting = 0
        self._before = np.zeros(self._tail, np.complex64)
        self._hop = round(rate * _HOP_S)
        self._unfilled = np.empty(0, np.float32)
        self._energies: list[NDArray[np.float64]] = []

    def feed(self, block: NDArray[np.float32]) -> None:
        """Adds the next frames, shape (n, 2)."""
        both = np.empty(len(block), np.complex64)
        both.real = block[:, 0]
        both.imag = block[:, 1]
        self._pending.append(both)
        self._waiting += len(both)
        if self._waiting >= self._block_frames:
            self._filter(final=False)

    def integrated_lufs(self) -> float | None:
        """Returns the LUFS of all blocks; None if silent or shorter than 400 ms. Ends measuring."""
        self._filter(final=True)
        hops = np.concatenate(self._energies) if self._energies else np.empty(0)
        if len(hops) < _HOPS_PER_WINDOW:
            return None
        summed = np.concatenate(([0.0], np.cumsum(hops)))
        windows = (summed[_HOPS_PER_WINDOW:] - summed[:-_HOPS_PER_WINDOW]) / (
            _HOPS_PER_WINDOW * self._hop
        )
        loud = windows[windows > _power(_ABSOLUTE_GATE)]
        if len(loud) == 0:
            return None
        gated = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE / 10)]
        return _OFFSET + 10 * math.log10(gated.mean())

    def _filter(self, *, final: bool) -> None:
        signal = np.concatenate(self._pending) if self._pending else np.empty(0, np.complex64)
        start = 0
        while len(signal) - start >= self._block_frames or (final and start < len(signal)):
            piece = signal[start : start + self._block_frames]
            start += len(piece)
            joined = np.concatenate((self._before, piece))
            weighted = np.fft.ifft(np.fft.fft(joined, self._size) * self._spectrum)
            weighted = weighted[self._tail : self._tail + len(piece)]
            self._before = joined[len(joined) - self._tail :]
            self._collect((weighted.real**2 + weighted.imag**2).astype(np.float32, copy=False))
        self._pending = [signal[start:]]
        self._waiting = len(signal) - start

    def _collect(self, energy: NDArray[np.float32]) -> None:
        energy = np.concatenate((self._unfilled, energy))
        whole = len(energy) - len(energy) % self._hop
        hops = energy[:whole].reshape(-1, self._hop)
        self._energies.append(hops.sum(axis=1, dtype=np.float64) * self._share)
        self._unfilled = energy[whole:]


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _k_response(rate: int) -> NDArray[np.float64]:
    """Returns the impulse response of the K weighting at a sample rate, cut where it is below 1e-6.

    The standard specifies coefficients for 48 kHz alone; these analogue parameters give the same
    response there and are valid at every rate (bilinear transform).
    """
    shelf = _biquad(rate, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
    high_pass = _biquad(rate, 38.13547087602444, 0.5003270373238773, None)
    length = int(0.12 * rate)
    impulse = np.zeros(length)
    impulse[0] = 1.0
    response = _recursive(high_pass, _recursive(shelf, impulse))
    significant = np.flatnonzero(np.abs(response) > 1e-6)
    return response[: significant[-1] + 1]


def _biquad(rate: int, frequency: float, quality: float, gain_db: float | None) -> list[float]:
    """Returns b0 b1 b2 a1 a2 of a high-shelf filter; of a high-pass filter without a gain."""
    k = math.tan(math.pi * frequency / rate)
    a0 = 1 + k / quality + k * k
    a1, a2 = 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0
    if gain_db is None:
        return [1.0, -2.0, 1.0, a1, a2]
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    return [
        (high + band * k / quality + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / quality + k * k) / a0,
        a1,
        a2,
    ]


def _recursive(biquad: list[float], signal: NDArray[np.float64]) -> NDArray[np.float64]:
    b0, b1, b2, a1, a2 = biquad
    made = np.empty_like(signal)
    one = two = 0.0
    for index, value in enumerate(signal.tolist()):
        result = b0 * value + one
        one = b1 * value - a1 * result + two
        two = b2 * value - a2 * result
        made[index] = result
    return made
