"""Recovery of readable rows from a damaged library database."""

import json
import logging
import shutil
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.library import clip_sql, file_sql, job_sql
from producer_studio.library.clip_row_mapping import LATER_COLUMN_DEFAULTS, clip_from_row
from producer_studio.library.errors import to_storage_error
from producer_studio.library.path_confinement import clear_path, is_plain_file, resolve_inside
from producer_studio.library.recovery.inspection import is_truncated, open_untrusted
from producer_studio.library.recovery.schema_pages import repair_header, replace_schema
from producer_studio.library.recovery.tables_to_copy import (
    CLIP_TABLES,
    COPIED_COLUMNS,
    KEYED_TABLES,
    UNKEYED_TABLES,
)
from producer_studio.translation import mark

COPY_NAME = "salvaging.db"


@contextmanager
def open_damaged_database(source: Path) -> Iterator[sqlite3.Connection]:
    """Opens a damaged database for reading as far as possible; the file itself is not changed.

    If SQLite rejects the whole file, a copy beside it is read: with a new page count, and if
    necessary with the schema of a new database, whose tables begin at the same pages. As a last
    resort, only tables with readable definitions are read.
    """
    if _lists_tables(source) and not is_truncated(source):
        with open_untrusted(source) as db:
            yield db
        return
    copy = source.with_name(COPY_NAME)
    clear_path(copy)
    shutil.copyfile(source, copy)
    try:
        repair_header(copy)
        if not _lists_tables(copy):
            replace_schema(copy)
        is_lenient = not _lists_tables(copy)
        if is_lenient:
            shutil.copyfile(source, copy)
            repair_header(copy)
        with open_untrusted(copy) as db:
            if is_lenient:
                # Nothing can be written; definitions that cannot be read are skipped.
                db.execute("PRAGMA writable_schema = ON")
            yield db
    finally:
        copy.unlink()


def _lists_tables(path: Path) -> bool:
    try:
        with open_untrusted(path) as db:
            found: int = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return found > 0
    except sqlite3.DatabaseError:
        return False


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


_OUTCOME_UNKNOWN_ERROR = ErrorRecord(
    kind=ErrorKind.OUTCOME_UNKNOWN,
    message=mark(
        "This comes from an older or damaged database, so it may have been sent already. Check "
        "your account at the service before sending it again."
    ),
)


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
    try:
        if not is_plain_file(source):
            return False
    except OSError as error:
        log.warning("Cannot look up a database to salvage: %s", error)
        return False
    with open_damaged_database(source) as old:
        has_all_jobs = is_table_readable(old, "jobs")
        for row in scan_rows(old, "jobs"):
            with savepoint_per_row(db):
                _salvage_job(db, row)
        _add_missing_entries(db, old)
        if with_clips:
            _salvage_clips(db, library, old)
        for table in KEYED_TABLES:
            _copy_missing_rows(db, old, table)
        _add_missing_entries(db, old, UNKEYED_TABLES)
    return has_all_jobs


def _copy_missing_rows(
    db: sqlite3.Connection, old: sqlite3.Connection, table: str, conflict: str = "IGNORE"
) -> None:
    """Copies the rows of a table whose keys the new database lacks, or REPLACEs those it has."""
    insert = _insert_statement(f"INSERT OR {conflict}", table)
    for row in scan_rows(old, table):
        with savepoint_per_row(db):
            if table not in CLIP_TABLES or _has_clip(db, row["clip"]):
                db.execute(insert, _values(row, table))


def copy_purchases(
    db: sqlite3.Connection, current: Path, *, replaces_checksums: bool = True
) -> None:
    """Updates presses, jobs, responses and ledger of a backup to those of the current database.

    Args:
        db: A copy of the backup, in a transaction.
        current: The database to be replaced; unreadable rows are omitted.
        replaces_checksums: Whether the files are those of the current database, and not those of
            the backup.
    """
    newer = ", ".join(f"{name} = excluded.{name}" for name in COPIED_COLUMNS["jobs"][1:])
    put = f"{_insert_statement('INSERT', 'jobs')} ON CONFLICT(id) DO UPDATE SET {newer}"
    with open_damaged_database(current) as old:
        for row in scan_rows(old, "jobs"):
            with savepoint_per_row(db):
                _copy_job(db, put, row)
        _copy_missing_rows(db, old, "presses")
        _copy_missing_rows(db, old, "files", "REPLACE" if replaces_checksums else "IGNORE")
        _add_missing_entries(db, old)


def mark_unsent_jobs_unknown(db: sqlite3.Connection) -> None:
    """Marks queued jobs of an older copy as unknown, because they may have been sent since."""
    found = db.execute("SELECT * FROM jobs WHERE state IN ('queued', 'sending')").fetchall()
    for job in job_sql.parse_job_rows(found):
        job_sql.write_job(db, _mark_unknown(job))


def _add_missing_entries(
    db: sqlite3.Connection,
    old: sqlite3.Connection,
    tables: Sequence[str] = ("ledger", "answers"),
) -> None:
    """Adds missing rows of tables without a key, such as ledger entries."""
    for table in tables:
        columns = COPIED_COLUMNS[table]
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
    columns = COPIED_COLUMNS[table]
    return f"{verb} INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _values(row: sqlite3.Row, table: str) -> list[object]:
    """Returns the copied columns of a row; those that an older database lacks are NULL."""
    present = row.keys()
    return [row[name] if name in present else None for name in COPIED_COLUMNS[table]]


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
    values = dict(zip(COPIED_COLUMNS["jobs"], _values(row, "jobs"), strict=True))
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
        clip_sql.write_clip(db, library, clip)
        # Those of the older sidecar: a file may have been replaced since.
        file_sql.delete_checksums(db, clip.id)
    elif resolve_inside(library, str(values["folder"])) is not None:
        clip_sql.insert_clip(db, library, clip, values["folder"], clip.added_at)


def _salvage_job(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    found = job_sql.parse_job_rows([row])
    if not found:
        # Of a later version, or damaged: copied unchanged.
        _copy_job(db, _insert_statement("INSERT OR IGNORE", "jobs"), row)
    for job in found:
        if job_sql.read_job(db, job.id) is None:
            doubtful = job.state in {JobState.QUEUED, JobState.SENDING}
            job_sql.write_job(db, _mark_unknown(job) if doubtful else job)


def _mark_unknown(job: Job) -> Job:
    return job.with_changes(state=JobState.UNKNOWN, fault=_OUTCOME_UNKNOWN_ERROR)


def _has_clip(db: sqlite3.Connection, clip_id: str) -> bool:
    return db.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is not None
