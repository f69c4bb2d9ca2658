"""Syllables and rhymes of Portuguese.

A vowel with a following i or u is one syllable, as are "ão", "ãe" and "õe"; i or u before another
vowel is one of its own ("di-a"), except at the end of a word with an earlier accent ("his-tó-ria").
An unstressed a, e or o at the end of a word is sung together with a vowel at the beginning of the
next, but not across a punctuation mark.
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules, find_runs
from producer_studio.domain.lyrics.words import Word, word_set

_VOWELS = "aeiouáéíóúâêôãõàü"
_ACCENTED = "áéíóúâêô"
_READING = compile_rules(
    ("qu(?=[eiéíê])", "k"),
    ("gu(?=[eiéíê])", "g"),
    ("qu(?=[aoãáâôó])", "qw"),
    ("gu(?=[aoãáâôó])", "gw"),
    ("(?<![cln])h", ""),
    ("ü", "w"),
)
_SOUNDS = compile_rules(
    ("á|â", "a"), ("é|ê", "e"), ("í", "i"), ("ó|ô", "o"), ("ú", "u"), ("ss|ç|c(?=[ei])", "s"),
    ("c", "k"), ("m$", "n"), ("z$", "s"), ("lh", "ʎ"), ("nh", "ɲ"), ("g(?=[ei])", "j"),
)  # fmt: skip
# Where i or u is a syllable of its own after another vowel: "ra-iz", "ru-im", "ra-i-nha".
_OWN_WEAK = re.compile(
    r"(?<=[aeou])[iu](?=nh|(?:[lmnz]|r(?!r))(?:[bcdfgjklmnpqrstvxz]|$)|mb|nd|nt)"
)
_PAST = re.compile(r"(?<=a)iu$|(?<=a)ium$")
_END_DIPHTHONG = re.compile(r"(?:[iu][aeo]|ea|eo|oa|ie|uo)s?$")
_ELIDED_CLITICS = word_set(
    "a o e de que se me te lhe da do na no para pra pela pelo minha uma nosso"
)
_ONE_SYLLABLE = frozenset({"ao", "aos"})


def analyse(word: str) -> Nuclei:
    """Finds the vowels of a word and the stressed one, which Portuguese spelling tells."""
    text = apply_rules(word, _READING)
    if word in _ONE_SYLLABLE:
        return Nuclei(text, (0,), 0)
    own = {match.start() for match in _OWN_WEAK.finditer(text)}
    own |= {match.start() for match in _PAST.finditer(text)}
    end = _END_DIPHTHONG.search(text)
    joined = -1
    if end and any(sign in _ACCENTED for sign in text[: end.start()]):
        joined = end.start() + 1

    def is_break(text: str, place: int) -> bool:
        return place != joined and (place in own or _is_break(text, place))

    starts = find_runs(text, _VOWELS, is_break)
    return Nuclei(text, starts, _find_stress(word, text, starts))


def count(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line."""
    total = 0
    before: Word | None = None
    for word in words:
        total += sum(len(analyse(part).starts) for part in word.text.split("'") if part)
        if (
            before is not None
            and not before.has_pause
            and _is_elided(before.text)
            and word.text.lstrip("h")[:1] in set(_VOWELS)
        ):
            total -= 1
        before = word
    return total


def rhyme(word: str) -> frozenset[str]:
    """Returns the sound from the stressed vowel on."""
    ending = analyse(word.rsplit("'", 1)[-1]).stressed_ending()
    return frozenset({apply_rules(ending, _SOUNDS)} if ending else ())


def _is_break(text: str, place: int) -> bool:
    before, sign = text[place - 1], text[place]
    if before in "ãõ" and sign in "oei":
        return False
    after_diphthong = (
        place > 1 and text[place - 2] in _VOWELS and before in "iu" and text[place - 2] != before
    )
    if after_diphthong and not (before in "iu" and sign in "iu"):
        return True
    return sign not in "iu" or before == sign


def _find_stress(word: str, text: str, starts: tuple[int, ...]) -> int | None:
    if not starts:
        return None
    accent = next((place for place, sign in enumerate(text) if sign in _ACCENTED), None)
    if accent is None:
        accent = max((place for place, sign in enumerate(text) if sign in "ãõ"), default=None)
    if accent is not None:
        return max(index for index, start in enumerate(starts) if start <= accent)
    ends_open = re.search(r"(?:[aeo]s?|[ae]m|ens)$", word)
    weak_end = re.search(r"(?:[aeo][iu]|ui|iu)s?$", text)
    is_penultimate = bool(ends_open) and not weak_end and len(starts) > 1
    return len(starts) - (2 if is_penultimate else 1)


def _is_elided(word: str) -> bool:
    if word in _ELIDED_CLITICS:
        return True
    found = analyse(word)
    is_single = bool(found.starts) and found.starts[-1] == len(found.text) - 1
    return len(found.starts) > 1 and is_single and word[-1] in "aeo"
