"""A copy of the database: an error of its disk is not damage of the library."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.library.database_copy import copy_database
from producer_studio.library.recovery.backup_archive import write_archive


def test_a_copy_has_all_and_no_log(database: sqlite3.Connection, tmp_path: Path) -> None:
    copy_database(database, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        tables = "SELECT count(*) FROM sqlite_master"
        assert copy.execute(tables).fetchone() == tuple(database.execute(tables).fetchone())
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_copy_that_cannot_be_read_is_no_damage_of_the_library(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"what a bad sector returns".ljust(8192))
    with pytest.raises(OSError, match="Input/output error"):
        copy_database(database, copy)


def test_nor_is_one_that_is_packed_with_the_files(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"what a bad sector returns".ljust(8192))
    with pytest.raises(OSError, match="Input/output error"):
        write_archive(tmp_path, copy, tmp_path / "all.zip", lambda: False)
    assert not (tmp_path / "all.zip").exists()
