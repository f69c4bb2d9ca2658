"""Syllables and rhymes of Spanish.

A weak vowel (i, u, y at the end) beside another one is one syllable with it, unless it has an
accent. A vowel at the end of a word is sung together with one at the beginning of the next
(sinalefa), but not across a punctuation mark.
"""

from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules, find_runs
from producer_studio.domain.lyrics.words import Word

_VOWELS = "aeiouáéíóúü"
_STRONG = "aeoáéó"
_ACCENTED = "áéíóú"
_READING = compile_rules(
    ("qu", "k"),
    ("gu(?=[eiéí])", "g"),
    ("(?<!c)h", ""),
    ("y$", "i"),
)
_SOUNDS = compile_rules(
    ("ch", "ʧ"), ("ll", "y"), ("z|c(?=[eiéí])", "s"), ("c", "k"), ("v", "b"), ("g(?=[eiéí])", "j"),
    ("x", "s"), ("á", "a"), ("é", "e"), ("í", "i"), ("ó", "o"), ("ú|ü", "u"),
)  # fmt: skip


def analyse(word: str) -> Nuclei:
    """Finds the vowels of a word and the stressed one, which Spanish spelling tells."""
    text = apply_rules(word, _READING)
    starts = find_runs(text, _VOWELS, _is_break)
    return Nuclei(text, starts, _find_stress(word, text, starts))


def count(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line."""
    total = 0
    before: Word | None = None
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        is_glide = (
            word.text in {"y", "e", "u"}
            and following is not None
            and not word.has_pause
            and _begins_with_vowel(following.text)
        )
        if is_glide:
            before = None
            continue
        total += len(analyse(word.text).starts)
        if (
            before is not None
            and not before.has_pause
            and _ends_with_vowel(before.text)
            and (_begins_with_vowel(word.text) or word.text == "y")
        ):
            total -= 1
        before = word
    return total


def rhyme(word: str) -> frozenset[str]:
    """Returns the sound from the stressed vowel on."""
    ending = analyse(word).stressed_ending("iu")
    return frozenset({apply_rules(ending, _SOUNDS)} if ending else ())


def _is_break(text: str, place: int) -> bool:
    before, sign = text[place - 1], text[place]
    if before in _STRONG and sign in _STRONG:
        return True
    # A weak vowel between two others begins a syllable with the second: "ma-yo", "hu-ía".
    return (sign in "íú" and before in _STRONG) or (before in "íú" and sign in _STRONG)


def _find_stress(word: str, text: str, starts: tuple[int, ...]) -> int | None:
    if not starts:
        return None
    accent = next((place for place, sign in enumerate(text) if sign in _ACCENTED), None)
    if accent is not None:
        return max(index for index, start in enumerate(starts) if start <= accent)
    is_penultimate = word[-1] in "aeiouns" and len(starts) > 1
    return len(starts) - (2 if is_penultimate else 1)


def _ends_with_vowel(word: str) -> bool:
    # "Voy a" is vo-ya: the y goes to the next word.
    return word == "y" or word[-1] in _VOWELS


def _begins_with_vowel(word: str) -> bool:
    if word.startswith(("hie", "hue", "hua", "y")):
        return False
    return word.lstrip("h")[:1] in set(_VOWELS)
