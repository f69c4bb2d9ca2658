"""Tempo and key, on a signal at the rate they work with."""

import numpy as np
import pytest

from producer_studio.audio.key_detection import detect_key
from producer_studio.audio.tempo_detection import detect_tempo
from producer_studio.domain.tempo import is_tempo_certain
from tests.support.signals import Samples, clicks, song, tone

RATE = 12_000


def thin(samples: Samples) -> np.ndarray:
    return samples.mean(axis=1).reshape(-1, 4).mean(axis=1).astype(np.float32)


@pytest.mark.parametrize("bpm", [70.0, 84.0, 97.3, 120.0, 128.0, 150.0])
def test_the_tempo_of_a_beat(bpm: float) -> None:
    measured = detect_tempo(thin(song(bpm=bpm)), RATE)

    assert measured is not None
    assert measured.bpm == pytest.approx(bpm, rel=0.01)
    # A drum on each beat and nothing between them leaves no doubt.
    assert is_tempo_certain(measured.confidence)


def test_beats_that_are_all_alike_at_twice_the_tempo_leave_a_doubt() -> None:
    # 170 beats a minute, or 85 with a beat between each two: nothing in the sound tells.
    measured = detect_tempo(thin(clicks(170.0)), RATE)

    assert measured is not None
    assert round(measured.bpm / 85.0, 2) in {1.0, 2.0}
    assert not is_tempo_certain(measured.confidence)


@pytest.mark.parametrize(
    ("tonic", "minor", "name"),
    [(0, False, "C major"), (3, False, "Eb major"), (8, False, "Ab major"), (8, True, "G# minor")],
)
def test_the_key_of_a_cadence(tonic: int, minor: bool, name: str) -> None:
    assert detect_key(thin(song(tonic=tonic, minor=minor)), RATE) == name


def test_noise_has_neither() -> None:
    noise = 0.2 * np.random.default_rng(2).standard_normal(20 * RATE).astype(np.float32)

    assert detect_tempo(noise, RATE) is None
    assert detect_key(noise, RATE) == ""


def test_a_held_note_has_neither() -> None:
    held = thin(tone(15.0, 220.0))

    assert detect_tempo(held, RATE) is None
    assert detect_key(held, RATE) == ""


def test_a_moment_is_too_short() -> None:
    moment = thin(song(seconds=0.5))

    assert detect_tempo(moment, RATE) is None
    assert detect_key(moment, RATE) == ""
