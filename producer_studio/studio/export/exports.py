"""Exports of clips to files: encoded here from the stored original, or by the service."""

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    RequestRejected,
    ServiceError,
)
from producer_studio.domain.export_profile import ExportExtra, ExportFormat
from producer_studio.domain.ids import ClipId, new_job_id
from producer_studio.files.worker_pool import SHUTDOWN_TIMEOUT_S
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.export.archive_writer import archive_name, write_archive
from producer_studio.studio.export.export import Export, ExportChanged, ExportSpec, ExportState
from producer_studio.studio.export.export_records import ExportRecords
from producer_studio.studio.export.export_reports import ExportReports
from producer_studio.studio.export.file_writer import ExportItem, WrittenFile, write_file
from producer_studio.studio.export.filenames import ExportPosition, template_problem
from producer_studio.studio.export.service_exports import ServiceExports
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.jobs.job_services import JobServices
from producer_studio.translation import mark

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
        records: ExportRecords,
        services: ServiceExports,
        events: Events,
        pool: Executor,
        folders: ExportFolders,
        reports: ExportReports,
    ) -> None:
        self._records = records
        self._services = services
        self._events = events
        self._pool = pool
        self._folders = folders
        self._reports = reports
        self._exports: dict[str, Export] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop_events: dict[str, threading.Event] = {}
        self._left_to_next_start: set[str] = set()
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT_EXPORTS)

    async def export(
        self, clips: Sequence[ClipId], spec: ExportSpec, *, refuse_duplicates: bool = False
    ) -> list[Export]:
        """Starts one export per clip, or one of all clips for an archive.

        Each ends with an `ExportChanged` in a final state.

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
            raise RequestRejected(mark("Services deliver MP3 and WAV only."), field="format")
        found = await self._records.get_clips(clips)
        if spec.by_service and refuse_duplicates:
            for clip in found:
                await self._services.check_duplicates(clip, spec.format)
        is_archive = ExportExtra.ZIP in spec.extras
        if is_archive and spec.by_service:
            raise RequestRejected(mark("A ZIP is made on this computer only."), field="extras")
        started = [_archive(found, spec)] if is_archive and found else _files(found, spec)
        await asyncio.to_thread(self._folders.remember, spec.folder)
        await self._records.begin(started)
        for export in started:
            own = found if is_archive else [found[export.position.number - 1]]
            self._start(export, own, refuse_duplicates=refuse_duplicates)
        return started

    async def resume(self) -> list[Export]:
        """Goes on with the exports of an earlier run that was killed or closed; free.

        Their files are written from their begin; what a killed program left of them is deleted.
        Those to folders that were never chosen on this computer stay as they are.
        """
        interrupted = await self._records.acquire_interrupted()
        resumed = []
        for export in interrupted:
            if not await asyncio.to_thread(self._folders.knows, export.spec.folder):
                self._records.release(export)
                continue
            found = await self._records.get_clips(export.clips)
            if len(found) < len(export.clips):
                # A clip was deleted for good meanwhile.
                await self._records.remove(export)
                continue
            self._start(export, found, refuse_duplicates=False)
            resumed.append(export)
        return resumed

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
            # After its first step, which stores what becomes of it.
            task.get_loop().call_soon(task.cancel)

    async def wait_until_finished(self, export_id: str) -> Export:
        """Waits for the end of an export."""
        task = self._tasks.get(export_id)
        if task is not None:
            await asyncio.wait([task])
        return self._exports[export_id]

    async def close(self) -> None:
        """Stops all exports; those that were not cancelled go on at the next start."""
        self._services.close()
        self._left_to_next_start |= {
            export_id for export_id, stop in self._stop_events.items() if not stop.is_set()
        }
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

    def _start(self, export: Export, clips: Sequence[Clip], *, refuse_duplicates: bool) -> None:
        self._stop_events[export.id] = threading.Event()
        self._publish(export)
        task = asyncio.create_task(
            self._run(export, clips, refuse_duplicates=refuse_duplicates),
            name=f"export {export.clip}",
        )
        self._tasks[export.id] = task
        task.add_done_callback(partial(self._on_task_ended, export))

    async def _run(self, export: Export, clips: Sequence[Clip], *, refuse_duplicates: bool) -> None:
        try:
            ended = await self._create_file(export, clips, refuse_duplicates=refuse_duplicates)
        except asyncio.CancelledError:
            await self._end(replace(export, state=ExportState.CANCELLED))
            raise
        except ServiceError as fault:
            ended = replace(export, state=ExportState.FAILED, error=fault.to_record())
        except Exception as error:
            # A bug of ours: logged, and shown at the file; the other exports go on.
            log.exception("Export of clip %s failed unexpectedly", export.clip)
            record = ErrorRecord(
                kind=ErrorKind.UNEXPECTED,
                message=mark("An unexpected error occurred while creating this file."),
                service_words=repr(error),
            )
            ended = replace(export, state=ExportState.FAILED, error=record)
        await self._end(ended)

    async def _end(self, export: Export) -> None:
        """Stores what became of an export, and publishes it."""
        if export.path is not None:
            await self._records.finish(export, export.path)
        elif export.state is ExportState.CANCELLED and export.id in self._left_to_next_start:
            self._records.release(export)
        else:
            await self._records.remove(export)
        self._publish(export)

    def _on_task_ended(self, export: Export, task: "asyncio.Task[None]") -> None:
        del self._tasks[export.id]
        del self._stop_events[export.id]
        # Also handles a cancellation before its first step, which no code inside it can see.
        if task.cancelled() and not self._exports[export.id].state.is_over:
            self._publish(replace(export, state=ExportState.CANCELLED))

    async def _create_file(
        self, export: Export, clips: Sequence[Clip], *, refuse_duplicates: bool
    ) -> Export:
        if self._stop_events[export.id].is_set():
            return replace(export, state=ExportState.CANCELLED)
        checks: list[str] = []
        for clip in clips:
            found = await self._reports.check_release(clip, export.spec)
            title = clip.display_title
            checks += [
                mark("{title}: {message}", title=title, message=text) if len(clips) > 1 else text
                for text in found
            ]
        sources = [
            await self._find_source(export, clip, refuse_duplicates=refuse_duplicates)
            for clip in clips
        ]
        # Only here: a slow service does not delay exports that are encoded here.
        async with self._semaphore:
            made = await self._encode_file(export, clips, sources)
        if made is None:
            return replace(export, state=ExportState.CANCELLED)
        for warning in made.warnings:
            self._events.publish(Notice(NoticeLevel.WARNING, warning))
        return replace(
            export,
            state=ExportState.DONE,
            progress=1.0,
            path=made.path,
            messages=(*checks, *made.messages),
        )

    async def _find_source(self, export: Export, clip: Clip, *, refuse_duplicates: bool) -> Path:
        """Returns the file with the sound of a clip; the service makes it first, if asked to."""
        if not export.spec.by_service:
            if not clip.playable or clip.path is None:
                raise RequestRejected(
                    mark(
                        "The sound of “{title}” is not downloaded yet.",
                        title=clip.display_title,
                    )
                )
            return clip.path
        if clip.remote_id is None:
            raise RequestRejected(
                mark(
                    "No service knows “{title}”. Export it on this computer instead.",
                    title=clip.display_title,
                )
            )
        self._publish(replace(export, state=ExportState.AT_SERVICE))
        return await self._services.request(
            clip, export.spec.format, refuse_duplicates=refuse_duplicates
        )

    async def _encode_file(
        self, export: Export, clips: Sequence[Clip], sources: Sequence[Path]
    ) -> WrittenFile | None:
        self._publish(replace(export, state=ExportState.RUNNING, progress=0.0))
        loop = asyncio.get_running_loop()
        shown = 0.0

        def progress(share: float) -> None:
            nonlocal shown
            if share - shown >= _PROGRESS_STEP:
                shown = share
                running = replace(export, state=ExportState.RUNNING, progress=share)
                loop.call_soon_threadsafe(self._publish, running)

        items = [
            ExportItem(
                source,
                clip,
                replace(export.position, number=export.position.number + place),
                await self._reports.describe(clip, export.spec),
            )
            for place, (source, clip) in enumerate(zip(sources, clips, strict=True))
        ]
        is_archive = ExportExtra.ZIP in export.spec.extras
        work = partial(write_archive, items) if is_archive else partial(write_file, items[0])
        stop = self._stop_events[export.id]
        return await loop.run_in_executor(self._pool, work, export.spec, progress, stop.is_set)

    def _publish(self, export: Export) -> None:
        self._exports[export.id] = export
        if len(self._exports) > _MAX_REMEMBERED:
            over = (one.id for one in self._exports.values() if one.state.is_over)
            oldest = next(over, None)
            if oldest is not None:
                del self._exports[oldest]
        self._events.publish(ExportChanged(export))


def create_exports(
    library: Library,
    jobs: JobServices,
    events: Events,
    pool: Executor,
    folders: ExportFolders,
    reports: ExportReports,
) -> Exports:
    """Creates the exports of a studio."""
    services = ServiceExports(jobs.queue, jobs.actions, jobs.collector, events)
    records = ExportRecords(library, jobs.claims, events)
    return Exports(records, services, events, pool, folders, reports)


def _files(clips: Sequence[Clip], spec: ExportSpec) -> list[Export]:
    return [
        Export(
            id=new_job_id(),
            clip=clip.id,
            title=clip.display_title,
            spec=spec,
            position=ExportPosition(number=number, count=len(clips)),
        )
        for number, clip in enumerate(clips, start=1)
    ]


def _archive(clips: Sequence[Clip], spec: ExportSpec) -> Export:
    return Export(
        id=new_job_id(),
        clip=clips[0].id,
        title=archive_name(clips),
        spec=spec,
        more_clips=tuple(clip.id for clip in clips[1:]),
        position=ExportPosition(count=len(clips)),
    )
