"""Syllables of lines in eleven languages, and the language that they are in."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.english import count_word
from producer_studio.domain.lyrics.language import (
    Language,
    detect_language,
    detect_line_language,
)
from producer_studio.domain.lyrics.syllables import NO_PRONUNCIATIONS, count_syllables
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH
from producer_studio.studio.pronunciations import PronouncingDictionary, load_pronunciations
from tests.support.sung_lines import SUNG_LINES

LEAST_RIGHT = 19
"""Of twenty lines: 95 %."""


@pytest.fixture(scope="module")
def dictionary() -> PronouncingDictionary:
    return asyncio.run(load_pronunciations())


def text_of(rows: Sequence[tuple[str, int]]) -> str:
    return "\n".join(line for line, _ in rows)


@pytest.mark.parametrize("language", SUNG_LINES)
def test_lines_divided_by_hand(language: Language, dictionary: PronouncingDictionary) -> None:
    rows = SUNG_LINES[language]
    assert len(rows) == 20
    counts = [(line, count_syllables(line, language, dictionary)) for line, _ in rows]
    wrong = [pair for pair in counts if pair not in rows]
    assert len(rows) - len(wrong) >= LEAST_RIGHT, wrong


def test_the_language_of_a_text_is_told_by_four_lines() -> None:
    for language, rows in SUNG_LINES.items():
        for start in range(0, 20, 4):
            assert detect_language(text_of(rows[start : start + 4])) is language


LINES_OF_EVERY_KIND: list[tuple[str, int | None]] = [
    ("", 0),
    ("[Chorus]", 0),
    ("…", 0),
    ("moon", 1),
    ("Carry me home by the harbour light", 9),
    ("She started the fire", 5),
    ("People come and people go", 7),
    ("Oceans and stations and patience", 8),
    ("hmm", 1),
    ("café", 2),
    ("cafe\u0301", 2),
    ("naïve", 2),
    ("don’t", 1),
    ("1999", 4),
    ("潮が満ちる", None),
    ("しおがみちる", 6),
    ("ねっとスター", 6),
    ("月亮代表我的心", 7),
    ("사랑해 너를", 5),
    ("사랑해 baby", 5),
    ("Я помню чудное мгновенье", 9),
    ("У меня 2 дома", None),
    ("Їжак у тумані", None),
    ("Ich hab 2 Häuser", None),
    ("Σ'αγαπώ πολύ", None),
    ("أحبك كثيرا", None),
    ("Jag vet inte vad det är", None),
    ("Bu gece çok güzel", None),
    ("La la la la", 4),
]


def test_lines_of_every_kind(dictionary: PronouncingDictionary) -> None:
    counts = [(line, count_syllables(line, None, dictionary)) for line, _ in LINES_OF_EVERY_KIND]
    assert counts == LINES_OF_EVERY_KIND


def test_a_line_that_does_not_tell_goes_by_the_others() -> None:
    spanish = "Cuando te vi\nPero no importa\nMi corazón late\nSombra nocturna dorada"
    assert detect_language(spanish) is Language.SPANISH
    assert count_syllables("Sombra nocturna dorada", Language.SPANISH) == 8
    assert detect_line_language("Silver shadows", Language.ENGLISH) is Language.ENGLISH
    assert detect_line_language("Je t'aime et je ne sais pas", Language.ENGLISH) is Language.FRENCH
    assert detect_line_language("And all of the stars", Language.SPANISH) is Language.ENGLISH


def test_chinese_characters_have_no_fixed_length_in_japanese() -> None:
    assert detect_language("海へ\n東京") is Language.JAPANESE
    assert count_syllables("東京", Language.JAPANESE) is None
    assert count_syllables("東京") == 2


def test_endings_that_the_dictionary_has_not() -> None:
    data = b"catch K AE1 CH\ncatching K AE1 CH IH0 NG\ntree T R IY1\n"
    small = PronouncingDictionary(data)
    assert [count_word(word, small) for word in ("catch's", "tree's", "catchin", "tree'll")] == [
        2, 1, 2, 1,
    ]  # fmt: skip


def test_the_dictionary_finds_every_pronunciation() -> None:
    data = b"a AH0\na(2) EY1\na's EY1 Z # comment\nab AE1 B"
    small = PronouncingDictionary(data)
    assert small.find("a") == ("AH0", "EY1")
    assert small.find("a's") == ("EY1 Z",)
    assert small.find("ab") == ("AE1 B",)
    assert small.find("") == small.find("b") == small.find("aa") == ()
    assert PronouncingDictionary(b"").find("a") == ()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_a_word_has_a_syllable_and_not_more_than_letters(word: str) -> None:
    assert 1 <= count_word(word, NO_PRONUNCIATIONS) <= max(2, len(word))


@given(st.text(), st.sampled_from(Language))
def test_any_text_is_counted(text: str, context: Language) -> None:
    detect_language(text)
    assert (count_syllables(text, context) or 0) >= 0


@given(
    st.text(alphabet="aeiouyhqguàéèíóúãõçñœüß'’ -nrlsti", max_size=40), st.sampled_from(Language)
)
def test_any_row_of_vowels_is_counted(text: str, context: Language) -> None:
    assert (count_syllables(text, context) or 0) >= 0


HARD_WORDS = {
    Language.GERMAN: {
        "beurteilen": 4, "beauftragt": 3, "beachten": 3, "beide": 2, "beeilen": 3, "Museen": 3,
        "Niveau": 2, "Protein": 3, "Nation": 2, "Religion": 4, "Melodien": 4, "Familie": 3,
        "Karriere": 4, "Ingenieur": 3, "Theater": 3, "Feuer": 2, "pfui": 1, "Poet": 2,
    },
    Language.SPANISH: {
        "país": 2, "cruel": 1, "río": 2, "guitarra": 3, "pingüino": 3, "queso": 2, "Uruguay": 3,
        "leía": 3, "ahora": 3, "muy": 1,
    },
    Language.ITALIAN: {
        "periodo": 4, "siano": 3, "migliore": 3, "lascio": 2, "Silvia": 2, "magia": 3, "grazia": 2,
        "paura": 3, "zio": 2, "più": 1, "aiuto": 3, "cuoio": 2, "ciao": 1, "galleria": 4,
        "materia": 3, "suoi": 1,
    },
    Language.FRENCH: {
        "vraiment": 2, "ils aiment": 2, "précédent": 3, "elles lancent": 3, "alcool": 2,
        "pays": 2, "œil": 1, "deuil": 1, "oublier": 3, "voyage": 2, "rue": 1, "février": 3,
        "août": 1, "Jean": 1,
    },
    Language.PORTUGUESE: {
        "bairro": 2, "caiu": 2, "saúde": 3, "rainha": 3, "água": 2, "coração": 3, "mãe": 1,
        "ruim": 2, "praia": 2, "história": 3, "dia": 2, "quando": 2,
    },
    Language.POLISH: {"nauka": 3, "auto": 2, "Europa": 3, "ziemia": 2, "historia": 3},
}  # fmt: skip


@pytest.mark.parametrize("language", HARD_WORDS)
def test_words_that_spelling_hides(language: Language) -> None:
    wanted = HARD_WORDS[language]
    assert {word: count_syllables(word, language) for word in wanted} == wanted


def test_a_line_of_another_kind_of_text_is_not_counted() -> None:
    line = "die Nacht " * (MAX_LINE_LENGTH // 10)
    assert count_syllables(line, Language.GERMAN) == 2 * MAX_LINE_LENGTH // 10
    assert count_syllables(line + "!", Language.GERMAN) is None
