"""Sections, words and syllables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics import (
    LyricsSection,
    count_syllables,
    count_words,
    has_kana,
    is_english,
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


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("", 0),
        ("[Chorus]", 0),
        ("…", 0),
        ("moon", 1),
        ("Salt on the window and light on the stair", 10),
        ("Somebody's humming a tune in the air", 10),
        ("Carry me over the water tonight", 10),
        ("Carry me home by the harbour light", 9),
        ("Every little thing is going to be fine", 11),
        ("I walked along the empty street", 8),
        ("She started the fire", 5),
        ("The table was made of wood", 7),
        ("People come and people go", 7),
        ("We waited for the morning", 7),
        ("A beautiful idea", 7),
        ("Oceans and stations and patience", 8),
        ("hmm", 1),
        ("café", 2),
        ("naïve", 2),
        ("cafe\u0301", 2),
        ("Noël", 2),
        ("über", 2),
        ("潮が満ちる", None),
        ("しおがみちる", 6),
        ("きょうはとうきょう", 7),
        ("ねっとスター", 6),
        ("月亮代表我的心", 7),
        ("사랑해 너를", 5),
        ("Я помню чудное мгновенье", 9),
        ("Передо мной явилась ты", 8),
        ("У меня 2 дома", None),
        ("Ich liebe dich so sehr", None),
        ("Und wenn die Sonne untergeht", None),
        ("Je t'aime, mon amour", None),
        ("Te quiero mucho y no lo sabes", None),
        ("Non ho l'età per amarti", None),
        ("Σ'αγαπώ πολύ", None),
        ("أحبك كثيرا", None),
        ("La la la la", 4),
        ("don’t", 1),
        ("1999", 4),
    ],
)
def test_syllables_of_known_lines(line: str, count: int | None) -> None:
    assert count_syllables(line) == count


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert count_words(text) >= 0
    assert (count_syllables(text) or 0) >= 0
    for section in parse_sections(text):
        assert all(line == line.strip() and line for line in section.lines)


def test_a_line_that_does_not_tell_goes_by_the_others() -> None:
    spanish = "Cuando te vi\nPero no importa\nMi corazón late\nSombra nocturna dorada"
    assert not is_english(spanish)
    assert count_syllables("Sombra nocturna dorada", english=is_english(spanish)) is None
    english = "When I saw you in the rain\nSilver shadows"
    assert is_english(english)
    assert count_syllables("Silver shadows", english=is_english(english)) == 4
    assert count_syllables("Je t'aime, mon amour", english=True) is None
    assert count_syllables("And all of the stars", english=False) == 5


def test_chinese_signs_have_no_fixed_length_among_kana() -> None:
    assert has_kana("海へ\n東京")
    assert count_syllables("東京", japanese=True) is None
    assert count_syllables("東京") == 2
    assert not has_kana("月亮代表我的心")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_a_word_has_a_syllable_and_not_more_than_letters(word: str) -> None:
    assert 1 <= (count_syllables(word, english=True) or 1) <= len(word)
