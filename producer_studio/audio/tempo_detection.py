"""Tempo detection by autocorrelation of onsets."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_WINDOW = 512
_HOP = 64
_LOWEST, _HIGHEST = 45.0, 215.0
# Of 134 pieces of known tempo 114 are detected correctly with these; with 112 and 0.9 it was 102.
_TYPICAL_BPM, _SPREAD_OCTAVES = 120.0, 1.2
# Tempos closer than this, some 6 %, count as equal.
_SAME_OCTAVES = 0.085
_SHORTEST_S = 6.0
_MIN_LIKENESS = 0.12
# Summed over the spectrum; a steady tone is far below, a soft drum far above.
_AUDIBLE_ONSET = 3.0


class MeasuredTempo(NamedTuple):
    """Beats per minute, and the lead in likelihood over the next candidates (0 to 1)."""

    bpm: float
    confidence: float


def detect_tempo(signal: NDArray[np.float32], rate: int) -> MeasuredTempo | None:
    """Detects the tempo of a mono signal at about 12 kHz; None if no pulse is found.

    Among octaves of a tempo, the one closer to typical tempos wins unless the signal clearly
    supports another.
    """
    if len(signal) < _SHORTEST_S * rate:
        return None
    onsets = _onset_strength(signal)
    if np.percentile(onsets, 99) < _AUDIBLE_ONSET:
        return None
    frames_per_minute = 60.0 * rate / _HOP
    likeness = _autocorrelation(onsets)
    candidates = np.exp2(np.arange(np.log2(_LOWEST), np.log2(_HIGHEST), 1 / 240))
    lags = frames_per_minute / candidates
    last = len(likeness) - 2
    # A beat repeats: its multiples must match as well, and bars of four have the highest weight.
    scores = np.zeros(len(candidates))
    weights = 0.0
    for multiple, weight in ((1, 1.0), (2, 0.8), (3, 0.4), (4, 1.0), (8, 0.6)):
        if lags.max() * multiple < last:
            scores += weight * np.interp(lags * multiple, np.arange(len(likeness)), likeness)
            weights += weight
    if weights == 0.0:
        return None
    scores /= weights
    prior = np.exp(-0.5 * (np.log2(candidates / _TYPICAL_BPM) / _SPREAD_OCTAVES) ** 2)
    likely = np.maximum(scores, 0.0) * prior
    best = int(np.argmax(likely))
    if scores[best] < _MIN_LIKENESS:
        return None
    is_other = np.abs(np.log2(candidates / candidates[best])) > _SAME_OCTAVES
    confidence = 1.0 - float(likely[is_other].max() / likely[best])
    bpm = _refine_tempo(frames_per_minute / lags[best], likeness, frames_per_minute)
    return MeasuredTempo(round(bpm, 1), round(confidence, 3))


def _onset_strength(signal: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns the increase of energy at each hop, above its local mean."""
    window = np.hanning(_WINDOW).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[::_HOP]
    flux = np.empty(len(frames))
    before = np.zeros(_WINDOW // 2 + 1, np.float32)
    for start in range(0, len(frames), 4096):
        levels = np.log1p(50.0 * np.abs(np.fft.rfft(frames[start : start + 4096] * window)))
        rise = np.diff(levels, axis=0, prepend=before[np.newaxis])
        flux[start : start + len(levels)] = np.maximum(rise, 0.0).sum(axis=1)
        before = levels[-1]
    flux[0] = 0.0
    width = 2 * round(0.25 * 12_000 / _HOP) + 1
    mean = np.convolve(flux, np.ones(width) / width, mode="same")
    return np.maximum(flux - mean, 0.0)


def _autocorrelation(onsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the correlation at every lag; 1 at lag 0, about 0 where there is none."""
    centred = onsets - onsets.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    products = np.fft.irfft(spectrum * spectrum.conj(), size)[: len(centred) // 2]
    products /= np.arange(len(centred), len(centred) - len(products), -1)
    return products / products[0] if products[0] > 0 else np.zeros(len(products))


def _refine_tempo(bpm: float, likeness: NDArray[np.float64], frames_per_minute: float) -> float:
    """Refines a tempo by matching its beat at increasingly long lags."""
    lag = frames_per_minute / bpm
    for multiple in (1, 2, 4, 8, 16, 32):
        around = lag * multiple
        reach = max(2, round(0.06 * lag))
        low, high = round(around) - reach, round(around) + reach + 1
        if low < 1 or high + 1 >= len(likeness):
            break
        peak = low + int(np.argmax(likeness[low:high]))
        if likeness[peak] < _MIN_LIKENESS / 2 or peak in {low, high - 1}:
            break
        left, middle, right = likeness[peak - 1 : peak + 2]
        bend = left - 2 * middle + right
        offset = 0.5 * (left - right) / bend if bend < 0 else 0.0
        lag = (peak + offset) / multiple
    return float(frames_per_minute / lag)
