import pytest

from producer_studio.domain.clip import Sound
from producer_studio.domain.tempo import in_requested_octave, requested_tempo


@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        ("slow doom metal, 62 bpm, down-tuned guitars", 62.0),
        ("techno 128BPM", 128.0),
        ("waltz at 90-bpm", 90.0),
        ("BPM: 174, drum and bass", 174.0),
        ("tempo 72, lofi", 72.0),
        ("funk, 98.5 bpm", 98.5),
        ("Funk, 98,5 BPM", 98.5),
        ("120 beats per minute", 120.0),
        ("lofi, 84 bpm, and again 84 BPM", 84.0),
        ("verse at 90 bpm, chorus at 140 bpm", None),
        ("warm lofi with piano", None),
        ("recorded in 1984 with 24 tracks", None),
        ("999 bpm", None),
        ("", None),
    ],
)
def test_requested_tempo_is_read_from_the_prompt(sound: str, expected: float | None) -> None:
    assert requested_tempo(sound) == expected


@pytest.mark.parametrize(
    ("measured", "requested", "expected"),
    [
        (124.0, 62.0, 62.0),
        (61.8, 124.0, 123.6),
        (85.1, 84.0, 85.1),
        (43.5, 174.0, 174.0),
        (110.0, 84.0, 110.0),  # the service did not follow: no octave of it
        (124.0, None, 124.0),
    ],
)
def test_requested_tempo_decides_the_octave(
    measured: float, requested: float | None, expected: float
) -> None:
    assert in_requested_octave(measured, requested) == expected


def test_sound_without_a_tempo_gets_none_from_the_request() -> None:
    assert Sound(bpm=None).with_requested_tempo(62.0).bpm is None
    assert Sound(bpm=124.2, key="F minor").with_requested_tempo(62.0) == Sound(
        bpm=62.1, key="F minor"
    )
