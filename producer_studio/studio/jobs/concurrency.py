"""How many jobs an account may have at its service at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from producer_studio.domain.ids import AccountName


class Slots:
    """Counts the jobs at each service; who waits is let in in turn.

    Args:
        limit: Tells how many an account may have at a time; asked anew each time, so that a change
            holds from the next job on.
    """

    def __init__(self, limit: Callable[[AccountName], int]) -> None:
        self._limit = limit
        self._taken: Counter[AccountName] = Counter()
        self._left = asyncio.Event()

    @asynccontextmanager
    async def turn(self, account: AccountName) -> AsyncIterator[None]:
        """Waits for room, and holds it."""
        while self._taken[account] >= self._limit(account):
            await self._left.wait()
        with self.held(account):
            yield

    @contextmanager
    def held(self, account: AccountName) -> Iterator[None]:
        """Counts a job that is at the service already, whether or not there is room."""
        self._taken[account] += 1
        try:
            yield
        finally:
            self._taken[account] -= 1
            self._left.set()
            self._left = asyncio.Event()
