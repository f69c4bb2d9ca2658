"""Backups can be put back, whatever ends the program meanwhile."""

import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.change import ClipField
from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.faults import FaultKind, StorageFault
from producer_studio.domain.ids import AccountName, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library import Library, LibraryTooNew
from producer_studio.library.backup_restore import finish_restore, list_backups, restore_backup
from producer_studio.library.connection import connect
from producer_studio.library.own_files import BACKUPS, DATABASE

from .conftest import MakeClip
from .test_opening import damage_everything, found_in

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
    await library.add([old])
    await library.put_job(WAITING, [charged(1)])
    await library.back_up()
    await library.edit([old.id], {ClipField.STARS: 1})
    await library.put_job(WAITING.with_(state=JobState.DONE, task_id=TaskId("t")), [charged(2)])
    await library.put_job(BOUGHT_LATER, [charged(3)])
    await library.add([make_clip("New")])
    await library.close()
    return library.folder


def content_of(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


async def state(folder: Path) -> tuple[dict[str, int], dict[str, JobState], list[float | None]]:
    library = await Library.open(folder)
    try:
        clips = await library.rows(await library.ids())
        return (
            {clip.title: clip.stars for clip in clips},
            {job.id[0]: job.state for job in await library.jobs()},
            sorted(entry.amount or 0 for entry in await library.ledger()),
        )
    finally:
        await library.close()


async def test_a_backup_is_put_back_and_nothing_that_was_bought_is_lost(folder: Path) -> None:
    [backup] = list_backups(folder)
    assert (backup.clips, backup.jobs, backup.problem) == (1, 1, "")
    restored = restore_backup(folder, backup.path)
    assert restored.kept is not None
    with closing(connect(restored.kept)) as db:
        assert db.execute("SELECT stars FROM clips ORDER BY seq").fetchone()[0] == 1
    stars, jobs, amounts = await state(folder)
    assert stars == {"Old": 4, "New": 0}
    # What is done is not sent again, and what was bought since is there.
    assert jobs == {"a": JobState.DONE, "b": JobState.DONE}
    assert amounts == [1, 2, 3]
    [recipe] = found_in(folder, "*/Old*/recipe.json")
    assert '"stars": 4' in recipe.read_text(encoding="utf-8")
    assert backup.path.exists()


async def test_a_job_that_waited_in_the_backup_of_a_lost_catalogue_is_doubted(
    folder: Path,
) -> None:
    [backup] = list_backups(folder)
    damage_everything(folder / DATABASE)
    restore_backup(folder, backup.path)
    library = await Library.open(folder)
    [job] = await library.jobs()
    await library.close()
    assert job.state is JobState.UNKNOWN
    assert job.fault is not None
    assert job.fault.kind is FaultKind.OUTCOME_UNKNOWN


async def test_the_log_of_the_replaced_catalogue_goes_with_it(folder: Path) -> None:
    """It would be played into the restored one."""
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE clips SET stars = 2")
        log = (folder / f"{DATABASE}-wal").read_bytes()
    (folder / f"{DATABASE}-wal").write_bytes(log)
    restored = restore_backup(folder, list_backups(folder)[0].path)
    assert restored.kept is not None
    assert restored.kept.with_name(f"{restored.kept.name}-wal").read_bytes() == log
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
    fault = LibraryTooNew if kind == "newer" else StorageFault
    with pytest.raises(fault, match=r"[Nn]othing was changed"):
        restore_backup(folder, path)
    assert content_of(folder) == before


async def test_an_open_library_is_not_replaced(folder: Path) -> None:
    library = await Library.open(folder)
    with pytest.raises(StorageFault, match="The library is open"):
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
    assert any("A backup was put back" in notice for notice in library.notices)
    [old] = await library.rows(await library.ids("old"))
    assert old.stars == 4
    await library.close()
    assert [path.name for path in found_in(folder, "library replaced*")] == [
        "library replaced 2026-02-01 120000.0.db",
        "library replaced 2026-02-01 120000.0.db-wal",
    ]
    assert finish_restore(folder) is None


RESTORE = """
import sys
from pathlib import Path
from producer_studio.library.backup_restore import list_backups, restore_backup
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
