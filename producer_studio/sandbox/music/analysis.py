"""Detection of tempo, key and chords of an uploaded recording."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.harmony import SCALES, Chord
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_HOP = 512
_PROFILES = {  # Krumhansl and Kessler 1982
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
_Curve = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pulse:
    """Beats per minute, and the position of the first beat in seconds."""

    bpm: float
    first_beat_s: float


def detect_pulse(mono: Samples) -> Pulse:
    """Detects the tempo (60-180 bpm) by the autocorrelation of onsets; 100 bpm without any."""
    onsets = _onset_strength(mono)
    if len(onsets) < 200 or not onsets.any():
        return Pulse(100.0, 0.0)
    rate = SAMPLE_RATE / _HOP
    size = 1 << (2 * len(onsets) - 1).bit_length()
    spectrum = np.fft.rfft(onsets - onsets.mean(), size)
    similarity = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(onsets)]
    candidates = np.arange(60.0, 180.0, 0.1)
    lags = 60.0 * rate / candidates
    score = np.zeros(len(candidates))
    for turns, weight in ((1, 2.0), (2, 1.0), (4, 1.0)):  # long lags sharpen the estimate
        places = np.minimum(lags * turns, len(similarity) - 1)
        score += weight * np.interp(places, np.arange(len(similarity)), similarity)
    score *= np.exp(-0.5 * np.log2(candidates / 115.0) ** 2)
    bpm = float(candidates[int(np.argmax(score))])
    period = 60.0 * rate / bpm
    beats = np.arange(int((len(onsets) - period) / period))
    phases = np.arange(0.0, period, 1.0)
    strengths = [onsets[(beats * period + phase).astype(int)].sum() for phase in phases]
    return Pulse(round(bpm, 1), float(phases[int(np.argmax(strengths))] / rate))


def _onset_strength(mono: Samples) -> _Curve:
    frames = len(mono) // _HOP - 2
    if frames < 4:
        return np.zeros(0)
    view = np.lib.stride_tricks.sliding_window_view(mono, 1024)[::_HOP][:frames]
    window = np.hanning(1024).astype(np.float32)
    flux = np.zeros(len(view))
    previous: npt.NDArray[np.float32] | None = None
    for first in range(0, len(view), 512):
        power = np.log1p(100 * np.abs(np.fft.rfft(view[first : first + 512] * window, axis=1)))
        before = power[:1] if previous is None else previous
        rise = np.diff(np.concatenate((before, power)), axis=0)
        flux[first : first + len(power)] = np.maximum(rise, 0).sum(axis=1)
        previous = power[-1:]
    smooth = np.convolve(flux, np.full(32, 1 / 32), "same")
    return np.maximum(flux - smooth, 0)


def compute_chroma(mono: Samples, start: int = 0, stop: int | None = None) -> _Curve:
    """Returns the energy by pitch class, C first."""
    piece = mono[start:stop]
    size = 16384
    if len(piece) < size:
        piece = np.pad(piece, (0, size - len(piece)))
    view = np.lib.stride_tricks.sliding_window_view(piece, size)[:: size // 2]
    window = np.hanning(size).astype(np.float32)
    total = np.zeros(size // 2 + 1)
    for first in range(0, len(view), 64):
        total += np.abs(np.fft.rfft(view[first : first + 64] * window, axis=1)).sum(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    used = (hertz > 75) & (hertz < 2000)
    pitches = np.rint(69 + 12 * np.log2(hertz[used] / 440.0)).astype(int) % 12
    return np.asarray(np.bincount(pitches, weights=total[used], minlength=12), np.float64)


def detect_key(chroma: _Curve) -> tuple[int, str]:
    """Returns the tonic (0 = C) and mode whose profile fits best; C major for silence."""
    if float(np.ptp(chroma)) == 0:  # silence, or nothing but one click
        return 0, "major"
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    return max(scores, key=lambda key: scores[key])


def detect_chord(chroma: _Curve, tonic: int, mode: str) -> Chord:
    """Returns the triad of the scale that fits best."""
    scale = SCALES[mode]
    chords = []
    for degree in range(7):
        root = scale[degree]
        tones = tuple((scale[(degree + step) % 7] - root) % 12 for step in (0, 2, 4))
        if tones[2] == 7:
            chords.append(Chord(root, tones))
    return max(
        chords, key=lambda chord: sum(chroma[(tonic + pitch) % 12] for pitch in chord.pitch_classes)
    )
