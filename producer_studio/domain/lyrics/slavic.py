"""Syllables and rhymes of Russian and Polish, which have one syllable for each vowel.

Polish i before a vowel only softens the consonant; "au" and "eu" are one syllable in words from
other languages. Polish is stressed on the last syllable but one. The stress of Russian words is not
written, so that only endings that are alike from the last vowel but one on, "ё" and words of one
syllable tell a rhyme.
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules
from producer_studio.domain.lyrics.words import Word

_RUSSIAN_VOWEL = re.compile("[аеёиоуыэюя]")
_RUSSIAN_SOUNDS = compile_rules(
    ("ться|тся", "ца"), ("ё", "о"), ("б$", "п"), ("в$", "ф"), ("г$", "к"),
    ("д$", "т"), ("ж$", "ш"), ("з$", "с"), ("(?<=[жшц])ы", "и"),
)  # fmt: skip
_POLISH_VOWEL = re.compile("[aąeęioóuy]")
_POLISH_READING = compile_rules(
    ("i(?=[aąeęioóu])", "'"),
    ("^(zna|za|na|pona|prze?na|wyna)u(?!t)", r"\1|u"),
    ("(?<!\\|)au", "a"),
    ("^eu(?=ro)|(?<=^n)eu|(?<=^ps)eu|(?<=^f)eu|(?<=terap)eu", "e"),
)
_POLISH_SOUNDS = compile_rules(
    ("ó", "u"), ("rz", "ż"), ("ch", "h"), ("b$", "p"), ("d$", "t"), ("g$", "k"), ("w$", "f"),
    ("z$", "s"), ("ż$", "sz"), ("ź$", "ś"), ("dz$", "c"), ("ę$", "e"), ("\\|", ""),
)  # fmt: skip


def count_russian(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line; words such as "в" have none."""
    return sum(len(_RUSSIAN_VOWEL.findall(word.text)) for word in words)


def rhyme_russian(word: str) -> frozenset[str]:
    """Returns the sounds from the vowels on that may be stressed, where the word tells."""
    starts = [match.start() for match in _RUSSIAN_VOWEL.finditer(word)]
    if not starts:
        return frozenset()
    if "ё" in word:
        return frozenset({apply_rules(word[word.index("ё") :], _RUSSIAN_SOUNDS)})
    if len(starts) == 1:
        return frozenset({apply_rules(word[_with_onset(word, starts[0]) :], _RUSSIAN_SOUNDS)})
    return frozenset({apply_rules(word[starts[-2] :], _RUSSIAN_SOUNDS)})


def analyse_polish(word: str) -> Nuclei:
    """Finds the vowels of a word; the last but one is stressed."""
    text = apply_rules(word, _POLISH_READING)
    starts = tuple(match.start() for match in _POLISH_VOWEL.finditer(text))
    return Nuclei(text, starts, max(0, len(starts) - 2) if starts else None)


def count_polish(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line; words such as "w" have none."""
    return sum(len(analyse_polish(word.text).starts) for word in words)


def rhyme_polish(word: str) -> frozenset[str]:
    """Returns the sound from the stressed vowel on."""
    found = analyse_polish(word)
    if len(found.starts) == 1:
        ending = found.text[_with_onset(found.text, found.starts[0]) :]
    else:
        ending = found.stressed_ending()
    return frozenset({apply_rules(ending, _POLISH_SOUNDS)} if ending else ())


def _with_onset(text: str, vowel: int) -> int:
    """Where a rhyme of one syllable begins: an open one needs the consonant before it, too."""
    is_open = vowel == len(text) - 1
    return max(0, vowel - 1) if is_open else vowel
