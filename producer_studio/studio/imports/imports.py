"""Import of songs that were made elsewhere: copied into the library, and measured there."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.domain.ids import ClipId, JobId, new_clip_id
from producer_studio.domain.library_change import FieldEdit
from producer_studio.domain.musical_key import normalise_key
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.song_details import SongDetails, read_details
from producer_studio.domain.timestamps import from_unix_time
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.library.errors import OPENED_READ_ONLY
from producer_studio.library.import_repository import (
    ImportedFiles,
    ReadingCancelled,
    SourceUnreadable,
    reading,
)
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.clips import Clips
from producer_studio.studio.embedded_recipe import trusted_recipe
from producer_studio.studio.events import Events
from producer_studio.studio.imports.import_result import (
    ImportOutcome,
    ImportProgress,
    ImportResult,
    ImportState,
)
from producer_studio.studio.imports.source_files import (
    FoundInside,
    FoundSources,
    find_cover_beside,
    find_sources,
    is_picture,
    read_details_beside,
)
from producer_studio.studio.measurement import Measurer, SongHeader
from producer_studio.studio.remeasurement import Remeasurement
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_BATCH_SIZE = 8
"""Clips of one transaction; the writes of others wait for it."""

_STEP = timedelta(microseconds=10)
"""Between the times of adding of two songs."""

_NAMESPACE = uuid.UUID("6c9d0b56-6d0a-4c57-9f0e-2f2f3c1d7a11")
_IS_LIBRARY = mark(
    "“{path}” is a library of this program. “producer-studio library merge” takes it over with "
    "its ratings, tags and playlists."
)
_IS_INSIDE = mark("“{path}” is in the library's own folder already.")
_NOT_FOUND = mark("“{path}” was not found.")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """File that is copied, with its new clip."""

    path: Path
    files: ImportedFiles


class Imports:
    """Takes songs from files and folders into the library; free, and without a network.

    A file is recognised by its checksum, so that an import that was stopped or killed is continued
    by the same import again.
    """

    def __init__(
        self,
        library: Library,
        clips: Clips,
        measurer: Measurer,
        remeasurement: Remeasurement,
        events: Events,
    ) -> None:
        self._library = library
        self._clips = clips
        self._measurer = measurer
        self._remeasurement = remeasurement
        self._events = events
        self._stopped = threading.Event()
        self.current: ImportResult | None = None

    async def find(self, paths: Sequence[Path]) -> FoundSources:
        """Returns the songs of files and folders, by their names; nothing is changed.

        Raises:
            StorageError: A path does not exist, cannot be read, or is in the library's folder.
        """
        own = self._library.folder
        try:
            return await run_on_user_disk(paths[0], find_sources, paths, own)
        except FoundInside as error:
            raise StorageError(_IS_INSIDE.with_values(path=error.args[0])) from error
        except FileNotFoundError as error:
            raise StorageError(_NOT_FOUND.with_values(path=error.args[0])) from error
        except OSError as error:
            raise StorageError(
                mark("The files cannot be read: {strerror}.", strerror=error.strerror)
            ) from error

    def stop(self) -> None:
        """Makes a running import end after the file that it works on."""
        self._stopped.set()

    async def run(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        measures: bool = True,
        on_outcome: Callable[[ImportOutcome], object] | None = None,
    ) -> ImportResult:
        """Imports files and all songs of folders, as one step of the undo history.

        Args:
            dry_run: Whether only to find out what would be done.
            measures: Whether to measure the new clips at once; otherwise that is done in the
                background while nobody works.
            on_outcome: Called for each file.

        Raises:
            StorageError: A path does not exist, is a library, or the library is read-only.
        """
        if self._library.read_only and not dry_run:
            raise StorageError(OPENED_READ_ONLY)
        found = await self.find(paths)
        if not found.songs and found.libraries:
            raise StorageError(_IS_LIBRARY.with_values(path=found.libraries[0]))
        return await self.run_found(
            found.songs, dry_run=dry_run, measures=measures, on_outcome=on_outcome
        )

    async def run_found(
        self,
        songs: Sequence[Path],
        *,
        dry_run: bool = False,
        measures: bool = True,
        on_outcome: Callable[[ImportOutcome], object] | None = None,
    ) -> ImportResult:
        """Imports songs that `find` has found; see `run`."""
        self._stopped.clear()
        result = ImportResult(total=len(songs), is_dry_run=dry_run)
        run = _ImportRun(result, on_outcome)
        self.current = result
        self._publish(result)
        try:
            await self._import(songs, run)
            # The step is there before the measuring, which takes longest.
            if run.added or run.restored:
                result.step = await self._clips.record_import(run.added, run.restored)
            if measures:
                await self._measure(run)
        except StorageError as fault:
            result.problem = fault.message
        finally:
            if (run.added or run.restored) and result.step is None:
                result.step = await self._clips.record_import(run.added, run.restored)
            self.current = None
        result.is_stopped = self._stopped.is_set()
        self._publish(result)
        return result

    async def _import(self, songs: Sequence[Path], run: "_ImportRun") -> None:
        waiting: list[_Prepared] = []
        try:
            for path in songs:
                if self._stopped.is_set():
                    break
                run.number += 1
                try:
                    prepared = await self._prepare(path, run)
                except SourceUnreadable as fault:
                    run.refuse(path, fault.message)
                    prepared = None
                waiting += [prepared] if prepared is not None else []
                if len(waiting) >= _BATCH_SIZE:
                    await self._add(waiting, run)
                self._publish(run.result)
        except StorageError:
            # What was copied before the disk was full is kept.
            await self._add(waiting, run)
            raise
        else:
            await self._add(waiting, run)
        finally:
            await self._remove_parts(one.files for one in waiting)

    async def _prepare(self, path: Path, run: "_ImportRun") -> _Prepared | None:
        """Copies a new song; otherwise reports what became of the file, and returns None.

        Raises:
            SourceUnreadable: The file cannot be read.
            StorageError: The disk of the library is full.
        """
        imports = self._library.imports
        try:
            sha256, size_bytes = await imports.compute_checksum(path, self._stopped.is_set)
        except ReadingCancelled:
            return None
        if await self._report_known(path, sha256, run):
            return None
        clip_id = await self._choose_id(sha256)
        # Two processes may import the same file. What a kill leaves of this kind is deleted at the
        # next start.
        part = uuid.uuid4().hex
        sound, cover = (
            self._library.media.partial_path(clip_id, MediaKind.MIX, JobId(f"{part}{end}"))
            for end in ("s", "c")
        )
        try:
            header = await self._measurer.read_song(path, cover)
            with reading(path):
                clip = await run_on_user_disk(path, _new_clip, clip_id, path, header)
            # In "newest first" the songs of an import are in the order of their files.
            added_at = run.started_at - _STEP * run.number
            clip = clip.with_changes(sha256=sha256, size_bytes=size_bytes, added_at=added_at)
            if run.result.is_dry_run:
                run.seen.add(sha256)
                run.result.size_bytes += size_bytes
                run.report(ImportOutcome(path, ImportState.ADDED, clip.title))
                await imports.remove([cover])
                return None
            await imports.copy(path, sound, sha256)
            picture = await self._copy_cover(path, cover, has_own=header.has_cover)
        except MediaRejected as fault:
            run.refuse(path, fault.message)
            await imports.remove([sound, cover])
            return None
        except BaseException:
            await imports.remove([sound, cover])
            raise
        run.seen.add(sha256)
        files = ImportedFiles(clip=clip, sound=sound, suffix=header.suffix, cover=picture)
        return _Prepared(path, files)

    async def _choose_id(self, sha256: str) -> ClipId:
        """Returns the id of a new clip, the same after a kill, so that its folder is the same."""
        usual = ClipId(uuid.uuid5(_NAMESPACE, sha256).hex)
        is_taken = await self._library.clips.get(usual) is not None
        return new_clip_id() if is_taken else usual

    async def _report_known(self, path: Path, sha256: str, run: "_ImportRun") -> bool:
        """Reports a file whose sound is in the library; restores its clip from the trash."""
        if sha256 in run.seen:
            run.report(ImportOutcome(path, ImportState.KNOWN, path.stem))
            return True
        known = (await self._library.imports.find_by_checksum([sha256])).get(sha256)
        if known is None:
            return False
        state = ImportState.RESTORED if known.is_trashed else ImportState.KNOWN
        if known.is_trashed and not run.result.is_dry_run:
            run.restored += await self._clips.restore_unrecorded([known.clip])
        clip = await self._library.clips.get(known.clip)
        title = clip.display_title if clip is not None else path.stem
        run.report(ImportOutcome(path, state, title, known.clip))
        return True

    async def _copy_cover(self, path: Path, cover: Path, *, has_own: bool) -> Path | None:
        """Returns the unfinished file of a song's cover: its embedded picture, or one beside it."""
        if has_own and await asyncio.to_thread(is_picture, cover):
            return cover
        imports = self._library.imports
        await imports.remove([cover])
        with reading(path):
            beside = await run_on_user_disk(path, find_cover_beside, path)
        if beside is None:
            return None
        sha256, _ = await imports.compute_checksum(beside, lambda: False)
        await imports.copy(beside, cover, sha256)
        return cover

    async def _add(self, waiting: list[_Prepared], run: "_ImportRun") -> None:
        """Adds the clips of copied files, and empties the list."""
        if not waiting:
            return
        stored = await self._library.imports.add([one.files for one in waiting])
        clips = {clip.id: clip for clip in stored}
        run.added += [one.files.clip.id for one in waiting if one.files.clip.id in clips]
        self._clips.publish_additions(list(clips))
        await self._remove_parts(one.files for one in waiting if one.files.clip.id not in clips)
        for one in waiting:
            clip = clips.get(one.files.clip.id)
            state = ImportState.ADDED if clip is not None else ImportState.KNOWN
            run.result.size_bytes += (clip.size_bytes or 0) if clip is not None else 0
            title = (clip or one.files.clip).display_title
            run.report(ImportOutcome(one.path, state, title, one.files.clip.id))
        waiting.clear()

    async def _measure(self, run: "_ImportRun") -> None:
        for clip_id in run.added:
            if self._stopped.is_set():
                return
            clip = await self._library.clips.get(clip_id)
            if clip is not None and clip.trashed_at is None:
                try:
                    await self._remeasurement.measure_outdated(clip)
                except StorageError as fault:
                    log.info("Cannot measure imported clip %s: %s", clip_id, fault)
            run.result.measured += 1
            self._publish(run.result)

    async def _remove_parts(self, items: Iterable[ImportedFiles]) -> None:
        paths = [path for one in items for path in (one.sound, one.cover) if path is not None]
        await self._library.imports.remove(paths)

    def _publish(self, result: ImportResult) -> None:
        self._events.publish(ImportProgress(result))


