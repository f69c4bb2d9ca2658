"""The address by which SQLite opens a catalogue."""

import sqlite3
from contextlib import closing
from pathlib import Path, PureWindowsPath

import pytest

from producer_studio.library.connection import connect, database_uri


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (r"\\nas\music\library.db", "file:////nas/music/library.db"),
        (r"\\nas\my music\a#b%c\library.db", "file:////nas/my%20music/a%23b%25c/library.db"),
        (r"C:\Users\me\library.db", "file:///C:/Users/me/library.db"),
    ],
)
def test_windows_paths(path: str, uri: str) -> None:
    assert database_uri(PureWindowsPath(path)) == uri


def test_four_slashes_are_a_path_to_sqlite(tmp_path: Path) -> None:
    """SQLite reads them as a path with two slashes in front, and as no host."""
    with closing(sqlite3.connect(f"file:///{tmp_path / 'x.db'}?mode=rwc", uri=True)) as db:
        db.execute("CREATE TABLE t (x)")
    assert (tmp_path / "x.db").exists()


def test_odd_names_are_opened(tmp_path: Path) -> None:
    folder = tmp_path / "a#b %3F?mode=memory&x"
    folder.mkdir()
    with closing(connect(folder / "library.db", writes=True)) as db:
        db.execute("CREATE TABLE t (x)")
    assert (folder / "library.db").stat().st_size > 0
