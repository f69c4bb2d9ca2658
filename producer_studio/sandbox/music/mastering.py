"""Mastering: loudness, peaks and quantisation to 16-bit samples."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_HOP = SAMPLE_RATE // 10
TARGET_LUFS = -14.5
CEILING = 10 ** (-1.6 / 20)
_PEAK_BLOCK = 64


@lru_cache(maxsize=1)
def _weights() -> npt.NDArray[np.float32]:
    """Returns the squared magnitude of the two K-weighting filters at the bins of one hop."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(_HOP, 1 / SAMPLE_RATE) / SAMPLE_RATE)

    def response(
        hertz: float, gain_db: float, quality: float, *, shelf: bool
    ) -> npt.NDArray[np.complex128]:
        k = np.tan(np.pi * hertz / SAMPLE_RATE)
        if shelf:
            high = 10 ** (gain_db / 20)
            mid = high**0.4996667741545416
            norm = 1 + k / quality + k * k
            b = (
                (high + mid * k / quality + k * k) / norm,
                2 * (k * k - high) / norm,
                (high - mid * k / quality + k * k) / norm,
            )
        else:
            norm = 1 + k / quality + k * k
            b = (1.0, -2.0, 1.0)
        a = (1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm)
        top = b[0] + b[1] * turn + b[2] * turn * turn
        return np.asarray(top / (a[0] + a[1] * turn + a[2] * turn * turn))

    both = response(1681.974450955533, 3.999843853973347, 0.7071752369554196, shelf=True)
    both = both * response(38.13547087602444, 0.0, 0.5003270373238773, shelf=False)
    return np.asarray(np.abs(both) ** 2, np.float32)


def measure_loudness(planar: Samples) -> float:
    """Measures integrated loudness in LUFS.

    Args:
        planar: (2, n). Shorter than 0.4 s or silent gives -70.
    """
    return integrated_loudness(hop_powers(planar))


def hop_powers(planar: Samples) -> npt.NDArray[np.float64]:
    """Returns the K-weighted power of each tenth of a second, both channels together."""
    hops = planar.shape[1] // _HOP
    weights = _weights()
    power = np.zeros(hops, np.float64)
    for channel in planar:
        for first in range(0, hops, 64):
            last = min(hops, first + 64)
            frames = channel[first * _HOP : last * _HOP].reshape(-1, _HOP)
            spectrum = np.fft.rfft(frames, axis=1)
            energy = spectrum.real**2 + spectrum.imag**2
            power[first:last] += (energy @ weights) * (2.0 / _HOP / _HOP)
    return power


def envelope_powers(envelope: Samples) -> npt.NDArray[np.float64]:
    """Returns the factor that a gain envelope applies to `hop_powers`."""
    hops = len(envelope) // _HOP
    return np.asarray(np.mean(envelope[: hops * _HOP].reshape(hops, _HOP) ** 2, axis=1), np.float64)


def integrated_loudness(power: npt.NDArray[np.float64]) -> float:
    """Returns gated loudness in LUFS from the weighted power of each tenth of a second."""
    if len(power) < 4:
        return -70.0
    blocks = (power[:-3] + power[1:-2] + power[2:-1] + power[3:]) / 4
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(loud):
        return -70.0
    loud = loud[loud > 0.1 * np.mean(loud)]
    return float(-0.691 + 10 * np.log10(np.mean(loud)))


def peak_gain(*planars: Samples, ceiling: float = CEILING) -> Samples | None:
    """Returns the gain over time that limits each signal to the ceiling.

    Args:
        planars: (2, n) each; the loudest counts.

    Returns:
        (n,) between 0 and 1, changing slowly (some 10 ms), or None where nothing is too loud.
    """
    length = planars[0].shape[1]
    blocks = length // _PEAK_BLOCK
    peaks = np.zeros(blocks + 1, np.float32)
    for planar in planars:
        for channel in planar:
            np.maximum(peaks, block_peaks(channel), out=peaks)
    return smooth_gain(peaks, np.float32(ceiling), length)


def block_peaks(channel: Samples) -> Samples:
    """Returns the largest magnitude of each block; the last one may be short.

    Folding in halves makes the inner loops long, which is four times faster than a reduction.
    """
    blocks = len(channel) // _PEAK_BLOCK
    peaks = np.zeros(blocks + 1, np.float32)
    fold = np.abs(channel[: blocks * _PEAK_BLOCK]).reshape(blocks, _PEAK_BLOCK)
    while fold.shape[1] > 1:
        half = fold.shape[1] // 2
        fold = np.maximum(fold[:, :half], fold[:, half:])
    peaks[:-1] = fold[:, 0]
    rest = channel[blocks * _PEAK_BLOCK :]
    if len(rest):
        peaks[-1] = np.max(np.abs(rest))
    return peaks


