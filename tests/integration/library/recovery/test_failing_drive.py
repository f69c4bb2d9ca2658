"""A drive that reports errors while a library is opened: nothing is rebuilt or moved for that."""

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.library import Library
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.recovery.backup_restore import restore_backup
from producer_studio.library.recovery.relocation import move_library
from producer_studio.library.recovery.requested_rebuild import rebuild_library
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


@contextmanager
def failing_once(
    prefixes: tuple[str, ...], call: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], bool]]:
    """Lets one look-up or listing of paths that begin so fail; yields whether it has."""
    calls = 0

    def failing(function: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any = ".", *args: Any, **options: Any) -> Any:
            nonlocal calls
            name = "" if isinstance(path, int) else os.fsdecode(path)
            if name.startswith(prefixes):
                calls += 1
                if calls == call + 1:
                    raise OSError(5, "Input/output error", str(path))
            return function(path, *args, **options)

        return look

    with monkeypatch.context() as patched:
        for name in ("lstat", "stat", "scandir", "listdir"):
            patched.setattr(os, name, failing(getattr(os, name)))
        yield lambda: calls > call


_BACKUP = "library of mine.db"
WORK: dict[str, Callable[[Path, Path], object]] = {
    "move": lambda folder, new: move_library(folder, new, lambda _done, _all: None, lambda: False),
    "restore": lambda folder, _new: restore_backup(folder, folder / BACKUPS / _BACKUP),
    "rebuild": lambda folder, _new: rebuild_library(folder),
}


@pytest.mark.parametrize("work", WORK)
async def test_nothing_is_left_out_or_replaced_when_one_lookup_fails(
    work: str, tmp_path: Path, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tmp_path / "original"
    library = await Library.open(original)
    clip = make_clip(title="kept")
    await library.clips.add([clip])
    found = await library.clips.find_folder(clip.id)
    assert found is not None
    song = found.relative_to(original) / "kept.wav"
    found.mkdir(parents=True, exist_ok=True)
    (original / song).write_bytes(b"RIFF....WAVE")
    await library.clips.wait_for_sidecars()
    await library.close()
    (original / BACKUPS).mkdir(exist_ok=True)
    shutil.copy(original / DATABASE, original / BACKUPS / _BACKUP)
    with closing(connect(original / DATABASE, writes=True)) as db:
        db.execute("UPDATE details SET notes = 'written since'")
    for call in range(400):
        folder, new = tmp_path / f"{call}", tmp_path / f"{call} new"
        shutil.copytree(original, folder)
        result: object = None
        prefixes = [str(folder / DATABASE)]
        if work == "move":  # a rebuild looks at each folder of a clip, and names those it cannot
            prefixes.append(str(folder / song.parts[0]))
        with failing_once(tuple(prefixes), call, monkeypatch) as has_failed:
            with suppress(StorageError):
                result = WORK[work](folder, new)
            if not has_failed():
                break
        assert (folder / song).exists(), call
        databases = [*folder.glob(f"{DATABASE}"), *folder.glob("library replaced *.db")]
        assert any(_has_notes(path) for path in databases), call
        if work == "move" and result is not None:
            assert (new / song).exists(), call
            assert _has_notes(new / DATABASE), call
        shutil.rmtree(folder)
        shutil.rmtree(new, ignore_errors=True)
    else:
        pytest.fail("there is no end of look-ups")


def _has_notes(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as db:
        return bool(db.execute("SELECT 1 FROM details WHERE notes = 'written since'").fetchone())


def assert_untouched(folder: Path) -> None:
    names = [path.name for path in folder.iterdir() if path.name.startswith("library")]
    assert [name for name in names if not name.startswith(DATABASE)] == []
    assert stat.S_ISREG((folder / DATABASE).lstat().st_mode)
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM clips").fetchone() == (1,)
