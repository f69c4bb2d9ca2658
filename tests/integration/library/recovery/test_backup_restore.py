"""Backups can be put back, whatever ends the program meanwhile."""

import errno
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import ErrorKind, StorageError
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library, LibraryTooNew
from producer_studio.library.connection import connect
from producer_studio.library.export_repository import StoredExport
from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.recovery import backup_restore
from producer_studio.library.recovery.backup_restore import (
    finish_restore,
    list_backups,
    restore_backup,
)
from producer_studio.library.recovery.library_contents import contains_library
from tests.integration.library.recovery.test_library_opener import damage_everything, found_in
from tests.support.library_fixtures import VERSION_1, MakeClip

pytestmark = pytest.mark.anyio

MINE = AccountName("mine")
WAITING = Job(id=JobId("a" * 32), state=JobState.QUEUED, account=MINE)
BOUGHT_LATER = Job(id=JobId("b" * 32), state=JobState.DONE, account=MINE, task_id=TaskId("later"))


def charged(amount: float) -> LedgerEntry:
    return LedgerEntry(account=MINE, kind=EntryKind.CHARGED, amount=amount)


@pytest.fixture
async def folder(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A library that was changed, and bought for, since its backup was made; closed."""
    library = await Library.open(tmp_path / "library")
    old = make_clip("Old", stars=4)
    await library.clips.add([old])
    await library.jobs.write(WAITING, [charged(1)])
    await library.back_up()
    await library.clips.edit([old.id], {ClipField.STARS: 1})
    await library.jobs.write(
        WAITING.with_changes(state=JobState.DONE, task_id=TaskId("t")), [charged(2)]
    )
    await library.jobs.write(BOUGHT_LATER, [charged(3)])
    await library.clips.add([make_clip("New")])
    await library.close()
    return library.folder


def content_of(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


async def state(folder: Path) -> tuple[dict[str, int], dict[str, JobState], list[float | None]]:
    library = await Library.open(folder)
    try:
        clips = await library.clips.get_many(await library.clips.list_ids())
        return (
            {clip.title: clip.stars for clip in clips},
            {job.id[0]: job.state for job in await library.jobs.list_jobs()},
            sorted(entry.amount or 0 for entry in await library.ledger.list_entries()),
        )
    finally:
        await library.close()


async def test_a_backup_is_put_back_and_nothing_that_was_bought_is_lost(folder: Path) -> None:
    [backup] = list_backups(folder)
    assert (backup.clips, backup.jobs, backup.problem) == (1, 1, "")
    restored = restore_backup(folder, backup.path)
    assert restored.replaced_database is not None
    assert restored.text == "2 clips, 2 jobs; clips newer than the backup: 1"
    with closing(connect(restored.replaced_database)) as db:
        assert db.execute("SELECT stars FROM clips ORDER BY seq").fetchone()[0] == 1
    stars, jobs, amounts = await state(folder)
    assert stars == {"Old": 4, "New": 0}
    # What is done is not sent again, and what was bought since is there.
    assert jobs == {"a": JobState.DONE, "b": JobState.DONE}
    assert amounts == [1, 2, 3]
    [recipe] = found_in(folder, "*/*/Old*/recipe.json")
    assert '"stars": 4' in recipe.read_text(encoding="utf-8")
    assert backup.path.exists()


async def test_a_job_that_waited_in_the_backup_of_a_lost_catalogue_is_doubted(
    folder: Path,
) -> None:
    [backup] = list_backups(folder)
    damage_everything(folder / DATABASE)
    restore_backup(folder, backup.path)
    library = await Library.open(folder)
    [job] = await library.jobs.list_jobs()
    await library.close()
    assert job.state is JobState.UNKNOWN
    assert job.fault is not None
    assert job.fault.kind is ErrorKind.OUTCOME_UNKNOWN


async def test_the_log_of_the_replaced_catalogue_goes_with_it(folder: Path) -> None:
    """It would be played into the restored one."""
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE clips SET stars = 2")
        log = (folder / f"{DATABASE}-wal").read_bytes()
    (folder / f"{DATABASE}-wal").write_bytes(log)
    restored = restore_backup(folder, list_backups(folder)[0].path)
    assert restored.replaced_database is not None
    assert (
        restored.replaced_database.with_name(f"{restored.replaced_database.name}-wal").read_bytes()
        == log
    )
    assert (await state(folder))[0] == {"Old": 4, "New": 0}


@pytest.mark.parametrize("kind", ["cut", "text", "foreign", "newer", "missing", "folder"])
async def test_what_is_no_whole_backup_changes_nothing(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "copy.db"
    path.write_bytes(list_backups(folder)[0].path.read_bytes())
    match kind:
        case "cut":
            os.truncate(path, path.stat().st_size // 2)
        case "text":
            path.write_text("no database " * 1000)
        case "foreign":
            path.unlink()
            with closing(sqlite3.connect(path)) as db:
                db.execute("CREATE TABLE songs (id)")
        case "newer":
            with closing(sqlite3.connect(path)) as db:
                db.execute("CREATE TABLE moods (id)")
                db.execute("PRAGMA user_version = 99")
        case _:
            path.unlink()
            if kind == "folder":
                path.mkdir()
    before = content_of(folder)
    fault = LibraryTooNew if kind == "newer" else StorageError
    with pytest.raises(fault, match=r"[Nn]othing was changed"):
        restore_backup(folder, path)
    assert content_of(folder) == before


async def test_an_open_library_is_not_replaced(folder: Path) -> None:
    library = await Library.open(folder)
    with pytest.raises(StorageError, match="The library is open"):
        restore_backup(folder, list_backups(folder)[0].path)
    await library.close()
    assert found_in(folder, "*replaced*") == []


@pytest.mark.parametrize("moved", [0, 1, 2])
async def test_a_swap_that_was_cut_off_is_finished_at_the_next_opening(
    folder: Path, tmp_path: Path, moved: int
) -> None:
    """After a kill between any two of its renames."""
    reference = tmp_path / "reference"
    reference.write_bytes(list_backups(folder)[0].path.read_bytes())
    (folder / f"{DATABASE}-wal").write_bytes(b"a log")
    reference.rename(folder / "restoring 2026-02-01 120000.0.db")
    for name in ("", "-wal")[:moved]:
        kept = folder / f"library replaced 2026-02-01 120000.0.db{name}"
        (folder / f"{DATABASE}{name}").rename(kept)
    library = await Library.open(folder)
    assert any("A backup was restored" in notice for notice in library.notices)
    [old] = await library.clips.get_many(await library.clips.list_ids("old"))
    assert old.stars == 4
    await library.close()
    assert [path.name for path in found_in(folder, "library replaced*")] == [
        "library replaced 2026-02-01 120000.0.db",
        "library replaced 2026-02-01 120000.0.db-wal",
    ]
    assert finish_restore(folder) is None


@pytest.mark.parametrize("kind", ["newer", "foreign", "fifo", "cut"])
async def test_a_ready_copy_that_is_not_usable_keeps_nobody_out(
    folder: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The program may have been replaced by an older one, or the folder come from elsewhere."""
    caplog.set_level(logging.ERROR)
    ready = folder / "restoring 2026-02-01 120000.0.db"
    ready.write_bytes(list_backups(folder)[0].path.read_bytes())
    match kind:
        case "newer":
            with closing(sqlite3.connect(ready)) as db:
                db.execute("CREATE TABLE moods (id)")
                db.execute("PRAGMA user_version = 99")
        case "foreign":
            ready.write_bytes(b"another program's " * 1000)
        case "fifo":
            ready.unlink()
            os.mkfifo(ready)
        case _:
            os.truncate(ready, 5000)
    stars, jobs, _ = await state(folder)
    assert stars == {"Old": 1, "New": 0}
    assert jobs == {"a": JobState.DONE, "b": JobState.DONE}


async def test_a_restored_database_that_cannot_be_looked_up_is_not_used_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was told as restored, and taken at a later start, with all changes until then lost."""
    stat = os.stat

    def fail(path: object, **options: Any) -> os.stat_result:
        if "restoring 2" in str(path):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return stat(path, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patches:
        patches.setattr(os, "stat", fail)
        patches.setattr(os, "lstat", lambda path: fail(path, follow_symlinks=False))
        with pytest.raises(StorageError, match="cannot be read"):
            restore_backup(folder, list_backups(folder)[0].path)
    stars, _, _ = await state(folder)
    assert stars == {"Old": 1, "New": 0}
    assert [path.name.partition(".db")[2][:9] for path in found_in(folder, "restoring*")] == [
        " not used"
    ]


async def test_copies_of_a_wrong_clock_push_no_backup_out(folder: Path) -> None:
    """With the clock ahead once, each new copy was deleted as the oldest right after its making."""
    [first] = list_backups(folder)
    for day in range(1, 7):
        ahead = first.path.with_name(f"library 2099-01-0{day} 000000.000000 v4.db")
        ahead.write_bytes(first.path.read_bytes())
    library = await Library.open(folder)
    made = [await library.back_up() for _ in range(2)]
    await library.close()
    assert all(path.exists() for path in made)
    assert [backup.path for backup in list_backups(folder)][:3] == [*made[::-1], first.path]
    assert len(list_backups(folder)) == 5


async def test_a_copy_with_a_name_of_the_users_own_is_never_deleted(folder: Path) -> None:
    [first] = list_backups(folder)
    for name in ("library 1 before the tour.db", "library zero.db"):
        (folder / BACKUPS / name).write_bytes(first.path.read_bytes())
    library = await Library.open(folder)
    made = [await library.back_up() for _ in range(6)]
    await library.close()
    names = [backup.path.name for backup in list_backups(folder)]
    assert names[:5] == [path.name for path in made[:0:-1]]
    assert sorted(names[5:]) == ["library 1 before the tour.db", "library zero.db"]


async def test_a_restore_from_an_old_version_pushes_no_backup_out(folder: Path) -> None:
    library = await Library.open(folder)
    for _ in range(5):
        await library.back_up()
    await library.close()
    before = [backup.path for backup in list_backups(folder)]
    assert len(before) == 5
    restore_backup(folder, VERSION_1)
    assert [backup.path for backup in list_backups(folder)] == before


async def test_backups_that_another_process_removes_are_not_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = list_backups(folder)
    gone = first.path.with_name("library 2026-01-01 000000.000000 v4.db")
    monkeypatch.setattr(backup_restore, "list_backup_files", lambda _folder: [gone, first.path])
    assert list_backups(folder) == [first]


async def test_a_restore_that_was_cut_off_is_no_missing_library(tmp_path: Path) -> None:
    library = await Library.open(tmp_path / "library")
    await library.jobs.write(BOUGHT_LATER, [])
    await library.close()
    catalogue = library.folder / DATABASE
    for left in ("restoring 2026-02-01 120000.0.db", "library damaged 2026-02-01 120000.0.db"):
        catalogue.rename(library.folder / left)
        assert contains_library(library.folder)
        again = await Library.open(library.folder)
        assert [job.id for job in await again.jobs.list_jobs()] == [BOUGHT_LATER.id]
        await again.close()


RESTORE = """
import sys
from pathlib import Path
from producer_studio.library.recovery.backup_restore import list_backups, restore_backup
folder = Path(sys.argv[1])
restore_backup(folder, list_backups(folder)[-1].path)
"""

BACK_UP = """
import asyncio, sys
from pathlib import Path
from producer_studio.library import Library

async def main() -> None:
    library = await Library.open(Path(sys.argv[1]))
    print("ready", flush=True)
    for _ in range(int(sys.argv[2])):
        await library.back_up()
    await library.close()

asyncio.run(main())
"""


def start(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE)


def kill_when_seen(folder: Path, pattern: str, script: str, *arguments: str) -> None:
    with start(script, *arguments) as process:
        while process.poll() is None and not any(folder.glob(pattern)):
            continue
        process.kill()


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize("stop_at", ["making", "kept", "ready"])
async def test_a_killed_restore_leaves_one_whole_catalogue(
    folder: Path, stop_at: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed as soon as one of its files is seen; the library has every clip and every job."""
    caplog.set_level(logging.ERROR)
    pattern = {"making": "*.part", "kept": "library replaced*", "ready": "restoring 2*"}[stop_at]
    for _ in range(5):
        kill_when_seen(folder, pattern, RESTORE, str(folder))
        stars, jobs, amounts = await state(folder)
        assert stars in ({"Old": 1, "New": 0}, {"Old": 4, "New": 0})
        assert jobs == {"a": JobState.DONE, "b": JobState.DONE}
        assert amounts == [1, 2, 3]
        assert found_in(folder, "restoring*") == []
        assert list_backups(folder)[-1].problem == ""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
async def test_a_killed_backup_leaves_nothing(folder: Path) -> None:
    for _ in range(5):
        kill_when_seen(folder / BACKUPS, "*.part", BACK_UP, str(folder), "1000")
        library = await Library.open(folder)
        await library.close()
        assert found_in(folder / BACKUPS, "*.part*") == []
    assert all(not backup.problem for backup in list_backups(folder))


async def test_two_processes_back_up_at_once(folder: Path) -> None:
    both = [start(BACK_UP, str(folder), "15") for _ in range(2)]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    backups = list_backups(folder)
    assert len(backups) == 5
    assert all(not backup.problem for backup in backups)


async def test_exports_that_were_not_finished_in_the_backup_do_not_go_on(
    library: Library,
) -> None:
    """They may have been finished since."""
    was_open = StoredExport("e1", ClipId("c1"), {}, datetime.now(UTC))
    await library.exports.add_open([was_open])
    backup = await library.back_up()
    await library.exports.finish([was_open], Path("/music/Song.wav"), datetime.now(UTC))
    await library.close()
    restore_backup(library.folder, backup)
    restored = await Library.open(library.folder)
    try:
        assert await restored.exports.list_open() == []
    finally:
        await restored.close()
