"""Rhymes of lines in eleven languages, and their letters."""

import asyncio

import pytest

from producer_studio.domain.lyrics.language import Language
from producer_studio.domain.lyrics.rhymes import (
    MAX_SECTION_LINES,
    create_endings,
    line_endings,
    rhyme_letters,
)
from producer_studio.domain.lyrics.syllables import NO_PRONUNCIATIONS
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH
from producer_studio.studio.pronunciations import PronouncingDictionary, load_pronunciations


@pytest.fixture(scope="module")
def dictionary() -> PronouncingDictionary:
    return asyncio.run(load_pronunciations())


# Words that rhyme, and words that look or sound nearly so and do not.
PAIRS: dict[Language, tuple[str, str]] = {
    Language.ENGLISH: (
        (
            "light night, love above, fire desire, through blue, glory story, again then, "
            "ocean motion, heart apart, sky goodbye, walkin talkin"
        ),
        "love move, rough though, heart heard, home some, wolf golf, light like",
    ),
    Language.GERMAN: (
        (
            "Nacht gemacht, sehen verstehen, Zeit weit, Herz Schmerz, allein sein, Stadt hat, "
            "Träume Bäume, Lieder wieder, Hand Land, bin Sinn"
        ),
        "Nacht Tag, leben lieben, Hoffnung Öffnung, Bett Gebet, Rad rasch",
    ),
    Language.SPANISH: (
        (
            "canción corazón, vida herida, amor dolor, cielo suelo, ayer querer, luna fortuna, "
            "vez tres, bella estrella, nave sabe, mí vi"
        ),
        "casa cosa, médico amigo, amor amar, café casa",
    ),
    Language.ITALIAN: (
        (
            "cuore amore, stella bella, città felicità, mare cantare, vento momento, mia follia, "
            "notte rotte, vita infinita, perché te"
        ),
        "parlano lontano, musica fisico, sole cuore",
    ),
    Language.FRENCH: (
        (
            "amour toujours, nuit lui, chanson raison, aimer donner, aimée année, belle appelle, "
            "vent souvent, cœur peur, fille brille, soleil merveil, chance silence, eau beau, "
            "mer hiver, toi voix"
        ),
        "ville fille, mer aimer, vent vin, bon bonne, reine sein",
    ),
    Language.PORTUGUESE: (
        (
            "coração canção, amor dor, vida perdida, mar cantar, lua rua, saudade cidade, você fé, "
            "céu véu, nós voz"
        ),
        "amor amar, casa coisa, mão mau",
    ),
    Language.RUSSIAN: (
        "ночь прочь, дорога эпилога, секреты портреты, лёд поёт, дом сном",
        "город год, замок замком, вода весна, окно вино",
    ),
    Language.POLISH: (
        "ciebie niebie, noc moc, serce kobierce, droga noga, morze może, śnieg bieg, dzień cień",
        "dom dym, okno oko, ja ty",
    ),
    Language.JAPANESE: ("あした わした, そら とら, かなしみ たのしみ", "そら うみ, あさ よる"),
    Language.KOREAN: ("사랑 자랑, 자리 다리, 하늘 가늘", "사랑 바다, 거리 거울"),
    Language.CHINESE: (
        "天空 时钟, 海洋 月光, 名字 故事, 夜晚 孤单",
        "天空 大海, 好了 走了, 名字 秘密",
    ),
}


def rhymes(first: str, second: str, language: Language, dictionary: PronouncingDictionary) -> bool:
    ends = [line_endings(one.lower(), language, dictionary) for one in (first, second)]
    return bool(ends[0] & ends[1])


@pytest.mark.parametrize("language", PAIRS)
def test_words_that_rhyme(language: Language, dictionary: PronouncingDictionary) -> None:
    alike, different = ([pair.split() for pair in row.split(", ")] for row in PAIRS[language])
    assert [pair for pair in alike if not rhymes(*pair, language, dictionary)] == []
    assert [pair for pair in different if rhymes(*pair, language, dictionary)] == []


def test_english_needs_the_dictionary() -> None:
    assert line_endings("into the night", Language.ENGLISH, NO_PRONUNCIATIONS) == frozenset()


def test_letters_begin_anew_in_each_section(dictionary: PronouncingDictionary) -> None:
    text = """We left before the light
A cold and empty room
I held you through the night
October smelled of orange
Your hair was like perfume (ooh yeah)
[Chorus]
Nothing is over
Roll in the clover
[Verse 2]
Alone"""
    endings = create_endings(dictionary)
    letters = rhyme_letters(text.split("\n"), Language.ENGLISH, endings)
    assert letters == ["A", "B", "A", "", "B", "", "A", "A", "", ""]


def test_what_has_no_sound_has_no_letter(dictionary: PronouncingDictionary) -> None:
    endings = create_endings(dictionary)
    lines = ["1999", "1999", "", "", "…", "…", "Σ'αγαπώ", "Σ'αγαπώ", "[Verse]"]
    assert set(rhyme_letters(lines, Language.ENGLISH, endings)) == {""}


def test_a_section_of_another_kind_of_text_has_no_letters() -> None:
    searched: list[str] = []

    def endings(line: str, _language: Language) -> frozenset[str]:
        searched.append(line)
        return frozenset(line[-1:])

    long = [f"{n} light" for n in range(MAX_SECTION_LINES + 1)]
    lines = [*long, "[Chorus]", "night", "bright"]
    letters = rhyme_letters(lines, Language.ENGLISH, endings)
    assert letters == [*[""] * len(long), "", "A", "A"]
    assert searched == ["night", "bright"]


@pytest.mark.parametrize("language", [Language.GERMAN, Language.CHINESE, Language.UNKNOWN])
def test_a_line_of_another_kind_of_text_has_no_ending(language: Language) -> None:
    line = "die Nacht " * (MAX_LINE_LENGTH // 10) + "!"
    assert line_endings(line, language, NO_PRONUNCIATIONS) == frozenset()
