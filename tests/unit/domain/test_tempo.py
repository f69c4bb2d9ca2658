import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.tempo import (
    MIN_CERTAIN_CONFIDENCE,
    find_requested_tempo,
    fit_to_requested_octave,
    parse_bpm,
    scale_bpm,
)


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
    assert find_requested_tempo(sound) == expected


@pytest.mark.parametrize(
    ("measured", "requested", "expected"),
    [
        (124.0, 62.0, 62.0),
        (61.8, 124.0, 123.6),
        (85.1, 84.0, 85.1),
        (43.5, 174.0, 174.0),
        (110.0, 84.0, None),  # the service did not follow: no octave of it
        (124.0, None, None),
    ],
)
def test_requested_tempo_decides_the_octave(
    measured: float, requested: float | None, expected: float | None
) -> None:
    assert fit_to_requested_octave(measured, requested) == expected


def test_sound_without_a_tempo_gets_none_from_the_request() -> None:
    assert AudioMeasurements(bpm=None).with_requested_tempo(62.0).bpm is None
    assert AudioMeasurements(bpm=124.2, key="F minor").with_requested_tempo(
        62.0
    ) == AudioMeasurements(bpm=62.1, key="F minor", bpm_confidence=1.0)
    unrelated = AudioMeasurements(bpm=110.0, bpm_confidence=0.05)
    assert unrelated.with_requested_tempo(84.0) == unrelated


@pytest.mark.parametrize(
    ("measured", "override", "shown"),
    [
        (AudioMeasurements(), None, ""),
        (AudioMeasurements(bpm=84.2, bpm_confidence=0.3), None, "84 BPM"),
        (AudioMeasurements(bpm=84.2, bpm_confidence=MIN_CERTAIN_CONFIDENCE), None, "84 BPM"),
        (AudioMeasurements(bpm=84.2, bpm_confidence=0.05), None, "≈84 BPM"),
        (AudioMeasurements(bpm=84.2), None, "≈84 BPM"),  # measured by an earlier version
        (AudioMeasurements(bpm=84.2), 42.1, "42.1 BPM"),
        (AudioMeasurements(), 120.0, "120 BPM"),
    ],
)
def test_a_tempo_is_shown_as_surely_as_it_is_known(
    measured: AudioMeasurements, override: float | None, shown: str
) -> None:
    assert Clip(id=ClipId("1"), measured=measured, bpm_override=override).bpm_text == shown


@pytest.mark.parametrize(
    ("text", "bpm"),
    [
        ("120", 120.0),
        (" 98,5 bpm ", 98.5),
        ("≈84 BPM", 84.0),
        ("62.125", 62.12),
        ("20", 20.0),
        ("400", 400.0),
        ("19", None),
        ("401", None),
        ("fast", None),
        ("1e2", None),
        ("nan", None),
        ("", None),
    ],
)
def test_a_tempo_is_read_as_people_type_it(text: str, bpm: float | None) -> None:
    assert parse_bpm(text) == bpm


@pytest.mark.parametrize(
    ("override", "measured", "factor", "expected"),
    [
        (None, 91.9, 0.5, 46.0),
        (None, 91.9, 2.0, 184.0),
        (None, 91.5, 2.0, 183.0),
        (91.9, 60.0, 0.5, 45.95),
        (None, 30.0, 0.5, None),
        (None, None, 2.0, None),
        (None, float("inf"), 0.5, None),
        (None, 1e308, 2.0, None),
    ],
)
def test_decimals_that_were_only_measured_are_not_multiplied(
    override: float | None, measured: float | None, factor: float, expected: float | None
) -> None:
    assert scale_bpm(override, measured, factor) == expected
