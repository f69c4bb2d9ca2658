"""Asynchronous interface of the library; no call blocks the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self

from producer_studio.domain.clip import Clip, MediaState, Registration
from producer_studio.domain.credits import LedgerEntry
from producer_studio.domain.errors import StorageError
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
from producer_studio.library.backups import back_up
from producer_studio.library.change_log import ChangeLog, read_data_version
from producer_studio.library.clip_edits import AppliedEdits, iter_edited_clips
from producer_studio.library.clip_listing import (
    NEWEST_FIRST,
    ClipPage,
    ClipPageWithRows,
    PageCursor,
    SmartList,
    SmartListCounts,
    SortOrder,
)
from producer_studio.library.clip_rows import StoredClip
from producer_studio.library.database import Database
from producer_studio.library.deletion import ClipDeleter, DeletionResult
from producer_studio.library.errors import READ_ONLY, LibraryDamaged
from producer_studio.library.internal_files import BACKUPS
from producer_studio.library.media_store import MediaKind, MediaStore, actual_media_state
from producer_studio.library.recovery.library_opener import OpenedLibrary, open_library
from producer_studio.library.search import clip_search
from producer_studio.library.sidecar_writer import SidecarWriter
from producer_studio.library.video_check import is_video

P = ParamSpec("P")


class Library:
    """Folder with a database (`library.db`) and the clips' own folders.

    Created by `open`. Several processes may open the same library. Every call may raise
    StorageError (full disk, folder not writable); changes always do if `read_only`. Changes are on
    the disk when a call returns.

    Attributes:
        folder: The library's folder, absolute.
        read_only: Whether it can only be browsed.
        notices: Messages for the user about events during opening; usually empty.
        on_damage: Called once if damaged rows are found while the library is in use.
    """

    def __init__(self, opened_library: OpenedLibrary) -> None:
        """Wraps an opened library; call `open` instead."""
        self.folder: Path = opened_library.folder
        self.read_only: bool = opened_library.read_only
        self.notices: tuple[str, ...] = opened_library.notices
        self.on_damage: Callable[[LibraryDamaged], None] | None = None
        self._database: Database = opened_library.database
        self._in_use_lock: FileLock = opened_library.in_use_lock
        self._media = MediaStore(opened_library.folder)
        self._change_log = ChangeLog()
        self._data_version = 0
        self._deletion = ClipDeleter(
            opened_library.folder, opened_library.database, self._media, self._change_log
        )
        self._sidecars = SidecarWriter(opened_library.database, self._media)
        self.installation = ""

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Opens or creates the library in a folder; migrates or rebuilds it if necessary.

        Raises:
            LibraryTooNew: A later version of the studio wrote it.
            LibraryDamaged: It is damaged and cannot be rebuilt now.
            StorageError: The folder cannot be read, or not created.
        """
        opened = await open_library(folder)
        library = cls(opened)
        await library._start_change_log()
        if opened.has_stale_sidecars:
            await library._sidecars.schedule_marked()
        return library

    async def _start_change_log(self) -> None:
        if self.read_only:
            await self._database.read(self._change_log.mark_all_read)
        else:
            await self._database.run_without_transaction(self._change_log.mark_all_read)

    async def close(self) -> None:
        """Finishes queued work, then closes; further calls do nothing."""
        if not self.read_only and not self._database.is_closed:
            await self._sidecars.close()
        await self._database.close()
        self._in_use_lock.release()

    async def back_up(self) -> Path:
        """Copies the database into `backups/`, and deletes all but the latest copies."""
        return await self._database.run_without_transaction(
            lambda db: back_up(db, self.folder / BACKUPS)
        )

    # Clips

    async def add(
        self,
        new: Sequence[Clip],
        job: Job | None = None,
        entries: Sequence[LedgerEntry] = (),
    ) -> list[ClipId]:
        """Adds results, their job's row and their cost in one transaction.

        Clips whose id exists already are not changed; returns the ids that are new.
        """

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            fresh = clip_rows.add_clips(db, self.folder, new)
            if job is not None:
                job_rows.write_job(db, job, self.installation)
            ledger_rows.add_entries(db, entries)
            self._record(db, fresh, ChangeKind.ADDED)
            return fresh

        fresh = await self._database.write(work)
        await self._write_sidecars(fresh)
        return [item.clip.id for item in fresh]

    async def add_registration(
        self,
        clip_id: ClipId,
        registration: Registration,
        job: Job,
        entries: Sequence[LedgerEntry] = (),
    ) -> None:
        """Records that an account knows a clip, with the job that registered it.

        In one transaction.
        """

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            changed = clip_rows.add_registration(db, self.folder, clip_id, registration)
            job_rows.write_job(db, job, self.installation)
            ledger_rows.add_entries(db, entries)
            self._record(db, changed, ChangeKind.DETAILS)
            return changed

        await self._write_sidecars(await self._database.write(work))

    async def update_and_add(
        self, clip_id: ClipId, fields: dict[str, Any], new: Sequence[Clip], job: Job
    ) -> None:
        """Changes fields of a clip and adds further clips of its job, in one transaction."""

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            changed = clip_rows.update_fields(db, self.folder, [clip_id], fields)
            added = clip_rows.add_clips(db, self.folder, new)
            job_rows.write_job(db, job, self.installation)
            self._record(db, changed, ChangeKind.MEDIA)
            self._record(db, added, ChangeKind.ADDED)
            return changed + added

        await self._write_sidecars(await self._database.write(work))

    async def overwrite(self, clip: Clip) -> bool:
        """Overwrites a clip's row; returns False if it does not exist.

        Changes that the user made meanwhile are lost: `update_fields` is safer.
        """

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            item = clip_rows.write_clip(db, self.folder, clip)
            written = [item] if item else []
            self._record(db, written, ChangeKind.MEDIA)
            return written

        written = await self._database.write(work)
        await self._write_sidecars(written)
        return bool(written)

    async def update_fields(self, clip_id: ClipId, **fields: Any) -> Clip | None:  # noqa: ANN401 - fields have many types
        """Changes only the named fields of `Clip`; returns the current clip, None if deleted."""

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            changed = clip_rows.update_fields(db, self.folder, [clip_id], fields)
            self._record(db, changed, ChangeKind.MEDIA)
            return changed

        changed = await self._database.write(work)
        await self._write_sidecars(changed)
        return changed[0].clip if changed else None

    async def edit(
        self, ids: Sequence[ClipId], values: Mapping[ClipField, FieldValue]
    ) -> tuple[FieldEdit, ...]:
        """Sets fields of clips in one transaction; returns the applied edits, empty for none.

        Returns when the database is written; the clips' `recipe.json` follow (see
        `wait_for_sidecars`).
        """
        return await self._edit(edits_of_clips.set_fields, ids, values)

    async def add_tag(self, ids: Sequence[ClipId], tag: str) -> tuple[FieldEdit, ...]:
        """Adds a tag to each clip that lacks it, in one transaction."""
        return await self._edit(edits_of_clips.add_tag, ids, tag)

    async def scale_tempo(self, ids: Sequence[ClipId], factor: float) -> tuple[FieldEdit, ...]:
        """Multiplies the tempo of each clip that has one, in one transaction."""
        return await self._edit(edits_of_clips.scale_tempo, ids, factor)

    async def apply_edits(self, edits: Sequence[FieldEdit]) -> AppliedEdits:
        """Applies edits to clips that still have the values before, in one transaction."""

        def work(db: sqlite3.Connection) -> AppliedEdits:
            applied = edits_of_clips.apply_edits(db, edits)
            self._change_log.record(db, LibraryChange.from_edits(applied.edits))
            return applied

        applied = await self._database.write(work)
        self._sidecars.schedule(iter_edited_clips(applied.edits))
        return applied

    async def wait_for_sidecars(self) -> None:
        """Waits until the `recipe.json` of every edited clip is up to date."""
        await self._sidecars.wait_until_written()

    async def get_clip(self, clip_id: ClipId) -> Clip | None:
        found = await self.get_clips([clip_id])
        return found[0] if found else None

    async def get_clips(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Returns clips in the order of `ids`; deleted ones are omitted.

        Rows of a damaged database that cannot be read are omitted, too, and `on_damage` is called.
        """
        try:
            return await self._database.read(clip_rows.read_clips, self.folder, ids)
        except LibraryDamaged as fault:
            self._report_damage(fault)
            if len(ids) == 1:
                return []
            # Splits in halves: few rows are damaged, and many are requested.
            middle = len(ids) // 2
            return [*await self.get_clips(ids[:middle]), *await self.get_clips(ids[middle:])]

    async def list_ids(
        self, query: str = "", sort: SortOrder = NEWEST_FIRST, smart: SmartList = SmartList.ALL
    ) -> list[ClipId]:
        """Returns all clips of a list in order; cancelling the call interrupts its query."""
        return await self._database.read(clip_search.list_ids, query, sort, smart)

    async def page(
        self,
        query: str = "",
        sort: SortOrder = NEWEST_FIRST,
        smart: SmartList = SmartList.ALL,
        limit: int = 100,
        after: PageCursor | None = None,
    ) -> ClipPage:
        """Returns part of a list; the first page does not wait for the whole list."""
        return await self._database.read(clip_search.read_page, query, sort, smart, limit, after)

    async def page_with_rows(
        self,
        query: str,
        sort: SortOrder,
        smart: SmartList,
        limit: int,
        rows: int,
        known: Collection[ClipId] = (),
    ) -> ClipPageWithRows:
        """Returns the first page with its first rows, in one read.

        Args:
            rows: Number of rows that are visible at once.
            known: Clips whose rows are not needed.
        """

        def work(db: sqlite3.Connection) -> ClipPageWithRows:
            page = clip_search.read_page(db, query, sort, smart, limit, None)
            ids = [clip for clip in page.ids[:rows] if clip not in known]
            return ClipPageWithRows(
                page, clip_rows.read_clips(db, self.folder, ids), clip_rows.read_peaks(db, ids)
            )

        try:
            return await self._database.read(work)
        except LibraryDamaged:
            # A damaged row must not hide the others: rows are read one by one when they are shown.
            return ClipPageWithRows(await self.page(query, sort, smart, limit))

    async def count(self, query: str = "", smart: SmartList = SmartList.ALL) -> int:
        return await self._database.read(clip_search.count_clips, query, smart)

    async def count_smart_lists(self) -> SmartListCounts:
        return await self._database.read(clip_rows.count_smart_lists)

    async def get_family(self, clip_id: ClipId) -> list[Clip]:
        """Returns the oldest known ancestor and all of its descendants, oldest first."""
        return await self._database.read(clip_rows.read_family, self.folder, clip_id)

    async def find_by_remote_id(self, account: AccountName, remote_id: RemoteId) -> Clip | None:
        return await self._database.read(
            clip_rows.find_by_remote_id, self.folder, account, remote_id
        )

    async def trash(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: datetime.now(UTC)})

    async def restore(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: None})

    async def trash_size_bytes(self, ids: Sequence[ClipId]) -> int:
        """Returns the size of the files that `delete` would delete, in bytes."""
        return await self._deletion.total_size_bytes(ids)

    async def delete(self, ids: Sequence[ClipId]) -> DeletionResult:
        """Permanently deletes clips that are in the trash, with their files.

        Clips that are not in the trash are not changed, nor is anything outside their folders.
        """
        self._require_writable()
        # A late write would recreate a folder; running writes finish before the deletion.
        self._sidecars.cancel(ids)
        return await self._deletion.delete(ids)

    async def finish_interrupted_deletion(self) -> None:
        """Deletes the files of clips whose deletion was interrupted."""
        if not self.read_only:
            await self._deletion.finish_interrupted()

    async def set_peaks(self, clip_id: ClipId, bins: bytes) -> None:
        await self._database.write(clip_rows.write_peaks, clip_id, bins)

    async def get_peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
        return await self._database.read(clip_rows.read_peaks, ids)

    async def read_external_changes(self) -> list[LibraryChange]:
        """Returns changes by other processes since the last call; very fast if there are none."""
        if self.read_only:
            return await self._database.read(self._change_log.read_unread_changes)
        return await self._database.run_without_transaction(self._change_log.read_external_changes)

    async def has_external_commits(self) -> bool:
        """Whether another process has written anything since the last call."""
        if self.read_only:
            return False
        version = await self._database.run_without_transaction(read_data_version)
        before, self._data_version = self._data_version, version
        return before != version

    # Files

    def partial_path(self, clip_id: ClipId, kind: MediaKind, job_id: JobId | None = None) -> Path:
        """Returns the path of a clip's unfinished download; creates the folder `partial/`.

        Args:
            job_id: The job that the file belongs to, if a clip may have several of its kind.
        """
        return self._media.partial_path(clip_id, kind, job_id)

    async def delete_partial_files(self, clip_id: ClipId, job_id: JobId | None = None) -> None:
        """Removes unfinished downloads of a clip that are given up; with a job only its files."""
        await self._database.run_file_work(self._media.delete_partial_files, clip_id, job_id)

    async def store_media_file(
        self, partial: Path, clip: Clip, kind: MediaKind, decoded: str = ""
    ) -> Path:
        """Moves a finished file into the clip's folder; `update_fields` must follow with the path.

        Args:
            decoded: The suffix detected by the decoder, if the first bytes are of unknown type.

        Raises:
            StorageError: The clip is not in the library, or the file cannot be moved.
        """
        self._require_writable()
        folder = await self.find_clip_folder(clip.id)
        if folder is None:
            raise StorageError("This clip is no longer in the library; its file was left aside.")
        return await self._database.run_file_work(
            self._media.store_media_file, partial, folder, clip.title, kind, decoded
        )

    async def find_clip_folder(self, clip_id: ClipId) -> Path | None:
        """Returns the clip's folder, absolute; None if the clip is deleted."""
        found = await self._database.read(clip_rows.read_stored_clips, self.folder, [clip_id])
        return found[0].folder if found else None

    async def get_drag_files(self, ids: Sequence[ClipId]) -> list[Path]:
        """Returns the audio files of clips in the order of `ids`, with distinct names.

        See `drag_files`. Clips without audio are omitted.

        Raises:
            StorageError: A second name for a file cannot be written.
        """
        stored = await self._database.read(drag_files.read_audio_paths, ids)
        return await self._database.run_file_work(
            drag_files.files_with_distinct_names, self.folder, stored, writes=not self.read_only
        )

    async def is_video(self, path: Path) -> bool:
        """Whether a file of the library is a video, by its name and by its content."""
        return await asyncio.to_thread(is_video, path, self.folder)

    async def refresh_media_states(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Updates the state of clips whose file is missing or back; returns the changed clips."""

        def look(found: list[Clip]) -> list[tuple[ClipId, MediaState]]:
            states = [(clip, actual_media_state(clip)) for clip in found]
            return [(clip.id, state) for clip, state in states if state is not clip.media]

        differing = await self._database.run_file_work(look, await self.get_clips(ids))
        changed = [await self.update_fields(clip_id, media=state) for clip_id, state in differing]
        return [clip for clip in changed if clip is not None]

    # Jobs

    async def write_job(self, job: Job, entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes a job's row and ledger entries."""
        await self.write_jobs([job], entries)

    async def mark_jobs(self, installation: str) -> None:
        """Assigns the open jobs of earlier versions to an installation.

        Raises:
            StorageError: The disk is full, or the library is read-only.
        """
        await self._database.write(job_rows.mark_jobs, installation)

    async def write_jobs(self, jobs: Sequence[Job], entries: Sequence[LedgerEntry] = ()) -> None:
        """Writes all of these rows and ledger entries, or none of them."""

        def work(db: sqlite3.Connection) -> None:
            for job in jobs:
                job_rows.write_job(db, job, self.installation)
            ledger_rows.add_entries(db, entries)

        await self._database.write(work)

    async def get_job(self, job_id: JobId) -> Job | None:
        return await self._database.read(job_rows.read_job, job_id)

    async def get_jobs(self, ids: Collection[JobId]) -> list[Job]:
        """Returns the readable jobs with these ids, oldest first."""
        return await self._database.read(job_rows.read_jobs, ids)

    async def list_jobs(self, open_only: bool = False, limit: int | None = None) -> list[Job]:
        """Returns jobs, oldest first; `open_only` omits those that are done or dismissed."""
        return await self._database.read(job_rows.list_jobs, open_only=open_only, limit=limit)

    async def list_jobs_with_pending_media(self) -> list[Job]:
        """Returns finished jobs with a clip that still waits for its file."""
        return await self._database.read(job_rows.list_jobs_with_pending_media)

    async def find_similar_jobs(self, account: AccountName, operation: Operation) -> list[Job]:
        """Returns an account's jobs of one operation that may have been sent twice.

        Oldest first.
        """
        return await self._database.read(job_rows.find_similar_jobs, account, operation)

    async def list_unreadable_job_ids(self) -> list[JobId]:
        """Returns ids of open jobs that a later version wrote or that are damaged."""
        return await self._database.read(job_rows.list_unreadable_ids)

    async def task_ids(self, account: AccountName) -> set[TaskId]:
        """Returns the account's tasks that belong to jobs already."""
        return await self._database.read(job_rows.read_task_ids, account)

    async def list_failed_jobs(self, limit: int) -> list[Job]:
        """Returns the latest dismissed jobs that failed after a service accepted them.

        Oldest first.
        """
        return await self._database.read(job_rows.list_failed_jobs, limit)

    async def list_jobs_with_uploads(self) -> list[Job]:
        """Returns jobs that may still have temporary uploads with a host, oldest first."""
        return await self._database.read(job_rows.list_jobs_with_uploads)

    async def add_response(self, job_id: JobId, body: bytes) -> None:
        """Stores a service's response unchanged."""
        await self._database.write(job_rows.add_response, job_id, body)

    async def list_responses(self, job_id: JobId) -> list[bytes]:
        return await self._database.read(job_rows.list_responses, job_id)

    async def typical_seconds(
        self, model: str, operation: Operation, account: AccountName
    ) -> float | None:
        """Returns the median seconds from accepted to finished in this library's jobs, or None."""
        return await self._database.read(
            job_rows.compute_typical_seconds, model, operation, account
        )

    # Ledger and drafts

    async def add_ledger_entries(self, *entries: LedgerEntry) -> None:
        await self._database.write(ledger_rows.add_entries, entries)

    async def list_ledger_entries(
        self,
        account: AccountName | None = None,
        limit: int = 500,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LedgerEntry]:
        """Returns the latest ledger entries before `until`, newest first.

        A negative limit is none.
        """
        return await self._database.read(ledger_rows.list_entries, account, limit, since, until)

    async def balances(self) -> dict[AccountName, float]:
        """Returns the last balance that each account's service reported, in credits."""
        return await self._database.read(ledger_rows.read_balances)

    async def highest_recent_price(
        self, account: AccountName, operation: Operation
    ) -> float | None:
        """Returns the highest price of one request of this kind; None if unknown."""
        return await self._database.read(ledger_rows.highest_recent_price, account, operation)

    async def sum_spent(
        self, account: AccountName | None = None, since: datetime | None = None
    ) -> float:
        """Returns credits charged less credits refunded."""
        return await self._database.read(ledger_rows.sum_spent, account, since)

    async def list_charged_jobs_without_clip(self) -> list[Job]:
        """Returns jobs that cost credits and produced no clip, newest first."""
        return await self._database.read(ledger_rows.list_charged_jobs_without_clip)

    async def save_draft(self, name: str, value: dict[str, Any]) -> None:
        await self._database.write(draft_rows.save_draft, name, value)

    async def load_draft(self, name: str) -> dict[str, Any] | None:
        return await self._database.read(draft_rows.load_draft, name)

    async def _edit(
        self,
        make: Callable[Concatenate[sqlite3.Connection, P], tuple[FieldEdit, ...]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[FieldEdit, ...]:
        def work(db: sqlite3.Connection) -> tuple[FieldEdit, ...]:
            edits = make(db, *args, **kwargs)
            self._change_log.record(db, LibraryChange.from_edits(edits))
            return edits

        edits = await self._database.write(work)
        self._sidecars.schedule(iter_edited_clips(edits))
        return edits

    def _record(
        self, db: sqlite3.Connection, items: Sequence[StoredClip], kind: ChangeKind
    ) -> None:
        """Logs a change for other processes, inside the change's transaction."""
        self._change_log.record(db, LibraryChange(frozenset(item.clip.id for item in items), kind))

    async def _write_sidecars(self, items: Sequence[StoredClip]) -> None:
        """Writes the clips' `recipe.json`; they are on the disk when this returns."""
        await self._sidecars.write_now([item.clip.id for item in items])

    def _report_damage(self, fault: LibraryDamaged) -> None:
        if self.on_damage is not None:
            # Once per session: the next start repairs it.
            tell, self.on_damage = self.on_damage, None
            tell(fault)

    def _require_writable(self) -> None:
        if self.read_only:
            raise StorageError(READ_ONLY)
