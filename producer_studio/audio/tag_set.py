"""Tag values of an exported file."""

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any

RECIPE_TAG = "PRODUCER_STUDIO_RECIPE"
SOFTWARE = "Producer Studio"

_KEY = re.compile(r"^([A-G])([#b\u266f\u266d]?)\s*(m|min|minor|maj|major)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSet:
    """All tags that are written into a file; empty fields are omitted.

    Attributes:
        date: Such as "2026-11-20".
        bpm: Beats per minute.
        key: As in the library, "F minor".
        cover: A PNG or JPEG picture; others are omitted.
        recipe: As returned by `Recipe.to_json`.
    """

    title: str = ""
    artist: str = ""
    album_artist: str = ""
    album: str = ""
    copyright: str = ""
    genre: str = ""
    date: str = ""
    bpm: float | None = None
    key: str = ""
    lyrics: str = ""
    cover: bytes | None = None
    comment: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Removes characters that tags cannot contain: NUL, which ends texts; lone surrogates."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, str):
                clean = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
                object.__setattr__(self, item.name, clean)

    @property
    def recipe_text(self) -> str:
        """The recipe as stored JSON text; empty if there is none."""
        if not self.recipe:
            return ""
        text = json.dumps(self.recipe, ensure_ascii=False)
        # A lone surrogate cannot be encoded in UTF-8, but escaped in JSON.
        return text if _is_utf8(text) else json.dumps(self.recipe)

    @property
    def id3_key(self) -> str:
        """The key in ID3's notation: "Fm", "C#", "Ebm"; empty if unknown."""
        found = _KEY.match(self.key.strip())
        if not found:
            return ""
        tone, accidental, mode = found.groups()
        accidental_mark = accidental.lower().replace("\u266f", "#").replace("\u266d", "b")
        # A lone "M" means major in common notation.
        minor = mode is not None and mode != "M" and mode.lower() in {"m", "min", "minor"}
        return f"{tone.upper()}{accidental_mark}{'m' if minor else ''}"

    @property
    def rounded_bpm(self) -> int | None:
        return round(self.bpm) if self.bpm else None

    @property
    def cover_mime_type(self) -> str:
        """The picture's MIME type; empty if there is none or it is of another type."""
        cover = self.cover or b""
        if cover.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        return "image/jpeg" if cover.startswith(b"\xff\xd8\xff") else ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def parse_recipe_text(text: object) -> dict[str, Any] | None:
    """Parses a stored recipe text; None if it contains no recipe."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
