"""Jobs that are marked as failed although the service has not reported how they ended."""

from dataclasses import replace

from producer_studio.domain.errors import ErrorKind, ServiceError, UnknownTask
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FailedTask
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore

_MAY_STILL_FINISH_MESSAGE = (
    "The service took this request and has not said how it ended, so it may still come. Sent "
    "again, it may be charged a second time."
)


class UnansweredJobs:
    """Polls such jobs; free."""

    def __init__(self, store: JobStore, poller: JobPoller, runner: JobRunner) -> None:
        self._store = store
        self._poller = poller
        self._runner = runner

    async def poll(self, job: Job) -> Job:
        """Polls a failed job once whose end the service has not reported."""
        try:
            result = await self._poller.poll(job)
        except ServiceError as fault:
            # A task that is unknown at one poll may be known at the next: the poller retries.
            is_first = isinstance(fault, UnknownTask) and job.is_unanswered
            kind = ErrorKind.INVALID_RESPONSE if is_first else fault.kind
            message = f"{fault.message} {_MAY_STILL_FINISH_MESSAGE}"
            record = replace(fault.to_record(), kind=kind, message=message)
            return await self._store.update(job, fault=record)
        if isinstance(result, FailedTask) and result.is_vague:
            message = f"{result.error.message} {_MAY_STILL_FINISH_MESSAGE}"
            vague = replace(result.error, is_vague=True, message=message)
            return await self._store.update(job, fault=vague)
        if isinstance(result, FailedTask):
            return await self._poller.record_failure(job, result)
        job = await self.resume_polling(job)
        self._runner.start(job)
        return job

    async def resume_polling(self, job: Job) -> Job:
        """Marks a failed job to be polled again; the caller starts the runner then."""
        return await self._store.transition(
            job,
            JobState.WORKING,
            from_states=frozenset({JobState.FAILED}),
            fault=None,
            finished_at=None,
        )
