"""Word index: bulk changes of the rows that it covers."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from producer_studio.library.field_types import SqlValue
from producer_studio.library.text_folding import normalize_for_index

INDEXED_COLUMNS = ("title", "sound", "lyrics", "tags", "notes")
"""Columns of `details` whose words are indexed."""

BULK_ROWS = 500
"""Fewer rows are indexed as fast by the triggers."""

_AT_ONCE = 5_000
"""Rows whose texts are in memory at the same time."""
_BULK_BYTES = 32 * 1024 * 1024
_BULK_CACHE_KIB = 64 * 1024
"""Pages of the indexes that bulk changes read and write again and again, in memory."""
_DEFAULTS = {"automerge": 4, "hashsize": 1024 * 1024}
_NAMES = ", ".join(INDEXED_COLUMNS)
_ADD = f"INSERT INTO words(rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - our columns
_REMOVE = f"INSERT INTO words(words, rowid, {_NAMES}) VALUES ('delete', ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our columns
_READ = (
    f"SELECT seq, {', '.join(f'spaced({name})' for name in INDEXED_COLUMNS)} FROM details "  # noqa: S608 - our columns
    "WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq"
)


@contextmanager
def without_triggers(db: sqlite3.Connection, *names: str) -> Iterator[None]:
    """Runs the body, which does the work of some triggers for many rows itself, without them.

    A trigger that writes the index is a part of a statement that may have to be undone, so that
    SQLite writes the index to its tables for each row. Words of rows in ascending order that are
    written by statements of their own are gathered in memory, in an eighth of the time. Later
    changes merge them by and by, as always.

    Inside a transaction: if it is rolled back, so are the triggers and the settings.
    """
    marks = ", ".join("?" * len(names))
    removed = db.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN ({marks})",  # noqa: S608 - marks only
        names,
    ).fetchall()
    (cache_size,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")
    try:
        for name, _ in removed:
            db.execute(f"DROP TRIGGER {name}")
        _configure(db, {"automerge": 0, "hashsize": _BULK_BYTES})
        yield
        _configure(db, _DEFAULTS)
        for _, sql in removed:
            db.execute(sql)
    except BaseException:
        # Without them, the caller must not commit what was written so far.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    finally:
        db.execute(f"PRAGMA cache_size = {cache_size}")


def index_rows(db: sqlite3.Connection, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Indexes added rows of `details`, each with its sequence number and its texts.

    They are written in ascending order: see `without_triggers`.
    """
    ordered = sorted(rows, key=lambda row: row[0])
    db.executemany(_ADD, ((seq, *map(normalize_for_index, texts)) for seq, texts in ordered))


def update_in_bulk(
    db: sqlite3.Connection, column: str, values: Sequence[tuple[SqlValue, int]]
) -> None:
    """Sets an indexed column of `details` in many rows, and updates the index.

    Args:
        values: Values with the sequence numbers of their rows.
    """
    place = 1 + INDEXED_COLUMNS.index(column)
    ordered = sorted(values, key=lambda pair: pair[1])
    with without_triggers(db, "details_changed"):
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            stored = db.execute(_READ, [json.dumps([seq for _, seq in part])]).fetchall()
            db.executemany(f"UPDATE details SET {column} = ? WHERE seq = ?", part)  # noqa: S608 - our columns
            new = {seq: normalize_for_index(str(value)) for value, seq in part}
            for row in stored:
                before = tuple(row)
                after = (*before[:place], new[before[0]], *before[place + 1 :])
                if after != before:
                    db.execute(_REMOVE, before)
                    db.execute(_ADD, after)


def _configure(db: sqlite3.Connection, values: dict[str, int]) -> None:
    db.executemany("INSERT INTO words(words, rank) VALUES (?, ?)", list(values.items()))
