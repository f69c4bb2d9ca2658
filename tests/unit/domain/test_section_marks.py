"""Guesses of where sections of lyrics begin."""

import pytest

from producer_studio.domain.section_marks import (
    SectionMark,
    estimate_line,
    guess_sections,
    sounding_range,
)

LYRICS = "[Verse]\n" + "Ten letter\n" * 4 + "\n[Chorus]\n" + "Ten letter\n" * 4
QUIET, LOUD = 60, 200


def test_a_section_begins_where_loudness_changes_near_its_share_of_the_text() -> None:
    peaks = bytes([0] * 100 + [QUIET] * 480 + [LOUD] * 420)
    assert guess_sections(LYRICS, peaks, 100.0) == [
        SectionMark("Verse", pytest.approx(10.0)),  # type: ignore[arg-type]
        SectionMark("Chorus", pytest.approx(58.0)),  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("lyrics", "peaks"),
    [
        (LYRICS, bytes([QUIET] * 1000)),
        (LYRICS, bytes([QUIET] * 900 + [LOUD] * 100)),
        (LYRICS, b""),
        ("No sections at all", bytes([QUIET] * 500 + [LOUD] * 500)),
        ("", bytes([QUIET] * 500 + [LOUD] * 500)),
    ],
)
def test_what_loudness_does_not_support_is_not_marked(lyrics: str, peaks: bytes) -> None:
    assert guess_sections(lyrics, peaks, 100.0) == []


def test_the_sound_is_between_the_silences_at_both_ends() -> None:
    assert sounding_range(bytes([0] * 10 + [99] * 80 + [0] * 10), 50.0) == (5.0, 45.0)
    assert sounding_range(bytes(10), 50.0) == (0.0, 50.0)


def test_the_line_follows_the_share_of_the_text() -> None:
    lines = ["[Verse]", "aaaaaaaaaa", "", "bbbbbbbbbb", "[Solo]", "", "[Chorus]", "cc"]
    sounding = (10.0, 10.0 + 10 + 10 + 60 + 2)
    found = {at: estimate_line(lines, at, sounding) for at in (9.9, 10.0, 20.5, 31.0, 91.0, 92.0)}
    assert found == {9.9: None, 10.0: 1, 20.5: 3, 31.0: 4, 91.0: 7, 92.0: None}


def test_a_text_of_more_sections_than_a_song_has_is_not_marked() -> None:
    peaks = bytes([QUIET] * 480 + [LOUD] * 520)
    assert len(guess_sections("[A]\nla\n[B]\nla", peaks, 100.0)) == 2
    assert guess_sections("[A]\nla\n[B]\nla\n" * 101, peaks, 100.0) == []
