"""Jobs claimed for one action, so that no other process touches them meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.jobs.claims import Claims
from producer_studio.studio.jobs.runner import Runner
from producer_studio.studio.jobs.store import Journal


class HeldJobs:
    """Claims jobs and reads them as they are on disk then."""

    def __init__(self, journal: Journal, claims: Claims, runner: Runner) -> None:
        self._journal = journal
        self._claims = claims
        self._runner = runner

    @asynccontextmanager
    async def hold(self, job_id: JobId) -> AsyncIterator[Job | None]:
        """The job as it stands, claimed; None when another process has it, or there is none."""
        if self._runner.has(job_id):
            yield await self._journal.load(job_id)
        elif self._claims.take(job_id):
            try:
                yield await self._journal.reload(job_id)
            finally:
                if not self._runner.has(job_id):
                    self._claims.drop(job_id)
        else:
            yield None
