"""Steps of a job: submit, poll, collect and download, each from a state on disk to the next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError, StorageError
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FinishedTask
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.concurrency import AccountLimiter
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.price_measurement import PriceMeasurement
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import JobSubmitter
from producer_studio.studio.jobs.temporary_uploads import is_upload_obsolete
from producer_studio.translation import mark

log = logging.getLogger(__name__)

PrerequisiteWait = Callable[[Job], Awaitable[Job]]

_STORAGE_WAIT_S = 20.0
"""Delay in seconds between retries while the disk is full."""

UNEXPECTED_ERROR_MESSAGE = mark(
    "An unexpected error occurred while processing a job. Nothing is lost: the job continues at "
    "the next start."
)


async def wait_for_storage() -> None:
    """Waits before something is written again that could not be written."""
    await asyncio.sleep(_STORAGE_WAIT_S)


class JobPipeline:
    """Moves a job from state to state; each state is written to disk first."""

    def __init__(
        self,
        store: JobStore,
        submitter: JobSubmitter,
        poller: JobPoller,
        collector: ResultCollector,
        limiter: AccountLimiter,
        price_measurement: PriceMeasurement,
    ) -> None:
        self._store = store
        self._submitter = submitter
        self._poller = poller
        self._collector = collector
        self._limiter = limiter
        self._uploads = submitter.uploads
        self._price_measurement = price_measurement
        submitter.before_request = price_measurement.start

    async def run(self, job: Job, wait_for_prerequisite: PrerequisiteWait) -> None:
        """Runs a job from its current state to its end; its errors are published.

        Args:
            wait_for_prerequisite: Waits for the job that a queued job depends on.
        """
        while True:
            try:
                await self._advance(self._store.current(job), wait_for_prerequisite)
                # A finished job is not in memory.
                ended = await self._store.load(job.id)
                if ended is not None:
                    await self.delete_upload(ended)
            except StorageError as fault:
                # Nothing is lost: the job resumes from the last transition on disk.
                self._store.publish_error(job, fault.to_record())
                if not self._store.current(job).state.is_polled:
                    return
                # It may take long until there is space, and the service has downloaded the
                # temporary upload.
                await self.delete_upload_silently(self._store.current(job))
                await wait_for_storage()
            except ServiceError as fault:
                log.warning("Job %s stopped: %s", job.id, fault)
                self._store.publish_error(job, fault.to_record())
                return
            except Exception as error:
                # A bug of ours: logged, and shown at the job, which goes on at the next start.
                log.exception("Job %s failed unexpectedly", job.id)
                error_record = ErrorRecord(
                    kind=ErrorKind.UNEXPECTED,
                    message=UNEXPECTED_ERROR_MESSAGE,
                    service_words=repr(error),
                )
                self._store.publish_error(job, error_record)
                return
            else:
                return

    async def abandon_download(self, job: Job) -> Job:
        """Completes a collecting job without its missing media, as requested by the user."""
        return await self._collector.abandon_download(job)

    async def delete_upload(self, job: Job, *, is_silent: bool = False) -> Job:
        """Returns the job after deleting its temporary upload, if the service needs none any more.

        Args:
            is_silent: Whether no notice is published if a host is unreachable.
        """
        if job.hosted and is_upload_obsolete(job):
            return await self._uploads.delete(job, is_silent=is_silent)
        return job

    async def delete_upload_silently(self, job: Job) -> None:
        """Deletes an obsolete upload; no notice is published if that fails."""
        try:
            await self.delete_upload(job, is_silent=True)
        except StorageError as fault:
            log.warning("Cannot save upload record of job %s: %s", job.id, fault)

    async def _advance(self, job: Job, wait_for_prerequisite: PrerequisiteWait) -> None:
        if job.state is JobState.COLLECTING:
            await self._collector.download(job)
            return
        finished: FinishedTask | None
        if job.state is JobState.QUEUED and job.after is not None:
            job = await wait_for_prerequisite(job)
            if job.after is not None:
                return
        if job.state in {JobState.QUEUED, JobState.UNKNOWN}:
            async with self._limiter.acquire(job.account) as slot:
                job, finished = await self._submitter.submit(job)
                if finished is None and _is_accepted(job):
                    job, finished = await self._poller.poll_until_over(
                        job, release_slot=slot.release
                    )
            self._price_measurement.end(job, finished)
        else:
            # Not limited: the service has the job already, and polling is free.
            with self._limiter.count(job.account) as slot:
                job, finished = await self._poller.poll_until_over(
                    job, is_resumed=True, release_slot=slot.release
                )
        if finished is not None:
            await self._finish(job, finished)

    async def _finish(self, job: Job, finished: FinishedTask) -> None:
        job = await self._store.adopt(job)
        while True:
            try:
                job = await self._collector.collect(job, finished)
                break
            except StorageError as error:
                if self._store.current(job).state is not JobState.SENDING:
                    raise
                # The result came at once without a task id: it cannot be requested again.
                self._store.publish_error(job, error.to_record())
                await wait_for_storage()
        await self._poller.update_typical_duration(job)


def _is_accepted(job: Job) -> bool:
    return job.state.is_polled or (job.state is JobState.CANCELLED and job.task_id is not None)
