"""Exports by the services: files that they make from their own clips, for a price."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import (
    DuplicateRequest,
    ErrorKind,
    ErrorRecord,
    MediaRejected,
    ServiceError,
)
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.media_store import find_service_file
from producer_studio.studio.events import Events, JobChanged, Notice, NoticeLevel
from producer_studio.studio.jobs.actions import JobActions
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.translation import mark, sentences


class ServiceExports:
    """Requests files from the services; the library stores them beside the originals."""

    def __init__(
        self, jobs: JobQueue, job_actions: JobActions, collector: ResultCollector, events: Events
    ) -> None:
        self._jobs = jobs
        self._job_actions = job_actions
        self._collector = collector
        self._events = events
        self._pending_jobs: set[JobId] = set()
        self._is_closing = False
        events.subscribe(JobChanged, self._on_job_changed)

    async def check_duplicates(self, clip: Clip, file_format: ExportFormat) -> None:
        """Refuses a request that was sent recently, or whose file is here; sends nothing.

        Raises:
            DuplicateRequest: The user must confirm first.
        """
        await self._jobs.check_duplicates([_export_recipe(clip, file_format)], clip.account)
        made = await asyncio.to_thread(find_service_file, clip, f".{file_format}")
        if made is not None:
            raise DuplicateRequest(
                mark(
                    "The service has made this file before, so nothing was sent: “{made}” is in "
                    "the "
                    "clip's folder. Requesting it again costs its price once more.",
                    made=made.name,
                )
            )

    async def request(
        self, clip: Clip, file_format: ExportFormat, *, refuse_duplicates: bool = False
    ) -> Path:
        """Requests a file from the service; the library stores it beside the original.

        If this is cancelled, a request that was not sent yet is not sent.

        Args:
            refuse_duplicates: Whether the request is refused if the same was sent recently, also
                since `check_duplicates`; False after the user has confirmed.

        Raises:
            DuplicateRequest: `refuse_duplicates` is set, and the same was sent recently.
            RequestRejected: The account does not accept the request.
            MediaRejected: The service was paid, and its file did not arrive.
            ServiceError: The service has not made the file.
        """
        recipe = _export_recipe(clip, file_format)
        ended: asyncio.Queue[Job] = asyncio.Queue()
        waits_for: set[JobId] = set()

        def on_job(changed: JobChanged) -> None:
            job = changed.job
            if job.id in waits_for and _is_stuck_or_over(job):
                ended.put_nowait(job)

        unsubscribe = self._events.subscribe(JobChanged, on_job)
        try:
            (job,) = await self._jobs.submit(
                [recipe], clip.account, refuse_duplicates=refuse_duplicates
            )
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
            raise MediaRejected(mark("The service reported success, but its file did not arrive."))
        return made

    def close(self) -> None:
        """Leaves the unsent requests of later cancellations in the queue."""
        self._is_closing = True

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
                    mark(
                        "The {format} of “{title}” has arrived from the service. It is in the "
                        "clip's folder, "
                        "as “{made}”.",
                        format=made.suffix[1:].upper(),
                        title=job.title,
                        made=made.name,
                    ),
                    str(made.parent),
                )
            )


def _is_stuck_or_over(job: Job) -> bool:
    """Whether the job cannot finish in this run, or is finished."""
    broken = job.fault is not None and job.fault.kind is ErrorKind.UNEXPECTED
    return job.state.is_finished or job.state is JobState.UNKNOWN or broken or job.is_undelivered


class _ServiceExportError(ServiceError):
    """Passes the error of the service's job to the export."""

    def __init__(self, job: Job) -> None:
        fault = job.fault
        sentence = fault.message if fault else mark("The export was cancelled.")
        if job.state is JobState.UNKNOWN:
            advice = mark("Decide what to do at the top of the library.")
            sentence = sentences(sentence, advice)
        super().__init__(
            sentence,
            service_words=fault.service_words if fault else "",
            trace_id=fault.trace_id if fault else "",
        )
        self._kind = fault.kind if fault else ErrorKind.UNEXPECTED

    def to_record(self) -> ErrorRecord:
        return replace(super().to_record(), kind=self._kind)


def _export_recipe(clip: Clip, file_format: ExportFormat) -> Recipe:
    """Returns the recipe of an export by the clip's own service."""
    return Recipe(
        operation=Operation.EXPORT,
        source=clip.id,
        source_remote=clip.remote_id,
        export_format=str(file_format),
    )
