"""Pages of a damaged database that name its tables, as SQLite stores them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from producer_studio.library.migrations import STEPS

_PAGE_SIZE = 4096
_PAGE_COUNT = slice(28, 32)
"""Page count field of the header; zero makes SQLite count the file's pages itself."""

_FREE_PAGES = slice(32, 40)
_MAX_MISSING_BYTES = 1 << 30
"""The copy is sparse: missing pages use no disk space."""


def replace_schema(path: Path) -> None:
    """Writes the schema of a new database over that of a file, and repairs its header."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        for step in STEPS:
            step(db)
        made = db.serialize()
    with path.open("rb+") as file:
        for number in _schema_pages(made):
            start = (number - 1) * _PAGE_SIZE
            file.seek(start)
            file.write(made[start : start + _PAGE_SIZE])
    repair_header(path)


def _schema_pages(made: bytes) -> list[int]:
    """Returns the numbers of the pages of `sqlite_master`: the first one, and its children."""
    cells = int.from_bytes(made[103:105], "big")
    places = [int.from_bytes(made[at : at + 2], "big") for at in range(112, 112 + 2 * cells, 2)]
    return [1, *(int.from_bytes(made[at : at + 4], "big") for at in (*places, 108))]


def repair_header(path: Path) -> None:
    """Lets SQLite count the pages, and appends empty ones for those that are missing at the end."""
    with path.open("rb+") as file:
        page = bytearray(file.read(_PAGE_SIZE)).ljust(_PAGE_SIZE, b"\0")
        size = max(path.stat().st_size, _PAGE_SIZE)
        counted = _PAGE_SIZE * int.from_bytes(page[_PAGE_COUNT], "big")
        if size < counted <= size + _MAX_MISSING_BYTES:
            size = counted
        page[_PAGE_COUNT] = bytes(4)
        page[_FREE_PAGES] = bytes(8)
        file.seek(0)
        file.write(page)
        file.truncate(-(-size // _PAGE_SIZE) * _PAGE_SIZE)
