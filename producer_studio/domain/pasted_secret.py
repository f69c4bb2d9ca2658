"""Keys and tokens as users paste them: cleaned of what was copied with them."""

import re
import unicodedata

_MISREAD = ("\udcff\udcfe", "\udcfe\udcff", "\xff\xfe", "\xfe\xff", "\xef\xbb\xbf")
"""Byte order marks decoded with the wrong encoding, as some shells do."""
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "«": "»", "<": ">"}
_SCHEME = re.compile(
    r"(?:(?:proxy-)?authorization\s*:\s*)?(?:bearer|token)(?:\s*:\s*|\s+)|(?:authorization|x-api-key)\s*:\s*",
    re.IGNORECASE,
)
_LINE_BREAKS = re.compile(r"\s*[\r\n\t]\s*")


def clean_secret(text: str) -> str:
    """Removes surrounding spaces and quotes, and invisible characters, from a secret."""
    text = "".join(map(_normalise_character, text))
    while True:
        shorter = text.strip()
        for mark in _MISREAD:
            shorter = shorter.removeprefix(mark)
        closing = _QUOTES.get(shorter[:1], "")
        # In JSON and in lists a comma follows the quote.
        inside = shorter.rstrip(",;") if closing else shorter
        if closing and len(inside) > 1 and inside.endswith(closing):
            shorter = inside[1:-1]
        if shorter == text:
            return text
        text = shorter


def clean_key(text: str) -> str:
    """Cleans a key or token: also removes an authentication scheme before it and line breaks."""
    text = clean_secret(text)
    while found := _SCHEME.match(text):
        text = clean_secret(text[found.end() :])
    return _LINE_BREAKS.sub("", text)


def is_valid_header_value(key: str) -> bool:
    """Whether a key can be sent in a request header."""
    return key.isascii() and key.isprintable()


def _normalise_character(character: str) -> str:
    """Maps a character to itself, a space (other spaces) or an empty string (invisible ones)."""
    if character.isspace():
        return " " if character not in "\r\n\t" else character
    return "" if unicodedata.category(character) in {"Cc", "Cf"} else character
