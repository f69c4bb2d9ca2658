"""Feature vector of a clip, by which clips that sound alike are found.

It is made of what is measured and of nothing else: how the energy is spread over the spectrum, how
much that varies, how noisy or tonal the sound is, how often something begins, and how loud passages
differ from soft ones. Tempo, key and loudness are measurements of their own.
"""

import numpy as np
from numpy.typing import NDArray

_WINDOW = 1024
_HOP = 512
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 5_500.0
_BANDS = 14
_FLOOR_DB = -60.0
_QUIETEST_DB = -45.0
"""Frames below the loudest by more than this are fades and gaps."""

_SHORTEST_S = 3.0
_AT_ONCE = 2048
_LEAST_SHARE = 1e-5
_TINY = 1e-30

BAND_DB = 6.0
"""Difference of a band that counts as 1; the others are scaled to the same weight."""

_VARIATION_DB = 2.5
_FLATNESS_DB = 3.0
_ONSET_SCALE = 0.12
_RATE_SCALE = 1.0
_DYNAMICS_DB = 2.5


def compute_features(signal: NDArray[np.float32], rate: int) -> bytes:
    """Returns the vector of a mono signal at about 12 kHz; empty if it is silent or too short.

    Returns:
        32-bit floats, little-endian: 14 bands from low to high, 4 variations from low to high,
        flatness, onset strength, onsets in a second, and dynamics. A difference of 1 is clearly
        heard in each.
    """
    if len(signal) < _SHORTEST_S * rate:
        return b""
    powers = _band_powers(signal, rate)
    total = powers[:, :_BANDS].sum(axis=1)
    loudest = float(np.percentile(total, 95))
    if loudest <= 0:
        return b""
    is_loud = total > loudest * 10 ** (_QUIETEST_DB / 10)
    loud = powers[is_loud]
    levels = _decibels(loud[:, :_BANDS], loudest)
    balance = _decibels(loud[:, :_BANDS].mean(axis=0), float(loud[:, :_BANDS].mean(axis=0).sum()))
    variation = [part.std(axis=0).mean() for part in np.array_split(levels, 4, axis=1)]
    rise = np.maximum(np.diff(levels, axis=0), 0.0).mean(axis=1)
    seconds = len(levels) * _HOP / rate
    vector = np.concatenate(
        (
            balance / BAND_DB,
            np.array(variation) / _VARIATION_DB,
            [loud[:, _BANDS].mean() / _FLATNESS_DB],
            [np.log1p(rise.mean()) / _ONSET_SCALE],
            [_count_peaks(rise) / seconds / _RATE_SCALE],
            [_decibels(total[is_loud], loudest).std() / _DYNAMICS_DB],
        )
    )
    return vector.astype("<f4").tobytes()


def _band_powers(signal: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Returns the power of each band in each frame; the last column is the flatness in dB."""
    window = np.hanning(_WINDOW).astype(np.float32)
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / rate)
    highest = min(_HIGHEST_HZ, rate / 2)
    edges = np.searchsorted(frequencies, np.geomspace(_LOWEST_HZ, highest, _BANDS + 1))
    edges = np.maximum.accumulate(np.maximum(edges, np.arange(1, _BANDS + 2)))
    frames = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[::_HOP]
    parts = []
    for start in range(0, len(frames), _AT_ONCE):
        spectrum = np.abs(np.fft.rfft(frames[start : start + _AT_ONCE] * window)) ** 2
        inner = spectrum[:, edges[0] : edges[-1]]
        # Relative to the frame, so that a quieter copy is as flat.
        inner = np.maximum(inner, _LEAST_SHARE * inner.mean(axis=1, keepdims=True)) + _TINY
        flatness = 10 * (np.log10(inner).mean(axis=1) - np.log10(inner.mean(axis=1)))
        bands = np.add.reduceat(spectrum[:, : edges[-1]], edges[:-1], axis=1)
        parts.append(np.column_stack((bands, flatness)))
    return np.concatenate(parts)


def _decibels(power: NDArray[np.float64], reference: float) -> NDArray[np.float64]:
    ratio = np.maximum(power / reference, 10 ** (_FLOOR_DB / 10))
    return np.asarray(10 * np.log10(ratio))


def _count_peaks(rise: NDArray[np.float64]) -> int:
    """Counts the frames in which clearly more begins than around them."""
    if len(rise) < 3:
        return 0
    inner = rise[1:-1]
    is_peak = (inner > rise[:-2]) & (inner >= rise[2:]) & (inner > 1.5 * rise.mean())
    return int(is_peak.sum())
