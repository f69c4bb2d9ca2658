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
from producer_studio.library.column_values import format_time, parse_text, parse_time
from producer_studio.library.compared_table import ComparedTable
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
        return await self._context.database.read(_PRESETS.list_all)

    async def replace(self, changes: Sequence[PresetChange]) -> bool:
        """Adds, changes or deletes presets, all or none.

        Returns:
            Whether all were as expected, and any is different now.
        """

        def replace(db: sqlite3.Connection) -> bool:
            is_changed = _PRESETS.replace(db, changes)
            if is_changed:
                change = LibraryChange(frozenset(), ChangeKind.PRESETS)
                self._context.change_log.record(db, change)
            return is_changed

        return await self._context.database.write(replace)


def _columns(preset: FormPreset) -> dict[str, Any]:
    return {
        "id": preset.id,
        "name": preset.name,
        "shortcut": preset.shortcut,
        "position": preset.position,
        "form": json.dumps(dict(preset.form), ensure_ascii=False),
        "created_at": format_time(preset.created_at),
    }


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


_PRESETS = ComparedTable("presets", _columns, _parse_row)
