"""Automatic listener: what a recording tells about itself. Shares nothing with the synthesiser."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

RATE = 44100
HOP = 441
_FRAME = 1024
KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
BAND_EDGES_HZ = (44, 88, 177, 354, 707, 1414, 2828, 5657, 11314)
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard.

    Attributes:
        bpm: Strongest pulse between 50 and 190.
        onsets_per_s: Distinct onsets.
        grid: Share of the onset strength at each twelfth of a beat, at the expected tempo.
        bands_db: Octave bands of `BAND_EDGES_HZ`, relative to the sum.
        width: Energy of the side signal relative to the middle, 0..1.
    """

    bpm: float
    key: str
    mode: str
    onsets_per_s: float
    grid: tuple[float, ...]
    bar: tuple[float, ...]
    bands_db: tuple[float, ...]
    width: float


def listen(samples: npt.NDArray[np.float32], bpm: float, start_s: float, beats: int) -> Heard:
    """Analyses a recording.

    Args:
        samples: (n, 2) at 44100 Hz.
        bpm, start_s, beats: Tempo, first beat and beats of a bar that were announced; only `grid`
            and `bar` are measured along them.
    """
    mono = samples.mean(axis=1)
    onsets = onset_curve(mono)
    tonic, mode = _key(mono)
    middle, side = mono, (samples[:, 0] - samples[:, 1]) / 2
    return Heard(
        bpm=pulse(onsets),
        key=KEYS[tonic],
        mode=mode,
        onsets_per_s=_density(onsets),
        grid=_profile(onsets, bpm, start_s, 12, 1),
        bar=_profile(onsets, bpm, start_s, 4, beats),
        bands_db=_bands(mono),
        width=float(np.mean(side**2) / max(1e-12, np.mean(middle**2))),
    )


def onset_curve(mono: npt.NDArray[np.float32]) -> Curve:
    """Returns the rises of energy in eight bands, a hundred values a second."""
    frames = np.lib.stride_tricks.sliding_window_view(mono, _FRAME)[::HOP]
    window = np.hanning(_FRAME).astype(np.float32)
    edges = np.geomspace(1, _FRAME // 2, 9).astype(int)
    rows = []
    for first in range(0, len(frames), 1000):
        power = np.abs(np.fft.rfft(frames[first : first + 1000] * window, axis=1)) ** 2
        rows.append(np.stack([power[:, a:b].sum(axis=1) for a, b in pairwise(edges)]))
    bands = np.concatenate(rows, axis=1)
    return np.maximum(np.diff(np.log10(bands + 1e-3), axis=1), 0).sum(axis=0)


def onset_correlation(left: Curve, right: Curve) -> float:
    """Correlation of two onset curves from the start on, of onsets within about 25 ms."""
    length = min(len(left), len(right))
    window = np.hanning(7)[1:-1]
    smooth = [np.convolve(curve[:length], window, "same") for curve in (left, right)]
    return float(np.corrcoef(*smooth)[0, 1])


def pulse(onsets: Curve) -> float:
    """Returns the strongest pulse in beats per minute, those near 112 preferred."""
    rises = onsets - onsets.mean()
    length = 1 << (2 * len(rises)).bit_length()
    similar = np.fft.irfft(np.abs(np.fft.rfft(rises, length)) ** 2)[: len(rises)]
    tempos = np.arange(50.0, 190.0, 0.1)
    score = sum(
        weight * np.interp(60 * RATE / HOP / tempos * beats, np.arange(len(similar)), similar)
        for beats, weight in ((1, 2.0), (2, 1.0), (4, 1.0))
    )
    return float(tempos[np.argmax(score * np.exp(-0.5 * np.log2(tempos / 112) ** 2))])


def distance(left: Heard, right: Heard) -> float:
    """Returns how different two recordings are: rhythm, density and balance; 0 for the same."""
    rhythm = np.linalg.norm(np.subtract(left.grid, right.grid)) * 4
    if len(left.bar) == len(right.bar):
        rhythm += np.linalg.norm(np.subtract(left.bar, right.bar)) * 6
    else:
        rhythm += 1.0
    tone = np.linalg.norm(np.subtract(left.bands_db, right.bands_db)) / 12
    density = abs(np.log2(max(0.2, left.onsets_per_s) / max(0.2, right.onsets_per_s)))
    tempo = abs(np.log2(left.bpm / right.bpm)) * 2
    return float(np.sqrt(rhythm**2 + tone**2 + density**2 + tempo**2))


def _density(onsets: Curve) -> float:
    level = np.median(onsets) + 1.2
    peaks = (onsets[1:-1] > onsets[:-2]) & (onsets[1:-1] >= onsets[2:]) & (onsets[1:-1] > level)
    places = np.flatnonzero(peaks)
    distinct = np.count_nonzero(np.diff(places) > 4) + 1 if len(places) else 0
    return float(distinct * RATE / HOP / len(onsets))


def _profile(
    onsets: Curve, bpm: float, start_s: float, parts: int, beats: int
) -> tuple[float, ...]:
    """Returns the share of onset strength in each part of a beat, for all beats of a cycle."""
    times = (np.arange(len(onsets)) + 1.2) * HOP / RATE - start_s
    place = times * bpm / 60
    used = place >= 0
    bins = np.rint(place[used] * parts).astype(int) % (parts * beats)
    counts = np.bincount(bins, minlength=parts * beats)
    sums = np.bincount(bins, weights=onsets[used], minlength=parts * beats)
    means = sums / np.maximum(1, counts)
    return tuple((means / max(1e-9, means.sum())).tolist())


def _bands(mono: npt.NDArray[np.float32]) -> tuple[float, ...]:
    size = 8192
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::size]
    power = np.zeros(size // 2 + 1)
    for first in range(0, len(frames), 200):
        part = frames[first : first + 200] * np.hanning(size).astype(np.float32)
        power += (np.abs(np.fft.rfft(part, axis=1)) ** 2).sum(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    inside = [power[(hertz >= low) & (hertz < high)].sum() for low, high in pairwise(BAND_EDGES_HZ)]
    return tuple(float(10 * np.log10(one / sum(inside) + 1e-9)) for one in inside)


def _key(mono: npt.NDArray[np.float32]) -> tuple[int, str]:
    size = 16384
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[:: size // 2]
    window = np.blackman(size).astype(np.float32)
    spectrum = np.zeros(size // 2 + 1)
    for first in range(0, len(frames), 100):
        spectrum += np.abs(np.fft.rfft(frames[first : first + 100] * window, axis=1)).sum(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    used = (hertz > 80) & (hertz < 2000)
    classes = np.rint(69 + 12 * np.log2(hertz[used] / 440)).astype(int) % 12
    chroma = np.bincount(classes, weights=spectrum[used], minlength=12)
    profiles: Sequence[tuple[str, tuple[float, ...]]] = (("major", _MAJOR), ("minor", _MINOR))
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1])
        for mode, profile in profiles
        for tonic in range(12)
    }
    return max(scores, key=lambda key: scores[key])
