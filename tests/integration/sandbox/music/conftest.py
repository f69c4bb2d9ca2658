"""A song for all tests, and estimators that share nothing with the synthesiser's own."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from producer_studio.sandbox.music.piece_rendering import SAMPLE_RATE, Performance, Piece, perform

LYRICS = """[Verse]
Walking through the city lights
Feeling like I own the night

[Chorus]
We are unstoppable tonight
Dancing till the morning light"""

KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


@pytest.fixture(scope="session")
def lyrics() -> str:
    return LYRICS


@pytest.fixture(scope="session")
def song() -> Performance:
    return perform(Piece(sound="pop in D major, 118 bpm, female", lyrics=LYRICS, seed="7"))


@pytest.fixture(scope="session")
def tempo_of() -> Callable[[Performance], float]:
    return _tempo


@pytest.fixture(scope="session")
def key_of() -> Callable[[Performance], tuple[str, str]]:
    return _key


def _middle(performance: Performance) -> np.ndarray:
    """Both channels together, at most the first 45 seconds."""
    return performance.mix[: 45 * SAMPLE_RATE].mean(axis=1)


def _tempo(performance: Performance) -> float:
    """Beats per minute: the strongest period of the rises in energy of eight bands."""
    mono = _middle(performance)
    hop, size = 441, 1024
    starts = np.arange(0, len(mono) - size, hop)
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[starts] * np.hanning(size).astype(
        np.float32
    )
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.geomspace(1, size // 2, 9).astype(int)
    bands = np.stack([power[:, a:b].sum(axis=1) for a, b in pairwise(edges)])
    rises = np.maximum(np.diff(np.log10(bands + 1e-3), axis=1), 0).sum(axis=0)
    rises -= rises.mean()
    length = 1 << (2 * len(rises)).bit_length()
    similar = np.fft.irfft(np.abs(np.fft.rfft(rises, length)) ** 2)[: len(rises)]
    rate = SAMPLE_RATE / hop
    tempos = np.arange(50.0, 190.0, 0.1)
    score = sum(
        weight * np.interp(60 * rate / tempos * beats, np.arange(len(similar)), similar)
        for beats, weight in ((1, 2.0), (2, 1.0), (4, 1.0))
    )
    return float(tempos[np.argmax(score * np.exp(-0.5 * np.log2(tempos / 112) ** 2))])


def _key(performance: Performance) -> tuple[str, str]:
    """The key whose profile (Krumhansl and Kessler) fits the pitch classes best."""
    mono = _middle(performance)
    size = 16384
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[:: size // 2]
    spectrum = np.abs(np.fft.rfft(frames * np.blackman(size).astype(np.float32), axis=1)).sum(
        axis=0
    )
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    used = (hertz > 80) & (hertz < 2000)
    classes = np.rint(69 + 12 * np.log2(hertz[used] / 440)).astype(int) % 12
    chroma = np.bincount(classes, weights=spectrum[used], minlength=12)
    scores = {
        (KEYS[tonic], mode): np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR))
        for tonic in range(12)
    }
    return max(scores, key=lambda key: scores[key])