def smooth_gain(peaks: Samples, ceiling: np.float32, length: int) -> Samples | None:
    needed = np.minimum(1, ceiling / np.maximum(peaks, np.float32(1e-9))).astype(np.float32)
    if float(needed.min()) >= 1:
        return None
    # The lowest gain within ±10 blocks, averaged over ±5: never above any limit within ±5 blocks.
    reach, half = 10, 5
    padded = np.pad(needed, reach, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * half + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, half, mode="edge"), window / window.sum(), "valid")
    return _interpolate_blocks(np.asarray(smooth, np.float32), length)


def _interpolate_blocks(values: Samples, length: int) -> Samples:
    """Interpolates linearly between one value per block, each at the middle of its block."""
    half = _PEAK_BLOCK // 2
    out = np.empty(half + len(values) * _PEAK_BLOCK, np.float32)
    out[:half] = values[0]
    lines = out[half:].reshape(len(values), _PEAK_BLOCK)
    steps = np.append(np.diff(values), np.float32(0))
    ramp = np.arange(_PEAK_BLOCK, dtype=np.float32) / np.float32(_PEAK_BLOCK)
    np.multiply(steps[:, None], ramp, out=lines)
    lines += values[:, None]
    return out[:length]


def limiting_gain(changed: Samples, kept: Samples, ceiling: float) -> Samples | None:
    """Returns the gain for one stem that limits the sum with another, unchanged stem."""
    length = changed.shape[1]
    needed = np.ones(length // _PEAK_BLOCK + 1, np.float32)
    for one, other in zip(changed, kept, strict=True):
        together = block_peaks(one + other)
        alone = block_peaks(other)
        # |kept + g changed| <= (1 - g) |kept| + g |kept + changed|
        room = np.clip((ceiling - alone) / np.maximum(together - alone, 1e-9), 0, 1)
        needed = np.minimum(needed, np.where(together > ceiling, room, 1)).astype(np.float32)
    peaks = np.asarray(ceiling / np.maximum(needed, 1e-3), np.float32)
    return smooth_gain(peaks, np.float32(ceiling), length)


SAMPLE_SCALE = np.float32(32768.0)
_SWAP_CEILING = 10 ** (-1.0 / 20)


def apply_mastering(backing: Samples, vocals: Samples, target_lufs: float = TARGET_LUFS) -> None:
    """Brings two planar stems to the target loudness, in place, by one gain for both.

    Args:
        backing, vocals: (2, n), before mastering.
    """
    mix = backing + vocals
    powers = hop_powers(mix)
    for _ in range(2):  # limiting reduces the loudness a little: the second pass restores it
        gain = 10 ** ((target_lufs - integrated_loudness(powers)) / 20)
        if gain > 1e4:
            return
        # The backing is limited alone, too: an operation may put another voice over it.
        envelope = peak_gain(mix, backing, ceiling=CEILING / gain)
        powers *= gain * gain
        if envelope is None:
            whole = np.float32(gain)
            backing *= whole
            vocals *= whole
            return
        powers *= envelope_powers(envelope)
        envelope *= np.float32(gain)
        for planar in (backing, vocals, mix):
            planar *= envelope


def limit_to_fit(changed: Samples, kept: Samples) -> None:
    """Limits the changed stem, in place, so that its sum with the other one is below full scale."""
    envelope = limiting_gain(changed, kept, _SWAP_CEILING)
    if envelope is not None:
        changed *= envelope


def apply_fade(planar: Samples, fade_in_s: float = 0.004, fade_out_s: float = 1.6) -> None:
    length = planar.shape[1]
    rising = min(length, int(fade_in_s * SAMPLE_RATE))
    falling = min(length, int(fade_out_s * SAMPLE_RATE))
    planar[:, :rising] *= np.linspace(0, 1, rising, dtype=np.float32)
    ramp = np.linspace(1, 0, falling, dtype=np.float32)
    planar[:, length - falling :] *= ramp * ramp * (3 - 2 * ramp)


def interleave(planar: Samples) -> Samples:
    """Interleaves (2, n) to (n, 2) on the 16-bit grid, for lossless storage and sums of stems."""
    out = np.empty((planar.shape[1], 2), np.float32)
    np.multiply(planar.T, SAMPLE_SCALE, out=out)
    np.rint(out, out=out)
    np.clip(out, -32767, 32767, out=out)
    out *= np.float32(1) / SAMPLE_SCALE
    return out


__all__ = ["CEILING", "apply_fade", "apply_mastering", "interleave", "limit_to_fit"]
