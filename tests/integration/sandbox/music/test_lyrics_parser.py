import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.music.lyrics_parser import parse_stanzas, split_syllables


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("night", 1),
        ("Walking through the city lights", 7),
        ("We are unstoppable tonight", 8),
        ("Every step a new surprise", 7),
        ("love walked home", 3),
        ("", 0),
        ("... 123 ...", 0),
        ("Äpfel über Berg", 5),
        ("さくら", 3),
    ],
)
def test_count_of_syllables(line: str, count: int) -> None:
    assert abs(len(split_syllables(line)) - count) <= (1 if count > 6 else 0)


def test_vowels_and_consonants() -> None:
    assert [part.vowel for part in split_syllables("see moon light home")] == ["i", "u", "ai", "ou"]
    assert split_syllables("strong")[0].onset == "str"


def test_headers_give_the_form() -> None:
    found = parse_stanzas(
        "[Intro]\n\n[Verse 1]\nOne\nTwo\n\n[Pre-Chorus]\nThree\n[Chorus: loud]\nFour"
    )
    assert [part.kind for part in found] == ["intro", "verse", "pre", "chorus"]
    assert [len(part.lines) for part in found] == [0, 2, 1, 1]


def test_paragraphs_alternate_without_headers() -> None:
    assert [part.kind for part in parse_stanzas("a b\nc d\n\ne f\ng h")] == ["verse", "chorus"]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for part in parse_stanzas(text):
        for line in part.lines:
            assert all(syllable.vowel for syllable in split_syllables(line))
