"""Sections and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.sections import (
    LyricsSection,
    count_words,
    parse_section_name,
    parse_sections,
)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("[Chorus]", "Chorus"),
        ("  [ Verse 1 ]  ", "Verse 1"),
        ("[Bridge - softly]", "Bridge - softly"),
        ("[サビ]", "サビ"),
        ("Chorus", None),
        ("[Chorus", None),
        ("[]", None),
        ("[Chorus] and words", None),
        ("words [Chorus]", None),
        ("[[Chorus]]", None),
        (f"[{'x' * 61}]", None),
        ("", None),
    ],
)
def test_section_marks(line: str, name: str | None) -> None:
    assert parse_section_name(line) == name


def test_lyrics_are_split_at_their_marks() -> None:
    text = "Before\n\n[Verse]\r\n  one line \n\nanother\n[Empty]\n[Chorus]\nsung"
    assert parse_sections(text) == [
        LyricsSection("", ("Before",)),
        LyricsSection("Verse", ("one line", "another")),
        LyricsSection("Empty", ()),
        LyricsSection("Chorus", ("sung",)),
    ]
    assert parse_sections("") == []
    assert parse_sections("\n \n") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("[Verse 1]", 0),
        ("[Verse 1]\nWalking home", 2),
        ("don't stop, don’t stop", 4),
        ("99 red balloons", 3),
        ("well-worn shoes", 3),
        ("— … !", 0),
        ("潮が満ちる", 5),
        ("déjà vu", 2),
        ("nai\u0308ve", 1),
        ("snake_case", 2),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert count_words(text) >= 0
    for section in parse_sections(text):
        assert all(line == line.strip() and line for line in section.lines)
