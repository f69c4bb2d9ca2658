"""Vowels of words: where each syllable has its vowel, and which of them is stressed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ALL_VOWELS = frozenset("aeiouáéíóúàèìòù")


@dataclass(frozen=True, slots=True)
class Nuclei:
    """Vowels of a word, one for each syllable.

    Attributes:
        text: The word as it was read: silent letters may be left out.
        starts: Where each vowel begins in `text`.
        stressed: Index of the stressed one; None if there is none, or if it is unknown.
    """

    text: str
    starts: tuple[int, ...]
    stressed: int | None = None

    def stressed_ending(self, glides: str = "") -> str:
        """Returns the letters from the stressed vowel on; empty if that is unknown.

        Args:
            glides: Vowels that are skipped at the beginning of a diphthong, as the i of "canción".
        """
        if self.stressed is None:
            return ""
        start = self.starts[self.stressed]
        following = self.text[start + 1 : start + 2]
        is_single = start + 1 in self.starts
        if self.text[start] in glides and following in _ALL_VOWELS and not is_single:
            start += 1
        return self.text[start:]


def find_runs(text: str, vowels: str, is_break: Callable[[str, int], bool]) -> tuple[int, ...]:
    """Returns where vowels begin, with a break wherever two neighbours belong to two syllables.

    Args:
        text: A word.
        vowels: Letters that are vowels.
        is_break: Whether the vowel at an index, which follows another one, begins a syllable.
    """
    starts: list[int] = []
    for place, sign in enumerate(text):
        if sign not in vowels:
            continue
        follows = place > 0 and text[place - 1] in vowels
        if not follows or is_break(text, place):
            starts.append(place)
    return tuple(starts)


def apply_rules(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """Applies replacements in their order."""
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def compile_rules(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiles replacements for `apply_rules`."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)
