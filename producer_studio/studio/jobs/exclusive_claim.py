"""Exclusive access to a job for the duration of one action."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.jobs.store import JobStore


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
