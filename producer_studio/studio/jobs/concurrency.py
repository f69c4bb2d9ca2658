"""Limit of concurrent jobs per account."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from producer_studio.domain.ids import AccountName


class Slot:
    """Slot of one job at its service; released once.

    Args:
        on_release: Called on release.
    """

    def __init__(self, on_release: Callable[[], None]) -> None:
        self._on_release = on_release
        self._is_held = True

    def release(self) -> None:
        """Releases the slot; does nothing if it was released before."""
        if self._is_held:
            self._is_held = False
            self._on_release()


class AccountLimiter:
    """Limits the number of concurrent jobs per account; waiting jobs are admitted in order.

    Args:
        limit: Returns the maximum number of concurrent jobs of an account. Called for each job, so
            that a changed limit applies from the next job on.
    """

    def __init__(self, limit: Callable[[AccountName], int]) -> None:
        self._limit = limit
        self._counts: Counter[AccountName] = Counter()
        self._slot_freed = asyncio.Event()

    @asynccontextmanager
    async def acquire(self, account: AccountName) -> AsyncIterator[Slot]:
        """Waits for a free slot and holds it until the block ends or the slot is released."""
        while self._counts[account] >= self._limit(account):
            await self._slot_freed.wait()
        with self.count(account) as slot:
            yield slot

    @contextmanager
    def count(self, account: AccountName) -> Iterator[Slot]:
        """Counts a job that the service has already, even above the limit."""
        self._counts[account] += 1
        slot = Slot(lambda: self._release(account))
        try:
            yield slot
        finally:
            slot.release()

    def _release(self, account: AccountName) -> None:
        self._counts[account] -= 1
        self._slot_freed.set()
        self._slot_freed = asyncio.Event()
