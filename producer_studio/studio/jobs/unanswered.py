"""Jobs that count as failed although the service has not said how they ended."""

from dataclasses import replace

from producer_studio.domain.errors import Fault, FaultKind, UnknownTask
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import Failed
from producer_studio.studio.jobs.poll import Watcher
from producer_studio.studio.jobs.runner import Runner
from producer_studio.studio.jobs.store import Journal

_MAY_STILL_COME = (
    "The service took this request and has not said how it ended, so it may still come. Sent "
    "again, it may be charged a second time."
)


class UnansweredJobs:
    """Asks the service about them; free."""

    def __init__(self, journal: Journal, watcher: Watcher, runner: Runner) -> None:
        self._journal = journal
        self._watcher = watcher
        self._runner = runner

    async def look(self, job: Job) -> Job:
        """One look at a failed job of which the service has not said how it ended."""
        try:
            answer = await self._watcher.look(job)
        except Fault as fault:
            # A task that is not known at one look may be at the next: the watch asks several times.
            kind = FaultKind.NONSENSE if isinstance(fault, UnknownTask) else fault.kind
            message = f"{fault.message} {_MAY_STILL_COME}"
            record = replace(fault.record(), kind=kind, message=message)
            return await self._journal.note(job, fault=record)
        if isinstance(answer, Failed) and not answer.is_vague:
            return await self._watcher.fail(job, answer)
        job = await self.watch_again(job)
        self._runner.start(job)
        return job

    async def watch_again(self, job: Job) -> Job:
        """Lets a job that counts as failed be watched again; the runner is to be started then."""
        return await self._journal.take(
            job,
            JobState.WORKING,
            only_from=frozenset({JobState.FAILED}),
            fault=None,
            finished_at=None,
        )
