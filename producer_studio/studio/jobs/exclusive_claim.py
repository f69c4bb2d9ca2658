"""Jobs claimed for one action, so that no other process touches them meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore


class ExclusiveClaim:
    """Claims jobs and reads them as they are on disk then."""

    def __init__(self, store: JobStore, claims: JobClaims, runner: JobRunner) -> None:
        self._store = store
        self._claims = claims
        self._runner = runner

    @asynccontextmanager
    async def acquire(self, job_id: JobId) -> AsyncIterator[Job | None]:
        """The job as it stands, claimed; None when another process has it, or there is none."""
        if self._runner.is_running(job_id):
            yield await self._store.load(job_id)
        elif self._claims.acquire(job_id):
            try:
                yield await self._store.reload(job_id)
            finally:
                if not self._runner.is_running(job_id):
                    self._claims.release(job_id)
        else:
            yield None
