"""Recovery of readable rows from a damaged library database."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.library import clip_rows, job_rows
from producer_studio.library.errors import to_storage_error
from producer_studio.library.path_confinement import is_plain_file, resolve_inside
from producer_studio.library.recovery.header_repair import open_damaged_database
from producer_studio.library.recovery.row_scan import is_table_readable, scan_rows
from producer_studio.library.rows import LATER_COLUMN_DEFAULTS, clip_from_row

log = logging.getLogger(__name__)

_OUTCOME_UNKNOWN_ERROR = ErrorRecord(
    kind=ErrorKind.OUTCOME_UNKNOWN,
    message=(
        "This comes from an older or damaged database, so it may have been sent already. Check "
        "your account at the service before sending it again."
    ),
)
_COPIED_COLUMNS = {
    "jobs": (
        "id", "state", "account", "operation", "model", "task_id", "dismissed", "waited_s", "body",
    ),
    "ledger": ("account", "kind", "amount", "job", "note", "at"),
    "answers": ("job", "at", "body"),
    "drafts": ("name", "body"),
    "peaks": ("clip", "bins"),
}  # fmt: skip


_VALUE_ERRORS = (LookupError, ValueError, TypeError, OverflowError, AttributeError)
"""Raised for values that do not fit a clip, a job or a column."""


def salvage_rows(db: sqlite3.Connection, library: Path, source: Path, *, with_clips: bool) -> bool:
    """Copies readable rows that the new database lacks; damage ends one table, not the rest.

    Args:
        db: The new database, in a transaction.
        library: The library's folder.
        source: The damaged one or a backup; not changed.
        with_clips: Whether to copy clips: those of an older copy may have been deleted since.

    Returns:
        Whether all its jobs could be read.
    """
    if not is_plain_file(source):
        return False
    with open_damaged_database(source) as old:
        has_all_jobs = is_table_readable(old, "jobs")
        for row in scan_rows(old, "jobs"):
            with savepoint_per_row(db):
                _salvage_job(db, row)
        _add_missing_entries(db, old)
        if with_clips:
            _salvage_clips(db, library, old)
        for table in ("drafts", "peaks"):
            for row in scan_rows(old, table):
                with savepoint_per_row(db):
                    if table != "peaks" or _has_clip(db, row["clip"]):
                        db.execute(
                            _insert_statement("INSERT OR IGNORE", table), _values(row, table)
                        )
    return has_all_jobs


def copy_purchases(db: sqlite3.Connection, current: Path) -> None:
    """Updates jobs, responses and the ledger of a backup to those of the current database.

    Args:
        db: A copy of the backup, in a transaction.
        current: The database to be replaced; unreadable rows are omitted.
    """
    newer = ", ".join(f"{name} = excluded.{name}" for name in _COPIED_COLUMNS["jobs"][1:])
    put = f"{_insert_statement('INSERT', 'jobs')} ON CONFLICT(id) DO UPDATE SET {newer}"
    with open_damaged_database(current) as old:
        for row in scan_rows(old, "jobs"):
            with savepoint_per_row(db):
                _copy_job(db, put, row)
        _add_missing_entries(db, old)


def mark_unsent_jobs_unknown(db: sqlite3.Connection) -> None:
    """Marks queued jobs of an older copy as unknown, because they may have been sent since."""
    found = db.execute("SELECT * FROM jobs WHERE state IN ('queued', 'sending')").fetchall()
    for job in job_rows.parse_job_rows(found):
        job_rows.write_job(db, _mark_unknown(job))


def _add_missing_entries(db: sqlite3.Connection, old: sqlite3.Connection) -> None:
    """Adds missing responses and ledger entries."""
    for table in ("ledger", "answers"):
        columns = _COPIED_COLUMNS[table]
        same = " AND ".join(f"{name} IS ?{number + 1}" for number, name in enumerate(columns))
        missing = (
            f"INSERT INTO {table}({', '.join(columns)}) SELECT "  # noqa: S608 - our names
            f"{', '.join(f'?{number + 1}' for number in range(len(columns)))} "
            f"WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {same})"
        )
        for row in scan_rows(old, table):
            with savepoint_per_row(db):
                db.execute(missing, _values(row, table))


def _insert_statement(verb: str, table: str) -> str:
    columns = _COPIED_COLUMNS[table]
    return f"{verb} INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _values(row: sqlite3.Row, table: str) -> list[object]:
    return [row[name] for name in _COPIED_COLUMNS[table]]


@contextmanager
def savepoint_per_row(db: sqlite3.Connection) -> Iterator[None]:
    """Skips a row that does not fit: values of another type, tables of another program.

    Raises:
        sqlite3.DatabaseError: The disk rejects the write.
    """
    db.execute("SAVEPOINT one_row")
    try:
        yield
    except (sqlite3.DatabaseError, *_VALUE_ERRORS) as error:
        if isinstance(error, sqlite3.DatabaseError) and to_storage_error(error) is not None:
            raise
        log.warning("Cannot copy row: %s", error)
        db.execute("ROLLBACK TO one_row")
    db.execute("RELEASE one_row")


def _copy_job(db: sqlite3.Connection, insert: str, row: sqlite3.Row) -> None:
    """Copies a row unchanged, except that a body of invalid JSON is wrapped in JSON.

    The index on the body rejects invalid JSON.
    """
    values = dict(zip(_COPIED_COLUMNS["jobs"], _values(row, "jobs"), strict=True))
    try:
        db.execute(insert, list(values.values()))
    except sqlite3.OperationalError as error:
        if to_storage_error(error) is not None:
            raise
        values["body"] = json.dumps({"unread": str(values["body"])})
        db.execute(insert, list(values.values()))


def _salvage_clips(db: sqlite3.Connection, library: Path, old: sqlite3.Connection) -> None:
    """Adds clips without a folder, and clips whose row is newer than their folder's sidecar."""
    behind: set[object] = set()
    details: dict[int, dict[str, Any]] = {}
    with savepoint_per_row(db):
        behind |= {row["clip"] for row in scan_rows(old, "stale_sidecars")}
    with savepoint_per_row(db):
        details |= {row["seq"]: dict(row) for row in scan_rows(old, "details")}
    for row in scan_rows(old, "clips"):
        with savepoint_per_row(db):
            _salvage_clip(db, library, row, details, is_sidecar_stale=row["id"] in behind)


