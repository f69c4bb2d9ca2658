"""Late results of jobs that are marked as failed."""

import logging
from dataclasses import replace

from producer_studio.domain.errors import ErrorKind, ServiceError, StorageError, UnknownTask
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FailedTask, FinishedTask
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.pipeline import wait_for_storage
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

log = logging.getLogger(__name__)

_MAY_STILL_FINISH_MESSAGE = mark(
    "The service accepted this request and has not reported the outcome, so it may still arrive. "
    "If you send it again, it may be charged a second time."
)


class LateResults:
    """Polls failed jobs whose service may have a result after all; free."""

    def __init__(
        self, store: JobStore, poller: JobPoller, collector: ResultCollector, events: Events
    ) -> None:
        self._store = store
        self._poller = poller
        self._collector = collector
        self._events = events

    async def poll_late(self, job: Job) -> bool:
        """Polls a failed job once for a late result, and collects it.

        Returns:
            Whether the job goes on: the service works on it, or its result is not complete here.
        """
        try:
            result = await self._poller.poll(job)
            if isinstance(result, FinishedTask):
                await self._collector.collect(await self._store.adopt(job), result)
                self._events.publish(
                    Notice(
                        NoticeLevel.INFO,
                        mark("“{title}” arrived late and is in your library.", title=job.title),
                    )
                )
            elif isinstance(result, FailedTask):
                if job.is_failure_unconfirmed and not result.is_vague:
                    job = await self._poller.record_failure(job, result)
                await self._store.update(job, late_looks=job.late_looks + 1)
            elif not job.dismissed:
                # The service works on it after all: a file may be gone before the next start.
                return (await self._store.poll_again(job)).state is JobState.WORKING
        except UnknownTask:
            await self._store.update(job, late_looks=job.late_looks + 1)
        except StorageError as fault:
            self._store.publish_error(job, fault.to_record())
            if self._store.current(job).state.is_polled:
                # Its late result is collected like that of any other job.
                await wait_for_storage()
                return True
        except ServiceError as fault:
            # Only a response counts: a job that could not be polled is polled again.
            log.info("Late poll of job %s failed: %s", job.id, fault)
        return False

    async def poll_unanswered(self, job: Job) -> Job:
        """Polls a failed job once whose end the service has not reported.

        Returns:
            The job, which is working again if its task is running or done.
        """
        try:
            result = await self._poller.poll(job)
        except ServiceError as fault:
            # A task that is unknown at one poll may be known at the next: the poller retries.
            is_first = isinstance(fault, UnknownTask) and job.is_unanswered
            kind = ErrorKind.INVALID_RESPONSE if is_first else fault.kind
            message = sentences(fault.message, _MAY_STILL_FINISH_MESSAGE)
            record = replace(fault.to_record(), kind=kind, message=message)
            return await self._store.update(job, fault=record)
        if isinstance(result, FailedTask) and result.is_vague:
            message = sentences(result.error.message, _MAY_STILL_FINISH_MESSAGE)
            vague = replace(result.error, is_vague=True, message=message)
            return await self._store.update(job, fault=vague)
        if isinstance(result, FailedTask):
            return await self._poller.record_failure(job, result)
        return await self._store.poll_again(job)
