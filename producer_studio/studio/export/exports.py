"""Exports of clips to files: encoded here from the stored original, or by the service."""

import asyncio
import logging
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    MediaRejected,
    RequestRejected,
    ServiceError,
)
from producer_studio.domain.ids import ClipId, JobId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.files.worker_pool import SHUTDOWN_TIMEOUT_S
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, JobChanged, Notice, NoticeLevel
from producer_studio.studio.export.export import (
    Export,
    ExportChanged,
    ExportFormat,
    ExportSpec,
    ExportState,
)
from producer_studio.studio.export.file_writer import write_file
from producer_studio.studio.export.filenames import ExportPosition, take_number, template_problem
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.jobs.actions import JobActions
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.queue import JobQueue

if TYPE_CHECKING:
    from producer_studio.audio.encode import EncodedFile


log = logging.getLogger(__name__)

MAX_CONCURRENT_EXPORTS = os.cpu_count() or 2
"""Maximum number of concurrent encoders, which release the interpreter lock while they work."""

_MAX_REMEMBERED = 1000
"""Maximum number of exports of this run that are remembered; older ones are removed."""

_PROGRESS_STEP = 0.02
"""Minimum change of the progress that is published."""

_NOT_TAGGED_MESSAGE = (
    "“{name}” is finished, and its sound is whole. It is of a kind that does not take everything "
    "which the studio writes into files, such as title, cover and recipe."
)


