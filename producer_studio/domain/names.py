"""Names for files and folders that every system takes and a person can read."""

import re
import unicodedata

LIMIT_BYTES = 120
"""Of UTF-8, for one name: far below every file system's limit, and leaves room for suffixes."""

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]+')
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(
    r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\s|$)", re.IGNORECASE
)
# Control signs, invisible format signs (bidi marks among them, which let a name look like another),
# half pairs, private signs, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are written wrongly without them


def safe_name(text: str, *, limit: int = LIMIT_BYTES, otherwise: str = "Untitled") -> str:
    """One path component made of a text: never empty, never "." or "..", never a device.

    Args:
        text: Anything at all.
        limit: Most bytes of UTF-8 it may have; at least 16.
        otherwise: What it is called when nothing of the text can stay.
    """
    seen = "".join(sign for sign in _SPACES.sub(" ", text) if _is_seen(sign))
    plain = _FORBIDDEN.sub("-", _SPACES.sub(" ", unicodedata.normalize("NFC", seen)))
    plain = cut(plain.strip(" .\u200c\u200d"), limit - 1).rstrip(" .\u200c\u200d")
    if not plain:
        return otherwise
    return f"_{plain}" if _RESERVED.match(plain) else plain


def cut(text: str, limit: int) -> str:
    """As much of a text as fits into `limit` bytes of UTF-8, whole signs only."""
    return text.encode()[:limit].decode(errors="ignore")


def _is_seen(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN
