"""What can still be read of a damaged catalogue, row by row."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from producer_studio.domain.faults import FaultKind, FaultRecord
from producer_studio.domain.job import JobState
from producer_studio.library import clips, jobs
from producer_studio.library.record import COLUMNS, WITHOUT_REGISTERED, clip_from

log = logging.getLogger(__name__)

_PERHAPS_SENT = FaultRecord(
    kind=FaultKind.OUTCOME_UNKNOWN,
    message=(
        "The catalogue was damaged while this waited, so it may have been sent already. "
        "Look at the service before sending it again."
    ),
)
_COPIED = {
    "ledger": "account, kind, amount, job, note, at",
    "answers": "job, at, body",
    "drafts": "name, body",
    "peaks": "clip, bins",
}


def salvage(db: sqlite3.Connection, library: Path, source: Path, *, with_clips: bool) -> None:
    """Copies what a database still tells and the new one lacks; damage ends a table, not the rest.

    Args:
        db: The new database, in a transaction.
        library: The library's folder.
        source: The damaged one or a backup; opened without changing it.
        with_clips: Whether its clips count: those of an older copy may have been purged since.
    """
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old:
        old.row_factory = sqlite3.Row
        if with_clips:
            columns = _clip_columns(old)
            for row in _rows(old, f"SELECT {columns} FROM clips c JOIN details d USING (seq)"):  # noqa: S608 - our columns
                _take_clip(db, library, row)
        for row in _rows(old, "SELECT * FROM jobs ORDER BY seq"):
            _take_job(db, row)
        for table, columns in _COPIED.items():
            if table in {"ledger", "answers"} and _holds_any(db, table):
                continue
            marks = ", ".join("?" * len(columns.split(",")))
            taken = f"INSERT OR IGNORE INTO {table}({columns}) VALUES ({marks})"  # noqa: S608 - our names
            for row in _rows(old, f"SELECT {columns} FROM {table} ORDER BY rowid"):  # noqa: S608 - our names
                if table != "peaks" or _has_clip(db, row["clip"]):
                    db.execute(taken, tuple(row))


def _rows(old: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row]:
    try:
        yield from old.execute(query)
    except sqlite3.DatabaseError as error:
        log.warning("Reading stopped at damage: %s (%s)", error, query[:60])


def _clip_columns(old: sqlite3.Connection) -> str:
    """The columns that can be asked for: an older catalogue has fewer."""
    names = {row["name"] for row in _rows(old, "SELECT name FROM pragma_table_info('details')")}
    return COLUMNS if "registered" in names else WITHOUT_REGISTERED


def _take_clip(db: sqlite3.Connection, library: Path, row: sqlite3.Row) -> None:
    try:
        if not _has_clip(db, row["id"]):
            clip = clip_from(row, library)
            clips.insert(db, library, clip, row["folder"], clip.added_at)
    except (ValueError, TypeError, KeyError) as error:
        log.warning("A clip's row could not be read: %s", error)


def _take_job(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    for job in jobs.readable([row]):
        if jobs.get(db, job.id) is not None:
            return
        doubtful = job.state in {JobState.QUEUED, JobState.SENDING}
        jobs.put(db, job.with_(state=JobState.UNKNOWN, fault=_PERHAPS_SENT) if doubtful else job)


def _holds_any(db: sqlite3.Connection, table: str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608 - our tables


def _has_clip(db: sqlite3.Connection, clip_id: str) -> bool:
    return db.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is not None
