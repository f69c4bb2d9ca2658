"""Continuation of jobs whose source clip had to be registered at the account first."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs.registration_lookup import RegistrationLookup
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

TaskLookup = Callable[[JobId], "asyncio.Task[None] | None"]
"""Returns the asyncio task that runs a job; None if it is not running in this process."""

_OTHER_PROCESS_POLL_S = 1.0
"""Seconds between two looks at a prerequisite that another process runs."""

_NOT_SENT_TEXT = mark("This was not sent, and nothing was charged for it.")


class JobDependencies:
    """Continues a job after its prerequisite has ended, or fails it with a message."""

    def __init__(self, registrations: RegistrationLookup, store: JobStore) -> None:
        self._registrations = registrations
        self._store = store
        self._waiting: dict[JobId, set[JobId]] = {}
        self._cancelled: dict[JobId, asyncio.Future[Job]] = {}

    async def wait(self, job: Job, find_task: TaskLookup) -> Job:
        """Waits for the prerequisite; returns the job still queued if it cannot start yet.

        Raises:
            StorageError: The job could not be written.
        """
        while job.state is JobState.QUEUED and job.after is not None:
            task = find_task(job.after)
            read = self._store.load if task is not None else self._store.reload
            prerequisite = await read(job.after)
            if prerequisite is None or prerequisite.is_over:
                return await self.resolve(job, prerequisite)
            task = find_task(prerequisite.id)
            if task is None and self._store.is_claimed_elsewhere(prerequisite.id):
                await asyncio.sleep(_OTHER_PROCESS_POLL_S)
                job = self._store.current(job)
                continue
            if task is None:
                # The prerequisite waits for the user's confirmation, or for a process that resumes
                # it.
                self._waiting.setdefault(prerequisite.id, set()).add(job.id)
                return job
            cancelled = self._cancelled.setdefault(
                prerequisite.id, asyncio.get_running_loop().create_future()
            )
            waits: list[asyncio.Future[Any]] = [task, cancelled]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            job = self._store.current(job)
            if cancelled.done() and job.state is JobState.QUEUED:
                # The cancellation by the user counts, not the current state of the prerequisite.
                return await self.resolve(job, cancelled.result())
        return job

    def pop_waiting(self, prerequisite: JobId) -> set[JobId]:
        """Returns the jobs that wait for the start of a prerequisite, which is starting now."""
        return self._waiting.pop(prerequisite, set())

    def cancel(self, prerequisite: Job) -> None:
        """Ends the waiting for a prerequisite that has failed or was cancelled by the user.

        Its task may go on: a cancelled job that may be charged is polled to its end.
        """
        ended = self._cancelled.pop(prerequisite.id, None)
        if ended is not None:
            ended.set_result(prerequisite)

    def forget(self, prerequisite: JobId) -> None:
        """Removes a prerequisite whose task has ended."""
        self._cancelled.pop(prerequisite, None)

    async def resolve(self, job: Job, prerequisite: Job | None) -> Job:
        """Sets the source id at the service of a queued job, or fails the job.

        Args:
            prerequisite: The registration, which is over; None if it is not in the library any
                more.
        """
        known = None
        if (
            prerequisite is not None
            and prerequisite.state is JobState.DONE
            and job.recipe.source is not None
        ):
            known = await self._registrations.find_remote_id(job.recipe.source, job.account)
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
            return await self._store.update(job, recipe=recipe, after=None)
        return await self._store.transition(
            job,
            JobState.FAILED,
            from_states=frozenset({JobState.QUEUED}),
            fault=_prerequisite_error(prerequisite),
            finished_at=datetime.now(UTC),
        )


def _prerequisite_error(prerequisite: Job | None) -> ErrorRecord:
    if prerequisite is None or prerequisite.state is JobState.CANCELLED:
        message = sentences(mark("The upload of the source was cancelled."), _NOT_SENT_TEXT)
        return ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=message, field="source")
    if prerequisite.state is JobState.DONE:
        message = sentences(
            mark("The service did not return an id for the source."), _NOT_SENT_TEXT
        )
        return ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=message, field="source")
    fault = prerequisite.fault
    failed = sentences(mark("The upload of the source failed."), _NOT_SENT_TEXT)
    return ErrorRecord(
        kind=fault.kind if fault is not None else ErrorKind.REQUEST_REJECTED,
        message=sentences(failed, fault.message if fault is not None else ""),
        service_words=fault.service_words if fault is not None else "",
        trace_id=fault.trace_id if fault is not None else "",
        field="source",
    )
