"""Opens databases with a damaged first page or a missing end, through a repaired copy."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from producer_studio.library.migrations import STEPS
from producer_studio.library.path_confinement import clear_path
from producer_studio.library.recovery.inspection import is_truncated, open_untrusted

_PAGE_SIZE = 4096
_PAGE_COUNT = slice(28, 32)
"""Page count field of the header; zero makes SQLite count the file's pages itself."""

_FREE_PAGES = slice(32, 40)
_MAX_MISSING_BYTES = 1 << 30
"""The copy is sparse: missing pages use no disk space."""


@contextmanager
def open_damaged_database(source: Path) -> Iterator[sqlite3.Connection]:
    """Opens a damaged database for reading as far as possible; the file itself is not changed.

    If SQLite rejects the whole file, a copy beside it is read: with a new page count, and if
    necessary with the first page of a new database, whose tables begin at the same pages. As a last
    resort, only tables with readable definitions are read.
    """
    if _lists_tables(source) and not is_truncated(source):
        with open_untrusted(source) as db:
            yield db
        return
    copy = source.with_name("salvaging.db")
    clear_path(copy)
    shutil.copyfile(source, copy)
    try:
        _repair_header(copy, b"")
        if not _lists_tables(copy):
            _repair_header(copy, _build_first_page())
        is_lenient = not _lists_tables(copy)
        if is_lenient:
            shutil.copyfile(source, copy)
            _repair_header(copy, b"")
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


def _repair_header(path: Path, first_page: bytes) -> None:
    """Writes a first page, and appends empty pages for those that are missing at the end."""
    with path.open("rb+") as file:
        page = bytearray(first_page or file.read(_PAGE_SIZE)).ljust(_PAGE_SIZE, b"\0")
        size = max(path.stat().st_size, _PAGE_SIZE)
        counted = _PAGE_SIZE * int.from_bytes(page[_PAGE_COUNT], "big")
        if size < counted <= size + _MAX_MISSING_BYTES:
            size = counted
        page[_PAGE_COUNT] = bytes(4)
        page[_FREE_PAGES] = bytes(8)
        file.seek(0)
        file.write(page)
        file.truncate(-(-size // _PAGE_SIZE) * _PAGE_SIZE)


def _build_first_page() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        for step in STEPS:
            step(db)
        return db.serialize()[:_PAGE_SIZE]
