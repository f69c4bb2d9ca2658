"""Requests that are out: sent, with no outcome written down yet."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job


class InFlightRequests:
    """The jobs of this process whose request is out, and which of them are no longer wanted."""

    def __init__(self) -> None:
        self._settled: dict[JobId, asyncio.Event] = {}
        self._accounts: dict[JobId, AccountName] = {}
        self._cancelled: set[JobId] = set()

    def __contains__(self, job_id: JobId) -> bool:
        return job_id in self._settled

    def events(self) -> dict[JobId, asyncio.Event]:
        """An event for each job, which is set when its outcome is written down."""
        return dict(self._settled)

    def cancel(self, job_id: JobId) -> bool:
        """Notes that a request is no longer wanted; False when none is out."""
        if job_id in self._settled:
            self._cancelled.add(job_id)
        return job_id in self._settled

    def is_cancelled(self, job_id: JobId) -> bool:
        return job_id in self._cancelled

    async def wait_for_account(self, account: AccountName) -> None:
        """Waits until what is out now for an account has an outcome."""
        for job_id, settled in list(self._settled.items()):
            if self._accounts.get(job_id) == account:
                await settled.wait()

    @contextmanager
    def track(self, job: Job) -> Iterator[None]:
        """Counts a job's request as out for as long as the block lasts."""
        settled = self._settled[job.id] = asyncio.Event()
        self._accounts[job.id] = job.account
        try:
            yield
        finally:
            del self._settled[job.id], self._accounts[job.id]
            self._cancelled.discard(job.id)
            settled.set()
