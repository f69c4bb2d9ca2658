"""Presses of libraries that were made before there were any."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId, JobId
from producer_studio.library import Library
from producer_studio.library.backups import back_up
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import BACKUPS
from producer_studio.library.library import Library as OpenLibrary
from producer_studio.library.migrations import STEPS, migrate
from producer_studio.library.recovery.backup_restore import list_backups, restore_backup
from producer_studio.library.recovery.tables_to_copy import (
    COPIED_COLUMNS,
    KEYED_TABLES,
    UNKEYED_TABLES,
)
from tests.support.library_fixtures import START, VERSION_1, MakeClip

pytestmark = pytest.mark.anyio

DEMO = AccountName("demo")


class OldLibrary:
    """Library of an earlier version, written as that version wrote it."""

    def __init__(self, folder: Path, version: int) -> None:
        shutil.copy(VERSION_1, folder / "library.db")
        self._db = connect(folder / "library.db", writes=True)
        migrate(self._db, None, STEPS[:version])

    def close(self) -> None:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'stale_sidecars'"
        if self._db.execute(query).fetchone() is not None:
            self._db.execute("DELETE FROM stale_sidecars")  # its files are up to date
        self._db.close()

    def add_job(self, job: str, take: int = 1, takes: int = 1, **body: object) -> None:
        values = {
            "recipe": {"operation": "create", "model": "m", "seed": str(take)},
            "take": take, "takes": takes, "created_at": START.isoformat(),
            "credits_expected": 10, "credits_charged": 9.5, "clips": [],
        }  # fmt: skip
        self._db.execute(
            "INSERT INTO jobs(id, state, account, operation, model, dismissed, body) "
            "VALUES (?, 'done', 'demo', 'create', 'm', 0, ?)",
            (job, json.dumps(values | body)),
        )

    def add_clip(self, clip: str, job: str, position: int = 0, **columns: object) -> None:
        seq = self._db.execute("SELECT max(seq) + 1 FROM clips").fetchone()[0]
        self._insert(
            "clips",
            {
                "seq": seq, "id": clip, "account": "demo", "service": "s", "title_key": "low tide",
                "operation": "create", "model": "m", "seed": "", "job": job, "position": position,
                "stem": "", "duration_s": 1.0, "tone": "", "media": "none", "stars": 3,
                "favourite": 0, "heard": 0, "instrumental": 0, "has_lyrics": 0, "has_cover": 0,
                "has_video": 0, "trashed": 0,
            } | columns,
        )  # fmt: skip
        recipe = {"operation": "cover", "cover_strength": 0.4, "starts_at_s": 12, "ends_at_s": "x"}
        self._insert(
            "details",
            {
                "seq": seq, "title": "Low tide", "sound": "", "lyrics": "", "tags": "keep",
                "notes": "", "folder": f"2026/{clip}", "media_note": "", "links": "{}",
                "recipe": json.dumps(recipe), "loudness_lufs": -13.5, "peak_dbfs": -1.0,
                "created_at": START.isoformat(), "added_at": START.isoformat(),
            },
        )  # fmt: skip

    def _insert(self, table: str, values: dict[str, object]) -> None:
        marks = ", ".join(f":{name}" for name in values)
        names = ", ".join(values)
        self._db.execute(f"INSERT INTO {table}({names}) VALUES ({marks})", values)  # noqa: S608


async def by_id(library: OpenLibrary) -> dict[str, Clip]:
    found = await library.clips.get_many(await library.clips.list_ids())
    return {clip.id: clip for clip in found}


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
async def test_earlier_jobs_and_clips_get_their_press(tmp_path: Path, version: int) -> None:
    old = OldLibrary(tmp_path, version)
    # Four jobs of one press, one of which has failed.
    for take in (1, 2, 3, 4):
        old.add_job(f"four-{take}", take, 4)
        if take != 3:
            old.add_clip(f"clip-{take}", f"four-{take}")
    # One job whose service made two songs.
    old.add_job("two", credits_charged=None)
    old.add_clip("first", "two")
    old.add_clip("second", "two", position=1)
    old.close()
    library = await Library.open(tmp_path)
    assert library.notices == ()
    clips = await by_id(library)
    four = {clips[f"clip-{take}"].press for take in (1, 2, 4)}
    assert len(four) == 1
    assert [(clips[f"clip-{n}"].take, clips[f"clip-{n}"].takes) for n in (1, 2, 4)] == [
        (1, 4), (2, 4), (4, 4),
    ]  # fmt: skip
    press_id = four.pop()
    assert press_id is not None
    press = await library.presses.get(press_id)
    assert press is not None
    assert [recipe.seed for recipe in press.recipes] == ["1", "2", "3", "4"]
    assert (press.account, press.credits_expected, press.created_at) == (DEMO, 40.0, START)
    jobs = {job.id: job for job in await library.jobs.list_jobs()}
    assert {jobs[JobId(f"four-{take}")].press for take in (1, 2, 3, 4)} == {press_id}
    assert [(clips[name].take, clips[name].takes) for name in ("first", "second")] == [
        (1, 2), (2, 2),
    ]  # fmt: skip
    assert clips["first"].press == clips["second"].press == jobs[JobId("two")].press
    assert clips["clip-4"].display_title == "Low tide · take 4"
    # Values that have moved, or that are searched for from now on.
    assert clips["clip-1"].measured.loudness_lufs == -13.5
    assert set(await library.clips.list_ids("loudness:<-13")) >= {"clip-1", "first"}
    assert set(await library.clips.list_ids("cover_strength:0.4 from:12")) == {
        "clip-1", "clip-2", "clip-4", "first", "second",
    }  # fmt: skip
    assert await library.clips.list_ids("to:>0") == []
    assert clips["clip-1"].tags == ("keep",)
    assert clips["clip-1"].stars == 3
    await library.clips.wait_for_sidecars()
    sidecar = json.loads((tmp_path / "2026" / "clip-2" / "recipe.json").read_text("utf-8"))
    assert (sidecar["press"], sidecar["take"]) == (press_id, 2)
    # Clips without a press are as they were: their files need not be written.
    assert {path.name for path in (tmp_path / "2026").iterdir()} == {
        "clip-1", "clip-2", "clip-4", "first", "second",
    }  # fmt: skip
    await library.close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        charged = dict(db.execute("SELECT id, charged FROM jobs WHERE id IN ('two', 'four-1')"))
    assert charged == {"two": None, "four-1": 9.5}


async def test_a_press_that_is_not_known_is_not_invented(tmp_path: Path) -> None:
    old = OldLibrary(tmp_path, 5)
    # A retried take has its own time, and its press is not known.
    later = (START + timedelta(minutes=1)).isoformat()
    old.add_job("retried", 2, 4, created_at=later)
    old.add_clip("retried clip", "retried")
    old.add_job("no time", created_at=None)
    old.add_clip("timeless clip", "no time")
    old.add_clip("orphan", "gone")
    # Two presses at the same moment are two.
    old.add_job("one")
    old.add_job("other")
    old.add_clip("one clip", "one")
    old.add_clip("other clip", "other")
    # Stems are one result.
    old.add_job("stems", recipe={"operation": "stems"})
    for place, name in enumerate(("Bass", "Drums")):
        old.add_clip(name, "stems", place, stem=name, operation="stems")
    old.close()
    library = await Library.open(tmp_path)
    clips = await by_id(library)
    for name in ("retried clip", "timeless clip", "orphan"):
        assert (clips[name].press, clips[name].take, clips[name].takes) == (None, None, 0), name
    assert clips["one clip"].press != clips["other clip"].press
    assert clips["one clip"].display_title == "Low tide"
    assert [(clips[name].take, clips[name].takes) for name in ("Bass", "Drums")] == [(1, 1)] * 2
    await library.close()


@pytest.mark.parametrize("damaged", [2**63 - 1, -(2**63)])
async def test_damaged_numbers_keep_no_library_from_its_new_version(
    tmp_path: Path, damaged: int
) -> None:
    old = OldLibrary(tmp_path, version=5)
    old.add_job("many-takes", takes=damaged)
    old.add_job("whole")
    old.add_clip("far", "whole", position=damaged)
    old.close()
    library = await Library.open(tmp_path)
    clip = (await by_id(library))["far"]
    assert clip.press is not None
    assert clip.take is not None
    assert 1 <= clip.take <= 1_000_001
    assert {job.id for job in await library.jobs.list_jobs()} >= {"many-takes", "whole"}
    await library.close()


def test_all_columns_of_the_tables_that_are_copied_are_known() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for step in STEPS:
            step(db)
        for table, columns in COPIED_COLUMNS.items():
            found = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            assert sorted(columns) == sorted(set(found) - {"seq"}), table
        tables = {
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    own = {name for name in tables if not name.startswith(("words", "sqlite_"))}
    # Clips come from their folders; marks and changes are of the moment.
    assert own - COPIED_COLUMNS.keys() == {"clips", "details", "stale_sidecars", "changes"}
    copied = {*KEYED_TABLES, *UNKEYED_TABLES, "jobs", "ledger", "answers"}
    assert copied == COPIED_COLUMNS.keys()


ROWS = {
    "queue_items": "('q', 1, 'kept'), ('r', 2, 'gone')",
    "playlists": "('p', 'Mix', 1, '', 't', 't')",
    "playlist_items": "('i', 'p', 1, 'kept', 't'), ('j', 'p', 2, 'kept', 't'), "
    "('k', 'p', 3, 'gone', 't')",
    "saved_searches": "('s', 'Slow', 1, 'bpm:<80', 'added', 1, '{}', 't')",
    "past_queries": "('rain', 3, 't')",
    "presets": "('f', 'Lofi', '', 1, '{}', 't', NULL)",
    "files": "('kept', 'a.wav', 'aa', 5), ('gone', 'b.wav', 'bb', 5)",
    "features": "('kept', 1, x'00'), ('gone', 1, x'00')",
    "exports": "('e', 'gone', 'done', '{}', NULL, NULL, 't', 't')",
    "text_versions": "('compose', 'sent', 'La la', 't')",
    "price_samples": "('demo', 'create', 'm', 10, NULL, 't')",
}


async def test_what_belongs_to_a_clip_goes_with_it_and_the_rest_survives_damage(
    tmp_path: Path, make_clip: MakeClip
) -> None:
    library = await Library.open(tmp_path)
    await library.clips.add(
        [make_clip().with_changes(id=ClipId(name)) for name in ("kept", "gone")]
    )
    await library.close()
    with closing(connect(tmp_path / "library.db", writes=True)) as db:
        for table, rows in ROWS.items():
            columns = ", ".join(COPIED_COLUMNS[table])
            db.execute(f"INSERT INTO {table}({columns}) VALUES {rows}")  # noqa: S608
    library = await Library.open(tmp_path)
    await library.clips.trash([ClipId("gone")])
    await library.clips.delete([ClipId("gone")])
    await library.close()
    before = counts(tmp_path)
    assert before == {
        "queue_items": 1, "playlists": 1, "playlist_items": 2, "saved_searches": 1,
        "past_queries": 1, "presets": 1, "files": 1, "features": 1, "exports": 1,
        "text_versions": 1, "price_samples": 1,
    }  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.execute("DROP TABLE drafts")
        db.commit()
    rebuilt = await Library.open(tmp_path)
    assert rebuilt.notices
    await rebuilt.close()
    assert counts(tmp_path) == before


def counts(folder: Path) -> dict[str, int]:
    with closing(connect(folder / "library.db")) as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ROWS
        }


@pytest.mark.parametrize("how", ["restored", "restored after the step"])
async def test_presses_of_earlier_jobs_survive_a_restored_backup(tmp_path: Path, how: str) -> None:
    old = OldLibrary(tmp_path, 5)
    for take in (1, 2):
        old.add_job(f"two-{take}", take, 2)
        old.add_clip(f"clip-{take}", f"two-{take}")
    back_up(old._db, tmp_path / BACKUPS)
    old.close()
    if how == "restored after the step":
        library = await Library.open(tmp_path)
        await library.close()
    restore_backup(tmp_path, list_backups(tmp_path)[-1].path)
    library = await Library.open(tmp_path)
    jobs = [job for job in await library.jobs.list_jobs() if job.id.startswith("two-")]
    [press_id] = {job.press for job in jobs}
    assert press_id is not None
    press = await library.presses.get(press_id)
    assert press is not None
    assert [recipe.seed for recipe in press.recipes] == ["1", "2"]
    clips = await by_id(library)
    assert {clips[name].press for name in ("clip-1", "clip-2")} == {press_id}
    await library.close()
    with closing(connect(tmp_path / "library.db")) as db:
        # The other one is that of the job in the old database.
        assert db.execute("SELECT count(*) FROM presses").fetchone()[0] == 2
