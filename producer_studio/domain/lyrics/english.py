"""Syllables and rhymes of English, by a dictionary; by spelling where that lacks a word."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol

from producer_studio.domain.lyrics.words import Word


class Pronunciations(Protocol):
    """Pronouncing dictionary of English."""

    def find(self, word: str) -> Sequence[str]:
        """Returns the pronunciations of a word, in ARPAbet with stress digits; maybe none."""


class NoPronunciations:
    """Empty dictionary: syllables and rhymes follow from the spelling alone."""

    def find(self, word: str) -> Sequence[str]:
        """Returns nothing for any word."""
        del word
        return ()


# Sung with fewer or more syllables than the dictionary's first entry, or not in it.
_SUNG = {
    "every": 2, "everything": 3, "everyone": 3, "everybody": 4, "everywhere": 3, "everyday": 3,
    "evening": 2, "different": 2, "chocolate": 2, "business": 2, "heaven": 2, "real": 1,
    "hour": 1, "hours": 1, "our": 1, "ours": 1, "cruel": 2, "fuel": 2, "jewel": 2, "ruin": 2,
    "poem": 2, "poet": 2, "quiet": 2, "lion": 2, "violet": 3, "diary": 3, "area": 3, "idea": 3,
    "hmm": 1, "mm": 1, "mmm": 1, "ooh": 1, "oooh": 1, "ah": 1, "shh": 1, "la": 1, "na": 1,
    "yeah": 1, "gonna": 2, "wanna": 2, "gotta": 2, "lemme": 2, "gimme": 2, "kinda": 2, "oughta": 2,
    "interest": 2, "interesting": 3, "favorite": 2, "favourite": 2, "separate": 2, "camera": 2,
    "i'd": 1, "o'er": 1, "e'er": 1, "ne'er": 1, "flowers": 2, "flower": 2, "power": 2, "tower": 2,
    "shower": 2, "toward": 2, "towards": 2, "world": 1, "girl": 1,
}  # fmt: skip
_ONE_SYLLABLE_IRE = re.compile(r"(?:ire[ds]?|yre)$")
_VOWELS = "aeiouy"
_VOWEL_RUN = re.compile(r"[aeiouy]+")
_DIAERESIS = re.compile("[aeiouy][aeiouy]\u0308")
"""Vowels as in "naïve": the second one is a syllable of its own."""
_SIBILANTS = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})


def count(words: Sequence[Word], pronunciations: Pronunciations) -> int:
    """Counts the sung syllables of a line."""
    return sum(count_word(word.text, pronunciations) for word in words)


def count_word(word: str, pronunciations: Pronunciations) -> int:
    """Counts the sung syllables of a word; a number has one for each digit."""
    if word.isdigit():
        return len(word)
    if word in _SUNG:
        return _SUNG[word]
    sound = _pronounce(word, pronunciations)
    if not sound:
        return _count_by_spelling(word)
    syllables = sum(phone[-1].isdigit() for phone in sound)
    if _ONE_SYLLABLE_IRE.search(word) and " ".join(sound).find("AY") >= 0:
        # "Fire" and "desire": the dictionary's second entry, with R for ER.
        text = re.sub(r"AY(\d) ER0", r"AY\1 R", " ".join(sound))
        syllables = sum(phone[-1].isdigit() for phone in text.split())
    return max(1, syllables)


def rhyme(word: str, pronunciations: Pronunciations) -> frozenset[str]:
    """Returns the sounds from the last stressed vowel on, one for each pronunciation."""
    found = _find(word, pronunciations) or ([" ".join(_pronounce(word, pronunciations))])
    return frozenset(ending for sound in found if (ending := _stressed_ending(sound.split())))


def _stressed_ending(phones: Sequence[str]) -> str:
    stressed = [place for place, phone in enumerate(phones) if phone[-1] in "12"]
    if not stressed:
        return ""
    return " ".join(phone.rstrip("012") for phone in phones[stressed[-1] :])


def _find(word: str, pronunciations: Pronunciations) -> Sequence[str]:
    if word.endswith("in") and (found := pronunciations.find(f"{word}'")):
        return found  # "walkin'": an apostrophe at the end is none of the word's
    return pronunciations.find(word)


def _pronounce(word: str, pronunciations: Pronunciations) -> list[str]:
    """Returns the phones of a word or of one that it is made from; empty if unknown."""
    found = _find(word, pronunciations)
    if found:
        return found[0].split()
    if word.endswith("in") and (found := pronunciations.find(f"{word}g")):
        return [*found[0].split()[:-1], "N"]
    stem, _, ending = word.rpartition("'")
    if (
        stem
        and ending in {"s", "ll", "d", "re", "ve", "m"}
        and (found := pronunciations.find(stem))
    ):
        return _add_ending(found[0].split(), ending)
    if word.endswith("s") and (found := pronunciations.find(word[:-1])):
        return _add_ending(found[0].split(), "s")
    return []


def _add_ending(phones: list[str], ending: str) -> list[str]:
    last = phones[-1]
    if ending == "s":
        return [*phones, *(["IH0", "Z"] if last in _SIBILANTS else ["Z"])]
    if ending == "d":
        return [*phones, *(["IH0", "D"] if last in {"T", "D"} else ["D"])]
    is_open = last[-1].isdigit()
    return [
        *phones, *{"ll": ["L"] if is_open else ["AH0", "L"], "re": ["ER0"],
                   "ve": ["V"] if is_open else ["AH0", "V"], "m": ["M"]}[ending],
    ]  # fmt: skip


def _count_by_spelling(word: str) -> int:
    marked = unicodedata.normalize("NFKD", word).split("'")[0]
    stem = "".join(character for character in marked if not unicodedata.combining(character))
    if not stem:
        return 1
    runs = len(_VOWEL_RUN.findall(stem))
    if runs == 0:
        return 1
    if not unicodedata.combining(marked[-1]):  # the final vowel of "café" is sung
        runs -= _count_silent_endings(stem)
    runs += len(_DIAERESIS.findall(marked))
    runs += len(re.findall(r"i[ao](?!u)|[^q]ua|eo|[^e]ying|uou", stem))
    runs -= len(re.findall(r"[tcsg]i[ao]|eou", stem))
    return max(1, runs)


def _count_silent_endings(stem: str) -> int:
    if stem.endswith("e") and not stem.endswith(("le", "ee", "ie", "oe", "ye", "ue")):
        return 1
    if stem.endswith("le") and len(stem) > 2 and stem[-3] in _VOWELS:
        return 1
    if stem.endswith("ed") and len(stem) > 3 and stem[-3] not in "td" + _VOWELS:
        return 1
    sibilant = ("ses", "zes", "xes", "ches", "shes", "ges", "ces", "ies", "oes", "les")
    return int(stem.endswith("es") and len(stem) > 3 and not stem.endswith(sibilant))
