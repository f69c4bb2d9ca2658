"""Libraries that are damaged, lost, full, or on a disk that cannot be written."""

import asyncio
import errno
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import ErrorKind, StorageError
from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ClipField
from producer_studio.files.locks import FileLock
from producer_studio.library import Library, LibraryDamaged, MediaKind
from producer_studio.library.connection import connect
from producer_studio.library.errors import to_storage_error
from producer_studio.library.internal_files import CHECKED_MARKER, IN_USE_LOCK, OPENING_LOCK
from producer_studio.library.migrations import STEPS, migrate
from producer_studio.library.recovery import inspection, thorough_check
from producer_studio.library.recovery.library_opener import DATABASE
from tests.support.library_contents import read_contents
from tests.support.library_fixtures import VERSION_1, MakeClip
from tests.support.small_disk import fill, mounted_small_disk
from tests.unit.library.test_media_store import M4A, bring

pytestmark = pytest.mark.anyio

MISSING_JOBS = (
    "Some jobs could not be read, so paid results may be missing here: check your services for "
    "results that have not arrived."
)


@pytest.fixture
async def folder(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A library with a heard song, a pending one, and three jobs; closed."""
    library = await Library.open(tmp_path / "library")
    ready = make_clip("Café rain", stars=4, lyrics="La la", tags=("late",))
    pending = make_clip("Pending")
    await library.clips.add([ready])
    await library.clips.add([pending])
    path = await bring(library, ready, M4A, MediaKind.AUDIO)
    await library.clips.update_fields(ready.id, media=MediaState.READY, path=path)
    for state, task in (("queued", None), ("accepted", TaskId("t1")), ("done", TaskId("t2"))):
        job = Job(id=new_job_id(), state=JobState(state), task_id=task, account=AccountName("demo"))
        await library.jobs.write(job)
    await library.close()
    return library.folder


def overwrite(path: Path, start: int, length: int = 4096) -> None:
    with path.open("rb+") as file:
        file.seek(start)
        file.write(b"\xa5" * length)


def found_in(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def damage_header(path: Path) -> None:
    overwrite(path, 0)


def damage_everything(path: Path) -> None:
    overwrite(path, 0, path.stat().st_size)


def damage_middle(path: Path) -> None:
    overwrite(path, 4096 * 3, 4096 * 8)


def damage_drafts(path: Path) -> None:
    """The table of drafts and its index alone."""
    with closing(sqlite3.connect(path)) as db:
        named = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'drafts' AND rootpage"
        for (page,) in db.execute(named).fetchall():
            overwrite(path, 4096 * (page - 1))


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("damage", [damage_header, damage_everything, damage_middle, cut_short])
async def test_a_damaged_catalogue_is_rebuilt_from_the_folders(
    folder: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    clips, _, notices = await read_contents(folder)
    assert notices == ()
    damage(folder / DATABASE)
    found, _, [notice] = await read_contents(folder)
    assert found == clips
    assert notice.startswith("The library database was damaged and has been rebuilt: 2 clips")
    [aside] = found_in(folder, "library damaged *.db")
    assert aside.name in notice
    # Rebuilt once; the next time all is well.
    assert await read_contents(folder) == (found, (await read_contents(folder))[1], ())


async def test_jobs_are_read_from_what_is_left_or_from_a_backup(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    library = await Library.open(folder)
    await library.back_up()
    await library.close()
    _, before, _ = await read_contents(folder)
    damage_everything(folder / DATABASE)
    _, jobs, _ = await read_contents(folder)
    queued, accepted, done = jobs
    assert [accepted, done] == before[1:]
    # It may have been sent since the backup was made: nothing is sent twice by itself.
    assert queued.state is JobState.UNKNOWN
    assert queued.fault is not None
    assert queued.fault.kind is ErrorKind.OUTCOME_UNKNOWN
    assert queued.id == before[0].id


async def test_a_damaged_catalogue_of_version_1_is_read_as_far_as_it_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its rows have fewer columns, and its clips no folders that could tell of them."""
    caplog.set_level(logging.ERROR)
    path = Path(shutil.copy(VERSION_1, tmp_path / DATABASE))
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'clips_by_title'")
        [page] = found.fetchone()
        size = db.execute("PRAGMA page_size").fetchone()[0]
    overwrite(path, size * (page - 1), size)
    clips, jobs, [notice] = await read_contents(tmp_path)
    assert "2 clips and 1 job" in notice
    assert {clip.title for clip in clips} == {"東京の夜", "Café rain"}
    assert len(jobs) == 1


async def test_rows_that_can_still_be_read_are_taken_over(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only one index is damaged: the jobs are as they were."""
    caplog.set_level(logging.ERROR)
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'clips_by_title'")
        [page] = found.fetchone()
    _, before, _ = await read_contents(folder)
    overwrite(path, 4096 * (page - 1))
    _, jobs, notices = await read_contents(folder)
    assert "3 jobs" in notices[0]
    assert jobs[1:] == before[1:]


@pytest.mark.parametrize("empty", [True, False])
async def test_a_lost_catalogue_is_made_from_the_folders(folder: Path, empty: bool) -> None:
    clips, _, _ = await read_contents(folder)
    if empty:
        os.truncate(folder / DATABASE, 0)
    else:
        (folder / DATABASE).unlink()
    found, jobs, [notice] = await read_contents(folder)
    assert found == clips
    assert jobs == []
    assert notice == (
        f"The library database was missing and has been rebuilt: 2 clips and 0 jobs. {MISSING_JOBS}"
    )


def _root_page(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        named = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page: int = db.execute(named, (table,)).fetchone()[0]
    return page


def cut_before_jobs(path: Path) -> None:
    os.truncate(path, 4096 * (_root_page(path, "jobs") - 1))


def damage_jobs(path: Path) -> None:
    overwrite(path, 4096 * (_root_page(path, "jobs") - 1))


def replace_by_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT)")


@pytest.mark.parametrize(
    "damage", [cut_before_jobs, damage_jobs, damage_everything, replace_by_another_program]
)
async def test_jobs_that_could_not_be_read_are_mentioned(
    folder: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Without a backup nothing else says that paid work may be missing."""
    caplog.set_level(logging.ERROR)
    damage(folder / DATABASE)
    _, jobs, [notice] = await read_contents(folder)
    assert jobs == []
    assert MISSING_JOBS in notice


async def test_no_missing_jobs_are_mentioned_where_all_could_be_read(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    overwrite(folder / DATABASE, 4096 * (_root_page(folder / DATABASE, "clips_by_title") - 1))
    _, jobs, [notice] = await read_contents(folder)
    assert len(jobs) == 3
    assert MISSING_JOBS not in notice


async def test_a_log_without_its_catalogue_is_not_played_into_the_new_one(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    library = await Library.open(folder)
    await library.clips.edit(await library.clips.list_ids(), {ClipField.NOTES: "note " * 2000})
    log = folder / f"{DATABASE}-wal"
    left = log.read_bytes()
    await library.clips.edit(await library.clips.list_ids(), {ClipField.NOTES: "later"})
    await library.close()
    (folder / DATABASE).unlink()
    log.write_bytes(left)
    found, _, [notice] = await read_contents(folder)
    assert [clip.notes for clip in found] == ["later", "later"]
    assert "was missing and has been rebuilt" in notice
    assert (await read_contents(folder))[2] == ()


async def test_a_sound_without_a_readable_recipe_is_kept(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    (folder / DATABASE).unlink()
    [recipe] = found_in(folder, "*/*/Café rain*/recipe.json")
    recipe.write_text("{half")
    found, _, _ = await read_contents(folder)
    [kept] = [clip for clip in found if clip.title == "Café rain"]
    assert kept.media is MediaState.READY
    assert kept.path is not None
    assert kept.path.read_bytes() == M4A


async def test_a_folder_that_cannot_be_read_keeps_no_other_back(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    (folder / DATABASE).unlink()
    [recipe] = found_in(folder, "*/*/Pending*/recipe.json")
    recipe.unlink()
    recipe.mkdir()
    (folder / "2026" / "empty").mkdir()
    found, _, [notice] = await read_contents(folder)
    assert [clip.title for clip in found][-1] == "Café rain"
    assert "Some files could not be read in “2026/02-01/Pending [" in notice
    # What stood there is kept beside the new file.
    [kept] = found_in(folder, "*/*/Pending*/recipe (not readable).json")
    assert kept.is_dir()
    assert recipe.is_file()
    assert (await read_contents(folder))[2] == ()


async def test_a_copied_folder_and_a_lost_sound_come_back_as_they_are(folder: Path) -> None:
    (folder / DATABASE).unlink()
    [original] = found_in(folder, "*/*/Café rain*")
    shutil.copytree(original, original.with_name("My copy"))
    found_in(original, "*.m4a")[0].unlink()
    found, _, _ = await read_contents(folder)
    songs = [clip for clip in found if clip.title == "Café rain"]
    assert {clip.media for clip in songs} == {MediaState.READY, MediaState.MISSING}
    assert len({clip.id for clip in songs}) == 2


async def test_a_moved_sound_whose_row_was_not_written_is_ready(folder: Path) -> None:
    (folder / DATABASE).unlink()
    [pending] = found_in(folder, "*/*/Pending*")
    (pending / "Pending.m4a").write_bytes(M4A)
    found, _, _ = await read_contents(folder)
    [clip] = [clip for clip in found if clip.title == "Pending"]
    assert (clip.media, clip.path) == (MediaState.READY, pending / "Pending.m4a")


async def test_damage_met_while_running_is_mended_at_the_next_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also in a catalogue too large to be checked whole at each start."""
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(inspection, "WHOLE_CHECK_BYTES", 0)
    damage_drafts(folder / DATABASE)
    library = await Library.open(folder)
    assert library.notices == ()
    with pytest.raises(LibraryDamaged, match="Restart the studio"):
        await library.drafts.load("compose")
    await library.close()
    found, _, [notice] = await read_contents(folder)
    assert len(found) == 2
    assert "rebuilt" in notice
    assert (await read_contents(folder))[2] == ()


@pytest.mark.parametrize(("index", "table"), [("clips_by_added", "clips"), ("jobs_live", "jobs")])
async def test_rows_that_an_index_does_not_list_come_back(
    folder: Path, index: str, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An old page of an index, as a lost write leaves it, would hide paid results in silence."""
    caplog.set_level(logging.ERROR)
    before = await read_contents(folder)
    damage_index(folder / DATABASE, index, table)
    clips, jobs, [notice] = await read_contents(folder)
    assert (len(clips), len(jobs)) == (len(before[0]), len(before[1]))
    assert "rebuilt" in notice
    assert (await read_contents(folder))[2] == ()


@pytest.mark.parametrize(("index", "table"), [("clips_by_added", "clips"), ("jobs_live", "jobs")])
async def test_rows_that_an_index_of_a_large_library_does_not_list_come_back(
    folder: Path,
    index: str,
    table: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Reading them reports no error; a check in the background does, and the next start repairs."""
    caplog.set_level(logging.ERROR)
    before = await read_contents(folder)
    damage_index(folder / DATABASE, index, table)
    for module in (inspection, thorough_check):
        monkeypatch.setattr(module, "INDEX_CHECK_BYTES", 0)
    monkeypatch.setattr(inspection, "WHOLE_CHECK_BYTES", 0)
    library = await Library.open(folder)
    assert library.notices == ()
    told: list[LibraryDamaged] = []
    library.context.on_damage = told.append
    await library.check()
    await library.close()
    [fault] = told
    assert "Restart the studio" in fault.message
    clips, jobs, [notice] = await read_contents(folder)
    assert (len(clips), len(jobs)) == (len(before[0]), len(before[1]))
    assert "rebuilt" in notice


async def test_a_large_library_is_checked_once_a_week(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    for module in (inspection, thorough_check):
        monkeypatch.setattr(module, "INDEX_CHECK_BYTES", 0)
    monkeypatch.setattr(inspection, "WHOLE_CHECK_BYTES", 0)
    library = await Library.open(folder)
    told: list[LibraryDamaged] = []
    library.context.on_damage = told.append
    await library.check()
    await library.close()
    damage_index(folder / DATABASE, "jobs_live", "jobs")
    marker = folder / CHECKED_MARKER
    week_ago = time.time() - 8 * 24 * 3600
    library = await Library.open(folder)
    library.context.on_damage = told.append
    await library.check()
    assert told == []
    os.utime(marker, (week_ago, week_ago))
    await library.check()
    assert len(told) == 1
    await library.close()


def damage_index(path: Path, index: str, table: str) -> None:
    """Gives an index the page that it had before the rows came."""
    with closing(connect(path, writes=True)) as db:
        [page] = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)
        ).fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = (b"\x0a" + bytes(4) + b"\x10").ljust(4096, b"\0")
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as db:
        # Earlier versions of SQLite than 3.46 find nothing wrong with `quick_check`.
        rows = db.execute(f"SELECT count(*) FROM {table} NOT INDEXED")  # noqa: S608 - our tables
        assert rows.fetchone() != (0,)


async def test_a_damaged_catalogue_is_not_taken_from_under_another(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    first = await Library.open(folder)
    damage_middle(folder / DATABASE)
    with pytest.raises(LibraryDamaged, match="Close all windows"):
        await Library.open(folder)
    await first.close()
    found, _, [notice] = await read_contents(folder)
    assert len(found) == 2
    assert "rebuilt" in notice


async def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    place = tmp_path / "library"
    place.write_text("not a folder")
    for folder in (place, place / "deeper" / "library"):
        with pytest.raises(StorageError) as refused:
            await Library.open(folder)
        assert refused.value.message == (
            f"“{place}” is in the way of a folder that the library needs. Move it away and try "
            "again."
        )


async def test_whatever_stands_in_the_place_of_a_folder_or_file_is_named(
    folder: Path,
) -> None:
    library = await Library.open(folder)
    (folder / "backups").write_text("no folder")
    with pytest.raises(StorageError, match=re.escape(f"“{folder / 'backups'}” is in the way")):
        await library.back_up()
    (folder / "backups").unlink()
    (folder / "backups" / "backup.lock").mkdir(parents=True)
    await library.back_up()
    await library.close()
    with pytest.raises(IsADirectoryError) as error:
        (folder / "backups").write_bytes(b"")
    fault = to_storage_error(error.value)
    assert fault is not None
    assert fault.message.startswith(f"The folder “{folder / 'backups'}” is in the way")


@pytest.mark.parametrize(
    "number",
    [errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.ENODEV, errno.ENXIO, errno.EHOSTUNREACH],
)
def test_a_drive_that_has_gone_is_no_mistake_of_the_program(number: int) -> None:
    """Each of these ended in a crash report that asked the user to send it."""
    fault = to_storage_error(OSError(number, os.strerror(number), "/music"))
    assert fault is not None
    assert "disk is connected" in fault.message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EFBIG, "does not allow a file as large"),
        (errno.ENOMEM, "too little memory"),
        (errno.EMFILE, "more open files"),
    ],
)
def test_a_limit_of_the_system_is_told_as_such(number: int, words: str) -> None:
    fault = to_storage_error(OSError(number, os.strerror(number), "/music"))
    assert fault is not None
    assert words in fault.message


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for the size of files")
def test_a_file_that_may_not_grow_is_not_told_as_a_disk_that_is_not_connected(
    tmp_path: Path,
) -> None:
    code = (
        "import resource, sqlite3, sys\n"
        "from producer_studio.library.errors import to_storage_error\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    sqlite3.connect(sys.argv[1]).executescript(\n"
        "        'CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(100000)); COMMIT;')\n"
        "except sqlite3.Error as error:\n"
        "    print(to_storage_error(error).message)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x.db")], capture_output=True, text=True
    )
    assert "reported an error while writing" in ended.stdout, ended.stderr


async def test_a_folder_whose_path_cannot_be_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="too long"):
        await Library.open(tmp_path / ("n" * 300))
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    with pytest.raises(StorageError, match=re.escape(f"“{loop}” is in the way")):
        await Library.open(loop / "library")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one and a half megabytes."""
    with mounted_small_disk(tmp_path / "disk") as place:
        yield place


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


async def test_a_full_disk_is_said_and_nothing_is_lost(disk: Path, make_clip: MakeClip) -> None:
    library = await Library.open(disk / "library")
    first = make_clip("First")
    await library.clips.add([first])
    job = Job(id=new_job_id())
    await library.jobs.write(job)
    ballast = fill(disk)
    songs = [make_clip(sound="word " * 500) for _ in range(100)]
    with pytest.raises(StorageError, match="disk is full"):
        await library.clips.add(songs)
    assert await library.clips.get_many([song.id for song in songs]) == []
    assert await library.jobs.get(job.id) == job
    assert first.id in await library.clips.list_ids()
    ballast.unlink()
    done = job.with_changes(state=JobState.SENDING)
    await library.jobs.write(done)
    await library.clips.edit([first.id], {ClipField.STARS: 5})
    await library.close()
    library = await Library.open(disk / "library")
    assert await library.jobs.get(job.id) == done
    assert (await library.clips.get_many([first.id]))[0].stars == 5
    await library.close()


async def test_a_library_on_a_full_disk_can_be_browsed(disk: Path, make_clip: MakeClip) -> None:
    library = await Library.open(disk / "library")
    clip = make_clip()
    await library.clips.add([clip])
    await library.close()
    ballast = fill(disk)
    library = await Library.open(disk / "library")
    assert library.read_only
    assert "no space left" in library.notices[0]
    assert "Free some space, then restart the studio" in library.notices[0]
    assert await library.clips.list_ids("night") == [clip.id]
    with pytest.raises(StorageError, match="restart the studio"):
        await library.clips.edit([clip.id], {ClipField.STARS: 5})
    with pytest.raises(StorageError, match="restart the studio"):
        await library.back_up()
    await library.close()
    with pytest.raises(StorageError, match="disk is full"):
        await Library.open(disk / "another")
    with (disk / "library" / "library.db").open("r+b") as database:
        database.write(bytes(200))
    with pytest.raises(LibraryDamaged, match=r"\(no space left on device\)\. Free some space"):
        await Library.open(disk / "library")
    ballast.unlink()
    library = await Library.open(disk / "library")
    assert not library.read_only
    await library.close()


async def test_a_read_only_disk_can_be_browsed(disk: Path, make_clip: MakeClip) -> None:
    library = await Library.open(disk / "library")
    clip = make_clip()
    await library.clips.add([clip])
    await library.clips.set_peaks(clip.id, b"p")
    await library.close()
    make_read_only(disk)
    library = await Library.open(disk / "library")
    assert library.read_only
    assert "(read-only file system)" in library.notices[0]
    assert "You can browse, play and export, but not make changes." in library.notices[0]
    assert await library.clips.get_many(await library.clips.list_ids("night")) == [clip]
    assert await library.clips.get_peaks([clip.id]) == {clip.id: b"p"}
    with pytest.raises(StorageError, match="restart the studio"):
        await library.jobs.write(Job(id=new_job_id()))
    with pytest.raises(StorageError, match="restart the studio"):
        await library.media.store_file(disk / "x", clip, MediaKind.AUDIO)
    await library.close()
    with pytest.raises(StorageError, match="cannot be written"):
        await Library.open(disk / "another")


@pytest.fixture
def locked(folder: Path) -> Iterator[Path]:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("permissions do not bind root, and mean something else on Windows")
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


async def test_a_folder_without_permission_can_be_browsed(locked: Path) -> None:
    library = await Library.open(locked)
    assert library.read_only
    assert len(await library.clips.list_ids()) == 2
    await library.close()


async def test_a_cancelled_rebuild_keeps_its_lock_until_it_ends(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread goes on after Ctrl+C; the next command must not rebuild at the same time."""
    (folder / DATABASE).unlink()
    begun, may_go_on = threading.Event(), threading.Event()
    scan = os.scandir

    def scan_later(path: Path) -> Any:
        begun.set()
        may_go_on.wait()
        return scan(path)

    monkeypatch.setattr(os, "scandir", scan_later)
    opening = asyncio.create_task(Library.open(folder))
    await asyncio.to_thread(begun.wait)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    lock = FileLock(folder / OPENING_LOCK)
    try:
        assert not lock.acquire()
    finally:
        may_go_on.set()
    while not lock.acquire():  # noqa: ASYNC110 - lock of a thread
        await asyncio.sleep(0.01)
    lock.release()
    # Nothing of the abandoned library stays open.
    nobody_else = FileLock(folder / IN_USE_LOCK)
    assert nobody_else.acquire()
    nobody_else.release()
    clips, _, _ = await read_contents(folder)
    assert len(clips) == 2


OPEN = """
import asyncio, sys
from pathlib import Path
from producer_studio.library import Library

async def main() -> None:
    await (await Library.open(Path(sys.argv[1]))).close()

asyncio.run(main())
"""


def kill_when_seen(folder: Path, pattern: str) -> None:
    """Opens a library in a process, which is killed as soon as a file of it is seen."""
    with subprocess.Popen([sys.executable, "-c", OPEN, str(folder)]) as process:
        while process.poll() is None and not found_in(folder, pattern):
            continue
        process.kill()


async def change_behind_the_sidecar(folder: Path) -> None:
    """Changes a row whose `recipe.json` is not written, and damages an index."""
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE details SET notes = 'only in the row'")
    overwrite(folder / DATABASE, 4096 * (_root_page(folder / DATABASE, "clips_by_title") - 1))


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize("pattern", ["rebuilding.db", "library damaged *.db", "rebuilt.db"])
async def test_a_killed_rebuild_loses_no_row(
    folder: Path, pattern: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await change_behind_the_sidecar(folder)
    kill_when_seen(folder, pattern)
    clips, jobs, _ = await read_contents(folder)
    assert [clip.notes for clip in clips] == ["only in the row"] * 2
    assert len(jobs) == 3
    names = {path.name for path in found_in(folder, "*.db")}
    assert names == {DATABASE, *(path.name for path in found_in(folder, "library damaged *.db"))}


async def test_a_rebuild_on_a_full_disk_changes_nothing(
    disk: Path, make_clip: MakeClip, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    library = await Library.open(disk / "library")
    await library.clips.add([make_clip("Song")])
    await library.close()
    await change_behind_the_sidecar(library.folder)
    ballast = fill(disk)
    with ballast.open("rb+") as file:
        file.truncate(ballast.stat().st_size - 256 * 1024)  # enough to open it for writing
    before = found_in(library.folder, "*[!ml]")  # without SQLite's own files
    with pytest.raises(StorageError, match="full"):
        await Library.open(library.folder)
    assert found_in(library.folder, "*[!ml]") == before
    ballast.unlink()
    [clip], _, [notice] = await read_contents(library.folder)
    assert clip.notes == "only in the row"
    assert "was damaged" in notice


async def test_a_database_with_two_names_on_a_full_disk_can_be_browsed(
    disk: Path, make_clip: MakeClip
) -> None:
    library = await Library.open(disk / "library")
    await library.clips.add([make_clip("Song")])
    await library.drafts.save("large", {"text": "x" * 300_000})
    await library.close()
    (disk / "copy.db").hardlink_to(library.folder / DATABASE)
    ballast = fill(disk)
    with ballast.open("rb+") as file:
        file.truncate(ballast.stat().st_size - 256 * 1024)
    again = await Library.open(library.folder)
    assert again.read_only
    assert "browse" in again.notices[0]
    assert [clip.title for clip in await again.clips.get_many(await again.clips.list_ids())] == [
        "Song"
    ]
    await again.close()
    assert found_in(library.folder, "*.part") == []


@pytest.mark.parametrize(("version", "table"), [(5, "details"), (6, "stale_sidecars")])
async def test_damage_met_while_opening_is_repaired_at_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    version: int,
    table: str,
) -> None:
    """Not every page of a large database is checked before it is opened, and migrated."""
    caplog.set_level(logging.ERROR)
    path = Path(shutil.copy(VERSION_1, tmp_path / DATABASE))
    with closing(connect(path, writes=True)) as db:
        migrate(db, None, STEPS[:version])
    with closing(sqlite3.connect(path)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
    overwrite(path, size * (_root_page(path, table) - 1), size)
    monkeypatch.setattr(inspection, "WHOLE_CHECK_BYTES", 0)
    _, jobs, [notice] = await read_contents(tmp_path)
    assert "was damaged and has been rebuilt" in notice
    assert len(jobs) == 1


async def test_processes_that_open_a_library_at_once_can_all_write(tmp_path: Path) -> None:
    """Each removes what killed ones have left, also the file with which another one just tries
    whether the folder can be written to."""
    folder = tmp_path / "library"
    await (await Library.open(folder)).close()
    is_over = threading.Event()

    def remove_left_overs() -> None:
        while not is_over.is_set():
            for path in folder.glob(".writable*"):
                path.unlink(missing_ok=True)

    remover = threading.Thread(target=remove_left_overs)
    remover.start()
    try:
        for _ in range(40):
            library = await Library.open(folder)
            assert not library.read_only
            await library.close()
    finally:
        is_over.set()
        remover.join()