class Exports:
    """Exports clips, a few at a time, outside the event loop's thread."""

    def __init__(
        self,
        library: Library,
        jobs: JobQueue,
        job_actions: JobActions,
        collector: ResultCollector,
        events: Events,
        pool: Executor,
        folders: ExportFolders,
    ) -> None:
        self._library = library
        self._jobs = jobs
        self._job_actions = job_actions
        self._collector = collector
        self._events = events
        self._pool = pool
        self._folders = folders
        self._exports: dict[str, Export] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop_events: dict[str, threading.Event] = {}
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT_EXPORTS)
        self._pending_jobs: set[JobId] = set()
        self._is_closing = False
        events.subscribe(JobChanged, self._on_job_changed)

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
        found = await self._library.get_clips(clips)
        if spec.by_service and refuse_duplicates:
            for clip in found:
                await self._jobs.check_duplicates([_export_recipe(clip, spec)], clip.account)
        for clip, place in zip(found, await self.positions(found, spec.template), strict=True):
            export = Export(id=new_job_id(), clip=clip.id, title=clip.title, spec=spec)
            self._stop_events[export.id] = threading.Event()
            self._publish(export)
            task = asyncio.create_task(self._run(export, clip, place), name=f"export {clip.id}")
            self._tasks[export.id] = task
            task.add_done_callback(partial(self._on_task_ended, export))
            started.append(export)
        return started

    async def positions(self, clips: Sequence[Clip], template: str) -> list[ExportPosition]:
        """Returns the position of each clip in the export and among the takes of its request.

        Takes are read only if the template contains them.
        """
        takes = [0] * len(clips)
        if "{take}" in template:
            takes = [take_number(await self._job_of(clip)) for clip in clips]
        return [
            ExportPosition(number=number, count=len(clips), take=take)
            for number, take in enumerate(takes, start=1)
        ]

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
        self._is_closing = True
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

    async def _job_of(self, clip: Clip) -> Job | None:
        return await self._jobs.get(clip.job) if clip.job is not None else None

    async def _run(self, export: Export, clip: Clip, position: ExportPosition) -> None:
        try:
            made = await self._create_file(export, clip, position)
            if made is None:
                self._publish(replace(export, state=ExportState.CANCELLED))
                return
            self._publish(replace(export, state=ExportState.DONE, progress=1.0, path=made.path))
            if not made.has_all_tags:
                self._events.publish(
                    Notice(NoticeLevel.WARNING, _NOT_TAGGED_MESSAGE.format(name=made.path.name))
                )
        except ServiceError as fault:
            self._publish(replace(export, state=ExportState.FAILED, error=fault.to_record()))
        except Exception as error:
            log.exception("Export of clip %s broke", clip.id)
            record = ErrorRecord(
                kind=ErrorKind.UNEXPECTED,
                message="Something went wrong in the studio while it made this file.",
                service_words=repr(error),
            )
            self._publish(replace(export, state=ExportState.FAILED, error=record))

    def _on_task_ended(self, export: Export, task: "asyncio.Task[None]") -> None:
        del self._tasks[export.id]
        del self._stop_events[export.id]
        # Also handles a cancellation before its first step, which no code inside it can see.
        if task.cancelled():
            self._publish(replace(export, state=ExportState.CANCELLED))

    async def _create_file(
        self, export: Export, clip: Clip, position: ExportPosition
    ) -> "EncodedFile | None":
        source = clip.path
        if export.spec.by_service:
            source = await self._request_service_file(export, clip)
        elif not clip.playable or source is None:
            raise RequestRejected(f"The sound of “{clip.title}” is not on this disk yet.")
        assert source is not None  # noqa: S101 - rejected above
        # Only here: a slow service does not delay exports that are encoded here.
        async with self._semaphore:
            return await self._encode_file(export, clip, position, source)

    async def _encode_file(
        self, export: Export, clip: Clip, position: ExportPosition, source: Path
    ) -> "EncodedFile | None":
        self._publish(replace(export, state=ExportState.RUNNING, progress=0.0))
        loop = asyncio.get_running_loop()
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
            clip.cover,
            clip,
            position,
            export.spec,
            progress,
            self._stop_events[export.id].is_set,
        )

    async def _request_service_file(self, export: Export, clip: Clip) -> Path:
        """Requests the file from the service; the library stores it beside the original."""
        if clip.remote_id is None:
            raise RequestRejected(
                f"“{clip.title}” is not known to a service. Make the file here instead."
            )
        recipe = _export_recipe(clip, export.spec)
        ended: asyncio.Queue[Job] = asyncio.Queue()
        waits_for: set[JobId] = set()

        def on_job(changed: JobChanged) -> None:
            job = changed.job
            if job.id in waits_for and _is_stuck_or_over(job):
                ended.put_nowait(job)

        unsubscribe = self._events.subscribe(JobChanged, on_job)
        try:
            self._publish(replace(export, state=ExportState.AT_SERVICE))
            (job,) = await self._jobs.submit([recipe], clip.account)
            waits_for.add(job.id)
            self._pending_jobs.add(job.id)
            current = await self._jobs.get(job.id)
            if current is not None and current.state.is_finished:
                ended.put_nowait(current)
            last = await ended.get()
        except asyncio.CancelledError:
            # At a shutdown the requests wait for the user's confirmation at the next start.
            if not self._is_closing:
                await self._cancel_unsent(waits_for)
            raise
        finally:
            unsubscribe()
            self._pending_jobs -= waits_for
        if last.state is not JobState.DONE:
            raise _ServiceExportError(last)
        made = self._collector.export_file(job.id)
        if made is None:
            raise MediaRejected("The service said it was done, and its file did not arrive.")
        return made

    async def _cancel_unsent(self, jobs: Iterable[JobId]) -> None:
        """Cancels the jobs that cost nothing yet; the file of a paid one is still delivered."""
        for job_id in list(jobs):
            job = await self._jobs.get(job_id)
            if job is not None and job.state in {JobState.QUEUED, JobState.SENDING}:
                await self._job_actions.cancel(job_id)

    def _on_job_changed(self, changed: JobChanged) -> None:
        """Publishes the path of a paid file for which no export waits any more."""
        job = changed.job
        made = self._collector.export_file(job.id) if job.state is JobState.DONE else None
        if made is not None and job.id not in self._pending_jobs:
            self._events.publish(
                Notice(
                    NoticeLevel.INFO,
                    f"The {made.suffix[1:].upper()} of “{job.title}” has come from the service. It "
                    f"is beside the clip, as “{made.name}”.",
                    str(made.parent),
                )
            )

    def _publish(self, export: Export) -> None:
        self._exports[export.id] = export
        if len(self._exports) > _MAX_REMEMBERED:
            over = (one.id for one in self._exports.values() if one.state.is_over)
            oldest = next(over, None)
            if oldest is not None:
                del self._exports[oldest]
        self._events.publish(ExportChanged(export))


def _is_stuck_or_over(job: Job) -> bool:
    """Whether the job cannot finish in this run, or is finished."""
    broken = job.fault is not None and job.fault.kind is ErrorKind.UNEXPECTED
    return job.state.is_finished or job.state is JobState.UNKNOWN or broken or job.is_undelivered


class _ServiceExportError(ServiceError):
    """Passes the error of the service's job to the export."""

    def __init__(self, job: Job) -> None:
        fault = job.fault
        sentence = fault.message if fault else "The export was cancelled."
        if job.state is JobState.UNKNOWN:
            sentence += " The library asks on top what to do."
        super().__init__(
            sentence,
            service_words=fault.service_words if fault else "",
            trace_id=fault.trace_id if fault else "",
        )
        self._kind = fault.kind if fault else ErrorKind.UNEXPECTED

    def to_record(self) -> ErrorRecord:
        return replace(super().to_record(), kind=self._kind)


def _export_recipe(clip: Clip, spec: ExportSpec) -> Recipe:
    """Returns the recipe of an export by the clip's own service."""
    return Recipe(
        operation=Operation.EXPORT,
        source=clip.id,
        source_remote=clip.remote_id,
        export_format=str(spec.format),
    )
