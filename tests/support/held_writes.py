"""Holds back the writes of a library, so that a test can cancel one that waits."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from producer_studio.library.database import Database

LONGEST_WAIT_S = 60.0


class HeldWrites:
    """Writes that wait behind one that does not end before the context does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wait_for_one(self) -> None:
        """Waits until another write is queued."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while not self._database._write_executor._calls.qsize():  # noqa: ASYNC110 - of a thread
                await asyncio.sleep(0.005)


@asynccontextmanager
async def held_writes(database: Database) -> AsyncIterator[HeldWrites]:
    """Holds back all writes inside the context."""
    loop, is_busy, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def keep_busy(_db: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(is_busy.set)
        go_on.wait()

    busy = asyncio.create_task(database.write(keep_busy))
    await is_busy.wait()
    try:
        yield HeldWrites(database)
    finally:
        go_on.set()
        await busy
