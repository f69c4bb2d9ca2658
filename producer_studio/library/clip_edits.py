"""Clip edits in SQL: one transaction for any number of clips, values before and after."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import (
    AppendedText,
    ClipField,
    FieldEdit,
    FieldValue,
    NewValue,
    OwnValues,
    TagChange,
)
from producer_studio.domain.tempo import scale_bpm
from producer_studio.library.column_values import (
    normalize_tags,
    parse_text,
    replace_lone_surrogates,
)
from producer_studio.library.field_types import SqlValue
from producer_studio.library.fields import CLIP_FIELDS, STORED_FIELDS
from producer_studio.library.text_folding import build_match_phrase, has_searchable_word
from producer_studio.library.word_index import BULK_ROWS, INDEXED_COLUMNS, update_in_bulk

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
    values: Mapping[ClipField, NewValue],
) -> tuple[FieldEdit, ...]:
    """Sets fields of clips; clips that have the values already are omitted from the result."""
    edits = [
        _edit_field(db, field, ids, _value_maker(field, value)) for field, value in values.items()
    ]
    return tuple(edit for edit in edits if edit.clips)


def rename_tag(db: sqlite3.Connection, tag: str, name: str) -> tuple[FieldEdit, ...]:
    """Renames a tag of all clips, also of those in the trash; an empty name removes it."""
    # By the index where it has the tag's words; it finds more, which the change leaves as it is.
    where, values = "d.tags <> ''", []
    if has_searchable_word(tag):
        where = "d.seq IN (SELECT rowid FROM words WHERE words MATCH ?)"
        values = [f"tags : {build_match_phrase(tag, prefix=False)}"]
    found = db.execute(
        f"SELECT c.id FROM clips c JOIN details d ON d.seq = c.seq WHERE {where}",  # noqa: S608 - our conditions
        values,
    )
    ids = [ClipId(parse_text(row["id"])) for row in found.fetchall()]
    change = TagChange(rename=((tag, name),)) if name else TagChange(remove=(tag,))
    return set_fields(db, ids, {ClipField.TAGS: change})


def count_tags(db: sqlite3.Connection, ids: Sequence[ClipId]) -> dict[str, int]:
    """Counts the clips that have each of their tags."""
    counted = Counter(joined for _, _, joined in _read_column(db, "d.tags", ids) if joined)
    tags: Counter[str] = Counter()
    for joined, count in counted.items():
        tags.update(dict.fromkeys(parse_text(joined).split("\n"), count))
    return dict(tags)


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


def number_tracks(
    db: sqlite3.Connection, ids: Sequence[ClipId], first: int
) -> tuple[FieldEdit, ...]:
    """Numbers clips in their order; numbers above the highest are left out."""
    normalize = _COLUMNS[ClipField.TRACK].type.normalize
    numbers = {clip: normalize(first + at) for at, clip in enumerate(ids)}
    edit = _edit_field(db, ClipField.TRACK, ids, partial(_value_of_clip, numbers))
    return (edit,) if edit.clips else ()


def read_shared_values(
    db: sqlite3.Connection, ids: Sequence[ClipId], fields: Collection[ClipField]
) -> dict[ClipField, FieldValue]:
    """Returns the value of each field that all clips share; fields with several are left out."""
    stored: dict[ClipField, SqlValue] = {}
    open_fields = list(fields)
    for start in range(0, len(ids), _CHUNK):
        part = [replace_lone_surrogates(clip) for clip in ids[start : start + _CHUNK]]
        columns = [_COLUMNS[field].sql_name for field in open_fields]
        # Three facts of each column: lowest and highest value, and how many there are.
        facts = ", ".join(f"min({name}), max({name}), count({name})" for name in columns)
        marks = ", ".join("?" * len(part))
        row = db.execute(
            f"SELECT count(*), {facts} FROM clips c JOIN details d ON d.seq = c.seq "  # noqa: S608 - our columns
            f"WHERE c.id IN ({marks})",
            part,
        ).fetchone()
        if not row[0]:
            continue
        remaining = []
        for field, low, high, known in zip(
            open_fields, row[1::3], row[2::3], row[3::3], strict=True
        ):
            is_same = low == high and known in {0, row[0]}
            if is_same and stored.setdefault(field, low) == low:
                remaining.append(field)
            else:
                stored.pop(field, None)
        open_fields = remaining
        if not open_fields:
            break
    return {
        field: _COLUMNS[field].type.from_column(stored[field], _NO_FOLDER)
        for field in open_fields
        if field in stored
    }


def apply_edits(db: sqlite3.Connection, edits: Sequence[FieldEdit]) -> AppliedEdits:
    """Applies edits to the clips that still have the values before; all others are skipped.

    A clip is edited in all of its fields or in none.
    """
    skipped: set[ClipId] = set()
    stored: list[list[tuple[int, ClipId, FieldValue]]] = []
    for edit in edits:
        expected = dict(zip(edit.clips, edit.before, strict=True))
        rows = list(_read_values(db, edit.field, edit.clips))
        found = {clip: value for _, clip, value in rows}
        skipped |= {
            clip for clip, value in expected.items() if clip not in found or found[clip] != value
        }
        stored.append(rows)
    done = []
    for edit, rows in zip(edits, stored, strict=True):
        after = dict(zip(edit.clips, edit.after, strict=True))
        wanted = [row for row in rows if row[1] not in skipped]
        done.append(_change_rows(db, edit.field, wanted, partial(_value_of_clip, after)))
    return AppliedEdits(tuple(edit for edit in done if edit.clips), frozenset(skipped))


def iter_edited_clips(edits: Sequence[FieldEdit]) -> Iterator[ClipId]:
    """Yields the clips of edits; one with several edits is yielded several times."""
    return (clip for edit in edits for clip in edit.clips)


def _value_maker(field: ClipField, value: NewValue) -> Callable[[ClipId, FieldValue], FieldValue]:
    match value:
        case TagChange():
            return partial(_changed_tags, value)
        case AppendedText():
            return lambda _clip, before: value.apply(before) if isinstance(before, str) else before
        case OwnValues():
            own = {clip: _COLUMNS[field].type.normalize(new) for clip, new in value.values.items()}
            return lambda clip, before: own.get(clip, before)
        case datetime() if field is ClipField.TRASHED:
            # Those in the trash stay as they are: it would be another step over the same clips.
            return lambda _clip, before: value if before is None else before
        case _:
            return partial(_constant_value, _COLUMNS[field].type.normalize(value))


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
    return _change_rows(db, field, _read_values(db, field, ids), new_value)


def _change_rows(
    db: sqlite3.Connection,
    field: ClipField,
    stored: Iterable[tuple[int, ClipId, FieldValue]],
    new_value: Callable[[ClipId, FieldValue], FieldValue],
) -> FieldEdit:
    rows: list[tuple[int, ClipId, FieldValue, FieldValue]] = []
    for seq, clip, before in stored:
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
            if len(values) >= BULK_ROWS and column.name in INDEXED_COLUMNS:
                update_in_bulk(db, column.name, values)
            else:
                db.executemany(f"UPDATE {column.table} SET {column.name} = ? WHERE seq = ?", values)  # noqa: S608 - our columns
