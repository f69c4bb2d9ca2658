"""Musical key detection from pitch classes, by the profiles of Krumhansl and Kessler (1982)."""

import numpy as np
from numpy.typing import NDArray

MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_WINDOW = 8192
_HOP = 4096
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 2000.0
_MIN_LIKENESS = 0.45
_MIN_LEAD = 0.02
# A single sustained note fits many keys.
_FEWEST_PITCHES = 3


def detect_key(signal: NDArray[np.float32], rate: int) -> str:
    """Returns the key, such as "F minor", of a mono signal at about 12 kHz; empty if uncertain."""
    chroma = _chroma(signal, rate)
    if chroma is None or np.count_nonzero(chroma > 0.2 * chroma.max()) < _FEWEST_PITCHES:
        return ""
    likeness = np.array(
        [
            np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]
            for profile in (_MAJOR, _MINOR)
            for tonic in range(12)
        ]
    )
    order = np.argsort(likeness)
    best = int(order[-1])
    if likeness[best] < _MIN_LIKENESS or likeness[best] - likeness[order[-2]] < _MIN_LEAD:
        return ""
    return f"{MAJOR_NAMES[best]} major" if best < 12 else f"{MINOR_NAMES[best - 12]} minor"


def _chroma(signal: NDArray[np.float32], rate: int) -> NDArray[np.float64] | None:
    """Returns the share of each of the 12 pitch classes, from C on; None without any pitch."""
    if len(signal) < _WINDOW:
        return None
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / rate)
    low, high = np.searchsorted(frequencies, (_LOWEST_HZ, _HIGHEST_HZ))
    pitch = 12 * np.log2(frequencies[low:high] / 440.0) + 69
    nearest = np.rint(pitch)
    # Between two semitones a partial is evidence for neither.
    clear = np.exp(-0.5 * ((pitch - nearest) / 0.25) ** 2)
    # The octaves of chords and melodies get the highest weight.
    register = np.exp(-0.5 * ((pitch - 60) / 15) ** 2)
    fold = np.zeros((high - low, 12), np.float32)
    fold[np.arange(high - low), nearest.astype(int) % 12] = clear * register
    window = np.hanning(_WINDOW).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[::_HOP]
    total = np.zeros(12)
    for start in range(0, len(frames), 256):
        magnitudes = np.abs(np.fft.rfft(frames[start : start + 256] * window)[:, low:high])
        # Only peaks are partials; the noise floor of drums between them is not.
        inner = magnitudes[:, 1:-1]
        is_peak = (inner > magnitudes[:, :-2]) & (inner >= magnitudes[:, 2:])
        is_peak &= inner > 0.01 * magnitudes.max(axis=1, keepdims=True)
        partials = np.zeros_like(magnitudes)
        partials[:, 1:-1] = np.where(is_peak, inner, 0.0)
        chroma = np.sqrt(partials) @ fold
        level = chroma.max(axis=1, keepdims=True)
        loud = level[:, 0] > 1e-3
        # Every frame has the same weight, however loud it is.
        total += (chroma[loud] / level[loud]).sum(axis=0)
    return total if total.max() > 0 and np.ptp(total) > 0 else None
