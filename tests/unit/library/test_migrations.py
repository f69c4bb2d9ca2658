"""Old catalogues are brought up to date whole, or stay as they were."""

import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Registration
from producer_studio.domain.errors import ErrorKind, StorageError
from producer_studio.domain.ids import AccountName, RemoteId
from producer_studio.domain.library_change import ClipField
from producer_studio.files.locks import FileLock
from producer_studio.library import Library, LibraryTooNew
from producer_studio.library.backups import MAX_BACKUPS, back_up, list_backup_files
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import IN_USE_LOCK
from producer_studio.library.migrations import STEPS, create_database, migrate, read_version
from tests.support.library_fixtures import VERSION_1

pytestmark = pytest.mark.anyio

"""A catalogue as version 1 wrote it, frozen: two clips, a job, a line of the book, a draft."""


def add_mood(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE clips ADD COLUMN mood TEXT")
    db.execute("UPDATE clips SET mood = 'calm'")


def fail_midway(db: sqlite3.Connection) -> None:
    add_mood(db)
    db.execute("DELETE FROM jobs")
    raise ZeroDivisionError


def schema(path: Path) -> list[tuple[str, ...]]:
    with closing(connect(path)) as db:
        found = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        return [tuple(row) for row in found]


def content(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(VERSION_1, tmp_path / "library.db"))


async def test_letters_that_are_no_text_keep_no_old_catalogue_out(old: Path) -> None:
    with closing(connect(old, writes=True)) as db:
        [trigger] = db.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'details_changed'"
        ).fetchone()
        db.execute("DROP TRIGGER details_changed")
        db.execute("UPDATE details SET title = CAST(x'43ff66' AS TEXT) WHERE title LIKE 'Caf%'")
        db.execute(trigger)
    library = await Library.open(old.parent)
    clips = await library.clips.get_many(await library.clips.list_ids())
    assert [clip.title for clip in clips] == ["東京の夜", "C\ufffdf"]
    await library.close()


async def test_a_catalogue_of_version_1_opens_with_all_it_held(old: Path) -> None:
    library = await Library.open(old.parent)
    assert library.notices == ()
    clips = await library.clips.get_many(await library.clips.list_ids())
    assert [clip.title for clip in clips] == ["東京の夜", "Café rain"]
    assert clips[1].tags == ("late night",)
    assert await library.clips.list_ids("cafe") == [clips[1].id]
    assert await library.clips.list_ids("京の") == [clips[0].id]
    [job] = await library.jobs.list_jobs()
    assert job.fault is not None
    assert job.fault.kind is ErrorKind.REQUEST_REJECTED
    assert await library.ledger.sum_spent() == 10
    assert await library.drafts.load("compose") == {"sound": "warm"}
    assert clips[0].registered == ()
    known = Registration(account=AccountName("other"), remote_id=RemoteId("r"))
    await library.clips.add_registration(clips[0].id, known, job)
    registered = await library.clips.get(clips[0].id)
    assert registered is not None
    assert registered.registered == (known,)
    await library.clips.edit([clips[1].id], {ClipField.TITLE: "Snow"})
    assert await library.clips.list_ids("cafe") == []
    await library.close()


def test_a_migrated_catalogue_has_the_schema_of_a_new_one(old: Path, tmp_path: Path) -> None:
    with closing(connect(old, writes=True)) as db:
        migrate(db, tmp_path / "backups")
        assert read_version(db) == len(STEPS)
    create_database(tmp_path / "new.db", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    assert schema(old) == schema(tmp_path / "new.db")


async def test_words_and_sorted_titles_are_folded_anew(old: Path, tmp_path: Path) -> None:
    with closing(connect(old, writes=True)) as db:
        migrate(db, tmp_path / "backups", STEPS[:4])
        # As an earlier rule of folding would have left them.
        db.execute("INSERT INTO words(words) VALUES ('delete-all')")
        db.execute("UPDATE clips SET title_key = 'of an earlier rule'")
    library = await Library.open(old.parent)
    [found] = await library.clips.list_ids("cafe")
    assert await library.clips.list_ids("京の") != []
    await library.clips.edit([found], {ClipField.TITLE: "Snow"})
    assert await library.clips.list_ids("cafe") == []
    await library.close()
    with closing(connect(old)) as db:
        keys = [row[0] for row in db.execute("SELECT title_key FROM clips ORDER BY seq")]
    assert keys == ["snow", "東京の夜"]


def test_a_step_is_taken_after_a_backup(old: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    with closing(connect(old, writes=True)) as db:
        assert migrate(db, backups, [*STEPS[:1], add_mood]) == 1
        assert read_version(db) == 2
        assert db.execute("SELECT DISTINCT mood FROM clips").fetchone()[0] == "calm"
    [copy] = list_backup_files(backups)
    assert schema(copy) == schema(VERSION_1)
    assert {path.name for path in backups.iterdir()} == {copy.name, "backup.lock"}


def test_a_step_that_fails_leaves_everything_as_it_was(old: Path, tmp_path: Path) -> None:
    before = schema(old)
    with closing(connect(old, writes=True)) as db:
        with pytest.raises(ZeroDivisionError):
            migrate(db, tmp_path / "backups", [*STEPS[:1], fail_midway])
        assert read_version(db) == 1
        assert db.execute("SELECT count(*) FROM jobs").fetchone()[0] == 1
    assert schema(old) == before
    assert len(list_backup_files(tmp_path / "backups")) == 1


async def test_a_newer_catalogue_is_refused_untouched(old: Path) -> None:
    with closing(sqlite3.connect(old)) as db:
        db.execute("CREATE TABLE moods (clip TEXT)")
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    before = content(old)
    with pytest.raises(LibraryTooNew, match="newer version of Producer Studio"):
        await Library.open(old.parent)
    assert content(old) == before
    with closing(connect(old)) as db:
        assert read_version(db) == len(STEPS) + 1


def test_only_the_last_backups_are_kept(old: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    with closing(connect(old, writes=True)) as db:
        made = [back_up(db, backups) for _ in range(MAX_BACKUPS + 3)]
    assert list_backup_files(backups) == made[:2:-1]


async def test_a_backup_is_made_while_the_library_is_in_use(old: Path) -> None:
    library = await Library.open(old.parent)
    copy = await library.back_up()
    with closing(connect(copy)) as db:
        assert db.execute("SELECT count(*) FROM clips").fetchone()[0] == 2
    await library.close()


async def test_words_of_an_older_version_are_found_by_the_folding_of_today(
    old: Path, tmp_path: Path
) -> None:
    """Version 4 kept letters such as ø as they are, in the index and in the order of titles."""

    def as_before(text: str) -> str:
        return unicodedata.normalize("NFKC", text).casefold()

    with closing(connect(old, writes=True)) as db:
        migrate(db, tmp_path / "backups", STEPS[:4])
        db.create_function("spaced", 1, as_before, deterministic=True)
        seq = db.execute("SELECT max(seq) FROM details").fetchone()[0]
        db.execute("UPDATE details SET title = 'Søren Łódź Straße' WHERE seq = ?", (seq,))
        db.execute("UPDATE clips SET title_key = 'søren łodz strasse' WHERE seq = ?", (seq,))
        assert db.execute("SELECT * FROM words WHERE words MATCH 'soren'").fetchall() == []
    library = await Library.open(old.parent)
    [clip] = await library.clips.get_many(await library.clips.list_ids("soren"))
    for query in ("søren", "lodz", "łódź", "strasse", "straße", "title:ł"):
        assert await library.clips.list_ids(query) == [clip.id], query
    await library.clips.edit([clip.id], {ClipField.TITLE: "Snow"})
    assert await library.clips.list_ids("soren") == await library.clips.list_ids("søren") == []
    await library.close()
    with closing(connect(old)) as db:
        keys = [row[0] for row in db.execute("SELECT title_key FROM clips")]
    assert "snow" in keys


async def test_a_catalogue_that_an_earlier_version_has_open_stays_as_it_is(old: Path) -> None:
    """It could not store paid results any more."""
    earlier = FileLock(old.parent / IN_USE_LOCK)
    assert earlier.acquire(shared=True)
    with pytest.raises(StorageError, match="An earlier version of Producer Studio has this"):
        await Library.open(old.parent)
    with closing(connect(old)) as db:
        assert read_version(db) == 1
    earlier.release()
    library = await Library.open(old.parent)
    # A program of this version is no reason to wait.
    other = await Library.open(old.parent)
    await other.close()
    await library.close()
