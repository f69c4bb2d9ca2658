"""Jobs claimed for one action, so that no other process touches them meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.job_claims import JobClaims
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore


class ExclusiveClaim:
    """Claims jobs and reads them as they are on disk then; one action at a time for each job.

    What another action has found out is known before the next one decides: a search that is under
    way may find the task of a job that the user wants to be sent again.
    """

    def __init__(self, store: JobStore, claims: JobClaims, runner: JobRunner) -> None:
        self._store = store
        self._claims = claims
        self._runner = runner
        # A lock lives for as long as somebody waits for it or has it.
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def acquire(self, job_id: JobId) -> AsyncIterator[Job | None]:
        """The job as it stands, claimed; None when another process has it, or there is none.

        Waits for another action of this process on the same job.
        """
        async with self._locks.setdefault(job_id, asyncio.Lock()):
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
