"""Whatever stands in the place of the catalogue: rebuilt, with the old file kept and named."""

import contextlib
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import AccountName, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library
from producer_studio.library.backups import back_up
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.migrations import STEPS
from producer_studio.library.recovery import inspection
from producer_studio.library.recovery.inspection import expected_schema
from tests.integration.library.recovery.test_library_opener import found_in
from tests.support.library_contents import read_contents
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio

PAID = Job(
    id=JobId("a" * 32), state=JobState.ACCEPTED, task_id=TaskId("t-1"), account=AccountName("mine")
)
SPENT = LedgerEntry(account=AccountName("mine"), kind=EntryKind.CHARGED, amount=10.0, job=PAID.id)


@pytest.fixture
async def folder(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A closed library with two clips, a paid job that is on its way, and its line of the book."""
    library = await Library.open(tmp_path / "library")
    await library.clips.add([make_clip("First", lyrics="la")])
    await library.clips.add([make_clip("Second")])
    await library.jobs.write(PAID, [SPENT])
    await library.jobs.add_response(PAID.id, b"answer")
    await library.close()
    return library.folder


def with_sql(sql: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.create_function("spaced", 1, str)
            db.executescript(sql)

    return change


def one_byte(path: Path) -> None:
    path.write_bytes(b"S")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(20_000))


def a_text(path: Path) -> None:
    path.write_text("This is no database at all, but it is long enough to look like one. " * 50)


def another_program(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(
            "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT); PRAGMA user_version = 77"
        )


def zero_first_page(path: Path) -> None:
    with path.open("rb+") as file:
        file.write(bytes(4096))


def lose_last_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4096)


def link_elsewhere(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere.db"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


KEEPS_JOBS = {
    "version 0": with_sql("PRAGMA user_version = 0"),
    "version 1": with_sql("PRAGMA user_version = 1"),
    "version 99": with_sql("PRAGMA user_version = 99"),
    "version -5": with_sql("PRAGMA user_version = -5"),
    "no index": with_sql("DROP INDEX clips_by_title"),
    "no word index": with_sql("DROP TABLE words"),
    "no peaks": with_sql("DROP TABLE peaks"),
    "no trigger": with_sql("DROP TRIGGER details_added"),
    "no details": with_sql("DROP TABLE details"),
    "a foreign table": with_sql("CREATE TABLE more (x)"),
    "a foreign view": with_sql("CREATE VIEW more AS SELECT * FROM clips"),
    "a foreign trigger": with_sql(
        "CREATE TRIGGER more AFTER UPDATE ON clips BEGIN UPDATE details SET folder = '../..'; END"
    ),
    "a column less": with_sql("ALTER TABLE details DROP COLUMN registered"),
    "a page less": lose_last_page,
}
LOSES_JOBS = {
    "one byte": one_byte,
    "zeros": zeros,
    "a text": a_text,
    "another program's": another_program,
    "no jobs": with_sql("DROP TABLE jobs"),
    "a view for jobs": with_sql(
        "DROP TABLE jobs; CREATE VIEW jobs AS WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL "
        "SELECT seq + 1 FROM n) SELECT seq, 'x' AS id FROM n"
    ),
    "a link": link_elsewhere,
    "a pipe": a_pipe,
    "a folder": a_folder,
}
ALL = [pytest.param(*item, id=item[0]) for item in (KEEPS_JOBS | LOSES_JOBS).items()]


async def edited_and_found(library: Library, word: str) -> int:
    await library.clips.edit(await library.clips.list_ids(), {ClipField.NOTES: word})
    return await library.clips.count(word)


@pytest.mark.parametrize(("kind", "damage"), ALL)
async def test_it_is_rebuilt_and_the_old_file_is_kept_and_named(
    folder: Path, kind: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    before, _, _ = await read_contents(folder)
    if os.name == "nt" and damage in {link_elsewhere, a_pipe}:
        pytest.skip("links and pipes are made otherwise there")
    damage(folder / DATABASE)
    if kind == "a link":
        outside = (folder.parent / "elsewhere.db").read_bytes()
    clips, jobs, notices = await read_contents(folder)
    assert clips == before
    [*_, kept] = found_in(folder, "library damaged *.db") or found_in(folder, "*not used*")
    assert any(f"“{kept.name}”" in notice for notice in notices)
    if kind in KEEPS_JOBS:
        assert jobs == [PAID]
        library = await Library.open(folder)
        assert await library.ledger.list_entries() == [SPENT]
        assert await library.jobs.list_responses(PAID.id) == [b"answer"]
        await library.close()
    if kind == "a link":
        assert (folder.parent / "elsewhere.db").read_bytes() == outside
        assert {path.name for path in folder.parent.iterdir()} == {"library", "elsewhere.db"}
    # Once.
    assert (await read_contents(folder))[2] == ()


async def test_jobs_of_a_catalogue_without_its_first_page_are_read_all_the_same(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    zero_first_page(folder / DATABASE)
    _, jobs, [notice] = await read_contents(folder)
    assert jobs == [PAID]
    assert "2 clips and 1 job" in notice


async def test_rows_behind_a_damaged_page_are_read(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The page in the middle of the jobs' table is zeroed: those before and behind it are there."""
    caplog.set_level(logging.ERROR)
    library = await Library.open(folder)
    many = [
        PAID.with_changes(id=JobId(f"{n:032x}"), task_id=TaskId(f"task-{n}")) for n in range(200)
    ]
    await library.jobs.write_all(many)
    await library.close()
    path = folder / DATABASE
    with contextlib.closing(sqlite3.connect(path)) as db:
        [root] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'jobs'").fetchone()
    content = bytearray(path.read_bytes())
    start = (root - 1) * 4096
    assert content[start] == 5  # an interior page
    cells = int.from_bytes(content[start + 3 : start + 5], "big")
    at = start + 12 + 2 * (cells // 2)
    cell = start + int.from_bytes(content[at : at + 2], "big")
    leaf = int.from_bytes(content[cell : cell + 4], "big")
    content[(leaf - 1) * 4096 : leaf * 4096] = bytes(4096)
    path.write_bytes(content)
    _, jobs, [notice] = await read_contents(folder)
    assert 180 < len(jobs) < 201
    assert {jobs[0].id, jobs[-1].id} == {PAID.id, many[-1].id}
    assert f"{len(jobs)} jobs" in notice


async def test_a_job_whose_text_is_damaged_costs_that_job_alone(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is kept and named: its task is paid for, and an index of ours reads its text."""
    caplog.set_level(logging.CRITICAL)
    library = await Library.open(folder)
    await library.jobs.write(PAID.with_changes(id=JobId("damaged"), task_id=TaskId("task-2")))
    await library.close()
    path = folder / DATABASE
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("DROP INDEX jobs_hosted")
        db.execute("UPDATE jobs SET body = '{\"recipe\": ?' WHERE id = 'damaged'")
        db.commit()
    _, jobs, [notice] = await read_contents(folder)
    assert jobs == [PAID]
    assert "2 jobs" in notice
    library = await Library.open(folder)
    assert await library.jobs.list_unreadable_ids() == [JobId("damaged")]
    await library.close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        [found] = db.execute("SELECT task_id, body FROM jobs WHERE id = 'damaged'").fetchall()
    assert found[0] == "task-2"
    assert json.loads(found[1]) == {"unread": '{"recipe": ?'}


async def test_damaged_names_in_messages_of_the_database_lock_nobody_out(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    path = folder / DATABASE
    content = path.read_bytes()
    assert content.count(b"CREATE TABLE peaks (") == 1
    path.write_bytes(content.replace(b"CREATE TABLE peaks (", b"CREATE T\xb7BLE peaks ("))
    clips, jobs, [notice] = await read_contents(folder)
    assert (len(clips), jobs) == (2, [PAID])
    assert "has been rebuilt" in notice


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM words_config", "UPDATE words_data SET block = x'00'", "DELETE FROM words_data"],
)
async def test_a_damaged_word_index_is_mended_at_the_next_start(
    folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """SQLite's own checks look into it from version 3.44 on: there the first start mends it."""
    caplog.set_level(logging.CRITICAL)
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as db:
        db.execute(damage)
        db.commit()
    library = await Library.open(folder)
    told = ""
    try:
        assert await edited_and_found(library, "flugelhorn") == 2
    except StorageError as fault:
        told = fault.message
    finally:
        await library.close()
    assert not told or "Restart the studio" in told
    library = await Library.open(folder)
    assert await edited_and_found(library, "trombone") == 2
    assert await library.clips.count("flugelhorn") == 0
    assert await library.jobs.list_jobs() == [PAID]
    await library.close()


async def test_a_suspected_index_is_compared_with_its_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(inspection, "INDEX_CHECK_BYTES", 0)
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as db:
        db.execute("PRAGMA writable_schema = ON")
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master").fetchall())
        move = "UPDATE sqlite_master SET rootpage = ? WHERE name = ?"
        db.execute(move, (roots["clips_by_model"], "clips_by_title"))
        db.execute(move, (roots["clips_by_title"], "clips_by_model"))
        db.commit()
    assert (await read_contents(folder))[2] == ()
    (folder / f"{DATABASE}.suspect").touch()
    clips, jobs, [notice] = await read_contents(folder)
    assert (len(clips), jobs) == (2, [PAID])
    assert "has been rebuilt" in notice


def test_each_step_changes_the_schema() -> None:
    """A wrong version number is told from a newer catalogue by that."""
    known = [expected_schema(version) for version in range(len(STEPS) + 1)]
    assert len(set(known)) == len(STEPS) + 1


async def test_a_catalogue_that_was_only_begun_is_no_damage(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("VACUUM")
    clips, _, notices = await read_contents(tmp_path)
    assert (clips, notices) == ([], ())


async def test_jobs_come_from_a_backup_where_the_folders_are_lost_too(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as db:
        back_up(db, folder / "backups")
    (folder / DATABASE).unlink()
    shutil.rmtree(folder / "2026")
    _, jobs, [notice] = await read_contents(folder)
    assert jobs == [PAID]
    assert "was missing and has been rebuilt" in notice
