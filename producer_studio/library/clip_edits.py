"""Clip edits in SQL: one transaction for any number of clips, values before and after."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField, FieldEdit, FieldValue
from producer_studio.domain.musical_key import normalise_key
from producer_studio.domain.single_line import to_single_line
from producer_studio.domain.tempo import validate_bpm
from producer_studio.library.column_values import (
    format_time,
    normalize_tags,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.text_folding import fold_text

_CHUNK = 500
_COLUMNS = {
    ClipField.TITLE: "d.title",
    ClipField.TAGS: "d.tags",
    ClipField.NOTES: "d.notes",
    ClipField.STARS: "c.stars",
    ClipField.FAVOURITE: "c.favourite",
    ClipField.HEARD: "c.heard",
    ClipField.BPM: "c.bpm_override",
    ClipField.KEY: "c.key_override",
    ClipField.TRASHED: "d.trashed_at",
}


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
    db: sqlite3.Connection, ids: Sequence[ClipId], values: Mapping[ClipField, FieldValue]
) -> tuple[FieldEdit, ...]:
    """Sets fields of clips; clips that have the values already are omitted from the result."""
    edits = [
        _edit_field(db, field, ids, partial(_constant_value, _normalize_value(field, value)))
        for field, value in values.items()
    ]
    return tuple(edit for edit in edits if edit.clips)


def add_tag(db: sqlite3.Connection, ids: Sequence[ClipId], tag: str) -> tuple[FieldEdit, ...]:
    """Adds one tag to each clip that lacks it."""

    def with_tag(_clip: ClipId, before: FieldValue) -> FieldValue:
        tags = before if isinstance(before, tuple) else ()
        return tuple(normalize_tags((*tags, tag)))

    edit = _edit_field(db, ClipField.TAGS, ids, with_tag)
    return (edit,) if edit.clips else ()


def scale_tempo(
    db: sqlite3.Connection, ids: Sequence[ClipId], factor: float
) -> tuple[FieldEdit, ...]:
    """Multiplies the tempo of each clip that has one, if the result is a valid tempo."""
    measured = {clip: bpm for _, clip, bpm in _read_column(db, "c.bpm", ids)}

    def scaled(clip: ClipId, before: FieldValue) -> FieldValue:
        bpm = before if isinstance(before, float) else measured.get(clip)
        new = validate_bpm(bpm * factor) if isinstance(bpm, float) else None
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
    for seq, clip, value in _read_column(db, _COLUMNS[field], ids):
        yield seq, clip, _value_from_column(field, value)


def _read_column(
    db: sqlite3.Connection, column: str, ids: Sequence[ClipId]
) -> Iterator[tuple[int, ClipId, str | float | None]]:
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


def _value_from_column(field: ClipField, stored: str | float | None) -> FieldValue:
    match field:
        case ClipField.TAGS:
            return tuple(str(stored).split("\n")) if stored else ()
        case ClipField.FAVOURITE | ClipField.HEARD:
            return bool(stored)
        case ClipField.TRASHED:
            return parse_time(stored) if stored else None
        case _:
            return stored


def _write_values(
    db: sqlite3.Connection, field: ClipField, rows: Sequence[tuple[int, FieldValue]]
) -> None:
    """Writes new values, and updates the columns of `clips` that depend on them."""
    values = [(_column_value(value), seq) for seq, value in rows]
    match field:
        case (
            ClipField.STARS | ClipField.FAVOURITE | ClipField.HEARD | ClipField.BPM | ClipField.KEY
        ):
            db.executemany(f"UPDATE clips SET {field} = ? WHERE seq = ?", values)  # noqa: S608 - our columns
            return
        case ClipField.TITLE:
            keys = [(replace_lone_surrogates(fold_text(str(value))), seq) for seq, value in rows]
            db.executemany("UPDATE clips SET title_key = ? WHERE seq = ?", keys)
        case ClipField.TRASHED:
            marks = [(int(value is not None), seq) for seq, value in rows]
            db.executemany("UPDATE clips SET trashed = ? WHERE seq = ?", marks)
    db.executemany(f"UPDATE details SET {field} = ? WHERE seq = ?", values)  # noqa: S608 - our columns


def _column_value(value: FieldValue) -> str | float | None:
    if isinstance(value, tuple):
        return str(replace_lone_surrogates("\n".join(value)))
    if isinstance(value, datetime):
        return format_time(value)
    return (
        value
        if value is None or isinstance(value, int | float)
        else str(replace_lone_surrogates(value))
    )


def _normalize_value(field: ClipField, value: FieldValue) -> FieldValue:
    if field is ClipField.STARS and isinstance(value, int):
        return max(0, min(5, value))
    if field is ClipField.TAGS and isinstance(value, tuple):
        return tuple(normalize_tags(tuple(str(replace_lone_surrogates(tag)) for tag in value)))
    if field is ClipField.BPM:
        return validate_bpm(value)
    if field is ClipField.KEY:
        return normalise_key(str(value))
    if field is ClipField.TITLE:
        return str(replace_lone_surrogates(to_single_line(str(value))))
    return replace_lone_surrogates(value) if isinstance(value, str) else value
