"""Connections to the library database."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path, PurePath
from urllib.parse import quote

from producer_studio.files.disk_features import has_shared_memory
from producer_studio.library.text_folding import fold_text, normalize_for_index

BUSY_TIMEOUT_MS = 10_000
"""Maximum time that one process waits for another one's write."""

_REMEMBERED_TEXTS = 16
"""A change of a clip takes all of its texts from the word index and adds them again: most are the
same."""


def database_uri(path: PurePath) -> str:
    """Returns the URI of a database file, to which options are appended.

    SQLite supports no host: a Windows network path needs all of its slashes after the empty one.
    """
    text = (path.absolute() if isinstance(path, Path) else path).as_posix()
    rooted = text if text.startswith("/") else f"/{text}"
    return "file://" + quote(rooted, safe="/:", errors="surrogateescape")


def create_private_file(path: Path) -> None:
    """Creates a missing database file, readable by its owner only.

    SQLite would create it readable for everybody, and gives its log and shared memory the same
    permissions.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def use_no_log(db: sqlite3.Connection) -> None:
    """Makes a database keep its changes in a journal instead of a log (WAL).

    A log needs shared memory, which some disks do not have. Nothing may have been read by this
    connection before: it locks the database, so that it needs no shared memory itself.

    Raises:
        sqlite3.OperationalError: Another process uses the log.
    """
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("PRAGMA locking_mode = NORMAL")
    db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # releases the lock


def connect(path: Path, *, writes: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Opens the library database; transactions are started explicitly (see `transaction`).

    Args:
        path: The database.
        writes: Whether it may be changed (and created).
        immutable: For a folder that cannot be written at all: no lock, no shared memory. The log of
            a killed process is ignored then.
    """
    if writes:
        create_private_file(path)
    mode = "rw" if writes else "ro"
    suffix = "&immutable=1" if immutable else ""
    db = sqlite3.connect(
        f"{database_uri(path)}?mode={mode}{suffix}",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        check_same_thread=False,  # closed after the database threads have ended
    )
    try:
        db.row_factory = sqlite3.Row
        # A damaged character must not hide its row.
        db.text_factory = _decode_text
        spaced = lru_cache(_REMEMBERED_TEXTS)(normalize_for_index)
        db.create_function("spaced", 1, _of_text(spaced), deterministic=True)
        db.create_function("folded", 1, _of_text(fold_text), deterministic=True)
        db.create_function("repaired", 1, _of_text(str), deterministic=True)
        # The triggers call the functions above. Schemas from elsewhere never come here: see
        # `recovery.inspection`.
        db.execute("PRAGMA trusted_schema = ON")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        # Scans of long lists would fill a larger one, once for each thread, and find nothing in it;
        # the system has the pages, too.
        db.execute("PRAGMA cache_size = -2000")
        if writes:
            if has_shared_memory(path.parent):
                db.execute("PRAGMA journal_mode = WAL")
            else:
                use_no_log(db)
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA fullfsync = ON")  # macOS: past the drive's own cache
        else:
            db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


_decode_text = partial(str, encoding="utf-8", errors="replace")


def _of_text(work: Callable[[str], str]) -> Callable[[str | bytes], str]:
    """Returns a function of SQL for a text, or for one that is cast to a blob.

    Damaged characters are replaced in a blob. SQLite calls no function with a text that has some,
    and ends the statement.
    """
    return lambda value: work(value if isinstance(value, str) else _decode_text(value))


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Runs the body as one transaction: committed completely or rolled back."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself if the disk is full; then there is no transaction.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
