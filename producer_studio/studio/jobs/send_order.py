"""Order in which the requests of a press are sent, of those that are about to be."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job


class SendOrder:
    """Lets a take wait for the earlier takes of its press that are about to be sent here, too.

    What precedes a request takes a different time for each: without an order, limits that allow
    only some of the takes would not allow the first ones.
    """

    def __init__(self) -> None:
        self._preparing: dict[JobId, tuple[Job, asyncio.Event]] = {}

    @contextmanager
    def preparing(self, job: Job) -> Iterator[None]:
        """Counts a job as one that is about to be sent, until `leave` or the end of the block."""
        self._preparing[job.id] = (job, asyncio.Event())
        try:
            yield
        finally:
            self.leave(job)

    def leave(self, job: Job) -> None:
        """Lets later takes go on: the job is being sent, or will not be sent now."""
        _, left = self._preparing.pop(job.id, (job, asyncio.Event()))
        left.set()

    async def wait_for_earlier(self, job: Job) -> None:
        """Waits until no earlier take of the press is about to be sent."""
        while (left := self._find_earlier(job)) is not None:
            await left.wait()

    def _find_earlier(self, job: Job) -> asyncio.Event | None:
        """Returns the event that is set when an earlier take has left; None without one."""
        for other, left in self._preparing.values():
            if other.press == job.press and other.take < job.take:
                return left
        return None
