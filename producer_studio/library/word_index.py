"""Word index: bulk changes of the rows that it covers."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_BULK_ROWS = 500
"""Fewer rows are indexed as fast without."""

_BULK_BYTES = 32 * 1024 * 1024
_BULK_CACHE_KIB = 64 * 1024
"""Pages of the indexes that bulk changes read and write again and again, in memory."""
_DEFAULTS = {"automerge": 4, "hashsize": 1024 * 1024}


@contextmanager
def bulk_indexing(db: sqlite3.Connection, rows: int) -> Iterator[None]:
    """Indexes many rows of the body in memory, and merges nothing meanwhile.

    Later changes merge by and by, as always. Inside a transaction: if it is rolled back, so are the
    settings.
    """
    if rows < _BULK_ROWS:
        yield
        return
    (cache_size,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")
    try:
        _configure(db, {"automerge": 0, "hashsize": _BULK_BYTES})
        yield
        _configure(db, _DEFAULTS)
    finally:
        db.execute(f"PRAGMA cache_size = {cache_size}")


def _configure(db: sqlite3.Connection, values: dict[str, int]) -> None:
    db.executemany("INSERT INTO words(words, rank) VALUES (?, ?)", list(values.items()))
