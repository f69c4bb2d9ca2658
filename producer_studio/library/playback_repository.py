"""Plays of clips, and the position where each was left."""

import sqlite3
from datetime import UTC, datetime

from producer_studio.domain.field_reader import MAX_INTEGER, believable_length_s, is_finite_number
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.column_values import format_time, replace_lone_surrogates
from producer_studio.library.context import LibraryContext


class PlaybackRepository:
    """Reads and writes what is known of the playback of clips."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def add_play(self, clip: ClipId) -> bool:
        """Counts a play of a clip and marks it as heard; returns False if it does not exist."""

        def work(db: sqlite3.Connection) -> bool:
            key = replace_lone_surrogates(clip)
            changed = db.execute(
                "UPDATE clips SET plays = min(max(plays, 0), ?) + 1, heard = 1 WHERE id = ?",
                (MAX_INTEGER, key),
            )
            db.execute(
                "UPDATE details SET played_at = ? WHERE seq = (SELECT seq FROM clips WHERE id = ?)",
                (format_time(datetime.now(UTC)), key),
            )
            if changed.rowcount:
                change = LibraryChange(frozenset({clip}), ChangeKind.DETAILS)
                self._context.change_log.record(db, change)
            return changed.rowcount > 0

        is_counted = await self._context.database.write(work)
        if is_counted:
            self._context.sidecars.schedule([clip])
        return is_counted

    async def set_position(self, clip: ClipId, position_s: float) -> None:
        """Stores where a clip was left, in seconds; 0 stores none. Ignored for a deleted clip."""

        def work(db: sqlite3.Connection) -> None:
            key = replace_lone_surrogates(clip)
            if position_s <= 0:
                db.execute("DELETE FROM positions WHERE clip = ?", (key,))
                return
            db.execute(
                "INSERT INTO positions(clip, position_s, at) SELECT id, ?, ? FROM clips "
                "WHERE id = ? ON CONFLICT(clip) DO UPDATE SET "
                "position_s = excluded.position_s, at = excluded.at",
                (position_s, format_time(datetime.now(UTC)), key),
            )

        await self._context.database.write(work)

    async def get_position(self, clip: ClipId) -> float:
        """Returns where a clip was left, in seconds; 0 for the start."""

        def work(db: sqlite3.Connection) -> float:
            row = db.execute(
                "SELECT position_s FROM positions WHERE clip = ?", (replace_lone_surrogates(clip),)
            ).fetchone()
            if row is None or not is_finite_number(row["position_s"]):
                return 0.0
            return believable_length_s(row["position_s"])

        return await self._context.database.read(work)
