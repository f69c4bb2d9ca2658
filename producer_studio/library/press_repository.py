"""Presses in the database."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from producer_studio.domain.ids import PressId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.past_press import PastPress
from producer_studio.domain.press import Press
from producer_studio.library import history_sql, press_sql
from producer_studio.library.context import LibraryContext


class PressRepository:
    """Reads and pins presses; `JobRepository.write_all` writes each with its jobs."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def get(self, press_id: PressId) -> Press | None:
        return await self._context.database.read(press_sql.read_press, press_id)

    async def list_ids(self, query: str = "", *, pinned_only: bool = False) -> list[PressId]:
        """Returns the presses that have every word of a query: pinned first, then newest first."""
        return await self._context.database.read(
            partial(history_sql.list_ids, query=query, pinned_only=pinned_only)
        )

    async def find_ids(self, prefix: str, limit: int) -> list[PressId]:
        """Returns some presses whose ids begin with a text."""
        return await self._context.database.read(history_sql.find_ids, prefix, limit)

    async def get_past(self, ids: Sequence[PressId]) -> list[PastPress]:
        """Returns presses with what came of them, in the order of the ids."""
        return await self._context.database.read(history_sql.read_past_presses, ids)

    async def set_sweep(self, press: Press) -> None:
        """Writes other limits of a sweep that exists."""
        await self._context.database.write(press_sql.write_press, press)

    async def set_pinned(self, press_id: PressId, *, pinned: bool) -> bool:
        """Pins or unpins a press; returns whether that changed anything."""

        def write(db: sqlite3.Connection) -> bool:
            is_changed = history_sql.set_pinned(db, press_id, pinned=pinned)
            if is_changed:
                change = LibraryChange(frozenset(), ChangeKind.PRESSES)
                self._context.change_log.record(db, change)
            return is_changed

        return await self._context.database.write(write)
