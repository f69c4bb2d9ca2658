"""Row reader for damaged tables."""

import logging
import sqlite3
from collections.abc import Generator, Iterator

log = logging.getLogger(__name__)

_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""Column names may be damaged, too."""

_MAX_LOOKUPS = 100_000
"""Maximum number of rows between two damaged pages that are read one by one."""


def scan_rows(db: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """Yields a table's rows by row number, except damaged ones.

    Yields nothing for a view, a virtual table or a table with generated columns, which another
    program's file may have under one of our names: none of their code is executed.

    Args:
        db: Opened by `inspection.open_untrusted`.
        table: One of ours; it may be missing.
    """
    if not _is_plain_table(db, table):
        return
    first_bad = yield from _scan_forwards(db, table)
    if first_bad is None:
        return
    log.warning("Table %s is damaged after row %d", table, first_bad)
    last_bad, rows = _scan_backwards(db, table, first_bad)
    if last_bad - first_bad <= _MAX_LOOKUPS:
        for number in range(first_bad + 1, last_bad):
            yield from _read_row(db, table, number)
    yield from reversed(rows)


def is_table_readable(db: sqlite3.Connection, table: str) -> bool:
    """Whether a table exists and each of its rows can be read; see `scan_rows`."""
    if not _is_plain_table(db, table):
        return False
    try:
        for _ in db.execute(f"SELECT * FROM {table} NOT INDEXED"):  # noqa: S608 - our names
            pass
    except _DAMAGE:
        return False
    return True


def _scan_forwards(db: sqlite3.Connection, table: str) -> Generator[sqlite3.Row, None, int | None]:
    """Yields rows up to the first damage; returns the last good row's number then, None at the end.

    A generator for `yield from`.
    """
    last = 0
    try:
        for row in db.execute(f"SELECT rowid AS _number, * FROM {table} ORDER BY rowid"):  # noqa: S608 - our names
            last = row["_number"]
            yield row
    except _DAMAGE:
        return last
    return None


def _scan_backwards(
    db: sqlite3.Connection, table: str, until: int
) -> tuple[int, list[sqlite3.Row]]:
    rows: list[sqlite3.Row] = []
    try:
        query = f"SELECT rowid AS _number, * FROM {table} WHERE rowid > ? ORDER BY rowid DESC"  # noqa: S608 - our names
        found = db.execute(query, (until,))
        while row := found.fetchone():
            rows.append(row)
    except _DAMAGE:
        log.debug("Table %s is damaged before row %s", table, rows[-1]["_number"] if rows else "")
    return (rows[-1]["_number"] if rows else until), rows


def _read_row(db: sqlite3.Connection, table: str, number: int) -> Iterator[sqlite3.Row]:
    try:
        query = f"SELECT rowid AS _number, * FROM {table} WHERE rowid = ?"  # noqa: S608 - our names
        yield from db.execute(query, (number,)).fetchall()
    except _DAMAGE:
        return


def _is_plain_table(db: sqlite3.Connection, table: str) -> bool:
    try:
        found = db.execute(
            "SELECT type, sql FROM sqlite_master WHERE name = ? AND rootpage > 0", (table,)
        ).fetchall()
        columns = db.execute(f"PRAGMA table_xinfo({table})").fetchall()
    except _DAMAGE as error:
        log.warning("Cannot read table %s: %s", table, error)
        return False
    is_table = len(found) == 1 and found[0]["type"] == "table"
    return is_table and all(column["hidden"] == 0 for column in columns)
