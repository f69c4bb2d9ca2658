"""How many jobs an account may have at its service at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from producer_studio.domain.ids import AccountName


class AccountLimiter:
    """Counts the jobs at each service; who waits is let in in turn.

    Args:
        limit: Tells how many an account may have at a time; asked anew each time, so that a change
            holds from the next job on.
    """

    def __init__(self, limit: Callable[[AccountName], int]) -> None:
        self._limit = limit
        self._counts: Counter[AccountName] = Counter()
        self._slot_freed = asyncio.Event()

    @asynccontextmanager
    async def acquire(self, account: AccountName) -> AsyncIterator[None]:
        """Waits for room, and holds it."""
        while self._counts[account] >= self._limit(account):
            await self._slot_freed.wait()
        with self.count(account):
            yield

    @contextmanager
    def count(self, account: AccountName) -> Iterator[None]:
        """Counts a job that is at the service already, whether or not there is room."""
        self._counts[account] += 1
        try:
            yield
        finally:
            self._counts[account] -= 1
            self._slot_freed.set()
            self._slot_freed = asyncio.Event()
