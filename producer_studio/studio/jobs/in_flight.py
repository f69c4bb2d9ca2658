"""Requests in flight: sent, with no recorded outcome."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job


class InFlightRequests:
    """Tracks jobs of this process with a request in flight, and which of them are cancelled.

    Attributes:
        is_stopped: Whether nothing more is sent, because the program ends.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._settled: dict[JobId, asyncio.Event] = {}
        self._accounts: dict[JobId, AccountName] = {}
        self._cancelled: set[JobId] = set()

    def __contains__(self, job_id: JobId) -> bool:
        return job_id in self._settled

    def events(self) -> dict[JobId, asyncio.Event]:
        """Returns an event for each job; it is set when the outcome is recorded."""
        return dict(self._settled)

    def cancel(self, job_id: JobId) -> bool:
        """Marks a request in flight as cancelled; False if there is none."""
        if job_id in self._settled:
            self._cancelled.add(job_id)
        return job_id in self._settled

    def is_cancelled(self, job_id: JobId) -> bool:
        return job_id in self._cancelled

    async def wait_for_accounts(self, accounts: Collection[AccountName]) -> None:
        """Waits until all current requests of some accounts have an outcome."""
        for job_id, settled in list(self._settled.items()):
            if self._accounts.get(job_id) in accounts:
                await settled.wait()

    @contextmanager
    def track(self, job: Job) -> Iterator[None]:
        """Counts a job's request as in flight while the block runs."""
        settled = self._settled[job.id] = asyncio.Event()
        self._accounts[job.id] = job.account
        try:
            yield
        finally:
            del self._settled[job.id], self._accounts[job.id]
            self._cancelled.discard(job.id)
            settled.set()