class _ImportRun:
    """State of one import."""

    def __init__(
        self, result: ImportResult, on_outcome: Callable[[ImportOutcome], object] | None
    ) -> None:
        self.result = result
        self.number = 0
        self.started_at = datetime.now(UTC)
        self.added: list[ClipId] = []
        self.restored: tuple[FieldEdit, ...] = ()
        self.seen: set[str] = set()
        self._on_outcome = on_outcome

    def refuse(self, path: Path, reason: str) -> None:
        self.report(ImportOutcome(path, ImportState.REFUSED, path.stem, detail=reason))

    def report(self, outcome: ImportOutcome) -> None:
        self.result.add(outcome)
        if self._on_outcome is not None:
            self._on_outcome(outcome)


def _read_all_details(path: Path, header: SongHeader) -> tuple[SongDetails, Recipe]:
    """Returns what tags, files beside it, and the file's own name say of a song; blocking."""
    details = read_details(header.texts).with_missing(read_details_beside(path))
    own = trusted_recipe(details.recipe) if details.recipe else None
    if own is not None:
        details = details.with_missing(
            SongDetails(
                title=own.title, sound=own.sound, lyrics=own.lyrics, seed=own.seed, model=own.model
            )
        )
    details = details.with_missing(
        SongDetails(title=path.stem, made_at=from_unix_time(path.stat().st_mtime))
    )
    return details, own or details.build_recipe()


def _new_clip(clip_id: ClipId, path: Path, header: SongHeader) -> Clip:
    """Returns the clip of a song, without its files.

    Raises:
        SourceUnreadable: The file is not there any more.
    """
    with reading(path):
        details, recipe = _read_all_details(path, header)
    return Clip(
        id=clip_id,
        title=details.title,
        sound=details.sound,
        lyrics=details.lyrics,
        operation=Operation.IMPORT,
        model=details.model,
        seed=details.seed,
        recipe=recipe,
        measured=AudioMeasurements(duration_s=header.duration_s),
        bpm_override=details.bpm,
        key_override=normalise_key(details.key),
        tags=(details.genre,) if details.genre else (),
        notes=mark("Imported from “{file}”.", file=path.name),
        artist=details.artist,
        album=details.album,
        track_number=details.track_number,
        genre=details.genre,
        created_at=details.made_at or datetime.now(UTC),
    )
