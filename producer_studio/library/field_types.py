"""Types of stored clip fields: conversion to and from a database column and `recipe.json`."""

# ruff: noqa: ARG002 - a type uses those of the folders that it needs

import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from producer_studio.domain.field_reader import (
    MAX_LINK_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    FieldReader,
)
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.musical_key import normalise_key
from producer_studio.domain.text import to_single_line
from producer_studio.library.column_values import (
    MAX_TAGS,
    format_time,
    normalize_tags,
    parse_text,
    parse_time,
    path_from_column,
    path_to_column,
    replace_lone_surrogates,
)
from producer_studio.library.path_confinement import resolve_inside

V = TypeVar("V")
E = TypeVar("E", bound=StrEnum)
N = TypeVar("N", bound=str)

SqlValue = str | int | float | None
S = TypeVar("S", bound=SqlValue)
JsonValue = Any
"""Value of a JSON object, before it is written or after it was read."""

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class FieldType(Generic[V]):
    """Type of a field: its column, and conversions of its values.

    Attributes:
        sql: Type and constraint of the column.
        default: Value of the column in rows that are older than it; None is NULL.
    """

    def __init__(self, sql: str, default: SqlValue = None) -> None:
        self.sql = sql
        self.default = default

    @abstractmethod
    def to_column(self, value: V, library: Path) -> SqlValue: ...

    @abstractmethod
    def from_column(self, stored: SqlValue, library: Path) -> V:
        """Converts a column's value.

        Raises:
            ValueError: The row is damaged; so do TypeError, AttributeError and OverflowError say.
        """

    @abstractmethod
    def from_json(self, reader: FieldReader, key: str, base: Path) -> V | None:
        """Reads a value that is not trusted; None stands for the default of the attribute."""

    def to_json(self, value: V, folder: Path) -> JsonValue:
        """Converts a value for the `recipe.json` in a folder."""
        return value

    def column_to_json(self, stored: SqlValue) -> JsonValue:
        """Converts a column's value, which may be damaged, for `from_json`."""
        return stored

    def normalize(self, value: V) -> V:
        """Returns an edited value as it is stored."""
        return value


class PlainType(FieldType[S]):
    """Type whose values are stored as they are."""

    def to_column(self, value: S, library: Path) -> SqlValue:
        return value


class Text(PlainType[str]):
    """Text, cut at a number of characters when it is read from a file or a row.

    A library from elsewhere may have texts of any length, which the window would lay out whole.
    """

    def __init__(self, limit: int = MAX_TEXT_LENGTH) -> None:
        super().__init__("TEXT NOT NULL", "")
        self._limit = limit

    def from_column(self, stored: SqlValue, library: Path) -> str:
        return _require_text(stored)[: self._limit]

    def from_json(self, reader: FieldReader, key: str, base: Path) -> str:
        return reader.text(key, limit=self._limit)

    def normalize(self, value: str) -> str:
        return str(replace_lone_surrogates(value))


class Title(Text):
    """Text on a single line."""

    def normalize(self, value: str) -> str:
        return super().normalize(to_single_line(value))