def _salvage_clip(
    db: sqlite3.Connection,
    library: Path,
    row: sqlite3.Row,
    details: dict[int, dict[str, Any]],
    *,
    is_sidecar_stale: bool,
) -> None:
    values = details.get(row["seq"])
    known = _has_clip(db, row["id"])
    if values is None or not isinstance(row["id"], str) or (known and not is_sidecar_stale):
        return
    clip = clip_from_row(LATER_COLUMN_DEFAULTS | values | dict(row), library)
    if known:
        clip_rows.write_clip(db, library, clip)
    elif resolve_inside(library, str(values["folder"])) is not None:
        clip_rows.insert_clip(db, library, clip, values["folder"], clip.added_at)


def _salvage_job(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    found = job_rows.parse_job_rows([row])
    if not found:
        # Of a later version, or damaged: copied unchanged.
        _copy_job(db, _insert_statement("INSERT OR IGNORE", "jobs"), row)
    for job in found:
        if job_rows.read_job(db, job.id) is None:
            doubtful = job.state in {JobState.QUEUED, JobState.SENDING}
            job_rows.write_job(db, _mark_unknown(job) if doubtful else job)


def _mark_unknown(job: Job) -> Job:
    return job.with_changes(state=JobState.UNKNOWN, fault=_OUTCOME_UNKNOWN_ERROR)


def _has_clip(db: sqlite3.Connection, clip_id: str) -> bool:
    return db.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is not None
