"""Connections to a database whose drive may be disconnected and connected again."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.library.errors import OTHER_VERSION_IN_PLACE

_DRIVE_GONE_CODES = frozenset(
    # SQLite also reports locks that fail for any reason as held by others.
    {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY}
)

_CHUNK_BYTES = 1024 * 1024


def is_drive_error(error: Exception) -> bool:
    """Whether a connection that reports an error may be of a drive that was disconnected."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.Error) and code in _DRIVE_GONE_CODES


def is_readable(path: Path) -> bool:
    """Whether the whole of a file can be read, whatever it contains; blocking."""
    try:
        with path.open("rb") as file:
            while file.read(_CHUNK_BYTES):
                pass
    except OSError:
        return False
    return True


class DriveErrors:
    """Number of errors of the drive so far, after each of which the connections are checked.

    Attributes:
        count: Errors that the connections have reported.
        reopened: How often the database was another file than before, for any connection.
    """

    def __init__(self) -> None:
        self.count = 0
        self.reopened = 0
        self._file: tuple[int, int] | None = None

    def record_reopened(self, file: tuple[int, int]) -> None:
        """Counts a file once, although each thread opens it when it needs it."""
        if file != self._file:
            self._file = file
            self.reopened += 1


class ReopenedConnection:
    """Connection of one thread, opened again if the database is another file by now.

    After a drive was disconnected, its open files only report errors, even when it is connected
    again: the files there are new ones for the system.
    """

    def __init__(
        self,
        path: Path,
        db: sqlite3.Connection,
        reconnect: Callable[[], sqlite3.Connection],
        errors: DriveErrors,
    ) -> None:
        """Takes an open connection, and what opens another one and must not create a file."""
        self._path = path
        self._db = db
        self._reconnect = reconnect
        self._errors = errors
        self._checked_count = errors.count
        self._file = _identify(path)
        self._version = _read_version(db)

    def current(self) -> sqlite3.Connection:
        """Returns the connection, or a new one if its file was replaced; only in its own thread.

        Raises:
            OSError: The drive is not connected.
            sqlite3.Error: The database cannot be opened.
            StorageError: The database there has another version.
        """
        if self._checked_count != self._errors.count:
            count = self._errors.count
            found = _identify(self._path)
            if found != self._file:
                self._replace(found)
            self._checked_count = count
        return self._db

    def interrupt(self) -> None:
        """Interrupts the statement that runs; from any thread."""
        self._db.interrupt()

    def free_cache(self) -> None:
        """Frees the cached pages; only in the connection's own thread.

        Raises:
            sqlite3.Error: SQLite reports an error.
        """
        self._db.execute("PRAGMA shrink_memory")

    def close(self) -> None:
        """Closes the connection; one whose file was replaced is left to the end of the process."""
        try:
            is_replaced = _identify(self._path) != self._file
        except OSError:
            is_replaced = False  # SQLite finds this out itself
        if is_replaced:
            _abandon(self._db)
        else:
            self._db.close()

    def _replace(self, found: tuple[int, int]) -> None:
        with ExitStack() as on_error:
            db = on_error.enter_context(closing(self._reconnect()))
            if _read_version(db) != self._version:
                raise StorageError(OTHER_VERSION_IN_PLACE)
            on_error.pop_all()
        _abandon(self._db)
        self._db, self._file = db, found
        self._errors.record_reopened(found)


def _abandon(db: sqlite3.Connection) -> None:
    """Lets a connection live until the process ends, without closing it.

    Closing deletes the log (WAL) by its path: that would be the log of the other file, with its
    last changes. SQLite compares the numbers of the files only, and those of a drive that was
    connected again are the same.
    """
    # Start-up cost: needed after a drive was disconnected only.
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(db))


def _identify(path: Path) -> tuple[int, int]:
    """Returns what tells a file from another one of the same path."""
    status = os.lstat(path)
    return status.st_dev, status.st_ino


def _read_version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version
