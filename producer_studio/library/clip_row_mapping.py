"""Conversion between clips and database rows, by the declarations of their fields."""

import logging
import sqlite3
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.timestamps import parse_timestamp
from producer_studio.library.clip_parser import build_clip, parse_clip
from producer_studio.library.column_values import (
    format_time,
    replace_lone_surrogates,
    sequence_time,
)
from producer_studio.library.field_types import PlainType, SqlValue
from producer_studio.library.fields import CLIP_FIELDS, STORED_FIELDS

log = logging.getLogger(__name__)

RowValues = sqlite3.Row | dict[str, Any]

_COLUMNS = tuple(
    (spec.attribute, column)
    for spec in CLIP_FIELDS
    if (column := spec.column) is not None and spec.attribute
)


class _TableColumns:
    """Columns of a table with their attributes, prepared for many clips."""

    def __init__(self, table: Literal["clips", "details"]) -> None:
        own = [pair for pair in _COLUMNS if pair[1].table == table]
        self._names = [column.name for _, column in own]
        self._read = attrgetter(*(attribute for attribute, _ in own))
        # Most values are stored as they are: a call for each would take most of the time.
        self._converted = [
            (place, column)
            for place, (_, column) in enumerate(own)
            if column.derive is not None or not isinstance(column.type, PlainType)
        ]

    def values_of(self, clip: Clip, library: Path) -> dict[str, SqlValue]:
        values = list(self._read(clip))
        for place, column in self._converted:
            values[place] = column.to_sql(values[place], library)
        return {
            name: replace_lone_surrogates(value)
            if isinstance(value, str) and not value.isascii()
            else value
            for name, value in zip(self._names, values, strict=True)
        }


_CLIPS, _DETAILS = _TableColumns("clips"), _TableColumns("details")
_READ_FIELDS = tuple((spec.attribute, column.name, column.type) for spec, column in STORED_FIELDS)

CLIP_COLUMNS = ", ".join(("c.seq", "d.folder", *(column.sql_name for _, column in STORED_FIELDS)))

LATER_COLUMN_DEFAULTS: dict[str, SqlValue] = {
    column.name: column.type.default for _, column in _COLUMNS if column.since > 1
}
"""Default values of columns added after the first schema version, for older rows."""


def clip_columns(clip: Clip, library: Path) -> dict[str, SqlValue]:
    """Returns the values for `clips`, except `seq`."""
    return _CLIPS.values_of(clip, library)


def detail_columns(clip: Clip, library: Path) -> dict[str, SqlValue]:
    """Returns the values for `details`, except `seq` and `folder`."""
    return _DETAILS.values_of(clip, library)


def clip_from_row(row: RowValues, library: Path) -> Clip:
    """Parses a clip from the columns in `CLIP_COLUMNS`; a damaged one affects its field only."""
    try:
        values = {
            attribute: field_type.from_column(row[column], library)
            for attribute, column, field_type in _READ_FIELDS
        }
        clip = build_clip(values | {"added_at": _added_at(row)})
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        clip, unread = parse_clip(_sidecar_fields(row), library)
        clip = clip.with_changes(id=ClipId(row["id"]))
        log.warning("Clip %s: %s; skipped unreadable fields: %s", clip.id, error, ", ".join(unread))
    return clip


def _added_at(row: RowValues) -> datetime:
    """Returns when a clip was added: as stored, or from its sequence number."""
    return parse_timestamp(row["added_at"]) or sequence_time(row["seq"])


def _sidecar_fields(row: RowValues) -> dict[str, Any]:
    """Converts a row to the fields of a sidecar."""
    data: dict[str, Any] = {}
    for attribute, column, field_type in _READ_FIELDS:
        part, _, name = attribute.rpartition(".")
        target = data.setdefault(part, {}) if part else data
        target[name] = field_type.column_to_json(row[column])
    return data | {"added_at": format_time(_added_at(row))}
