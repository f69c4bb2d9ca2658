"""Texts: titles of one line, files of any encoding, lists of names."""

import codecs
import re
import unicodedata
from collections.abc import Sequence

from producer_studio.translation import join_texts, mark

# Includes the spaces around them: "one \r\n two" becomes "one two".
_BREAKS = re.compile(r" *[\x00-\x1f\x7f-\x9f\u2028\u2029][ \x00-\x1f\x7f-\x9f\u2028\u2029]*")


CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no text of a request has: control characters and lone surrogates."""


def to_single_line(text: str) -> str:
    """Replaces line breaks, tabs and other control characters of a title with spaces."""
    return text if text.isprintable() else _BREAKS.sub(" ", text).strip()


TERMINAL_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069"
"""Content of a set of a regular expression: what a terminal would interpret or cannot display.

These are control characters except tab and line feed, lone surrogates and bidi control characters.
"""

# Also characters that are valid in some texts, and those that some programs treat as line ends.
_ESCAPED_IN_JSON = re.compile(f"[{TERMINAL_CONTROLS}\u061c\u200e\u200f\u2028\u2029]")


def escape_control_characters(text: str) -> str:
    """Escapes every character in JSON that a terminal would interpret; the value is unchanged.

    In JSON such characters occur only within strings, where escapes are valid.
    """
    return _ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_text(raw: bytes) -> str:
    """Decodes a file or pipe: UTF-8, or UTF-16 and UTF-32 as written by Windows."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _decode_whole_characters(raw.removeprefix(bom), encoding)
    # Without a BOM: plain text has no zero bytes; for Latin letters in UTF-16 every other byte is
    # 0.
    if raw[:64].count(0) * 3 > len(raw[:64]):
        return _decode_whole_characters(raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
    return raw.decode("utf-8", "replace")


def _decode_whole_characters(raw: bytes, encoding: str) -> str:
    """Decodes text without an incomplete character at its end, which splitting at lines leaves."""
    width = 4 if "32" in encoding else 2 if "16" in encoding else 1
    return raw[: len(raw) - len(raw) % width].decode(encoding, "replace")


def fold_name(name: str) -> str:
    """Folds what file systems ignore in names: upper case, and whether accents are composed."""
    return unicodedata.normalize("NFC", name).casefold()


def join_quoted(names: Sequence[str]) -> str:
    """Joins names, such as "“work”, “home” and “band”"."""
    return join_words([mark("“{name}”", name=name) for name in names])


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Joins words, such as "a seed, cover art and a webhook"."""
    *first, last = words
    if not first:
        return last
    # Translators: words are one or several, such as "a seed, cover art".
    text = mark("{words} or {word}") if conjunction == "or" else mark("{words} and {word}")
    return text.with_values(words=join_texts(first), word=last)
