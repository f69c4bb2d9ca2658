"""Cleaning of secrets pasted or piped from editors, shells and web pages."""

import codecs
import re
import unicodedata

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MISREAD = ("\udcff\udcfe", "\udcfe\udcff", "\xff\xfe", "\xfe\xff", "\xef\xbb\xbf")
"""Byte order marks decoded with the wrong encoding, as some shells do."""
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "«": "»", "<": ">"}
_SCHEME = re.compile(
    r"(?:(?:proxy-)?authorization\s*:\s*)?(?:bearer|token)(?:\s*:\s*|\s+)|(?:authorization|x-api-key)\s*:\s*",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"\s*[\r\n\t]\s*")


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
    return _BREAKS.sub("", text)


def is_valid_header_value(key: str) -> bool:
    """Whether a key can be sent in a request header."""
    return key.isascii() and key.isprintable()


def _normalise_character(character: str) -> str:
    """Maps a character to itself, a space (other spaces) or an empty string (invisible ones)."""
    if character.isspace():
        return " " if character not in "\r\n\t" else character
    return "" if unicodedata.category(character) in {"Cc", "Cf"} else character
