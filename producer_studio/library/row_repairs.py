"""Repairs of rows that would be in no list, or leave no number for further rows."""

import logging
import sqlite3

from producer_studio.library.connection import transaction

log = logging.getLogger(__name__)

_LARGEST = 2**53
"""Larger numbers are not counted: they come from damage, or from a foreign database."""


_CONTRADICTING = """
SELECT seq FROM clips WHERE trashed < 0 OR trashed > 1 UNION
SELECT seq FROM clips JOIN details USING (seq) WHERE trashed = 1 AND coalesce(trashed_at, '') = ''
"""


def repair_trash(db: sqlite3.Connection) -> None:
    """Decides by the time in its details where a clip belongs that is half in the trash.

    It would be in no list, or could be neither restored nor deleted.
    """
    found = db.execute(_CONTRADICTING).fetchall()
    if not found:
        return
    log.warning("Repairing the trash: %d clips", len(found))
    with transaction(db):
        db.executemany(
            "UPDATE clips SET trashed = coalesce((SELECT coalesce(trashed_at, '') <> '' "
            "FROM details WHERE details.seq = clips.seq), 0) WHERE seq = ?",
            [(row["seq"],) for row in found],
        )


def repair_row_numbers(db: sqlite3.Connection) -> None:
    """Renumbers the rows beyond all counting, in their order, in tables that count their rows.

    SQLite gives the next row the number after the largest ever used. If there is none, it reports
    a full disk for every row that is added.
    """
    found = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    ).fetchall()
    damaged = [row["name"] for row in found if _is_damaged(db, row["name"])]
    if not damaged:
        return
    log.warning("Renumbering rows of damaged tables: %s", ", ".join(damaged))
    with transaction(db):
        for table in damaged:
            _renumber(db, table)


def _is_damaged(db: sqlite3.Connection, table: str) -> bool:
    largest = db.execute(f"SELECT max(seq) FROM {table}").fetchone()[0]  # noqa: S608 - our names
    counted = db.execute(
        "SELECT 1 FROM sqlite_sequence WHERE name = ? AND (typeof(seq) <> 'integer' OR seq > ?)",
        (table, _LARGEST),
    ).fetchone()
    return counted is not None or (largest or 0) > _LARGEST


def _renumber(db: sqlite3.Connection, table: str) -> None:
    last: int = db.execute(
        f"SELECT coalesce(max(seq), 0) FROM {table} WHERE seq <= ?",  # noqa: S608 - our names
        (_LARGEST,),
    ).fetchone()[0]
    beyond = db.execute(
        f"SELECT seq FROM {table} WHERE seq > ? ORDER BY seq",  # noqa: S608 - our names
        (_LARGEST,),
    ).fetchall()
    for row in beyond:
        last += 1
        db.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (last, row["seq"]))  # noqa: S608
    db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    db.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", (table, last))
