"""How many jobs an account may have at its service at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from producer_studio.domain.ids import AccountName


class Slot:
    """The place of one job at its service, given back once.

    Args:
        on_release: Called when it is.
    """

    def __init__(self, on_release: Callable[[], None]) -> None:
        self._on_release = on_release
        self._is_held = True

    def release(self) -> None:
        """Gives the place back, where that has not been done."""
        if self._is_held:
            self._is_held = False
            self._on_release()


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
    async def acquire(self, account: AccountName) -> AsyncIterator[Slot]:
        """Waits for room, and holds it until the end or until it is given back before."""
        while self._counts[account] >= self._limit(account):
            await self._slot_freed.wait()
        with self.count(account) as slot:
            yield slot

    @contextmanager
    def count(self, account: AccountName) -> Iterator[Slot]:
        """Counts a job that is at the service already, whether or not there is room."""
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
