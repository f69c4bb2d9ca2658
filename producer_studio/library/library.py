"""The library as the studio uses it: every call is awaited, none holds the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self

from producer_studio.domain.clip import Clip, MediaState, Registration
from producer_studio.domain.credits import LedgerEntry
from producer_studio.domain.errors import StorageFault
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId, TaskId
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import (
    ChangeKind,
    ClipField,
    FieldEdit,
    FieldValue,
    LibraryChange,
)
from producer_studio.domain.operation import Operation
from producer_studio.files.locks import FileLock
from producer_studio.library import clip_edits as edits_of_clips
from producer_studio.library import clip_rows, draft_rows, drag_files, job_rows, ledger_rows
from producer_studio.library.change_log import ChangeLog, data_version
from producer_studio.library.clip_edits import AppliedEdits, edited_clips
from producer_studio.library.clip_listing import (
    NEWEST_FIRST,
    Counts,
    Cursor,
    FilledPage,
    Page,
    Smart,
    Sort,
)
from producer_studio.library.clip_rows import Placed
from producer_studio.library.database import Lanes
from producer_studio.library.deletion import ClipDeletion, Deletion
from producer_studio.library.errors import READ_ONLY, LibraryDamaged
from producer_studio.library.internal_files import BACKUPS
from producer_studio.library.media_store import MediaFolders, MediaKind, media_state
from producer_studio.library.recovery.backups import back_up
from producer_studio.library.recovery.library_opener import Opened, open_library
from producer_studio.library.search import clip_search
from producer_studio.library.sidecar_writer import SidecarWriter
from producer_studio.library.video_check import is_video

P = ParamSpec("P")


class Library:
    """A folder with a catalogue (`library.db`) and the clips' own folders.

    Made by `open`. Several processes may have the same library open. Every call may raise
    StorageFault (full disk, folder not writable); changes always do when `read_only`. What a call
    wrote is on the disk when it returns.

    Attributes:
        folder: The library's folder, absolute.
        read_only: Whether it can only be browsed.
        notices: Sentences about what happened while opening, for the user; mostly empty.
        on_damage: Called once when rows turn out to be damaged while the library is in use.
    """

    def __init__(self, opened: Opened) -> None:
        """Takes what was opened; call `open` instead."""
        self.folder: Path = opened.folder
        self.read_only: bool = opened.read_only
        self.notices: tuple[str, ...] = opened.notices
        self.on_damage: Callable[[LibraryDamaged], None] | None = None
        self._lanes: Lanes = opened.lanes
        self._in_use: FileLock = opened.in_use
        self._media = MediaFolders(opened.folder)
        self._log = ChangeLog()
        self._data_version = 0
        self._deletion = ClipDeletion(opened.folder, opened.lanes, self._media, self._log)
        self._sidecars = SidecarWriter(opened.lanes, self._media)

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Opens or creates the library in a folder, migrating or rebuilding it where needed.

        Raises:
            LibraryTooNew: A later version of the studio wrote it.
            LibraryDamaged: It is damaged and cannot be rebuilt now.
            StorageFault: The folder cannot be read, or not created.
        """
        opened = await open_library(folder)
        library = cls(opened)
        await library._begin_log()
        if opened.has_stale_sidecars:
            await library._sidecars.add_marked()
        return library

    async def _begin_log(self) -> None:
        if self.read_only:
            await self._lanes.read(self._log.begin)
        else:
            await self._lanes.outside(self._log.begin)

    async def close(self) -> None:
        """Finishes what was asked for, then closes; calling it again does nothing."""
        if not self.read_only and not self._lanes.is_closed:
            await self._sidecars.close()
        await self._lanes.close()
        self._in_use.release()

    async def back_up(self) -> Path:
        """Copies the catalogue into `backups/`, keeping the last few copies."""
        return await self._lanes.outside(lambda db: back_up(db, self.folder / BACKUPS))

    # Clips

    async def add(
        self,
        new: Sequence[Clip],
        job: Job | None = None,
        entries: Sequence[LedgerEntry] = (),
    ) -> list[ClipId]:
        """Adds results, their job's row and what they cost in one transaction.

        Clips whose id is here already are left as they are; gives the ids that are new.
        """

        def work(db: sqlite3.Connection) -> list[Placed]:
            fresh = clip_rows.add(db, self.folder, new)
            if job is not None:
                job_rows.put(db, job)
            ledger_rows.enter(db, entries)
            self._record(db, fresh, ChangeKind.ADDED)
            return fresh

        fresh = await self._lanes.write(work)
        await self._describe(fresh)
        return [item.clip.id for item in fresh]

    async def register(
        self,
        clip_id: ClipId,
        registration: Registration,
        job: Job,
        entries: Sequence[LedgerEntry] = (),
    ) -> None:
        """Notes that an account knows a clip, with the job that saw to it, in one transaction."""

        def work(db: sqlite3.Connection) -> list[Placed]:
            changed = clip_rows.register(db, self.folder, clip_id, registration)
            job_rows.put(db, job)
            ledger_rows.enter(db, entries)
            self._record(db, changed, ChangeKind.DETAILS)
            return changed

        await self._describe(await self._lanes.write(work))

    async def unfold(
        self, clip_id: ClipId, fields: dict[str, Any], new: Sequence[Clip], job: Job
    ) -> None:
        """Lets one row become several: its own fields change, the others are added beside it."""

        def work(db: sqlite3.Connection) -> list[Placed]:
            changed = clip_rows.change(db, self.folder, [clip_id], fields)
            added = clip_rows.add(db, self.folder, new)
            job_rows.put(db, job)
            self._record(db, changed, ChangeKind.MEDIA)
            self._record(db, added, ChangeKind.ADDED)
            return changed + added

        await self._describe(await self._lanes.write(work))

    async def update(self, clip: Clip) -> bool:
        """Writes a whole clip over its row; False when it is gone.

        What the user changed in the meantime is overwritten: `amend` is safer.
        """

        def work(db: sqlite3.Connection) -> list[Placed]:
            item = clip_rows.write(db, self.folder, clip)
            written = [item] if item else []
            self._record(db, written, ChangeKind.MEDIA)
            return written

        written = await self._lanes.write(work)
        await self._describe(written)
        return bool(written)

    async def amend(self, clip_id: ClipId, **fields: Any) -> Clip | None:  # noqa: ANN401 - fields have many types
        """Changes only the named fields of `Clip`; the clip as it is now, None when it is gone."""

        def work(db: sqlite3.Connection) -> list[Placed]:
            changed = clip_rows.change(db, self.folder, [clip_id], fields)
            self._record(db, changed, ChangeKind.MEDIA)
            return changed

        changed = await self._lanes.write(work)
        await self._describe(changed)
        return changed[0].clip if changed else None

    async def edit(
        self, ids: Sequence[ClipId], values: Mapping[ClipField, FieldValue]
    ) -> tuple[FieldEdit, ...]:
        """Sets fields of clips in one transaction; the edits that were made, empty for none.

        Returns when the database has it; the clips' `recipe.json` follow (see `described`).
        """
        return await self._edit(edits_of_clips.set_fields, ids, values)

    async def add_tag(self, ids: Sequence[ClipId], tag: str) -> tuple[FieldEdit, ...]:
        """Adds a tag to each clip that lacks it, in one transaction."""
        return await self._edit(edits_of_clips.add_tag, ids, tag)

    async def scale_tempo(self, ids: Sequence[ClipId], factor: float) -> tuple[FieldEdit, ...]:
        """Multiplies the tempo of each clip that has one, in one transaction."""
        return await self._edit(edits_of_clips.scale_tempo, ids, factor)

    async def apply(self, edits: Sequence[FieldEdit]) -> AppliedEdits:
        """Makes edits where the values before are still in place, in one transaction."""

        def work(db: sqlite3.Connection) -> AppliedEdits:
            applied = edits_of_clips.apply(db, edits)
            self._log.record(db, LibraryChange.of_edits(applied.edits))
            return applied

        applied = await self._lanes.write(work)
        self._sidecars.add(edited_clips(applied.edits))
        return applied

    async def described(self) -> None:
        """Returns when the `recipe.json` of every edited clip is up to date."""
        await self._sidecars.written()

    async def get(self, clip_id: ClipId) -> Clip | None:
        found = await self.rows([clip_id])
        return found[0] if found else None

    async def rows(self, ids: Sequence[ClipId]) -> list[Clip]:
        """The clips in the order asked for; those that are gone are left out.

        So are those whose place in a damaged catalogue cannot be read; `on_damage` hears of it.
        """
        try:
            return await self._lanes.read(clip_rows.rows, self.folder, ids)
        except LibraryDamaged as fault:
            self._tell_damage(fault)
            if len(ids) == 1:
                return []
            # Two halves at a time: few rows are damaged, and many are asked for.
            middle = len(ids) // 2
            return [*await self.rows(ids[:middle]), *await self.rows(ids[middle:])]

    async def ids(
        self, query: str = "", sort: Sort = NEWEST_FIRST, smart: Smart = Smart.ALL
    ) -> list[ClipId]:
        """All clips of a list in order; a cancelled call stops its query."""
        return await self._lanes.read(clip_search.ids, query, sort, smart)

    async def page(
        self,
        query: str = "",
        sort: Sort = NEWEST_FIRST,
        smart: Smart = Smart.ALL,
        limit: int = 100,
        after: Cursor | None = None,
    ) -> Page:
        """Part of a list, quickly: the first page does not wait for the whole."""
        return await self._lanes.read(clip_search.page, query, sort, smart, limit, after)

    async def filled_page(
        self,
        query: str,
        sort: Sort,
        smart: Smart,
        limit: int,
        rows: int,
        known: Collection[ClipId] = (),
    ) -> FilledPage:
        """The first page with its first rows, in one turn of a reader.

        Args:
            rows: How many rows are shown at once.
            known: Clips whose rows are not needed.
        """

        def work(db: sqlite3.Connection) -> FilledPage:
            page = clip_search.page(db, query, sort, smart, limit, None)
            ids = [clip for clip in page.ids[:rows] if clip not in known]
            return FilledPage(page, clip_rows.rows(db, self.folder, ids), clip_rows.peaks(db, ids))

        try:
            return await self._lanes.read(work)
        except LibraryDamaged:
            # A damaged row must not hide the others: they are read one by one when they are shown.
            return FilledPage(await self.page(query, sort, smart, limit))

    async def count(self, query: str = "", smart: Smart = Smart.ALL) -> int:
        return await self._lanes.read(clip_search.count, query, smart)

    async def counts(self) -> Counts:
        return await self._lanes.read(clip_rows.counts)

    async def family(self, clip_id: ClipId) -> list[Clip]:
        """The oldest known ancestor and everything made from it, oldest first."""
        return await self._lanes.read(clip_rows.family, self.folder, clip_id)

    async def with_remote(self, account: AccountName, remote_id: RemoteId) -> Clip | None:
        return await self._lanes.read(clip_rows.with_remote, self.folder, account, remote_id)

    async def trash(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: datetime.now(UTC)})

    async def restore(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: None})

    async def size_in_trash(self, ids: Sequence[ClipId]) -> int:
        """Size of the files that `delete` would delete, in bytes."""
        return await self._deletion.size(ids)

    async def delete(self, ids: Sequence[ClipId]) -> Deletion:
        """Deletes clips that are in the trash for good, with their files.

        Clips that are not in the trash are left alone, and so is everything outside their folders.
        """
        self._refuse_changes()
        # Files that are written late would bring a folder back; those under way come before.
        self._sidecars.leave_out(ids)
        return await self._deletion.delete(ids)

    async def finish_deletion(self) -> None:
        """Deletes the files of clips whose deletion was interrupted."""
        if not self.read_only:
            await self._deletion.finish_earlier()

    async def set_peaks(self, clip_id: ClipId, bins: bytes) -> None:
        await self._lanes.write(clip_rows.set_peaks, clip_id, bins)

    async def peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
        return await self._lanes.read(clip_rows.peaks, ids)

    async def changes_elsewhere(self) -> list[LibraryChange]:
        """Changes by other processes since the last call; costs next to nothing without any."""
        if self.read_only:
            return await self._lanes.read(self._log.read_new)
        return await self._lanes.outside(self._log.changes_of_others)

    async def committed_elsewhere(self) -> bool:
        """Whether another process has written anything since the last call."""
        if self.read_only:
            return False
        version = await self._lanes.outside(data_version)
        before, self._data_version = self._data_version, version
        return before != version

    # Files

    def partial(self, clip_id: ClipId, kind: MediaKind) -> Path:
        """Where a download of this clip is gathered; the folder `partial/` is there."""
        return self._media.partial(clip_id, kind)

    async def drop_partials(self, clip_id: ClipId) -> None:
        """Removes what was gathered of downloads that are given up."""
        await self._lanes.files(self._media.drop_partials, clip_id)

    async def adopt(self, partial: Path, clip: Clip, kind: MediaKind, decoded: str = "") -> Path:
        """Moves a finished file into the clip's folder; then `amend` the clip with the path.

        Args:
            decoded: The suffix by what the decoder found, for beginnings that are not known.

        Raises:
            StorageFault: The clip is not in the library, or the file cannot be moved.
        """
        self._refuse_changes()
        folder = await self.folder_of(clip.id)
        if folder is None:
            raise StorageFault("This clip is no longer in the library; its file was left aside.")
        return await self._lanes.files(
            self._media.adopt, partial, folder, clip.title, kind, decoded
        )

    async def folder_of(self, clip_id: ClipId) -> Path | None:
        """The clip's folder, absolute; None when the clip is gone."""
        found = await self._lanes.read(clip_rows.placed, self.folder, [clip_id])
        return found[0].folder if found else None

    async def sound_files(self, ids: Sequence[ClipId]) -> list[Path]:
        """The sounds of clips in the order asked for, no two with the same name.

        See `dragging`. Clips without their sound are left out.

        Raises:
            StorageFault: A second name for a file cannot be written.
        """
        stored = await self._lanes.read(drag_files.stored_sounds, ids)
        return await self._lanes.files(
            drag_files.distinct_files, self.folder, stored, writes=not self.read_only
        )

    async def is_video(self, path: Path) -> bool:
        """Whether a file of the library is a video, by its name and by its content."""
        return await asyncio.to_thread(is_video, path, self.folder)

    async def find_missing(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Marks clips whose file is gone as missing, and back; gives those that changed."""

        def look(found: list[Clip]) -> list[tuple[ClipId, MediaState]]:
            states = [(clip, media_state(clip)) for clip in found]
            return [(clip.id, state) for clip, state in states if state is not clip.media]

        differing = await self._lanes.files(look, await self.rows(ids))
        changed = [await self.amend(clip_id, media=state) for clip_id, state in differing]
        return [clip for clip in changed if clip is not None]

    # Jobs

    async def put_job(self, job: Job, entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes a job's row, and lines of the ledger with it."""
        await self.put_jobs([job], entries)

    async def put_jobs(self, several: Sequence[Job], entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes all of these rows and lines of the ledger, or none of them."""

        def work(db: sqlite3.Connection) -> None:
            for job in several:
                job_rows.put(db, job)
            ledger_rows.enter(db, entries)

        await self._lanes.write(work)

    async def job(self, job_id: JobId) -> Job | None:
        return await self._lanes.read(job_rows.get, job_id)

    async def jobs_of(self, ids: Collection[JobId]) -> list[Job]:
        """The jobs with these ids that can be read, oldest first."""
        return await self._lanes.read(job_rows.of, ids)

    async def jobs(self, open_only: bool = False, limit: int | None = None) -> list[Job]:
        """Oldest first; `open_only` leaves out those that are done or dismissed."""
        return await self._lanes.read(job_rows.listed, open_only=open_only, limit=limit)

    async def jobs_with_pending_media(self) -> list[Job]:
        """Jobs that count as done although a clip of theirs still waits for its file."""
        return await self._lanes.read(job_rows.with_pending_media)

    async def jobs_like(self, account: AccountName, operation: Operation) -> list[Job]:
        """An account's jobs of one operation that may be out twice, oldest first."""
        return await self._lanes.read(job_rows.like, account, operation)

    async def unreadable_jobs(self) -> list[JobId]:
        """Ids of open jobs that a later version wrote or that are damaged; their rows stay."""
        return await self._lanes.read(job_rows.unreadable)

    async def task_ids(self, account: AccountName) -> set[TaskId]:
        """The account's tasks that belong to jobs already."""
        return await self._lanes.read(job_rows.task_ids, account)

    async def failed_tasks(self, limit: int) -> list[Job]:
        """The latest failed jobs that a service had taken and that were put away, oldest first."""
        return await self._lanes.read(job_rows.failed_tasks, limit)

    async def hosted_jobs(self) -> list[Job]:
        """Jobs for which something may still lie with a host, oldest first."""
        return await self._lanes.read(job_rows.hosted)

    async def put_answer(self, job_id: JobId, body: bytes) -> None:
        """Keeps a service's answer as it came."""
        await self._lanes.write(job_rows.put_answer, job_id, body)

    async def answers(self, job_id: JobId) -> list[bytes]:
        return await self._lanes.read(job_rows.answers, job_id)

    async def typical_seconds(
        self, model: str, operation: Operation, account: AccountName
    ) -> float | None:
        """Median seconds from accepted to finished in your own history; None without any."""
        return await self._lanes.read(job_rows.typical_seconds, model, operation, account)

    # Ledger and drafts

    async def enter(self, *entries: LedgerEntry) -> None:
        await self._lanes.write(ledger_rows.enter, entries)

    async def ledger(
        self,
        account: AccountName | None = None,
        limit: int = 500,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LedgerEntry]:
        """The last lines of the book before `until`, newest first; a negative limit is none."""
        return await self._lanes.read(ledger_rows.entries, account, limit, since, until)

    async def balances(self) -> dict[AccountName, float]:
        """What each account's service said last, in credits."""
        return await self._lanes.read(ledger_rows.balances)

    async def dearest(self, account: AccountName, operation: Operation) -> float | None:
        """The most that one request of this kind has cost; None when nobody knows."""
        return await self._lanes.read(ledger_rows.dearest, account, operation)

    async def spent(
        self, account: AccountName | None = None, since: datetime | None = None
    ) -> float:
        """Credits charged less credits refunded."""
        return await self._lanes.read(ledger_rows.spent, account, since)

    async def charged_without_clip(self) -> list[Job]:
        """Jobs that cost something and gave no clip, newest first."""
        return await self._lanes.read(ledger_rows.charged_without_clip)

    async def save_draft(self, name: str, value: dict[str, Any]) -> None:
        await self._lanes.write(draft_rows.save, name, value)

    async def draft(self, name: str) -> dict[str, Any] | None:
        return await self._lanes.read(draft_rows.load, name)

    async def _edit(
        self,
        make: Callable[Concatenate[sqlite3.Connection, P], tuple[FieldEdit, ...]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[FieldEdit, ...]:
        def work(db: sqlite3.Connection) -> tuple[FieldEdit, ...]:
            edits = make(db, *args, **kwargs)
            self._log.record(db, LibraryChange.of_edits(edits))
            return edits

        edits = await self._lanes.write(work)
        self._sidecars.add(edited_clips(edits))
        return edits

    def _record(self, db: sqlite3.Connection, items: Sequence[Placed], kind: ChangeKind) -> None:
        """Logs a change for other processes, in its own transaction."""
        self._log.record(db, LibraryChange(frozenset(item.clip.id for item in items), kind))

    async def _describe(self, items: Sequence[Placed]) -> None:
        """Writes the clips' `recipe.json`, on the disk when this returns."""
        await self._sidecars.write([item.clip.id for item in items])

    def _tell_damage(self, fault: LibraryDamaged) -> None:
        if self.on_damage is not None:
            # Once in a run: the next start mends it.
            tell, self.on_damage = self.on_damage, None
            tell(fault)

    def _refuse_changes(self) -> None:
        if self.read_only:
            raise StorageFault(READ_ONLY)
