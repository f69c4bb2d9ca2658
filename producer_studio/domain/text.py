"""Texts: titles of one line, lists of names, pasted secrets, signed URLs."""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

# Includes the spaces around them: "one \r\n two" becomes "one two".
_BREAKS = re.compile(r" *[\x00-\x1f\x7f-\x9f\u2028\u2029][ \x00-\x1f\x7f-\x9f\u2028\u2029]*")


def to_single_line(text: str) -> str:
    """Replaces line breaks, tabs and other control characters of a title with spaces."""
    return text if text.isprintable() else _BREAKS.sub(" ", text).strip()


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
_LINE_BREAKS = re.compile(r"\s*[\r\n\t]\s*")


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
    return _LINE_BREAKS.sub("", text)


def is_valid_header_value(key: str) -> bool:
    """Whether a key can be sent in a request header."""
    return key.isascii() and key.isprintable()


def _normalise_character(character: str) -> str:
    """Maps a character to itself, a space (other spaces) or an empty string (invisible ones)."""
    if character.isspace():
        return " " if character not in "\r\n\t" else character
    return "" if unicodedata.category(character) in {"Cc", "Cf"} else character


_ADDRESS = re.compile(
    # JSON inside JSON comes with its slashes escaped.
    r"(\b[a-z][a-z0-9+.-]{0,20}:(?:\\{0,4}/){2})(?:[^\s/@\"'<>?#]*@)?([^\s\"'<>?#]*)"
    r"([?#][^\s\"'<>]+)?",
    re.IGNORECASE,
)
# Without a scheme and host: a service may quote a path alone.
_SIGNATURE = re.compile(
    r"([?&;](?:(?:x-(?:amz|goog|oss|cos|ms)-)?(?:signature|security-token|credential)|sig|token|"
    r"access_?token|api_?key|policy|awsaccesskeyid|key-pair-id)=)[^\s\"'<>&;]+",
    re.IGNORECASE,
)


def is_signed(url: str) -> bool:
    """Whether a URL may contain a signature or a password.

    Every query counts: services use many signature formats, and an unsigned URL seldom has one.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.query or parts.fragment or parts.username or parts.password)


def drop_signed_url(url: str) -> str:
    """Returns a URL that can be shared; empty when it is signed."""
    return "" if is_signed(url) else url


def strip_url_signatures(text: str) -> str:
    """Removes signatures from all URLs in a text, such as an error message of a service.

    Queries, fragments and passwords are removed; a text without any is returned unchanged.
    """
    text = _ADDRESS.sub(lambda found: f"{found[1]}{found[2]}{'?…' if found[3] else ''}", text)
    return _SIGNATURE.sub(r"\1…", text)


def join_quoted(names: Sequence[str]) -> str:
    """Joins names, such as "“work”, “home” and “band”"."""
    *first, last = [f"“{name}”" for name in names]
    return f"{', '.join(first)} and {last}" if first else last
