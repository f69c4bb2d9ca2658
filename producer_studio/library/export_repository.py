"""Exports in the database: which clips became files, and which exports are not finished."""

import json
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.field_reader import parse_json_object
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.column_values import (
    format_time,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.context import LibraryContext

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredExport:
    """Row of an export.

    Attributes:
        spec: Format and options, as JSON values.
    """

    id: str
    clip: ClipId
    spec: Mapping[str, Any]
    created_at: datetime


class ExportRepository:
    """Reads and writes exports; changes are on the disk when a call returns."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add_open(self, exports: Sequence[StoredExport]) -> None:
        """Stores exports that begin, all or none."""

        def work(db: sqlite3.Connection) -> None:
            db.executemany(_INSERT, [_values(one, "queued") for one in exports])

        await self._context.database.write(work)

    async def list_open(self) -> list[StoredExport]:
        """Returns the exports that are not finished, oldest first; unreadable ones are omitted."""
        return await self._context.database.read(_list_open)

    async def finish(
        self, exports: Sequence[StoredExport], path: Path, finished_at: datetime
    ) -> None:
        """Stores that clips were exported to a file, which may be moved or deleted later.

        Args:
            exports: The export, and one of another id for each further clip in the same file.
        """

        def work(db: sqlite3.Connection) -> None:
            for one in exports:
                db.execute(f"{_INSERT} ON CONFLICT(id) DO NOTHING", _values(one, "done"))
                db.execute(
                    "UPDATE exports SET state = 'done', path = ?, fault = NULL, finished_at = ? "
                    "WHERE id = ?",
                    (replace_lone_surrogates(str(path)), format_time(finished_at), one.id),
                )
            clips = frozenset(one.clip for one in exports)
            self._context.change_log.record(db, LibraryChange(clips, ChangeKind.DETAILS))

        await self._context.database.write(work)

    async def remove(self, export_id: str) -> None:
        """Removes an export that made no file."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM exports WHERE id = ?", (export_id,))

        await self._context.database.write(work)


_INSERT = "INSERT INTO exports(id, clip, state, spec, created_at) VALUES (?, ?, ?, ?, ?)"


def _values(export: StoredExport, state: str) -> tuple[str, ...]:
    return (
        export.id,
        replace_lone_surrogates(export.clip),
        state,
        json.dumps(dict(export.spec), ensure_ascii=True),
        format_time(export.created_at),
    )


def _list_open(db: sqlite3.Connection) -> list[StoredExport]:
    rows = db.execute("SELECT * FROM exports WHERE finished_at IS NULL ORDER BY seq").fetchall()
    found = []
    for row in rows:
        try:
            spec = parse_json_object(parse_text(row["spec"]))
        except ValueError as error:
            log.warning("Cannot read export %s: %s", row["id"], error)
            continue
        clip = ClipId(parse_text(row["clip"]))
        found.append(StoredExport(row["id"], clip, spec, parse_time(row["created_at"])))
    return found
