"""Exports of clips to files: encoded here from the stored original, or by the service."""

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    RequestRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import ClipId, new_job_id
from producer_studio.files.worker_pool import SHUTDOWN_TIMEOUT_S
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.export.export import Export, ExportChanged, ExportSpec, ExportState
from producer_studio.studio.export.export_reports import ExportReports
from producer_studio.studio.export.file_writer import WrittenFile, write_file
from producer_studio.studio.export.filenames import ExportPosition, template_problem
from producer_studio.studio.export.service_exports import ServiceExports
from producer_studio.studio.export_folders import ExportFolders

log = logging.getLogger(__name__)

MAX_CONCURRENT_EXPORTS = os.cpu_count() or 2
"""Maximum number of concurrent encoders, which release the interpreter lock while they work."""

_MAX_REMEMBERED = 1000
"""Maximum number of exports of this run that are remembered; older ones are removed."""

_PROGRESS_STEP = 0.02
"""Minimum change of the progress that is published."""


class Exports:
    """Exports clips, a few at a time, outside the event loop's thread."""

    def __init__(
        self,
        library: Library,
        services: ServiceExports,
        events: Events,
        pool: Executor,
        folders: ExportFolders,
        reports: ExportReports,
    ) -> None:
        self._library = library
        self._services = services
        self._events = events
        self._pool = pool
        self._folders = folders
        self._reports = reports
        self._exports: dict[str, Export] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop_events: dict[str, threading.Event] = {}
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT_EXPORTS)

    async def export(
        self, clips: Sequence[ClipId], spec: ExportSpec, *, refuse_duplicates: bool = False
    ) -> list[Export]:
        """Starts one export per clip; each ends with an `ExportChanged` in a final state.

        Args:
            refuse_duplicates: Whether duplicate requests to the service are refused; False after
                the user has confirmed.

        Raises:
            DuplicateRequest: `refuse_duplicates` is set, and one of the files was requested from
                the service recently; nothing was started.
            RequestRejected: The template, the folder or the clips are invalid.
        """
        problem = template_problem(spec.template)
        if problem:
            raise RequestRejected(problem, field="template")
        if spec.by_service and spec.format not in {ExportFormat.MP3, ExportFormat.WAV}:
            raise RequestRejected("Services deliver MP3 and WAV only.", field="format")
        started = []
        found = await self._library.clips.get_many(clips)
        if spec.by_service and refuse_duplicates:
            for clip in found:
                await self._services.check_duplicates(clip, spec.format)
        for number, clip in enumerate(found, start=1):
            place = ExportPosition(number=number, count=len(found))
            export = Export(id=new_job_id(), clip=clip.id, title=clip.display_title, spec=spec)
            self._stop_events[export.id] = threading.Event()
            self._publish(export)
            task = asyncio.create_task(
                self._run(export, clip, place, refuse_duplicates=refuse_duplicates),
                name=f"export {clip.id}",
            )
            self._tasks[export.id] = task
            task.add_done_callback(partial(self._on_task_ended, export))
            started.append(export)
        return started

    def active_exports(self) -> list[Export]:
        """Returns unfinished exports of this run, oldest first."""
        return [export for export in self._exports.values() if not export.state.is_over]

    def cancel(self, export_id: str) -> None:
        """Cancels an export; deletes its partial file.

        A request to the service that was not sent yet is not sent.
        """
        stop = self._stop_events.get(export_id)
        task = self._tasks.get(export_id)
        if stop is None or task is None:
            return
        stop.set()
        # The thread stops at its next block; waiting and downloading are cancelled here.
        if self._exports[export_id].state is not ExportState.RUNNING:
            task.cancel()

    async def wait_until_finished(self, export_id: str) -> Export:
        """Waits for the end of an export."""
        task = self._tasks.get(export_id)
        if task is not None:
            await asyncio.wait([task])
        return self._exports[export_id]

    async def close(self) -> None:
        self._services.close()
        for export_id in list(self._tasks):
            self.cancel(export_id)
        tasks = list(self._tasks.values())
        if tasks:
            # An export to a disk that does not respond is not waited for: its file has no final
            # name yet.
            await asyncio.wait(tasks, timeout=SHUTDOWN_TIMEOUT_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(
        self, export: Export, clip: Clip, position: ExportPosition, *, refuse_duplicates: bool
    ) -> None:
        try:
            check = await self._reports.check_release(clip, export.spec)
            made = await self._create_file(
                export, clip, position, refuse_duplicates=refuse_duplicates
            )
            if made is None:
                self._publish(replace(export, state=ExportState.CANCELLED))
                return
            await self._record(export, made.path)
            finished = replace(export, state=ExportState.DONE, progress=1.0, path=made.path)
            self._publish(replace(finished, messages=(*check, *made.messages)))
            for warning in made.warnings:
                self._events.publish(Notice(NoticeLevel.WARNING, warning))
        except ServiceError as fault:
            self._publish(replace(export, state=ExportState.FAILED, error=fault.to_record()))
        except Exception as error:
            # A bug of ours: logged, and shown at the file; the other exports go on.
            log.exception("Export of clip %s failed unexpectedly", clip.id)
            record = ErrorRecord(
                kind=ErrorKind.UNEXPECTED,
                message="An unexpected error occurred while creating this file.",
                service_words=repr(error),
            )
            self._publish(replace(export, state=ExportState.FAILED, error=record))

    async def _record(self, export: Export, path: Path) -> None:
        """Stores that the clip was exported; the file is finished whether that succeeds or not."""
        if self._library.read_only:
            return
        spec = export.spec
        values = {
            "format": spec.format.value,
            "mp3_mode": spec.mp3_mode,
            "bits": spec.bits,
            "by_service": spec.by_service,
        }
        try:
            await self._library.exports.add_finished(
                export.id, export.clip, values, path, datetime.now(UTC)
            )
        except StorageError as error:
            message = f"“{path.name}” is finished, but not recorded in the history: {error}"
            self._events.publish(Notice(NoticeLevel.WARNING, message))

    def _on_task_ended(self, export: Export, task: "asyncio.Task[None]") -> None:
        del self._tasks[export.id]
        del self._stop_events[export.id]
        # Also handles a cancellation before its first step, which no code inside it can see.
        if task.cancelled():
            self._publish(replace(export, state=ExportState.CANCELLED))

    async def _create_file(
        self, export: Export, clip: Clip, position: ExportPosition, *, refuse_duplicates: bool
    ) -> WrittenFile | None:
        source = clip.path
        if export.spec.by_service:
            if clip.remote_id is None:
                raise RequestRejected(
                    f"No service knows “{clip.display_title}”. Export it on this computer instead."
                )
            self._publish(replace(export, state=ExportState.AT_SERVICE))
            source = await self._services.request(
                clip, export.spec.format, refuse_duplicates=refuse_duplicates
            )
        elif not clip.playable or source is None:
            raise RequestRejected(f"The sound of “{clip.display_title}” is not downloaded yet.")
        assert source is not None  # noqa: S101 - rejected above
        # Only here: a slow service does not delay exports that are encoded here.
        async with self._semaphore:
            return await self._encode_file(export, clip, position, source)

    async def _encode_file(
        self, export: Export, clip: Clip, position: ExportPosition, source: Path
    ) -> WrittenFile | None:
        self._publish(replace(export, state=ExportState.RUNNING, progress=0.0))
        loop = asyncio.get_running_loop()
        sheet = await self._reports.describe(clip, export.spec)
        shown = 0.0

        def progress(share: float) -> None:
            nonlocal shown
            if share - shown >= _PROGRESS_STEP:
                shown = share
                running = replace(export, state=ExportState.RUNNING, progress=share)
                loop.call_soon_threadsafe(self._publish, running)

        await asyncio.to_thread(self._folders.remember, export.spec.folder)
        return await loop.run_in_executor(
            self._pool,
            write_file,
            source,
            clip,
            position,
            export.spec,
            sheet,
            progress,
            self._stop_events[export.id].is_set,
        )

    def _publish(self, export: Export) -> None:
        self._exports[export.id] = export
        if len(self._exports) > _MAX_REMEMBERED:
            over = (one.id for one in self._exports.values() if one.state.is_over)
            oldest = next(over, None)
            if oldest is not None:
                del self._exports[oldest]
        self._events.publish(ExportChanged(export))
