"""Rules of the languages other than English, loaded when a line in their language appears.

Compiling their patterns takes up to 12 ms for each; all of them were a tenth of each start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from producer_studio.domain.lyrics.language import Language
from producer_studio.domain.lyrics.words import Word


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Rules of a language.

    Attributes:
        count: Counts the sung syllables of a line.
        rhyme: Returns how the end of a word may sound; empty where the spelling does not tell.
    """

    count: Callable[[Sequence[Word]], int | None]
    rhyme: Callable[[str], frozenset[str]]


@cache
def load_rules(language: Language) -> LanguageRules | None:
    """Returns the rules of a language; None for English, and where there are none."""
    match language:
        case Language.GERMAN:
            from producer_studio.domain.lyrics import german  # start-up cost

            return LanguageRules(german.count, german.rhyme)
        case Language.SPANISH:
            from producer_studio.domain.lyrics import spanish

            return LanguageRules(spanish.count, spanish.rhyme)
        case Language.ITALIAN:
            from producer_studio.domain.lyrics import italian

            return LanguageRules(italian.count, italian.rhyme)
        case Language.FRENCH:
            from producer_studio.domain.lyrics import french

            return LanguageRules(french.count, french.rhyme)
        case Language.PORTUGUESE:
            from producer_studio.domain.lyrics import portuguese

            return LanguageRules(portuguese.count, portuguese.rhyme)
        case Language.RUSSIAN | Language.POLISH:
            from producer_studio.domain.lyrics import slavic

            if language is Language.RUSSIAN:
                return LanguageRules(slavic.count_russian, slavic.rhyme_russian)
            return LanguageRules(slavic.count_polish, slavic.rhyme_polish)
        case Language.JAPANESE | Language.KOREAN | Language.CHINESE:
            from producer_studio.domain.lyrics import east_asian  # start-up cost

            if language is Language.JAPANESE:
                return LanguageRules(east_asian.count_japanese, east_asian.rhyme_japanese)
            count = east_asian.count_characters
            if language is Language.KOREAN:
                return LanguageRules(count, east_asian.rhyme_korean)
            return LanguageRules(count, east_asian.rhyme_chinese)
        case _:
            return None
