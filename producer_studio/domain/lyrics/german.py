"""Syllables and rhymes of German.

Each vowel or diphthong is a syllable. "ie" is one, also in "Familie" and "Italien", as it is sung,
and so is "ion"; after "be-" and "ge-" a vowel begins a new one. An apostrophe stands for a vowel
that is not sung. A rhyme begins at the last vowel that is neither in an unstressed ending nor an e
without stress.
"""

import re
from collections.abc import Sequence

from producer_studio.domain.lyrics.nuclei import Nuclei, apply_rules, compile_rules
from producer_studio.domain.lyrics.words import Word, word_set

_VOWEL = re.compile(r"eau(?=s?$)|aa|ee|oo|ie|ei|ai|au|äu|eu|ey|ay|ou|io(?=n)|[aeiouyäöüéèáàê]")
# "|" parts vowels that would be read as one.
_READING = compile_rules(
    ("'", ""),
    ("qu", "q"),
    ("^y(?=[aeou])", "j"),
    ("^(ge|be)(?=inhalt|irr|u[nr]|a)", r"\1|"),
    ("(?<![tsxl])ion", "i|on"),
    ("^(pf|h)ui$", r"\1u"),
    ("(?<=[gn])ieur", "ör"),
    ("(karri|premi|barri)ere", r"\1|ere"),
    ("(prote|koffe|kase)in", r"\1|in"),
    ("^(ge|be)(?=e(?!re?n?$|ren|t(?:e|es|en|s)?$|st))", r"\1|"),
    ("(muse|lyze|ole|bilä|kolosse)um", r"\1|um"),
    ("(?<=[nrs])a(?=iv|ik$|isch)", "a|"),
    ("(hero|ego)(?=in|is)", r"\1|"),
    ("(?<=r)u(?=in)", "u|"),
    ("^(alle|fe|ide|arme|muse)en$", r"\1e|en"),
    ("(schr|kn)ien$", r"\1ie|en"),
    ("(melod|fantas|phantas|harmon|theor|symphon|galax)ien$", r"\1ie|en"),
    ("^(?:team|beat|dream|beach|deal)(?=s?$)", "e"),
)
_SCHWA_ENDING = re.compile(r"e(?:n|r|l|s|t|m|rn|ln|st|nd|ns|rs|ls|nt|te|ten|tes|st?en|lt|rt)?")
_SUFFIX = re.compile(r"(?:ung(?:en)?|nis|ling|sam|(?:ig|lich|isch)(?:e[nrms]?)?)$")
_SHORT_WORDS = word_set(
    "an bin hin drin in man hat mit um ab ob das was bis des es weg von vom zum am im"
)
"""Words with a short vowel that no double consonant shows."""

_SOUNDS = compile_rules(
    ("ieh|ih|ie", "î"), ("ai|ey|ay", "ei"), ("äu", "eu"), ("aa|ah", "â"), ("ee|eh", "ê"),
    ("oo|oh", "ô"), ("uh", "û"), ("äh", "ä"), ("öh", "ö"), ("üh|y", "ü"), ("ä", "e"),
    ("dt", "tt"), ("th", "t"), ("tz", "z"), ("ck", "kk"), ("ph", "f"), ("chs", "x"),
    ("v", "f"), ("ß", "s"),
    ("d$", "t"), ("b$", "p"), ("g$", "k"), ("ds$", "ts"), ("gs$", "ks"), ("bt$", "pt"),
    ("gt$", "kt"),
)  # fmt: skip
_LONG = {"a": "â", "e": "ê", "i": "î", "o": "ô", "u": "û"}
_LONG_VOWEL = re.compile(r"[aeiou](?:[bdfghklmnprst]e|[bdfghklmnprst]?$)")


def analyse(word: str) -> Nuclei:
    """Finds the vowels of a word and the one that a rhyme begins with."""
    text = apply_rules(word, _READING)
    starts = tuple(match.start() for match in _VOWEL.finditer(text))
    return Nuclei(text, starts, _find_rhyming(text, starts))


def count(words: Sequence[Word]) -> int:
    """Counts the sung syllables of a line; a word without a vowel, such as "hm", is one."""
    return sum(max(1, len(analyse(word.text).starts)) for word in words)


def rhyme(word: str) -> frozenset[str]:
    """Returns the sound from the last vowel that can be stressed."""
    ending = analyse(word).stressed_ending()
    if not ending:
        return frozenset()
    if word in _SHORT_WORDS:
        ending += ending[-1]
    sound = apply_rules(ending, _SOUNDS).replace("|", "")
    # A single consonant follows a long vowel, two follow a short one.
    if _LONG_VOWEL.match(sound):
        sound = _LONG[sound[0]] + sound[1:]
    return frozenset({re.sub(r"([bdfgklmnprst])\1", r"\1", sound)})


def _find_rhyming(text: str, starts: tuple[int, ...]) -> int | None:
    if not starts:
        return None
    last = len(starts) - 1
    suffix = _SUFFIX.search(text)
    if suffix:
        before = sum(start < suffix.start() for start in starts)
        return before - 1 if before else last
    while last > 0 and _SCHWA_ENDING.fullmatch(text[starts[last] :]):
        last -= 1
    return last
