"""Log of library changes in the database, which notifies other processes."""

import json
import sqlite3
from datetime import datetime
from typing import Any
from uuid import uuid4

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import (
    ChangeKind,
    ClipField,
    FieldEdit,
    FieldValue,
    LibraryChange,
)
from producer_studio.library.column_values import format_time, parse_time, replace_lone_surrogates

MAX_LOGGED_CHANGES = 500
"""Number of changes in the log; a process that has missed more reloads everything."""

MAX_CLIPS_PER_CHANGE = 2_000
"""A change of more clips is logged without their ids: other processes reload everything."""

_WITHOUT_CLIPS = frozenset({ChangeKind.PRESETS, ChangeKind.PRESSES, ChangeKind.LISTS})
_EVERYTHING = LibraryChange(frozenset(), ChangeKind.EVERYTHING)


class ChangeLog:
    """Writes this process's changes and reads those of others.

    SQLite's `data_version` of the writing connection changes when, and only when, another
    connection has committed: without such a commit nothing is read.
    """

    def __init__(self) -> None:
        self._source = uuid4().hex
        self._last_read_seq = 0
        self._data_version = 0

    def mark_all_read(self, db: sqlite3.Connection) -> None:
        """Marks all changes in the log as read."""
        self._data_version = read_data_version(db)
        self._last_read_seq = _last_seq(db)

    def record(self, db: sqlite3.Connection, change: LibraryChange) -> None:
        """Logs a change, inside the change's transaction; empty changes are omitted."""
        if not change.clips and change.kind not in _WITHOUT_CLIPS:
            return
        whole = len(change.clips) <= MAX_CLIPS_PER_CHANGE
        kind = change.kind if whole else ChangeKind.EVERYTHING
        names = sorted(change.clips) if whole else []
        edits = [_edit_to_json(edit) for edit in change.edits] if whole else []
        db.execute(
            "INSERT INTO changes(source, kind, clips, edits) VALUES (?, ?, ?, ?)",
            (
                self._source,
                str(kind),
                replace_lone_surrogates(json.dumps(names)),
                json.dumps(edits),
            ),
        )
        db.execute("DELETE FROM changes WHERE seq <= ?", (_last_seq(db) - MAX_LOGGED_CHANGES,))

    def read_external_changes(self, db: sqlite3.Connection) -> list[LibraryChange]:
        """Returns changes by other processes since the last call, on the writing connection."""
        version = read_data_version(db)
        if version == self._data_version:
            return []
        self._data_version = version
        return self.read_unread_changes(db)

    def read_unread_changes(self, db: sqlite3.Connection) -> list[LibraryChange]:
        """Like `read_external_changes`, without checking `data_version` first."""
        first = db.execute("SELECT min(seq) FROM changes").fetchone()[0]
        missed = first is not None and first > self._last_read_seq + 1
        rows = db.execute(
            "SELECT seq, source, kind, clips, edits FROM changes WHERE seq > ? ORDER BY seq",
            (self._last_read_seq,),
        ).fetchall()
        if rows:
            self._last_read_seq = rows[-1]["seq"]
        if missed:
            return [_EVERYTHING]
        return [_parse_change(row) for row in rows if row["source"] != self._source]


def _last_seq(db: sqlite3.Connection) -> int:
    last: int | None = db.execute("SELECT max(seq) FROM changes").fetchone()[0]
    return last or 0


def read_data_version(db: sqlite3.Connection) -> int:
    """Returns a number that changes only when another connection has committed."""
    version: int = db.execute("PRAGMA data_version").fetchone()[0]
    return version


def _parse_change(row: sqlite3.Row) -> LibraryChange:
    """Parses a logged change; an unreadable one, as of a later version, means all changed."""
    try:
        clips = frozenset(_parse_ids(json.loads(row["clips"])))
        edits = tuple(_edit_from_json(data) for data in json.loads(row["edits"]))
        return LibraryChange(clips, ChangeKind(row["kind"]), edits=edits)
    except (ValueError, TypeError, KeyError, RecursionError):
        return _EVERYTHING


def _parse_ids(stored: object) -> tuple[ClipId, ...]:
    if not (isinstance(stored, list) and all(isinstance(clip, str) for clip in stored)):
        raise TypeError("no list of ids")
    return tuple(ClipId(clip) for clip in stored)


def _edit_to_json(edit: FieldEdit) -> dict[str, Any]:
    return {
        "field": str(edit.field),
        "clips": [replace_lone_surrogates(clip) for clip in edit.clips],
        "before": [_value_to_json(value) for value in edit.before],
        "after": [_value_to_json(value) for value in edit.after],
    }


def _edit_from_json(data: dict[str, Any]) -> FieldEdit:
    field = ClipField(data["field"])
    return FieldEdit(
        field,
        _parse_ids(data["clips"]),
        tuple(_value_from_json(field, value) for value in data["before"]),
        tuple(_value_from_json(field, value) for value in data["after"]),
    )


def _value_to_json(value: FieldValue) -> str | float | list[str] | None:
    if isinstance(value, datetime):
        return format_time(value)
    return list(value) if isinstance(value, tuple) else value


def _value_from_json(field: ClipField, value: Any) -> FieldValue:  # noqa: ANN401 - JSON
    if field is ClipField.TAGS:
        return tuple(str(tag) for tag in value)
    if field is ClipField.TRASHED:
        return parse_time(value) if value else None
    if isinstance(value, str | int | float) or (value is None and field is ClipField.BPM):
        return value
    raise TypeError(field)
