"""Threads for the catalogue: one that writes, a few that read, one for the clips' folders."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from producer_studio.domain.errors import StorageFault
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.library.connection import connect, transaction
from producer_studio.library.errors import READ_ONLY, LibraryDamaged, storage_fault, suspect_mark

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2


class Reader:
    """A reading thread's connection, and which reading it is busy with."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.ticket: object | None = None
        self.lock = threading.Lock()

    def take(self, ticket: object | None) -> None:
        with self.lock:
            self.ticket = ticket

    def interrupt(self, ticket: object) -> None:
        """Stops the reading, but only if it is still this one."""
        with self.lock:
            if self.ticket is ticket:
                self.db.interrupt()


class Lanes:
    """Where blocking work on the library is done.

    Args:
        path: The database.
        writer: A connection for the write lane; None when the library can only be read.
        immutable: Whether readers must do without lock and log.
    """

    def __init__(self, path: Path, writer: sqlite3.Connection | None, *, immutable: bool) -> None:
        self._path = path
        self._writer = writer
        self._immutable = immutable
        self._write_lane = ThreadPoolExecutor(1, thread_name_prefix="library-write")
        self._file_lane = WorkerPool(1, "library-files")
        self._read_lanes = ThreadPoolExecutor(READERS, thread_name_prefix="library-read")
        self._mine = threading.local()
        self._readers: list[Reader] = []
        self._closed = False

    @property
    def is_closed(self) -> bool:
        return self._closed

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs `work` in one transaction; it is on the disk when this returns.

        Once asked for, a write is done even if the asking task is cancelled.
        """
        writer = self._writer
        if writer is None:
            raise StorageFault(READ_ONLY)

        def run() -> T:
            with transaction(writer):
                return work(writer, *args, **kwargs)

        return await asyncio.shield(self._ask(self._write_lane, run))

    async def outside(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` on the write lane without a transaction (for backups)."""
        writer = self._writer
        if writer is None:
            raise StorageFault(READ_ONLY)
        return await asyncio.shield(self._ask(self._write_lane, lambda: work(writer)))

    async def read(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs `work` on a reader; when the asking task is cancelled the query is stopped."""
        ticket = object()
        busy: list[Reader] = []

        def run() -> T:
            reader = self._reader()
            busy.append(reader)
            reader.take(ticket)
            try:
                return work(reader.db, *args, **kwargs)
            finally:
                reader.take(None)

        try:
            return await self._ask(self._read_lanes, run)
        except asyncio.CancelledError:
            for reader in busy:
                reader.interrupt(ticket)
            raise

    async def files(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work on the clips' folders, in the order asked for."""
        return await asyncio.shield(self._ask(self._file_lane, lambda: work(*args, **kwargs)))

    async def files_reading(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The same for work that reads the catalogue, too."""
        return await self.files(lambda: work(self._reader().db, *args, **kwargs))

    async def close(self) -> None:
        """Waits for what was asked for, then closes the connections."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for lane in (self._file_lane, self._read_lanes, self._write_lane):
            lane.shutdown(wait=True)
        for reader in self._readers:
            reader.db.close()
        if self._writer is not None:
            self._writer.close()

    def _reader(self) -> Reader:
        mine: Reader | None = getattr(self._mine, "reader", None)
        if mine is None:
            mine = Reader(connect(self._path, immutable=self._immutable))
            self._mine.reader = mine
            self._readers.append(mine)
        return mine

    async def _ask(self, lane: ThreadPoolExecutor, run: Callable[[], T]) -> T:
        return await asyncio.wrap_future(lane.submit(self._told_plainly, run))

    def _told_plainly(self, run: Callable[[], T]) -> T:
        """Runs work in its thread; errors of disk and database become sentences."""
        try:
            return run()
        except (sqlite3.Error, OSError) as error:
            known = storage_fault(error)
            if known is None:
                raise
            if isinstance(known, LibraryDamaged) and self._writer is not None:
                suspect_mark(self._path).touch()
            raise known from error
