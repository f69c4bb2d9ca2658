"""Rhyme letters of lyrics: lines of a section whose ends sound alike get the same letter."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import ascii_uppercase

from producer_studio.domain.lyrics import english
from producer_studio.domain.lyrics.language import Language, detect_line_language
from producer_studio.domain.lyrics.language_rules import load_rules
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH, Script, parse_words

_LATIN = frozenset(
    {
        Language.GERMAN, Language.SPANISH, Language.ITALIAN, Language.FRENCH, Language.PORTUGUESE,
        Language.POLISH,
    }
)  # fmt: skip
"""Languages other than English whose words in Latin letters follow rules."""

MAX_SECTION_LINES = 400
"""Lines of the longest section whose rhymes are searched: each line is compared with the others."""

_ASIDE = re.compile(r"\([^()]*\)\s*$")
"""Backing vocals at the end of a line, such as "(ooh)"."""


def line_endings(
    line: str, context: Language | None, pronunciations: english.Pronunciations
) -> frozenset[str]:
    """Returns how the end of a line may sound; empty where neither sound nor spelling tells.

    Args:
        line: A line of the lyrics.
        context: Language of the whole text.
        pronunciations: Dictionary of English, whose spelling does not tell.
    """
    if len(line) > MAX_LINE_LENGTH or parse_section_name(line) is not None:
        return frozenset()
    words = parse_words(_ASIDE.sub("", line))
    if not words or words[-1].script in {Script.DIGITS, Script.OTHER}:
        return frozenset()
    last = words[-1]
    language = detect_line_language(line, context)
    if last.script is Script.LATIN and language not in _LATIN:
        if language is Language.UNKNOWN:
            return frozenset()
        return english.rhyme(last.text, pronunciations)
    rules = load_rules(language)
    return rules.rhyme(last.text) if rules else frozenset()


Endings = Callable[[str, Language], frozenset[str]]


def create_endings(pronunciations: english.Pronunciations) -> Endings:
    """Creates a cached `line_endings` with a dictionary."""

    @lru_cache(maxsize=2048)
    def cached(line: str, context: Language) -> frozenset[str]:
        return line_endings(line, context, pronunciations)

    def endings(line: str, context: Language) -> frozenset[str]:
        # Thousands of long lines would take hundreds of megabytes.
        return cached(line, context) if len(line) <= MAX_LINE_LENGTH else frozenset()

    return endings


def rhyme_letters(lines: Sequence[str], context: Language, endings: Endings) -> list[str]:
    """Returns the letter of each line; empty where it rhymes with no other of its section.

    Letters begin with A in each section; sections begin at `[Name]` lines. A section with more
    rhymes than letters leaves the others blank; one of more than `MAX_SECTION_LINES` has none.

    Args:
        lines: Lines of the lyrics; all lines of each section.
        context: Their language.
        endings: How a line may end.
    """
    letters = [""] * len(lines)
    start = 0
    for end in range(len(lines) + 1):
        if end == len(lines) or parse_section_name(lines[end]) is not None:
            if end - start <= MAX_SECTION_LINES:
                section = [(place, endings(lines[place], context)) for place in range(start, end)]
                _mark([(place, found) for place, found in section if found], letters)
            start = end + 1
    return letters


def _mark(section: Sequence[tuple[int, frozenset[str]]], letters: list[str]) -> None:
    groups: list[tuple[frozenset[str], list[int]]] = []
    for place, sounds in section:
        group = next((group for group in groups if group[0] & sounds), None)
        if group is None:
            groups.append((sounds, [place]))
        else:
            group[1].append(place)
    rhyming = [places for _, places in groups if len(places) > 1]
    for letter, places in zip(ascii_uppercase, rhyming, strict=False):
        for place in places:
            letters[place] = letter