class KeyName(Text):
    """Key such as "F minor", chosen by the user."""

    def from_column(self, stored: SqlValue, library: Path) -> str:
        return normalise_key(_require_text(stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> str:
        text = reader.identifier(key)
        name = normalise_key(text)
        if text and not name:
            reader.mark_invalid(key)
        return name

    def normalize(self, value: str) -> str:
        return normalise_key(value)


class Identifier(PlainType[N]):
    """Text that is not cut: an id or a name."""

    def __init__(self, kind: Callable[[str], N]) -> None:
        super().__init__("TEXT NOT NULL", "")
        self._kind = kind

    def from_column(self, stored: SqlValue, library: Path) -> N:
        return self._kind(_require_text(stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> N | None:
        return self._kind(reader.identifier(key))


class ClipIdentifier(Identifier[ClipId]):
    """Id of the clip itself; a new one in place of an invalid one."""

    def __init__(self) -> None:
        super().__init__(ClipId)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> ClipId:
        found = reader.identifier(key)
        if _ID.fullmatch(found):
            return ClipId(found)
        reader.mark_invalid(key)
        return new_clip_id()


class OptionalIdentifier(PlainType[N | None]):
    """Id that may be missing."""

    def __init__(self, kind: Callable[[str], N]) -> None:
        super().__init__("TEXT")
        self._kind = kind

    def from_column(self, stored: SqlValue, library: Path) -> N | None:
        return None if stored is None else self._kind(_require_text(stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> N | None:
        found = reader.optional_identifier(key)
        return self._kind(found) if found else None


class Choice(FieldType[E]):
    """Member of an enumeration."""

    def __init__(self, kind: type[E], fallback: E) -> None:
        super().__init__("TEXT NOT NULL", str(fallback))
        self._kind = kind
        self._fallback = fallback

    def to_column(self, value: E, library: Path) -> SqlValue:
        return str(value)

    def from_column(self, stored: SqlValue, library: Path) -> E:
        return self._kind(_require_text(stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> E:
        return reader.choice(key, self._kind, self._fallback)

    def to_json(self, value: E, folder: Path) -> JsonValue:
        return str(value)


class Flag(FieldType[bool]):
    """Yes or no."""

    def __init__(self) -> None:
        super().__init__("INTEGER NOT NULL", 0)

    def to_column(self, value: bool, library: Path) -> SqlValue:
        return int(value)

    def from_column(self, stored: SqlValue, library: Path) -> bool:
        return bool(stored)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> bool:
        return reader.flag(key)

    def column_to_json(self, stored: SqlValue) -> JsonValue:
        return bool(stored)


class Time(FieldType[datetime]):
    """Time, as ISO 8601."""

    def __init__(self) -> None:
        super().__init__("TEXT NOT NULL", "")

    def to_column(self, value: datetime, library: Path) -> SqlValue:
        return format_time(value)

    def from_column(self, stored: SqlValue, library: Path) -> datetime:
        return parse_time(stored)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> datetime | None:
        return reader.timestamp(key)

    def to_json(self, value: datetime, folder: Path) -> JsonValue:
        return format_time(value)

    def column_to_json(self, stored: SqlValue) -> JsonValue:
        return format_time(parse_time(stored))


class OptionalTime(FieldType[datetime | None]):
    """Time of an event that may not have happened."""

    def __init__(self) -> None:
        super().__init__("TEXT")

    def to_column(self, value: datetime | None, library: Path) -> SqlValue:
        return format_time(value) if value else None

    def from_column(self, stored: SqlValue, library: Path) -> datetime | None:
        return parse_time(stored) if stored else None

    def from_json(self, reader: FieldReader, key: str, base: Path) -> datetime | None:
        return reader.timestamp(key)

    def to_json(self, value: datetime | None, folder: Path) -> JsonValue:
        return format_time(value) if value else None


class FilePath(FieldType[Path | None]):
    """File; relative to the library in the row, and to the clip's folder in `recipe.json`."""

    def __init__(self) -> None:
        super().__init__("TEXT")

    def to_column(self, value: Path | None, library: Path) -> SqlValue:
        return path_to_column(value, library)

    def from_column(self, stored: SqlValue, library: Path) -> Path | None:
        return None if stored is None else path_from_column(_require_text(stored), library)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> Path | None:
        text = reader.identifier(key, limit=MAX_LINK_LENGTH)
        if not text:
            return None
        path = resolve_inside(base, text)
        if path is None:
            reader.mark_invalid(key)
        return path

    def to_json(self, value: Path | None, folder: Path) -> JsonValue:
        """Returns the relative path; None for a file outside of the clip's folder."""
        if value is None or not value.is_relative_to(folder):
            return None
        return value.relative_to(folder).as_posix()


class Tags(FieldType[tuple[str, ...]]):
    """Tags, a line each."""

    def __init__(self) -> None:
        super().__init__("TEXT NOT NULL", "")

    def to_column(self, value: tuple[str, ...], library: Path) -> SqlValue:
        return "\n".join(normalize_tags(value))

    def from_column(self, stored: SqlValue, library: Path) -> tuple[str, ...]:
        tags = _require_text(stored).split("\n", MAX_TAGS)[:MAX_TAGS] if stored else []
        return tuple(tag[:MAX_NAME_LENGTH] for tag in tags)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> tuple[str, ...]:
        found = reader.items(key)
        tags = tuple(tag[:MAX_NAME_LENGTH] for tag in found[:MAX_TAGS] if isinstance(tag, str))
        if tags != tuple(found):
            reader.mark_invalid(key)
        return tags

    def to_json(self, value: tuple[str, ...], folder: Path) -> JsonValue:
        return list(value)

    def column_to_json(self, stored: SqlValue) -> JsonValue:
        return stored.split("\n") if isinstance(stored, str) else []

    def normalize(self, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(normalize_tags(tuple(str(replace_lone_surrogates(tag)) for tag in value)))


def _require_text(stored: SqlValue) -> str:
    if isinstance(stored, str | bytes):
        return parse_text(stored)
    raise TypeError("not a text")
