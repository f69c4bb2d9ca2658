"""Clip edits in SQL: one transaction for any number of clips, values before and after."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField, FieldEdit, FieldValue, TagChange
from producer_studio.domain.tempo import scale_bpm
from producer_studio.library.column_values import normalize_tags, replace_lone_surrogates
from producer_studio.library.field_types import SqlValue
from producer_studio.library.fields import CLIP_FIELDS, STORED_FIELDS

_CHUNK = 500
_NO_FOLDER = Path()
"""No field that users edit is a path."""

_COLUMNS = {spec.edit: column for spec, column in STORED_FIELDS if spec.edit is not None}
_ATTRIBUTES = {spec.edit: spec.attribute for spec, _ in STORED_FIELDS if spec.edit is not None}


@dataclass(frozen=True, slots=True)
class AppliedEdits:
    """Result of `apply_edits`.

    Attributes:
        edits: The edits that were applied; empty if there was nothing to change.
        skipped: Clips that were changed or deleted elsewhere meanwhile; not changed.
    """

    edits: tuple[FieldEdit, ...]
    skipped: frozenset[ClipId]


def set_fields(
    db: sqlite3.Connection,
    ids: Sequence[ClipId],
    values: Mapping[ClipField, FieldValue | TagChange],
) -> tuple[FieldEdit, ...]:
    """Sets fields of clips; clips that have the values already are omitted from the result."""
    edits = [
        _edit_field(
            db,
            field,
            ids,
            partial(_changed_tags, value)
            if isinstance(value, TagChange)
            else partial(_constant_value, _COLUMNS[field].type.normalize(value)),
        )
        for field, value in values.items()
    ]
    return tuple(edit for edit in edits if edit.clips)


def scale_tempo(
    db: sqlite3.Connection, ids: Sequence[ClipId], factor: float
) -> tuple[FieldEdit, ...]:
    """Multiplies the tempo of each clip that has one, if the result is a valid tempo."""
    measured = {clip: bpm for _, clip, bpm in _read_column(db, "c.bpm", ids)}

    def scaled(clip: ClipId, before: FieldValue) -> FieldValue:
        override = before if isinstance(before, float) else None
        found = measured.get(clip)
        new = scale_bpm(override, found if isinstance(found, float) else None, factor)
        return before if new is None else new

    edit = _edit_field(db, ClipField.BPM, ids, scaled)
    return (edit,) if edit.clips else ()


def apply_edits(db: sqlite3.Connection, edits: Sequence[FieldEdit]) -> AppliedEdits:
    """Applies edits to the clips that still have the values before; all others are skipped.

    A clip is edited in all of its fields or in none.
    """
    skipped: set[ClipId] = set()
    for edit in edits:
        expected = dict(zip(edit.clips, edit.before, strict=True))
        found = {clip: value for _, clip, value in _read_values(db, edit.field, edit.clips)}
        skipped |= {
            clip for clip, value in expected.items() if clip not in found or found[clip] != value
        }
    done = []
    for edit in edits:
        after = dict(zip(edit.clips, edit.after, strict=True))
        wanted = [clip for clip in edit.clips if clip not in skipped]
        done.append(_edit_field(db, edit.field, wanted, partial(_value_of_clip, after)))
    return AppliedEdits(tuple(edit for edit in done if edit.clips), frozenset(skipped))


def iter_edited_clips(edits: Sequence[FieldEdit]) -> Iterator[ClipId]:
    """Yields the clips of edits; one with several edits is yielded several times."""
    return (clip for edit in edits for clip in edit.clips)


def _constant_value(value: FieldValue, _clip: ClipId, _before: FieldValue) -> FieldValue:
    return value


def _changed_tags(change: TagChange, _clip: ClipId, before: FieldValue) -> FieldValue:
    tags = before if isinstance(before, tuple) else ()
    return tuple(normalize_tags(change.apply(tags)))


def _value_of_clip(
    values: Mapping[ClipId, FieldValue], clip: ClipId, _before: FieldValue
) -> FieldValue:
    return values[clip]


def _edit_field(
    db: sqlite3.Connection,
    field: ClipField,
    ids: Sequence[ClipId],
    new_value: Callable[[ClipId, FieldValue], FieldValue],
) -> FieldEdit:
    rows: list[tuple[int, ClipId, FieldValue, FieldValue]] = []
    for seq, clip, before in _read_values(db, field, ids):
        after = new_value(clip, before)
        if after != before:
            rows.append((seq, clip, before, after))
    _write_values(db, field, [(seq, after) for seq, _, _, after in rows])
    return FieldEdit(
        field,
        tuple(clip for _, clip, _, _ in rows),
        tuple(before for _, _, before, _ in rows),
        tuple(after for _, _, _, after in rows),
    )


def _read_values(
    db: sqlite3.Connection, field: ClipField, ids: Sequence[ClipId]
) -> Iterator[tuple[int, ClipId, FieldValue]]:
    """Yields sequence number, id and value of each existing clip, read in chunks."""
    column = _COLUMNS[field]
    for seq, clip, stored in _read_column(db, column.sql_name, ids):
        value: FieldValue = column.type.from_column(stored, _NO_FOLDER)
        yield seq, clip, value


def _read_column(
    db: sqlite3.Connection, column: str, ids: Sequence[ClipId]
) -> Iterator[tuple[int, ClipId, SqlValue]]:
    # The caller's own strings are reused: an id read from a row would be another copy of it.
    own = {replace_lone_surrogates(clip): clip for clip in ids}
    asked = list(own)
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        found = db.execute(
            f"SELECT c.seq, c.id, {column} FROM clips c JOIN details d ON d.seq = c.seq "  # noqa: S608 - our columns
            f"WHERE c.id IN ({marks})",
            part,
        ).fetchall()
        for seq, clip, value in found:
            yield seq, own[clip], value


def _write_values(
    db: sqlite3.Connection, field: ClipField, rows: Sequence[tuple[int, FieldValue]]
) -> None:
    """Writes new values to the field's column, and to those that are derived from it."""
    attribute = _ATTRIBUTES[field]
    for spec in CLIP_FIELDS:
        column = spec.column
        if column is not None and spec.attribute == attribute:
            values = [
                (replace_lone_surrogates(column.to_sql(value, _NO_FOLDER)), seq)
                for seq, value in rows
            ]
            db.executemany(f"UPDATE {column.table} SET {column.name} = ? WHERE seq = ?", values)  # noqa: S608 - our columns
