"""Job runner: runs each job in an asyncio task of its own, from its current state to its end."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    ServiceError,
    StorageError,
    UnknownTask,
)
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FailedTask, FinishedTask
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.concurrency import AccountLimiter
from producer_studio.studio.jobs.dependencies import JobDependencies
from producer_studio.studio.jobs.durations import JobDurations
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import JobSubmitter
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads, is_upload_obsolete

log = logging.getLogger(__name__)

_STORAGE_WAIT_S = 20.0
"""Delay in seconds between retries while the disk is full."""

_SEND_GRACE_S = 15.0
"""Seconds that a shutdown waits for requests in flight, so that their outcome is recorded."""

_STATE_POLL_S = 0.1

UNEXPECTED_ERROR_MESSAGE = (
    "Something went wrong in the studio while it looked after a job. Nothing is lost: it goes on "
    "at the next start."
)


class JobRunner:
    """Moves jobs from state to state; each state is written to disk first.

    Args:
        limit: Returns the maximum number of concurrent jobs of an account.
    """

    def __init__(
        self,
        store: JobStore,
        claims: JobClaims,
        submitter: JobSubmitter,
        poller: JobPoller,
        collector: ResultCollector,
        durations: JobDurations,
        events: Events,
        limit: Callable[[AccountName], int],
        uploads: TemporaryUploads,
        dependencies: JobDependencies,
    ) -> None:
        self._store = store
        self._claims = claims
        self._submitter = submitter
        self._poller = poller
        self._collector = collector
        self._durations = durations
        self._events = events
        self._uploads = uploads
        self._dependencies = dependencies
        self._limiter = AccountLimiter(limit)
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._restarts: set[JobId] = set()
        self._waiting_dependents: dict[JobId, set[JobId]] = {}
        self._cancelled_prerequisites: dict[JobId, asyncio.Future[Job]] = {}
        self._is_closing = False
        submitter.outcomes.on_job_found = self._start_found_job

    def is_running(self, job_id: JobId) -> bool:
        """Whether the job is running."""
        return job_id in self._tasks

    def start(self, job: Job) -> None:
        """Starts to run a job.

        Does nothing if the job is running. If the current run ends with the job unfinished, such as
        when its upload is deleted while the user retries it, the job runs again after that.
        """
        if job.id in self._tasks:
            self._restarts.add(job.id)
        self._track(job, self._run)
        # Dependent jobs that the user started with it wait for it again.
        for follower in self._waiting_dependents.pop(job.id, set()):
            self._start_dependent(follower)

    async def wait_while_unknown(self, job_id: JobId) -> None:
        """Waits while a job is running with an unknown outcome, such as for a search."""
        while (task := self._tasks.get(job_id)) is not None:
            job = await self._store.load(job_id)
            if job is None or job.state is not JobState.UNKNOWN:
                return
            await asyncio.wait([task], timeout=_STATE_POLL_S)

    def start_upload_deletion(self, job: Job) -> None:
        """Deletes the remaining temporary uploads of a finished job."""
        self._track(job, self._delete_upload_silently)

    def fail_dependents(self, job: Job) -> None:
        """Fails the jobs that depend on a failed or cancelled one; sends nothing.

        This also applies if a cancelled job is polled silently to its end: its result is stored
        when it is available, but the jobs that depend on it are not bought.
        """
        if job.state not in {JobState.FAILED, JobState.CANCELLED} or self._is_closing:
            return
        ended = self._cancelled_prerequisites.pop(job.id, None)
        if ended is not None:
            ended.set_result(job)
        for one in self._store.visible_jobs():
            is_waiting = one.after == job.id and one.state is JobState.QUEUED
            if is_waiting and not self.is_running(one.id) and self._claims.acquire(one.id):
                self._track(one, partial(self._fail_dependent, prerequisite=job))

    async def _fail_dependent(self, job: Job, prerequisite: Job) -> None:
        try:
            await self._dependencies.resolve(job, prerequisite)
        except StorageError as fault:
            # It stays in the queue, and the next start fails it.
            self._publish_error(job, fault.to_record())

    def poll_late(self, job: Job) -> None:
        """Polls a failed job once for a late result."""
        self._track(job, self._poll_late_result)

    async def stop(self, job_id: JobId) -> None:
        """Stops a job unless its request is in flight; its row is not changed."""
        self._restarts.discard(job_id)
        task = self._tasks.get(job_id)
        if task is not None and job_id not in self._submitter.in_flight.events():
            task.cancel()
            await asyncio.wait([task])

    async def wait_until_idle(self) -> None:
        """Waits until no job is running."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def close(self) -> None:
        """Waits briefly for requests in flight, then stops all jobs; rows are not changed."""
        self._is_closing = True
        sending = self._submitter.in_flight.events()
        for job_id, task in self._tasks.items():
            if job_id not in sending:
                task.cancel()
        settled_waits = [asyncio.create_task(settled.wait()) for settled in sending.values()]
        if settled_waits:
            _, late = await asyncio.wait(settled_waits, timeout=_SEND_GRACE_S)
            for waiting in late:
                waiting.cancel()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _track(self, job: Job, work: Callable[[Job], Coroutine[Any, Any, None]]) -> None:
        if job.id in self._tasks or self._is_closing:
            return
        # A run that has just ended may have released the claim.
        self._claims.acquire(job.id)
        task = asyncio.create_task(work(job), name=f"job {job.id}")
        self._tasks[job.id] = task

        def ended(_: "asyncio.Task[None]") -> None:
            del self._tasks[job.id]
            current = self._store.current(job)
            # A finished job is not in memory: then `current` is the job as it was at the start.
            is_unfinished = self._store.is_loaded(job.id) and (
                current.state is JobState.QUEUED or current.state.is_polled
            )
            if job.id in self._restarts and is_unfinished and not self._is_closing:
                self._restarts.discard(job.id)
                self._track(current, self._run)
                return
            self._restarts.discard(job.id)
            self._claims.release(job.id)
            self.fail_dependents(current)
            self._cancelled_prerequisites.pop(job.id, None)

        task.add_done_callback(ended)

    async def _run(self, job: Job) -> None:
        while True:
            try:
                await self._advance(self._store.current(job))
                # A finished job is not in memory.
                await self._delete_upload(await self._store.load(job.id))
            except StorageError as fault:
                # Nothing is lost: the job resumes from the last transition on disk.
                self._publish_error(job, fault.to_record())
                if not self._store.current(job).state.is_polled:
                    return
                # It may take long until there is space, and the service has downloaded the
                # temporary upload.
                await self._delete_upload_silently(self._store.current(job))
                await asyncio.sleep(_STORAGE_WAIT_S)
            except ServiceError as fault:
                log.warning("Job %s stopped: %s", job.id, fault)
                self._publish_error(job, fault.to_record())
                return
            except Exception as error:
                log.exception("Job %s broke", job.id)
                error_record = ErrorRecord(
                    kind=ErrorKind.UNEXPECTED,
                    message=UNEXPECTED_ERROR_MESSAGE,
                    service_words=repr(error),
                )
                self._publish_error(job, error_record)
                return
            else:
                return

    def _start_dependent(self, job_id: JobId) -> None:
        dependent = next((one for one in self._store.visible_jobs() if one.id == job_id), None)
        if dependent is None or dependent.state is not JobState.QUEUED or self.is_running(job_id):
            return
        if self._claims.acquire(job_id):
            self.start(dependent)

    def _start_found_job(self, job: Job) -> None:
        if self._claims.acquire(job.id):
            self.start(job)

    async def _delete_upload(self, job: Job | None, *, is_silent: bool = False) -> None:
        if job is not None and job.hosted and is_upload_obsolete(job):
            await self._uploads.delete(job, is_silent=is_silent)

    async def _delete_upload_silently(self, job: Job) -> None:
        try:
            await self._delete_upload(job, is_silent=True)
        except StorageError as fault:
            log.warning("What lies with a host for job %s was not noted: %s", job.id, fault)

    async def _wait_for_prerequisite(self, job: Job) -> Job:
        """Waits for the prerequisite; returns the job still queued if it cannot start yet."""
        while job.state is JobState.QUEUED and job.after is not None:
            prerequisite = await self._store.load(job.after)
            if prerequisite is None or prerequisite.is_over:
                return await self._dependencies.resolve(job, prerequisite)
            task = self._tasks.get(prerequisite.id)
            if task is None:
                # The prerequisite waits for the user's confirmation, or another process runs it.
                self._waiting_dependents.setdefault(prerequisite.id, set()).add(job.id)
                return job
            cancelled = self._cancelled_prerequisites.setdefault(
                prerequisite.id, asyncio.get_running_loop().create_future()
            )
            waits: list[asyncio.Future[Any]] = [task, cancelled]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            job = self._store.current(job)
            if cancelled.done() and job.state is JobState.QUEUED:
                # The cancellation by the user counts, not the current state of the prerequisite.
                return await self._dependencies.resolve(job, cancelled.result())
        return job

    def _publish_error(self, job: Job, error: ErrorRecord) -> None:
        """Shows an error on a job whose row could not or should not be changed."""
        self._events.publish(Notice(NoticeLevel.ERROR, error.message, error.service_words))
        self._store.load_and_publish(self._store.current(job).with_changes(fault=error))

    async def _advance(self, job: Job) -> None:
        if job.state is JobState.COLLECTING:
            await self._collector.download(job)
            return
        finished: FinishedTask | None
        if job.state is JobState.QUEUED and job.after is not None:
            job = await self._wait_for_prerequisite(job)
            if job.after is not None:
                return
        if job.state in {JobState.QUEUED, JobState.UNKNOWN}:
            async with self._limiter.acquire(job.account) as slot:
                job, finished = await self._submitter.submit(job)
                if finished is None and _is_accepted(job):
                    job, finished = await self._poller.poll_until_over(
                        job, release_slot=slot.release
                    )
        else:
            # Not limited: the service has the job already, and polling is free.
            with self._limiter.count(job.account) as slot:
                job, finished = await self._poller.poll_until_over(
                    job, is_resumed=True, release_slot=slot.release
                )
        if finished is not None:
            await self._finish(job, finished)

    async def _finish(self, job: Job, finished: FinishedTask) -> None:
        was = self._store.current(job).state
        job = await self._store.adopt(job)
        while True:
            try:
                job = await self._collector.collect(job, finished)
                break
            except StorageError as error:
                if self._store.current(job).state is not JobState.SENDING:
                    raise
                # The result came at once without a task id: it cannot be requested again.
                self._publish_error(job, error.to_record())
                await asyncio.sleep(_STORAGE_WAIT_S)
        if was is JobState.CANCELLED:
            self._events.publish(
                Notice(
                    NoticeLevel.INFO,
                    f"“{job.title}” had already been taken when it was cancelled. "
                    "The clip is in your library.",
                )
            )
        await self._durations.load_typical_s(job.recipe, job.account)

    async def _poll_late_result(self, job: Job) -> None:
        try:
            result = await self._poller.poll(job)
            if isinstance(result, FinishedTask):
                await self._collector.collect(await self._store.adopt(job), result)
                self._events.publish(
                    Notice(
                        NoticeLevel.INFO,
                        f"“{job.title}” has turned up after all and is in your library.",
                    )
                )
            elif isinstance(result, FailedTask):
                if job.is_failure_unconfirmed and not result.is_vague:
                    job = await self._poller.record_failure(job, result)
                await self._store.update(job, late_looks=job.late_looks + 1)
            elif not job.dismissed:
                # The service works on it after all: a file may be gone before the next start.
                working = JobState.WORKING, frozenset({JobState.FAILED})
                job = await self._store.transition(job, *working, fault=None, finished_at=None)
                await self._run(job)
        except UnknownTask:
            await self._store.update(job, late_looks=job.late_looks + 1)
        except StorageError as fault:
            self._publish_error(job, fault.to_record())
            if self._store.current(job).state.is_polled:
                # Its late result is collected like that of any other job.
                await asyncio.sleep(_STORAGE_WAIT_S)
                await self._run(job)
        except ServiceError as fault:
            # Only a response counts: a job that could not be polled is polled again.
            log.info("Late look at job %s: %s", job.id, fault)


def _is_accepted(job: Job) -> bool:
    return job.state.is_polled or (job.state is JobState.CANCELLED and job.task_id is not None)
