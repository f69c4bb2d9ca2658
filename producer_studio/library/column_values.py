"""Conversion of single values between Python and database columns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.field_reader import MAX_NAME_LENGTH
from producer_studio.domain.timestamps import UNKNOWN_TIME, from_unix_time, parse_timestamp
from producer_studio.library.path_confinement import resolve_inside

MAX_TAGS = 500
"""Most tags of a clip."""


def replace_lone_surrogates(value: Any) -> Any:  # noqa: ANN401 - a column's value
    """Replaces lone surrogates, which JSON allows and SQLite does not, by "?"."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode()


def normalize_tags(tags: tuple[str, ...]) -> list[str]:
    """Returns tags without line breaks, empty ones and duplicates, in their order.

    Cut to what a sidecar is read with, so that a rebuilt library has the same tags.
    """
    cut = (" ".join(tag.split())[:MAX_NAME_LENGTH].rstrip() for tag in tags)
    return list(dict.fromkeys(tag for tag in cut if tag))[:MAX_TAGS]


def path_to_column(path: Path | None, library: Path) -> str | None:
    """Returns a path relative to the library if it is inside, so that the library can be moved."""
    if path is None:
        return None
    return path.relative_to(library).as_posix() if path.is_relative_to(library) else str(path)


def path_from_column(text: str | None, library: Path) -> Path | None:
    """Returns the file that a column names; None if it is outside the library."""
    return None if text is None else resolve_inside(library, text)


def format_time(moment: datetime) -> str:
    """Formats a time as ISO 8601 in UTC; one without a time zone is local."""
    return moment.astimezone(UTC).isoformat()


def parse_text(stored: object) -> str:
    """Returns a column's text.

    One damaged bit makes a blob of a text, of the same characters; a large database is not checked
    for that at each start.
    """
    if isinstance(stored, str):
        return stored
    if isinstance(stored, bytes):
        return stored.decode("utf-8", "replace")
    return "" if stored is None else str(stored)


def parse_integer(stored: object, default: int) -> int:
    """Returns a column's whole number; a default for anything else."""
    return stored if isinstance(stored, int) else default


def parse_optional_text(stored: object) -> str | None:
    """Returns a column's text like `parse_text`; None for NULL."""
    return None if stored is None else parse_text(stored)


def parse_time(text: object) -> datetime:
    """Parses a column's time; an unreadable one becomes the unknown time."""
    return parse_timestamp(text) or UNKNOWN_TIME


def sequence_number(moment: datetime) -> int:
    """Returns a time in microseconds, by which rows are ordered."""
    return int(moment.timestamp() * 1_000_000)


def sequence_time(seq: int) -> datetime:
    """Returns the time of a row's sequence number; the unknown time if it is invalid."""
    return from_unix_time(seq / 1_000_000)
