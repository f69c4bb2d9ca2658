"""Comparison of the whole library with its files, and their repair."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import ServiceError, StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.file_problem import FileProblem, FileRole, FileState
from producer_studio.domain.ids import ClipId
from producer_studio.files.path_checks import is_folder
from producer_studio.library.file_inspection import FolderInspection, RecordedFiles
from producer_studio.library.library import Library
from producer_studio.studio.clips import Clips
from producer_studio.studio.events import Events
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.mirror.mirror import DeadHosts
from producer_studio.studio.verification.file_repair import FileRepair
from producer_studio.studio.verification.verification_result import (
    FileOutcome,
    FilesResult,
    VerificationProgress,
)

log = logging.getLogger(__name__)

_PAGE_SIZE = 50
_STATE = "verification"
"""Name under which an interrupted check is stored, beside the drafts."""

_SAVE_INTERVAL_S = 2.0
_PUBLISH_INTERVAL_S = 0.1
_MAX_AGE = timedelta(days=7)
"""Age after which an interrupted check begins anew: what it has seen may have changed."""


class Verification:
    """Compares each clip's folder with the checksums; deletes nothing.

    An interrupted check goes on where it was, also after a kill: then a few seconds of it are
    repeated.

    Attributes:
        current: What came of the latest check so far; None before the first one.
    """

    def __init__(
        self,
        library: Library,
        clips: Clips,
        store: JobStore,
        repair: FileRepair,
        events: Events,
    ) -> None:
        self._library = library
        self._clips = clips
        self._store = store
        self._repair = repair
        self._events = events
        self._saved_at = 0.0
        self._published_at = 0.0
        self.current: FilesResult | None = None

    async def run(
        self,
        *,
        repairs: bool = False,
        restarts: bool = False,
        on_outcome: Callable[[FileOutcome], object] | None = None,
    ) -> FilesResult:
        """Compares all clips, those in the trash too; then looks for foreign files and folders.

        Args:
            repairs: Whether files that are missing or changed are repaired.
            restarts: Whether an interrupted check is begun anew.
            on_outcome: Called for each problem, also for those that the interrupted check found.

        Raises:
            StorageError: The library's folder or database cannot be read.
        """
        if repairs:
            self._library.context.require_writable()
        async with self._store.one_at_a_time("verification"):
            result = self.current = await self._begin(restarts=restarts)
            for outcome in result.outcomes:
                if on_outcome is not None:
                    on_outcome(outcome)
            run = _Run(result, repairs, on_outcome or (lambda _outcome: None))
            self._saved_at = time.monotonic()
            try:
                await self._check_all(run)
            finally:
                # The thread of a cancelled task stops within a megabyte.
                run.stopped.set()
                await self._save(result)
            for problem in await self._library.files.find_foreign_paths():
                run.add(FileOutcome(problem))
            await self._save(None)
            result.is_finished = True
            self._publish(result)
            return result

    async def _begin(self, *, restarts: bool) -> FilesResult:
        stored = None if restarts else await self._library.drafts.load(_STATE)
        result = FilesResult.from_json(stored) if stored else None
        if result is None or datetime.now(UTC) - result.started_at > _MAX_AGE:
            result = FilesResult()
        result.total = result.checked + await self._library.files.count_clips(result.after)
        self._publish(result)
        return result

    async def _check_all(self, run: "_Run") -> None:
        result = run.result
        while page := await self._library.files.list_clips(result.after, _PAGE_SIZE):
            unrecorded: dict[ClipId, list[FileChecksum]] = {}
            items = {
                one.stored.clip.id: one
                for one in await self._library.files.get([clip_id for _, clip_id in page])
            }
            for seq, clip_id in page:
                if clip_id in items:
                    await self._check(run, items[clip_id], unrecorded)
                result.checked += 1
                result.after = seq
                if time.monotonic() - self._published_at > _PUBLISH_INTERVAL_S:
                    self._publish(result)
                if time.monotonic() - self._saved_at > _SAVE_INTERVAL_S:
                    await self._record(unrecorded)
                    await self._save(result)
            await self._record(unrecorded)

    async def _check(
        self, run: "_Run", item: RecordedFiles, unrecorded: dict[ClipId, list[FileChecksum]]
    ) -> None:
        clip = item.stored.clip
        found = await self._inspect(run, item)
        if found.problems:
            # A file may have arrived since the rows were read.
            fresh = await self._library.files.get([clip.id])
            if not fresh:
                return
            if fresh != [item]:
                item = fresh[0]
                found = await self._inspect(run, item)
        run.result.files += found.files
        run.result.size_bytes += found.size_bytes
        if found.unrecorded:
            unrecorded[clip.id] = found.unrecorded
        wrong = [one for one in found.problems if one.state is not FileState.FOREIGN]
        is_sound_wrong = any(one.role is FileRole.SOUND for one in wrong)
        if (is_sound_wrong or clip.media is MediaState.MISSING) and not self._library.read_only:
            await self._clips.refresh_media_states([clip.id])
        if run.repairs and wrong:
            await self._record(unrecorded)
            [item] = await self._library.files.get([clip.id]) or [item]
        damaged_names = {one.name for one in wrong}
        for problem in found.problems:
            if run.repairs and problem in wrong:
                outcome = await self._try_to_repair(run, problem, item, damaged_names)
            else:
                outcome = FileOutcome(problem)
            run.add(outcome)
            self._publish(run.result)

    async def _inspect(self, run: "_Run", item: RecordedFiles) -> FolderInspection:
        try:
            return await self._library.files.inspect(item, run.stopped.is_set)
        except StorageError as fault:
            if not await self._is_library_there():
                raise
            clip = item.stored.clip
            path = item.stored.folder.relative_to(self._library.folder).as_posix()
            problem = FileProblem(
                FileState.CHANGED, path, FileRole.OTHER, clip.id, clip.display_title, fault.message
            )
            return FolderInspection([problem])

    async def _is_library_there(self) -> bool:
        try:
            return await asyncio.to_thread(is_folder, self._library.folder)
        except OSError as error:
            log.info("Cannot look up the library's folder: %s", error)
            return False

    async def _try_to_repair(
        self, run: "_Run", problem: FileProblem, item: RecordedFiles, damaged_names: set[str]
    ) -> FileOutcome:
        try:
            source = await self._repair.repair(problem, item, damaged_names, run.dead_hosts)
        except ServiceError as fault:
            log.info("Cannot repair %s: %s", problem.path, fault)
            return FileOutcome(problem, error=fault.message)
        return FileOutcome(problem, source)

    async def _record(self, unrecorded: dict[ClipId, list[FileChecksum]]) -> None:
        if unrecorded and not self._library.read_only:
            await self._library.files.add_missing(unrecorded)
        unrecorded.clear()

    async def _save(self, result: FilesResult | None) -> None:
        """Stores the state of a check that goes on; None for one that has ended."""
        self._saved_at = time.monotonic()
        if self._library.read_only:
            return
        try:
            await self._library.drafts.save(_STATE, result.to_json() if result else {})
        except StorageError as fault:
            # On a full disk the check can still be made, and begins anew next time.
            log.info("Cannot store state of verification: %s", fault)

    def _publish(self, result: FilesResult) -> None:
        self._published_at = time.monotonic()
        self._events.publish(VerificationProgress(result))


class _Run:
    """State of one run that is not stored."""

    def __init__(
        self,
        result: FilesResult,
        repairs: bool,
        on_outcome: Callable[[FileOutcome], object],
    ) -> None:
        self.result = result
        self.repairs = repairs
        self.dead_hosts = DeadHosts()
        self.stopped = threading.Event()
        self._on_outcome = on_outcome

    def add(self, outcome: FileOutcome) -> None:
        self.result.add(outcome)
        self._on_outcome(outcome)
