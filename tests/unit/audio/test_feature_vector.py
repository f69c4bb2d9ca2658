"""Feature vectors: of the size that is stored, equal for equal sounds, apart for others."""

import numpy as np
import pytest

from producer_studio.audio.feature_vector import compute_features
from producer_studio.domain.likeness import FEATURE_COUNT
from tests.support.signals import song, tone

_RATE = 12_000


def vector(stereo: np.ndarray) -> np.ndarray:
    mono = stereo.mean(axis=1)[:: 48_000 // _RATE].astype(np.float32)
    return np.frombuffer(compute_features(mono, _RATE), "<f4")


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.square(one - other).mean()))


def test_a_sound_is_nearer_to_a_quieter_copy_and_to_another_take_than_to_another_sound() -> None:
    reference = vector(song(8.0))
    assert reference.shape == (FEATURE_COUNT,)
    assert np.isfinite(reference).all()
    noise = np.random.default_rng(1).standard_normal((8 * 48_000, 2)) * 0.2
    other = min(distance(reference, vector(noise)), distance(reference, vector(tone(8.0))))
    assert distance(reference, vector(0.2 * song(8.0))) < 0.05
    assert distance(reference, vector(song(8.0, bpm=100.0, tonic=7))) < other / 3


@pytest.mark.parametrize(
    "signal", [np.zeros(60_000, np.float32), np.ones(100, np.float32), np.empty(0, np.float32)]
)
def test_silence_and_short_sounds_have_none(signal: np.ndarray) -> None:
    assert compute_features(signal, _RATE) == b""


def test_a_low_rate_is_measured_too() -> None:
    made = np.random.default_rng(1).standard_normal(40_000).astype(np.float32)
    assert len(compute_features(made, 8_000)) == 4 * FEATURE_COUNT
