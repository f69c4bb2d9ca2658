"""Changes of clips."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from producer_studio.domain.clip import Clip, MediaState, Registration
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import LedgerEntry
from producer_studio.domain.library_change import (
    ChangeKind,
    ClipField,
    FieldEdit,
    LibraryChange,
    NewValue,
)
from producer_studio.files.atomic_write import sync_file
from producer_studio.files.checksum import compute_sha256
from producer_studio.library import (
    clip_edits,
    clip_sql,
    file_sql,
    job_sql,
    ledger_sql,
    press_sql,
    similar_sql,
)
from producer_studio.library.clip_edits import AppliedEdits, iter_edited_clips
from producer_studio.library.clip_queries import ClipQueries
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.deletion import DeletionResult
from producer_studio.library.media_store import MediaKind, actual_media_state

P = ParamSpec("P")


class ClipRepository(ClipQueries):
    """Reads and writes clips; changes are on the disk when a call returns."""

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
            fresh = clip_sql.add_clips(db, self._context.folder, new)
            if job is not None:
                job_sql.write_job(db, job, self._context.installation)
            ledger_sql.add_entries(db, entries)
            self._context.record(db, fresh, ChangeKind.ADDED)
            return fresh

        fresh = await self._context.database.write(work)
        await self._context.write_sidecars(fresh)
        return [item.clip.id for item in fresh]

    async def add_with_file(
        self, clip: Clip, partial: Path, suffix: str, peaks: bytes, features: bytes = b""
    ) -> Clip:
        """Adds a clip that was made here and moves its finished file into its folder.

        The row is complete or missing, however the process ends.

        Args:
            partial: The file, in the folder of unfinished files.
            suffix: Its suffix as detected by the decoder, with the dot.

        Raises:
            StorageError: The disk is full, or the library cannot be written.
        """
        self._context.require_writable()
        # Before the transaction, which others wait for.
        database = self._context.database
        await database.run_file_work(sync_file, partial)
        sha256, size_bytes = await database.run_checksum_work(compute_sha256, partial)

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            (added,) = clip_sql.add_clips(db, self._context.folder, [clip])
            path = self._context.media.store_media_file(
                partial, added.folder, clip.display_title, MediaKind.AUDIO, suffix
            )
            clip_sql.write_peaks(db, clip.id, peaks)
            similar_sql.write_features(db, clip.id, features)
            file_sql.write_checksums(db, clip.id, [FileChecksum(path.name, sha256, size_bytes)])
            fields = {"path": path, "media": MediaState.READY}
            stored = clip_sql.update_fields(db, self._context.folder, [clip.id], fields)
            self._context.record(db, stored, ChangeKind.ADDED)
            return stored

        stored = await database.write(work)
        await self._context.write_sidecars(stored)
        return stored[0].clip

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
            changed = clip_sql.add_registration(db, self._context.folder, clip_id, registration)
            job_sql.write_job(db, job, self._context.installation)
            ledger_sql.add_entries(db, entries)
            self._context.record(db, changed, ChangeKind.DETAILS)
            return changed

        await self._context.write_sidecars(await self._context.database.write(work))

    async def update_and_add(
        self, clip_id: ClipId, fields: dict[str, Any], new: Sequence[Clip], job: Job
    ) -> None:
        """Changes fields of a clip and adds further clips of its job, in one transaction."""

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            changed = clip_sql.update_fields(db, self._context.folder, [clip_id], fields)
            added = clip_sql.add_clips(db, self._context.folder, new)
            job_sql.write_job(db, job, self._context.installation)
            self._context.record(db, changed, ChangeKind.MEDIA)
            self._context.record(db, added, ChangeKind.ADDED)
            return changed + added

        await self._context.write_sidecars(await self._context.database.write(work))

    async def overwrite(self, clip: Clip) -> bool:
        """Overwrites a clip's row; returns False if it does not exist.

        Changes that the user made meanwhile are lost: `update_fields` is safer.
        """

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            item = clip_sql.write_clip(db, self._context.folder, clip)
            written = [item] if item else []
            self._context.record(db, written, ChangeKind.MEDIA)
            return written

        written = await self._context.database.write(work)
        await self._context.write_sidecars(written)
        return bool(written)

    async def update_fields(self, clip_id: ClipId, **fields: Any) -> Clip | None:  # noqa: ANN401 - fields have many types
        """Changes only the named fields of `Clip`; returns the current clip, None if deleted."""

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            changed = clip_sql.update_fields(db, self._context.folder, [clip_id], fields)
            self._context.record(db, changed, ChangeKind.MEDIA)
            return changed

        changed = await self._context.database.write(work)
        await self._context.write_sidecars(changed)
        return changed[0].clip if changed else None

    async def edit(
        self,
        ids: Sequence[ClipId],
        values: Mapping[ClipField, NewValue],
        *,
        first_track: int | None = None,
    ) -> tuple[FieldEdit, ...]:
        """Sets fields of clips in one transaction; returns the applied edits, empty for none.

        Returns when the database is written; the clips' `recipe.json` follow (see
        `wait_for_sidecars`).

        Args:
            first_track: Also numbers the clips in their order, from this track number on.
        """

        def make(db: sqlite3.Connection) -> tuple[FieldEdit, ...]:
            edits = clip_edits.set_fields(db, ids, values)
            if first_track is not None:
                edits += clip_edits.number_tracks(db, ids, first_track)
            return edits

        return await self._edit(make)

    async def rename_tag(self, tag: str, name: str) -> tuple[FieldEdit, ...]:
        """Renames a tag of all clips in one transaction; an empty name removes it."""
        return await self._edit(clip_edits.rename_tag, tag, name)

    async def scale_tempo(self, ids: Sequence[ClipId], factor: float) -> tuple[FieldEdit, ...]:
        """Multiplies the tempo of each clip that has one, in one transaction."""
        return await self._edit(clip_edits.scale_tempo, ids, factor)

    async def apply_edits(self, edits: Sequence[FieldEdit]) -> AppliedEdits:
        """Applies edits to clips that still have the values before, in one transaction."""

        def work(db: sqlite3.Connection) -> AppliedEdits:
            applied = clip_edits.apply_edits(db, edits)
            _add_presses_of_restored(db, applied.edits)
            self._context.change_log.record(db, LibraryChange.from_edits(applied.edits))
            return applied

        applied = await self._context.database.write(work)
        self._context.sidecars.schedule(iter_edited_clips(applied.edits))
        return applied

    async def wait_for_sidecars(self) -> None:
        """Waits until the `recipe.json` of every edited clip is up to date."""
        await self._context.sidecars.wait_until_written()

    async def trash(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: datetime.now(UTC)})

    async def restore(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        return await self.edit(ids, {ClipField.TRASHED: None})

    async def delete(self, ids: Sequence[ClipId]) -> DeletionResult:
        """Permanently deletes clips that are in the trash, with their files.

        Clips that are not in the trash are not changed, nor is anything outside their folders.
        """
        self._context.require_writable()
        # A late write would recreate a folder; running writes finish before the deletion.
        self._context.sidecars.cancel(ids)
        return await self._context.deleter.delete(ids)

    async def finish_interrupted_deletion(self) -> None:
        """Deletes the files of clips whose deletion was interrupted."""
        if not self._context.read_only:
            await self._context.deleter.finish_interrupted()

    async def set_peaks(self, clip_id: ClipId, bins: bytes, features: bytes = b"") -> None:
        """Stores a clip's waveform, and its feature vector; empty if nothing can be compared."""

        def work(db: sqlite3.Connection) -> None:
            clip_sql.write_peaks(db, clip_id, bins)
            similar_sql.write_features(db, clip_id, features)

        await self._context.database.write(work)

    async def mark_without_features(self, clip_id: ClipId) -> None:
        """Stores that a clip cannot be measured, so that it is not tried again."""
        await self._context.database.write(similar_sql.write_features, clip_id, b"")

    async def refresh_media_states(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Updates the state of clips whose file is missing or back; returns the changed clips."""

        def look(found: list[Clip]) -> list[tuple[ClipId, MediaState]]:
            states = [(clip, actual_media_state(clip)) for clip in found]
            return [(clip.id, state) for clip, state in states if state is not clip.media]

        differing = await self._context.database.run_file_work(look, await self.get_many(ids))
        changed = [await self.update_fields(clip_id, media=state) for clip_id, state in differing]
        return [clip for clip in changed if clip is not None]

    async def _edit(
        self,
        make: Callable[Concatenate[sqlite3.Connection, P], tuple[FieldEdit, ...]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[FieldEdit, ...]:
        def work(db: sqlite3.Connection) -> tuple[FieldEdit, ...]:
            edits = make(db, *args, **kwargs)
            _add_presses_of_restored(db, edits)
            self._context.change_log.record(db, LibraryChange.from_edits(edits))
            return edits

        edits = await self._context.database.write(work)
        self._context.sidecars.schedule(iter_edited_clips(edits))
        return edits


def _add_presses_of_restored(db: sqlite3.Connection, edits: Sequence[FieldEdit]) -> None:
    """Adds the presses that were removed while their clips were in the trash (see `Merges`)."""
    for edit in edits:
        if edit.field is ClipField.TRASHED and not all(edit.after):
            press_sql.add_missing_presses_of_clips(db, edit.clips)
