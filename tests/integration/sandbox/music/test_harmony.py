import pytest

from producer_studio.sandbox.music.harmony import (
    choose_voicing,
    melody_scale,
    parse_progression,
    to_triad,
)


def test_numerals_become_chords() -> None:
    chords = parse_progression("i VI iv V", "minor", "triad")
    assert [chord.root for chord in chords] == [0, 8, 5, 7]
    assert [chord.tones for chord in chords] == [(0, 3, 7), (0, 4, 7), (0, 3, 7), (0, 4, 7)]


def test_what_is_no_numeral_is_refused() -> None:
    with pytest.raises(ValueError, match="numeral"):
        parse_progression("I Q", "major", "triad")


def test_voices_move_by_small_steps() -> None:
    previous = ()
    for chord in parse_progression("I vi IV V I", "major", "triad"):
        pitches = choose_voicing(chord, 2, 62, previous)
        assert {pitch % 12 for pitch in pitches} <= {(2 + p) % 12 for p in chord.pitch_classes}
        if previous:
            assert max(min(abs(p - q) for q in previous) for p in pitches) <= 5
        previous = pitches


def test_the_melody_gets_the_leading_tone_of_the_dominant() -> None:
    dominant = parse_progression("V", "minor", "triad")[0]
    assert 11 in melody_scale(dominant, 0, "minor")
    assert 10 not in melody_scale(dominant, 0, "minor")


def test_power_chords_get_the_third_of_the_scale() -> None:
    assert to_triad(parse_progression("i", "minor", "power")[0], "minor").tones == (0, 3, 7)
