"""Consistent copy of a database that is in use."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def copy_database(db: sqlite3.Connection, target: Path) -> None:
    """Copies a database that is in use into an empty file, without a log; blocking.

    Raises:
        OSError: The copy cannot be written or read.
        sqlite3.Error: The same, or the database itself cannot be read.
    """
    try:
        with closing(sqlite3.connect(target)) as copy:
            # Otherwise the disk must have shared memory.
            copy.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        # SQLite takes an error of the copy's disk for damage, too.
        is_damage = getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE_CODES
        if is_damage and _is_intact(db):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target)) from error
        raise


@contextmanager
def reading_copy(path: Path) -> Iterator[None]:
    """Converts errors of SQLite that reads a new copy: its disk is to blame, not the library.

    Raises:
        OSError: The copy cannot be read.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path)) from error


def _is_intact(db: sqlite3.Connection) -> bool:
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False
