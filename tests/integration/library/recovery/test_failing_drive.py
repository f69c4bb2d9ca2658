"""A drive that reports errors while a library is opened: nothing is rebuilt or moved for that."""

import os
import sqlite3
import stat
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.library import Library
from producer_studio.library.internal_files import DATABASE
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


def read_nothing_from(path: Path) -> None:
    """Makes every read of an open file report an error of the device."""
    # The first megabytes of a process are not mapped.
    dead = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
    for link in Path("/proc/self/fd").iterdir():
        if link.is_symlink() and link.readlink() == path:
            os.dup2(dead, int(link.name), inheritable=False)
    os.close(dead)


_DEVICE_ERROR = "*** in database main ***\nTree 5 page 7: unable to get the page. error code=266"
"""SQLite's words for a page that the drive does not deliver."""


class FailingCheck(sqlite3.Connection):
    """Connection whose file cannot be read when its pages are checked for the first time."""

    path = Path()
    checks = 0

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if "_check" in sql:
            FailingCheck.checks += 1
            if FailingCheck.checks == 1:
                read_nothing_from(FailingCheck.path)
        return super().execute(sql, *args)


class FailedCheck(sqlite3.Connection):
    """Connection whose file can never be read when its pages are checked."""

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if "_check" in sql:
            return super().execute("SELECT ?", [_DEVICE_ERROR])
        return super().execute(sql, *args)


@pytest.fixture
async def closed_library(tmp_path: Path, make_clip: MakeClip) -> Path:
    folder = tmp_path / "library"
    library = await Library.open(folder)
    await library.clips.add([make_clip(title="kept")])
    await library.close()
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="open files are replaced by /proc")
async def test_a_page_that_can_be_read_again_is_not_damaged(
    closed_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FailingCheck, "path", closed_library / DATABASE)
    monkeypatch.setattr(FailingCheck, "checks", 0)
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FailingCheck))
        await (await Library.open(closed_library)).close()
    assert FailingCheck.checks >= 2
    assert_untouched(closed_library)


async def test_a_page_that_cannot_be_read_is_not_damaged(
    closed_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FailedCheck))
        with pytest.raises(StorageError, match="Check that the disk is connected"):
            await Library.open(closed_library)
    assert_untouched(closed_library)


@pytest.mark.parametrize("call", range(8))
async def test_a_database_is_not_missing_because_the_drive_cannot_tell(
    closed_library: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat = os.lstat
    calls = 0

    def lstat_failing(path: Any, *args: Any, **options: Any) -> os.stat_result:
        nonlocal calls
        if Path(path) == closed_library / DATABASE:
            calls += 1
            if calls == call + 1:
                raise OSError(5, "Input/output error", str(path))
        return lstat(path, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", lstat_failing)
        patched.setattr(Path, "lstat", lambda path: lstat_failing(path))
        with suppress(StorageError):  # or it is opened: the error was one of many calls
            await (await Library.open(closed_library)).close()
    assert_untouched(closed_library)


def assert_untouched(folder: Path) -> None:
    names = [path.name for path in folder.iterdir() if path.name.startswith("library")]
    assert [name for name in names if not name.startswith(DATABASE)] == []
    assert stat.S_ISREG((folder / DATABASE).lstat().st_mode)
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM clips").fetchone() == (1,)
