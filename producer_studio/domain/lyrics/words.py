"""Words of a line of lyrics, their script and the pauses between them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

MAX_LINE_LENGTH = 1_000
"""Characters of the longest line that is judged as one to sing.

A longer one is another kind of text, and would be counted again for seconds with each key.
"""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc][^\W\d_]+)*|\d+", re.UNICODE)
_PAUSE = re.compile(r"[.,;:!?…–—()\u3001\u3002]")
_SENTENCE_END = re.compile(r"[.;:!?…\u3002]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'"})


class Script(StrEnum):
    LATIN = "latin"
    CYRILLIC = "cyrillic"
    HANGUL = "hangul"
    HAN = "han"
    KANA = "kana"
    DIGITS = "digits"
    OTHER = "other"
    """Any without rules, and a mixture within a word."""


@cache
def _script_patterns() -> dict[Script, re.Pattern[str]]:
    # Start-up cost: compiled when there are lyrics.
    return {
        Script.LATIN: re.compile(r"[A-Za-z\u00c0-\u024f']+"),
        Script.CYRILLIC: re.compile(r"[\u0400-\u04ff']+"),
        Script.HANGUL: re.compile(r"[\uac00-\ud7a3]+"),
        Script.HAN: re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3005]+"),
        Script.KANA: re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]+"),
        Script.DIGITS: re.compile(r"\d+"),
    }


@cache
def _cjk_part() -> re.Pattern[str]:
    """Parts of one script: Japanese is written without spaces, and others next to Chinese."""
    # Start-up cost, as above.
    return re.compile(
        r"[\u3041-\u3096\u30a1-\u30fa\u30fc]+|[\u3400-\u4dbf\u4e00-\u9fff\u3005]+|"
        r"[\uac00-\ud7a3]+|.+?"
        r"(?=[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\u3005\uac00-\ud7a3]|$)"
    )


@dataclass(frozen=True, slots=True)
class Word:
    """Word of a line.

    Attributes:
        text: Lower case, composed (NFC), with plain apostrophes.
        script: Its script.
        has_pause: Whether a punctuation mark, or the end of the line, follows.
        ends_sentence: Whether it is more than a comma.
    """

    text: str
    script: Script
    has_pause: bool
    ends_sentence: bool


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a table, written with spaces between them."""
    return frozenset(text.split())


def split_words(line: str) -> list[str]:
    """Returns the words and numbers of a line as written, composed (NFC)."""
    # A combining accent would otherwise split the word in two.
    return _WORD.findall(unicodedata.normalize("NFC", line))


def parse_words(line: str) -> list[Word]:
    """Returns the words of a line in parts of one script each."""
    composed = unicodedata.normalize("NFC", line)
    found = list(_WORD.finditer(composed))
    words: list[Word] = []
    for place, match in enumerate(found):
        last = place == len(found) - 1
        gap = "" if last else composed[match.end() : found[place + 1].start()]
        parts = _cjk_part().findall(match.group().translate(_APOSTROPHES).lower())
        for index, part in enumerate(parts):
            is_final = index == len(parts) - 1
            has_pause = is_final and (last or bool(_PAUSE.search(gap)))
            ends_sentence = is_final and (last or bool(_SENTENCE_END.search(gap)))
            words.append(Word(part, _detect_script(part), has_pause, ends_sentence))
    return words


def scripts_of(words: Sequence[Word]) -> set[Script]:
    """Returns the scripts of words."""
    return {word.script for word in words}


def is_cjk(character: str) -> bool:
    """Whether a character is as wide as two Latin letters."""
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _detect_script(word: str) -> Script:
    for name, pattern in _script_patterns().items():
        if pattern.fullmatch(word):
            return name
    return Script.OTHER
