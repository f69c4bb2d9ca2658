"""Presets of the compose form in the database."""

import json
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from producer_studio.domain.field_reader import is_finite_number, parse_json_object
from producer_studio.domain.form_preset import FormPreset
from producer_studio.domain.ids import PresetId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.column_values import (
    format_time,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.context import LibraryContext

log = logging.getLogger(__name__)

PresetChange = tuple[FormPreset | None, FormPreset | None]
"""A preset as it is expected in the database (None for a new one), and its new state (None deletes
it)."""


class PresetRepository:
    """Reads and writes presets; changes are on the disk when a call returns."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def list_all(self) -> list[FormPreset]:
        """Returns all presets in their order; unreadable ones are logged and omitted."""
        return await self._context.database.read(_list_presets)

    async def replace(self, changes: Sequence[PresetChange]) -> bool:
        """Adds, changes or deletes presets, all or none.

        Returns:
            Whether all were as expected, and any is different now.
        """

        def replace(db: sqlite3.Connection) -> bool:
            is_changed = _replace_presets(db, changes)
            if is_changed:
                change = LibraryChange(frozenset(), ChangeKind.PRESETS)
                self._context.change_log.record(db, change)
            return is_changed

        return await self._context.database.write(replace)


def _list_presets(db: sqlite3.Connection) -> list[FormPreset]:
    rows = db.execute("SELECT * FROM presets ORDER BY position, created_at, id").fetchall()
    return [preset for row in rows if (preset := _parse_row(row)) is not None]


def _replace_presets(db: sqlite3.Connection, changes: Sequence[PresetChange]) -> bool:
    changes = [(before, after) for before, after in changes if before != after]
    if not changes or not all(_is_as_expected(db, before, after) for before, after in changes):
        return False
    for before, after in changes:
        if after is not None:
            _write(db, after)
        elif before is not None:
            db.execute("DELETE FROM presets WHERE id = ?", (before.id,))
    return True


def _is_as_expected(
    db: sqlite3.Connection, before: FormPreset | None, after: FormPreset | None
) -> bool:
    one = before or after
    if one is None:
        return False
    row = db.execute("SELECT * FROM presets WHERE id = ?", (one.id,)).fetchone()
    if row is None or before is None:
        return row is None and before is None
    # Compared as they are stored, which replaces some characters.
    return _parse_row(row) == _parse_row(_columns(before))


def _write(db: sqlite3.Connection, preset: FormPreset) -> None:
    db.execute(
        "INSERT INTO presets(id, name, shortcut, position, form, created_at) VALUES "
        "(:id, :name, :shortcut, :position, :form, :created_at) ON CONFLICT(id) DO UPDATE SET "
        "name = excluded.name, shortcut = excluded.shortcut, position = excluded.position, "
        "form = excluded.form",
        _columns(preset),
    )


def _columns(preset: FormPreset) -> dict[str, Any]:
    values = {
        "id": preset.id,
        "name": preset.name,
        "shortcut": preset.shortcut,
        "position": preset.position,
        "form": json.dumps(dict(preset.form), ensure_ascii=False),
        "created_at": format_time(preset.created_at),
    }
    return {name: replace_lone_surrogates(value) for name, value in values.items()}


def _parse_row(row: sqlite3.Row | Mapping[str, Any]) -> FormPreset | None:
    try:
        form = parse_json_object(parse_text(row["form"]))
    except ValueError as error:
        log.warning("Cannot read preset “%s”: %s", row["name"], error)
        return None
    return FormPreset(
        id=PresetId(parse_text(row["id"])),
        name=parse_text(row["name"]),
        form=form,
        shortcut=parse_text(row["shortcut"]),
        position=row["position"] if is_finite_number(row["position"]) else 0.0,
        created_at=parse_time(row["created_at"]),
    )
