"""Database threads: one writes, several read, one works on the clips' folders."""

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from producer_studio.domain.errors import StorageError
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.library.connection import connect, transaction
from producer_studio.library.errors import (
    OPENED_READ_ONLY,
    OTHER_LIBRARY_IN_PLACE,
    UNREADABLE,
    LibraryDamaged,
    suspect_marker_path,
    to_storage_error,
)
from producer_studio.library.identity import read_identity
from producer_studio.library.reopened_connection import (
    DriveErrors,
    ReopenedConnection,
    is_drive_error,
    is_readable,
)

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

READER_COUNT = 2


class ReaderConnection:
    """Connection of a reading thread, with the ticket of the read that it runs."""

    def __init__(self, connection: ReopenedConnection) -> None:
        self.connection = connection
        self.ticket: object | None = None
        self.lock = threading.Lock()

    def set_ticket(self, ticket: object | None) -> None:
        with self.lock:
            self.ticket = ticket

    def interrupt(self, ticket: object) -> None:
        """Interrupts the read with this ticket; does nothing if another one has started."""
        with self.lock:
            if self.ticket is ticket:
                self.connection.interrupt()


class Database:
    """Executor for blocking work on the library.

    Args:
        path: The database.
        writer: A connection for the write thread; None if the library is read-only.
        immutable: Whether readers open the database without lock and log.
        identity: The id of the library; empty if it has none.
    """

    def __init__(
        self,
        path: Path,
        writer: sqlite3.Connection | None,
        *,
        immutable: bool,
        identity: str = "",
    ) -> None:
        self._path = path
        self._identity = identity
        self._immutable = immutable
        self._drive_errors = DriveErrors()
        self._writer = (
            None
            if writer is None
            else ReopenedConnection(path, writer, self._reconnect_writer, self._drive_errors)
        )
        # Closing waits for every change and read, the end of the process for none: on a disk that
        # does not respond they never end.
        self._write_executor = WorkerPool(
            1, "library-write", shutdown_timeout_s=None, on_idle=self._free_cache_of_writer
        )
        self._file_executor = WorkerPool(1, "library-files", on_idle=self._free_cache_of_reader)
        self._checksum_executor = WorkerPool(
            1, "library-checksums", on_idle=self._free_cache_of_reader
        )
        self._foreign_executor = WorkerPool(1, "library-foreign")
        self._read_executor = WorkerPool(
            READER_COUNT,
            "library-read",
            shutdown_timeout_s=None,
            on_idle=self._free_cache_of_reader,
        )
        self._thread_local = threading.local()
        self._readers: list[ReaderConnection] = []
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    @property
    def reopened_count(self) -> int:
        """How often the drive was found to be connected again."""
        return self._drive_errors.reopened

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs `work` in one transaction, which is on the disk when this returns.

        A queued write is executed even if the calling task is cancelled.
        """
        writer = self._writer
        if writer is None:
            raise StorageError(OPENED_READ_ONLY)

        def run() -> T:
            db = writer.current()
            with transaction(db):
                return work(db, *args, **kwargs)

        return await asyncio.shield(self._submit(self._write_executor, run))

    async def run_without_transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` on the write thread without a transaction (for backups)."""
        writer = self._writer
        if writer is None:
            raise StorageError(OPENED_READ_ONLY)
        return await asyncio.shield(
            self._submit(self._write_executor, lambda: work(writer.current()))
        )

    async def read(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs `work` on a read thread; cancelling the calling task interrupts the query."""
        ticket = object()
        busy: list[ReaderConnection] = []

        def run() -> T:
            reader = self._reader_of_thread()
            busy.append(reader)
            reader.set_ticket(ticket)
            try:
                return work(reader.connection.current(), *args, **kwargs)
            finally:
                reader.set_ticket(None)

        try:
            return await self._submit(self._read_executor, run)
        except asyncio.CancelledError:
            for reader in busy:
                reader.interrupt(ticket)
            raise

    async def run_file_work(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work on the clips' folders, in the order of the calls."""
        return await asyncio.shield(
            self._submit(self._file_executor, lambda: work(*args, **kwargs))
        )

    async def run_checksum_work(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that reads whole files, which the files' own thread must not wait for."""
        return await self._submit(self._checksum_executor, lambda: work(*args, **kwargs))

    async def run_foreign_work(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work on files outside the library, whose disk may not respond.

        What arrives from a service is stored meanwhile, so that no other thread may wait for it.
        """
        return await self._submit(self._foreign_executor, lambda: work(*args, **kwargs))

    def start_foreign_work(self, work: Callable[[], object]) -> None:
        """Runs work after that on files outside the library; its end cannot be awaited."""
        self._foreign_executor.submit(self._run_translating_errors, work)

    async def run_foreign_work_with_reader(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Like `run_foreign_work`, for work that also reads the database."""

        def run() -> T:
            # Of its own: closing this database does not wait for work that never ends.
            with closing(self._connect_reader()) as db:
                return work(db, *args, **kwargs)

        return await self.run_foreign_work(run)

    async def run_file_work_with_reader(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Like `run_file_work`, for work that also reads the database."""

        def run() -> T:
            return work(self._reader_of_thread().connection.current(), *args, **kwargs)

        return await self.run_file_work(run)

    async def close(self) -> None:
        """Waits for all queued work, then closes the connections."""
        if self._is_closed:
            return
        self._is_closed = True
        await asyncio.to_thread(self._shut_down)

    def close_unused(self) -> None:
        """Closes the connections at once, before anything was queued."""
        self._is_closed = True
        self._shut_down()

    def _shut_down(self) -> None:
        for executor in (
            self._foreign_executor,
            self._checksum_executor,
            self._file_executor,
            self._read_executor,
            self._write_executor,
        ):
            executor.shutdown(wait=True)
        for reader in self._readers:
            reader.connection.close()
        if self._writer is not None:
            self._writer.close()

    def _reader_of_thread(self) -> ReaderConnection:
        mine: ReaderConnection | None = getattr(self._thread_local, "reader", None)
        if mine is None:
            mine = ReaderConnection(
                ReopenedConnection(
                    self._path, self._connect_reader(), self._connect_reader, self._drive_errors
                )
            )
            self._thread_local.reader = mine
            self._readers.append(mine)
        return mine

    def _free_cache_of_writer(self) -> None:
        if self._writer is not None:
            _free_cache(self._writer)

    def _free_cache_of_reader(self) -> None:
        mine: ReaderConnection | None = getattr(self._thread_local, "reader", None)
        if mine is not None:
            _free_cache(mine.connection)

    def _connect_reader(self) -> sqlite3.Connection:
        self._require_same_library()
        return connect(self._path, immutable=self._immutable)

    def _require_same_library(self) -> None:
        """Raises StorageError if another drive's library is in the folder now.

        Raises OSError if there is none, as while the drive is disconnected.
        """
        if not self._identity or not self._drive_errors.count:
            return
        os.lstat(self._path)
        if read_identity(self._path.parent) != self._identity:
            raise StorageError(OTHER_LIBRARY_IN_PLACE)

    def _reconnect_writer(self) -> sqlite3.Connection:
        self._require_same_library()
        return connect(self._path, writes=True)

    async def _submit(self, executor: WorkerPool, run: Callable[[], T]) -> T:
        return await asyncio.wrap_future(executor.submit(self._run_translating_errors, run))

    def _run_translating_errors(self, run: Callable[[], T]) -> T:
        """Runs work in its thread; converts errors of disk and database to `StorageError`."""
        try:
            return run()
        except (sqlite3.Error, OSError) as error:
            if is_drive_error(error):
                self._drive_errors.count += 1
            known = to_storage_error(error)
            if known is None:
                raise
            if isinstance(known, LibraryDamaged) and not is_readable(self._path):
                # SQLite takes errors of a drive that was disconnected for damage.
                self._drive_errors.count += 1
                known = StorageError(UNREADABLE, service_words=str(error))
            if isinstance(known, LibraryDamaged) and self._writer is not None:
                # On a full disk there is no marker: the next start finds most damage without it.
                with suppress(OSError):
                    suspect_marker_path(self._path).touch()
            raise known from error


def _free_cache(connection: ReopenedConnection) -> None:
    """Frees the pages that the connection of an idle thread has cached."""
    try:
        connection.free_cache()
    except sqlite3.Error as error:
        log.info("Cached pages were kept: %s", error)
