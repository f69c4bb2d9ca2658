"""Judgements in the database."""

import sqlite3

from producer_studio.domain.ids import ClipId
from producer_studio.domain.judgement import Judgement
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library import judgement_sql
from producer_studio.library.context import LibraryContext


class JudgementRepository:
    """Reads and writes judgements; changes are on the disk when a call returns."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add(self, judgement: Judgement, replaced: Judgement | None = None) -> bool:
        """Adds a judgement, instead of another one; returns False if it exists already."""

        def work(db: sqlite3.Connection) -> bool:
            is_new = judgement_sql.add_judgement(db, judgement)
            if is_new:
                if replaced is not None:
                    judgement_sql.remove_judgement(db, replaced.id)
                self._log_change(db, judgement)
            return is_new

        return await self._context.database.write(work)

    async def remove(self, judgement: Judgement, replaced: Judgement | None = None) -> bool:
        """Removes a judgement, and adds again the one that it replaced; returns False if it does
        not exist.
        """

        def work(db: sqlite3.Connection) -> bool:
            existed = judgement_sql.remove_judgement(db, judgement.id)
            if existed:
                if replaced is not None:
                    judgement_sql.add_judgement(db, replaced)
                self._log_change(db, judgement)
            return existed

        return await self._context.database.write(work)

    async def list_of_clip(self, clip: ClipId) -> list[Judgement]:
        """Returns the judgements of a clip, latest first."""
        return await self._context.database.read(judgement_sql.list_judgements, clip)

    def _log_change(self, db: sqlite3.Connection, judgement: Judgement) -> None:
        change = LibraryChange(frozenset(judgement.clips), ChangeKind.DETAILS)
        self._context.change_log.record(db, change)
