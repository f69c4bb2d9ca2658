"""What can still be read of a damaged catalogue, row by row."""

import logging
import sqlite3
from contextlib import suppress
from pathlib import Path

from producer_studio.domain.faults import FaultKind, FaultRecord
from producer_studio.domain.job import JobState
from producer_studio.library import clips, jobs
from producer_studio.library.confinement import confined, is_plain_file
from producer_studio.library.header_repair import readable
from producer_studio.library.record import clip_from
from producer_studio.library.row_scan import rows_of

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
    if not is_plain_file(source):
        return
    # Another program's tables may have our names, but not our columns.
    with suppress(KeyError, IndexError), readable(source) as old:
        if with_clips:
            _take_clips(db, library, old)
        for row in rows_of(old, "jobs"):
            _take_job(db, row)
        for table, columns in _COPIED.items():
            if table in {"ledger", "answers"} and _holds_any(db, table):
                continue
            marks = ", ".join("?" * len(columns.split(",")))
            taken = f"INSERT OR IGNORE INTO {table}({columns}) VALUES ({marks})"  # noqa: S608 - our names
            names = columns.split(", ")
            for row in rows_of(old, table):
                if table != "peaks" or _has_clip(db, row["clip"]):
                    _copy(db, taken, [row[name] for name in names])


def _copy(db: sqlite3.Connection, insert: str, values: list[object]) -> None:
    try:
        db.execute(insert, values)
    except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError) as error:
        # A value of another type than its column's: that row alone is lost.
        log.warning("A row could not be taken over: %s (%s)", error, insert[:40])


def _take_clips(db: sqlite3.Connection, library: Path, old: sqlite3.Connection) -> None:
    """Adds clips that no folder tells of; a row whose folder was behind it counts before that."""
    behind = {row["clip"] for row in rows_of(old, "stale_sidecars")}
    details = {row["seq"]: dict(row) for row in rows_of(old, "details")}
    for row in rows_of(old, "clips"):
        values = details.get(row["seq"])
        if values is None or not isinstance(row["id"], str):
            continue
        known = _has_clip(db, row["id"])
        if known and row["id"] not in behind:
            continue
        clip = clip_from({"registered": "[]"} | values | dict(row), library)
        if known:
            clips.write(db, library, clip)
        elif confined(library, str(values["folder"])) is not None:
            clips.insert(db, library, clip, values["folder"], clip.added_at)


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
