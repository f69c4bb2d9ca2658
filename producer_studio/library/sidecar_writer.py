"""Writer of the clips' `recipe.json` files."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice

from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.library import clip_sql, file_sql, stale_sidecars
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.database import Database
from producer_studio.library.media_store import MediaStore
from producer_studio.library.stale_sidecars import StaleMark

log = logging.getLogger(__name__)

_BATCH_SIZE = 40
"""Clips whose files are written in one piece of work, so that other work can run in between."""

_MARKS_PER_CLEAR = 64
"""Marks of written files that are cleared at a time; after a kill their files are written again."""

MAX_WRITES_AT_CLOSE = 400
"""Maximum number of files that closing waits for, so that it does not take a minute."""

_MAX_ROUNDS = 5


class SidecarWriter:
    """Writes the sidecars of marked clips from their rows; several processes may run it.

    A change marks its clip in its own transaction, so that a kill at any time leaves either an
    up-to-date file or a mark that the next start finds. The row is read in the thread that writes
    the file: of two changes the later one is written last.

    The database has the change already, so a folder that cannot be written now does not make the
    change fail: its file is retried with the next change, and at the next start.
    """

    def __init__(self, database: Database, media: MediaStore) -> None:
        self._database = database
        self._media = media
        self._pending: dict[ClipId, None] = {}
        self._failed: set[ClipId] = set()
        self._written: set[StaleMark] = set()
        self._renamed_unreadable: set[ClipId] = set()
        self._from_earlier_run: set[ClipId] = set()
        self._task: asyncio.Task[None] | None = None

    def schedule(self, ids: Iterable[ClipId]) -> None:
        """Writes the files of changed clips in the background."""
        self._pending |= dict.fromkeys(ids)
        if self._pending and self._task is None:
            self._pending |= dict.fromkeys(self._failed)
            self._task = asyncio.create_task(self._write_pending(), name="recipe.json of clips")

    async def schedule_marked(self) -> None:
        """Schedules the clips that a kill or a full disk left marked in an earlier run."""
        ids = [one.clip for one in await self._database.read(stale_sidecars.read_marks)]
        self._from_earlier_run |= {*ids}
        self.schedule(ids)

    async def write_now(self, ids: Iterable[ClipId]) -> None:
        """Writes the files of changed and previously failed clips; on the disk at return."""
        due = {*ids}
        if not due:
            return
        try:
            await self._database.run_file_work_with_reader(
                self._write_batch, sorted(due | self._failed), durable=True
            )
            await self._clear_marks(at_least=_MARKS_PER_CLEAR)
        except StorageError as fault:
            # If this were raised, the caller would repeat a change that is in the database.
            log.warning("Cannot write recipe.json of changed clips: %s", fault)
            self._failed |= due

    async def wait_until_written(self) -> None:
        """Waits until no write is pending; files that cannot be written wait for a change."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def cancel(self, ids: Iterable[ClipId]) -> None:
        """Cancels pending writes of these clips; running writes are finished."""
        for clip in ids:
            self._pending.pop(clip, None)

    async def close(self) -> None:
        """Writes pending files, a few hundred at most: the next start finds the others marked.

        If a mark cannot be cleared, its file is written once more.
        """
        self._pending = dict(islice(self._pending.items(), MAX_WRITES_AT_CLOSE))
        await self.wait_until_written()
        try:
            await self._clear_marks(at_least=1)
        except StorageError as fault:
            log.info("Cannot update recipe.json markers: %s", fault)

    async def _write_pending(self) -> None:
        try:
            while self._pending:
                part = list(islice(self._pending, _BATCH_SIZE))
                for clip in part:
                    del self._pending[clip]
                await self._database.run_file_work_with_reader(
                    self._write_batch, part, durable=False
                )
                await self._clear_marks(at_least=_MARKS_PER_CLEAR)
        except StorageError as fault:
            log.warning("Cannot write recipe.json of changed clips: %s", fault)
            self._failed |= {*part, *self._pending}
            self._pending.clear()
        finally:
            self._task = None

    async def _clear_marks(self, at_least: int) -> None:
        done = set(self._written)
        if len(done) >= at_least:
            await self._database.write(stale_sidecars.clear_marks, done)
            self._written -= done

    def _write_batch(self, db: sqlite3.Connection, ids: Sequence[ClipId], *, durable: bool) -> None:
        """Runs in the file thread."""
        self._failed.difference_update(ids)
        seen: dict[ClipId, StaleMark | None] = {
            one.clip: one for one in stale_sidecars.read_marks(db, ids) if one not in self._written
        }
        for _ in range(_MAX_ROUNDS):
            if not seen:
                return
            files = file_sql.read_checksums(db, list(seen))
            for item in clip_sql.read_stored_clips(db, self._media.library, list(seen)):
                clip_id = item.clip.id
                self._write_one(item, files.get(clip_id, ()), seen[clip_id], durable=durable)
            # Another process may have changed a clip, and written its file, since it was read here.
            now = {one.clip: one for one in stale_sidecars.read_marks(db, list(seen))}
            seen = {
                clip: now.get(clip)
                for clip, one in seen.items()
                if now.get(clip) != one and clip not in self._failed
            }

    def _write_one(
        self,
        item: StoredClip,
        files: Sequence[FileChecksum],
        mark: StaleMark | None,
        *,
        durable: bool,
    ) -> None:
        try:
            if item.clip.id in self._from_earlier_run:
                self._media.remove_temporary_files(item.folder)
                self._from_earlier_run.discard(item.clip.id)
            if mark is not None and mark.keeps_old and item.clip.id not in self._renamed_unreadable:
                self._media.rename_unreadable_sidecar(item.folder)
                self._renamed_unreadable.add(item.clip.id)
            self._media.write_sidecar(item.clip, item.folder, files, durable=durable)
        except (OSError, ValueError) as error:
            # An error of one folder (too long a name, a loop of links, a disconnected drive) must
            # not prevent writing the other clips' files.
            log.warning("Cannot write recipe.json in %s: %s", item.folder.name, error)
            self._failed.add(item.clip.id)
        else:
            if mark is not None:
                self._written.add(mark)
