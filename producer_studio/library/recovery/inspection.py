"""Read-only check of whether a database is a library, damaged, foreign or of a later version."""

import re
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.path_checks import path_exists
from producer_studio.library.connection import database_uri
from producer_studio.library.errors import UNREADABLE, LibraryDamaged, to_storage_error
from producer_studio.library.migrations import STEPS, read_version, require_known_version
from producer_studio.translation import mark

WHOLE_CHECK_BYTES = 16 * 1024 * 1024
"""The pages of databases of up to this size are checked at each opening (some 20 ms)."""

INDEX_CHECK_BYTES = 8 * 1024 * 1024
"""Up to this size, each index entry is checked, too (some 30 ms)."""

_MAX_VALUE_BYTES = 64 * 1024 * 1024
_OWN_TABLES = frozenset({"clips", "details", "jobs", "ledger"})
_SQLITE_TABLES = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})
_SHADOW_TABLE_PREFIX = "words_"
"""Prefix of the names of the word index's shadow tables; SQLite generates their SQL."""

_HEADER_BYTES = 100
_LOG_VERSIONS = b"\x02\x02"
"""Versions of the file format in the header of a database with a log."""

_PAGE_ERROR = re.compile(r"error code=(\d+)")
"""SQLite's error code for a page, in the text of its checks."""

_READ_BYTES = 1 << 20

Schema = frozenset[tuple[str, str, str, str]]


@contextmanager
def open_untrusted(path: Path, *, in_use: bool = False) -> Iterator[sqlite3.Connection]:
    """Opens any database file read-only.

    Nothing of a foreign schema is executed as long as only `sqlite_master` and plain tables are
    read. One of our indexes uses JSON, which SQLite does not allow in an untrusted schema.

    Args:
        in_use: Whether another process may be writing to it. If not, no files are created beside a
            database that has no log.
    """
    suffix = "" if in_use or _has_log(path) else "&immutable=1"
    with closing(
        sqlite3.connect(f"{database_uri(path)}?mode=ro{suffix}", uri=True, isolation_level=None)
    ) as db:
        db.row_factory = sqlite3.Row
        db.text_factory = lambda text: text.decode("utf-8", "replace")
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
        db.execute("PRAGMA query_only = ON")
        try:
            yield db
        except UnicodeDecodeError as error:
            # SQLite's messages then contain the damaged names, which Python cannot decode.
            raise sqlite3.DatabaseError("its tables' names are damaged") from error


def find_damage(path: Path, *, whole: bool = False, in_use: bool = True) -> str:
    """Returns why a file is not a usable library database; empty if it is one.

    Args:
        whole: Whether every page and index entry is checked, also of a large file.
        in_use: Whether another process may be writing to it.

    Raises:
        LibraryTooNew: A later version wrote it.
        StorageError: It cannot be read now.
        OSError: The same, with an error of the system.
    """
    found = _find_damage(path, whole, in_use)
    if not found:
        return ""
    # SQLite's checks report a page that the disk did not deliver as if its content were wrong.
    _read_whole(path)
    found = _find_damage(path, whole, in_use)
    if (code := _PAGE_ERROR.search(found)) and int(code[1]) & 0xFF == sqlite3.SQLITE_IOERR:
        raise StorageError(UNREADABLE, service_words=found)
    return found


def _read_whole(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(_READ_BYTES):
            pass


def _find_damage(path: Path, whole: bool, in_use: bool) -> str:
    try:
        if path.stat().st_size < _HEADER_BYTES:
            return mark("it is too short for a database")
        if is_truncated(path):
            return mark("it is truncated")
        with open_untrusted(path, in_use=in_use) as db:
            if wrong := _find_schema_problem(read_version(db), read_schema(db)):
                return wrong
            size = path.stat().st_size
            if whole or size <= WHOLE_CHECK_BYTES:
                # A wrong index hides rows: clips are in no list, and paid jobs are not resumed.
                is_short = size <= INDEX_CHECK_BYTES
                check = "integrity_check" if whole or is_short else "quick_check"
                said: str = db.execute(f"PRAGMA {check}(1)").fetchone()[0]
                return "" if said == "ok" else said
            return ""
    except sqlite3.DatabaseError as error:
        known = to_storage_error(error)
        if known is None or isinstance(known, LibraryDamaged):
            # Any other error of SQLite is caused by the file's content.
            return str(error)
        raise known from error


def is_blank(path: Path) -> bool:
    """Whether a database has neither tables nor a version yet."""
    try:
        with open_untrusted(path, in_use=True) as db:
            return not read_schema(db) and read_version(db) == 0 and not is_truncated(path)
    except sqlite3.DatabaseError:
        return False


def read_schema(db: sqlite3.Connection) -> Schema:
    """Reads all schema objects, except those that SQLite adds by itself."""
    found = db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return frozenset(
        (kind, name, table, _normalize_sql(name, sql))
        for kind, name, table, sql in found
        if not (kind == "table" and name in _SQLITE_TABLES)
    )


@cache
def expected_schema(version: int) -> Schema:
    """Returns the schema of a library database of a version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for step in STEPS[:version]:
            step(db)
        return read_schema(db)


def _find_schema_problem(version: int, found: Schema) -> str:
    if 0 < version <= len(STEPS):
        return (
            ""
            if found == expected_schema(version)
            else mark("its tables are not the expected ones")
        )
    names = {name for kind, name, _, _ in found if kind == "table"}
    if names >= _OWN_TABLES and not any(
        found == expected_schema(known) for known in range(1, len(STEPS) + 1)
    ):
        require_known_version(version)
    if names >= _OWN_TABLES:
        return mark("its version, {version}, is wrong", version=version)
    return mark("it is not a database of this program")


def _normalize_sql(name: str, sql: str) -> str:
    if name.startswith(_SHADOW_TABLE_PREFIX):
        return sql.split("(")[0].split(" ")[1] if " " in sql else ""
    return " ".join(sql.split())


def uses_log(path: Path) -> bool:
    """Whether a database keeps its changes in a log (WAL); otherwise in a journal."""
    with path.open("rb") as file:
        return file.read(_HEADER_BYTES)[18:20] == _LOG_VERSIONS


def _has_log(path: Path) -> bool:
    """Whether a log or a journal has changes that belong to the database."""
    for end in ("-wal", "-journal"):
        log = path.with_name(f"{path.name}{end}")
        if path_exists(log) and log.stat().st_size > 0:
            return True
    return False


def is_truncated(path: Path) -> bool:
    """Whether the file has fewer pages than its header states (a log may contain the rest)."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        return True
    # Another process with a journal writes the header before the pages: looked for before the size.
    if _has_log(path):
        return False
    [page] = struct.unpack(">H", header[16:18])
    [pages] = struct.unpack(">I", header[28:32])
    return bool(path.stat().st_size < pages * (65536 if page == 1 else page))
