"""Finished exports in the database: which clips became files."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.column_values import format_time, replace_lone_surrogates
from producer_studio.library.context import LibraryContext


class ExportRepository:
    """Writes finished exports; they are on the disk when a call returns."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add_finished(
        self,
        export_id: str,
        clip: ClipId,
        spec: Mapping[str, str | int],
        path: Path,
        finished_at: datetime,
    ) -> None:
        """Stores that a clip was exported; the file may be moved or deleted later.

        Args:
            spec: Format and options, as JSON values.
        """

        def work(db: sqlite3.Connection) -> None:
            at = format_time(finished_at)
            db.execute(
                "INSERT INTO exports(id, clip, state, spec, path, created_at, finished_at) "
                "VALUES (?, ?, 'done', ?, ?, ?, ?)",
                (
                    export_id,
                    replace_lone_surrogates(clip),
                    json.dumps(dict(spec), ensure_ascii=True),
                    replace_lone_surrogates(str(path)),
                    at,
                    at,
                ),
            )
            change = LibraryChange(frozenset({clip}), ChangeKind.DETAILS)
            self._context.change_log.record(db, change)

        await self._context.database.write(work)
