"""Job runner: runs each job in an asyncio task of its own, from its current state to its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs.dependencies import JobDependencies
from producer_studio.studio.jobs.late_results import LateResults
from producer_studio.studio.jobs.pipeline import JobPipeline
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import JobSubmitter


class ExclusiveClaim:
    """Claims a job and reads its state from disk; one action at a time per job.

    Each action sees the results of the one before. A recovery may find the task of a job while the
    user requests that the job is sent again.

    Args:
        is_running: Returns whether a task of this process runs a job, and so has its claim.
    """

    def __init__(self, store: JobStore, is_running: Callable[[JobId], bool]) -> None:
        self._store = store
        self._is_running = is_running
        # A lock exists while a task waits for it or holds it.
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def acquire(self, job_id: JobId) -> AsyncIterator[Job | None]:
        """Claims a job and yields its current state; None if it is missing or claimed elsewhere.

        Waits for other actions of this process on the same job.
        """
        async with self._locks.setdefault(job_id, asyncio.Lock()):
            if self._is_running(job_id):
                yield await self._store.load(job_id)
            elif self._store.claim(job_id):
                try:
                    yield await self._store.reload(job_id)
                finally:
                    if not self._is_running(job_id):
                        self._store.release(job_id)
            else:
                yield None


_SEND_GRACE_S = 15.0
"""Seconds that a shutdown waits for requests in flight, so that their outcome is recorded."""

_STATE_POLL_S = 0.1


class JobRunner:
    """Runs each job in an asyncio task, which holds the job's claim."""

    def __init__(
        self,
        store: JobStore,
        submitter: JobSubmitter,
        poller: JobPoller,
        pipeline: JobPipeline,
        late_results: LateResults,
        dependencies: JobDependencies,
    ) -> None:
        self._store = store
        self._submitter = submitter
        self._poller = poller
        self._pipeline = pipeline
        self._late_results = late_results
        self._dependencies = dependencies
        self._exclusive_claim = ExclusiveClaim(store, self.is_running)
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._restarts: set[JobId] = set()
        self._is_closing = False
        submitter.outcomes.on_job_found = self._start_found_job

    def claim(self, job_id: JobId) -> AbstractAsyncContextManager[Job | None]:
        """Claims a job for one action; see `ExclusiveClaim.acquire`."""
        return self._exclusive_claim.acquire(job_id)

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
        self.restart_dependents(job.id)

    def restart_dependents(self, job_id: JobId) -> None:
        """Lets jobs that the user has started wait again for a job, which goes on or has ended."""
        for follower in self._dependencies.pop_waiting(job_id):
            self._start_dependent(follower)

    async def wait_while_unknown(self, job_id: JobId) -> None:
        """Waits while a job is running with an unknown outcome, such as for a search."""
        while (task := self._tasks.get(job_id)) is not None:
            job = await self._store.load(job_id)
            if job is None or job.state is not JobState.UNKNOWN:
                return
            await asyncio.wait([task], timeout=_STATE_POLL_S)

    async def wait_until_idle(self) -> None:
        """Waits until no job is running."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def _start_found_job(self, job: Job) -> None:
        if self._store.claim(job.id):
            self.start(job)

    def start_upload_deletion(self, job: Job) -> None:
        """Deletes the remaining temporary uploads of a finished job."""
        self._track(job, self._pipeline.delete_upload_silently)

    async def delete_upload(self, job: Job) -> Job:
        """Returns the job after deleting its obsolete upload, unless its own run does so."""
        return job if self.is_running(job.id) else await self._pipeline.delete_upload(job)

    def poll_late(self, job: Job) -> None:
        """Polls a failed job once for a late result."""
        self._track(job, self._poll_late)

    async def poll_unanswered(self, job: Job) -> Job:
        """Polls a failed job once whose end the service has not reported; it may go on."""
        job = await self._late_results.poll_unanswered(job)
        if job.state is JobState.WORKING:
            self.start(job)
        return job

    def poll_now(self, task: TaskId) -> bool:
        """Polls a task at once; returns whether a job here waits for it."""
        return self._poller.poll_now(task)

    def cancel_request(self, job_id: JobId) -> bool:
        """Marks a request in flight as cancelled; False if there is none.

        The request cannot be withdrawn, but it is not repeated, and its task is only polled
        silently.
        """
        return self._submitter.in_flight.cancel(job_id)

    async def abandon_download(self, job: Job) -> Job:
        """Stops the download of a collecting job and completes it without its missing media."""
        await self.stop(job.id)
        return await self._pipeline.abandon_download(job)

    def fail_dependents(self, job: Job) -> None:
        """Fails the jobs that depend on a failed or cancelled one; sends nothing.

        This also applies if a cancelled job is polled silently to its end: its result is stored
        when it is available, but the jobs that depend on it are not bought.
        """
        if job.state not in {JobState.FAILED, JobState.CANCELLED} or self._is_closing:
            return
        self._dependencies.cancel(job)
        for one in self._store.visible_jobs():
            is_waiting = one.after == job.id and one.state is JobState.QUEUED
            if is_waiting and not self.is_running(one.id) and self._store.claim(one.id):
                self._track(one, partial(self._fail_dependent, prerequisite=job))

    async def stop(self, job_id: JobId) -> None:
        """Stops a job unless its request is in flight; its row is not changed."""
        self._restarts.discard(job_id)
        task = self._tasks.get(job_id)
        if task is not None and job_id not in self._submitter.in_flight:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """Waits briefly for requests in flight, then stops all jobs.

        A job of which nothing was sent stays in the queue.
        """
        self._is_closing = True
        self._submitter.in_flight.is_stopped = True
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
        self._store.claim(job.id)
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
            self._store.release(job.id)
            self.fail_dependents(current)
            self._dependencies.forget(job.id)

        task.add_done_callback(ended)

    async def _run(self, job: Job) -> None:
        await self._pipeline.run(job, self._wait_for_prerequisite)

    async def _wait_for_prerequisite(self, job: Job) -> Job:
        return await self._dependencies.wait(job, self._tasks.get)

    async def _poll_late(self, job: Job) -> None:
        if await self._late_results.poll_late(job):
            await self._run(self._store.current(job))

    def _start_dependent(self, job_id: JobId) -> None:
        dependent = next((one for one in self._store.visible_jobs() if one.id == job_id), None)
        if dependent is None or dependent.state is not JobState.QUEUED:
            return
        if self.is_running(job_id) or self._store.claim(job_id):
            self.start(dependent)

    async def _fail_dependent(self, job: Job, prerequisite: Job) -> None:
        try:
            await self._dependencies.resolve(job, prerequisite)
        except StorageError as fault:
            # It stays in the queue, and the next start fails it.
            self._store.publish_error(job, fault.to_record())
