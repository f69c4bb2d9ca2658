"""Portable names of files and folders."""

import re
import unicodedata

MAX_NAME_BYTES = 120
"""UTF-8 bytes of one name: far below the limit of every file system, leaves room for suffixes."""

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]+')
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(
    r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
# Control characters, invisible format characters (among them bidi controls, which can disguise a
# name), lone surrogates, private characters, line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Persian, Indic scripts and emoji require joiners; tag characters spell emoji flags.
_JOINERS = "\u200c\u200d"
_EMOJI_TAGS = range(0xE0020, 0xE0080)
_EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)


def safe_filename(text: str, *, max_bytes: int = MAX_NAME_BYTES, default: str = "Untitled") -> str:
    """Converts text to one path component: never empty, never "." or "..", never a device.

    Args:
        text: Any text.
        max_bytes: Maximum number of UTF-8 bytes; at least 16.
        default: Name to use when no character of the text is valid.
    """
    plain = _FORBIDDEN.sub("-", _visible_text(text))
    plain = truncate_utf8(plain.strip(" .\u200c\u200d"), max_bytes - 1).rstrip(" .\u200c\u200d")
    if not plain:
        return default
    return f"_{plain}" if _RESERVED.match(plain) else plain


def truncate_utf8(text: str, max_bytes: int) -> str:
    """Truncates text to at most `max_bytes` bytes of UTF-8.

    A character of several code points (accents, emoji families, flags) is preserved whole or
    removed, unless it is the only one.
    """
    shortened = text.encode()[:max_bytes].decode(errors="ignore")
    if shortened == text:
        return shortened
    end = len(shortened)
    while end > 0 and not _is_boundary(text, end):
        end -= 1
    return shortened[:end] if end else shortened


def _visible_text(text: str) -> str:
    """Returns a text with single spaces and without invisible characters."""
    spaced = _SPACES.sub(" ", text)
    if spaced.isascii() and spaced.isprintable():
        return spaced
    seen = "".join(character for character in spaced if _is_visible(character))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", seen))


def _is_visible(character: str) -> bool:
    is_kept = character in _JOINERS or ord(character) in _EMOJI_TAGS
    return is_kept or unicodedata.category(character) not in _INVISIBLE


def _is_boundary(text: str, index: int) -> bool:
    """Whether a new visible character begins at an index of a text, 1 to its length − 1."""
    before, after = text[index - 1], text[index]
    if "\u200d" in {before, after} or unicodedata.category(after) in {"Mn", "Mc", "Me"}:
        return False
    if ord(after) in _EMOJI_TAGS or ord(after) in _EMOJI_MODIFIERS:
        return False
    if ord(after) in _REGIONAL_INDICATORS:
        run = 0
        while run < index and ord(text[index - 1 - run]) in _REGIONAL_INDICATORS:
            run += 1
        return run % 2 == 0  # two make one flag
    return True
