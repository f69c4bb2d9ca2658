"""Folders of crowded years move into folders of days, whatever happens meanwhile."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.files.locks import FileLock
from producer_studio.library import Library
from producer_studio.library.connection import connect
from producer_studio.library.recovery.day_folders import MAX_IN_YEAR, arrange_by_day
from tests.support.library_fixtures import MakeClip
from tests.support.signals import tone, write_wave

COUNT = 24
_ARRANGE = """
import os, sys
from pathlib import Path
from producer_studio.library.connection import connect
from producer_studio.library.recovery import day_folders
day_folders._CHUNK = 7
folder, at = Path(sys.argv[1]), sys.argv[2]
db = connect(folder / "library.db", writes=True)
db.create_function("die", 0, lambda: os._exit(9))
db.execute(
    "CREATE TEMP TRIGGER killed BEFORE UPDATE OF folder ON details "
    f"WHEN old.seq = (SELECT seq FROM clips ORDER BY seq LIMIT 1 OFFSET {at}) "
    "BEGIN SELECT die(); END"
)
day_folders.arrange_by_day(folder, db, 5)
"""
"""Moves folders in several transactions, and ends in one of them as after a kill."""


@pytest.fixture
def flat(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A library as earlier versions made it: all clips of a year in one folder."""
    folder = tmp_path / "library"
    asyncio.run(_fill(folder, make_clip))
    with closing(connect(folder / "library.db", writes=True)) as db:
        for seq, place in db.execute("SELECT seq, folder FROM details").fetchall():
            year, day, name = place.split("/")
            (folder / place).rename(folder / year / name)
            if not any((folder / year / day).iterdir()):
                (folder / year / day).rmdir()
            db.execute(
                "UPDATE details SET folder = ?, path = ? WHERE seq = ?",
                (f"{year}/{name}", f"{year}/{name}/song.wav", seq),
            )
        db.execute("DELETE FROM stale_sidecars")
    return folder


async def _fill(folder: Path, make_clip: MakeClip) -> None:
    library = await Library.open(folder)
    clips = [make_clip(f"Song {number}", lyrics="la") for number in range(COUNT)]
    await library.clips.add(clips)
    for clip in clips:
        place = await library.clips.find_folder(clip.id)
        assert place is not None
        write_wave(place / "song.wav", tone(0.01))
        await library.clips.update_fields(clip.id, path=place / "song.wav", media=MediaState.READY)
    await library.close()


def check(folder: Path) -> None:
    """Opens a library, and checks that every clip has its files, and no other folder is there."""
    clips = asyncio.run(_read(folder))
    assert len(clips) == COUNT
    assert all(clip.path is not None and clip.path.is_file() for clip in clips)
    places = {clip.path.parent for clip in clips if clip.path is not None}
    assert len(places) == COUNT
    assert {path.parent for path in folder.glob("2*/**/recipe.json")} == places


async def _read(folder: Path) -> Sequence[Clip]:
    library = await Library.open(folder)
    try:
        assert await library.files.find_foreign_paths() == []
        return await library.clips.get_many(await library.clips.list_ids())
    finally:
        await library.close()


def test_folders_move_and_rows_follow_without_writing_a_file(flat: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in flat.glob("2026/*/recipe.json")}
    with closing(connect(flat / "library.db", writes=True)) as db:
        assert arrange_by_day(flat, db, COUNT) == 0
        assert arrange_by_day(flat, db, COUNT - 1) == COUNT
        assert arrange_by_day(flat, db, 0) == 0
        assert db.execute("SELECT count(*) FROM stale_sidecars").fetchone()[0] == 0
        folders = [row["folder"] for row in db.execute("SELECT folder FROM details")]
    assert {folder.rpartition("/")[0] for folder in folders} == {"2026/02-01"}
    after = {path.name: path.stat().st_mtime_ns for path in flat.glob("2026/*/*/recipe.json")}
    assert before == after
    check(flat)


@pytest.mark.parametrize("at", [0, 13, COUNT - 1])
def test_after_a_kill_the_next_call_goes_on(flat: Path, at: int) -> None:
    run = subprocess.run([sys.executable, "-c", _ARRANGE, str(flat), str(at)], check=False)
    assert run.returncode == 9
    moved = len(list(flat.glob("2026/02-01/*")))
    assert moved > at
    with closing(connect(flat / "library.db", writes=True)) as db:
        # Also if there are few enough by now.
        arrange_by_day(flat, db, COUNT)
        assert arrange_by_day(flat, db, 0) == 0
    assert not [path for path in flat.glob("2026/*") if path.name != "02-01"]
    check(flat)


def test_rows_that_cannot_be_written_leave_the_folders_where_they_were(flat: Path) -> None:
    with closing(connect(flat / "library.db", writes=True)) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF folder ON details "
            "WHEN old.seq = (SELECT max(seq) FROM details) "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        with pytest.raises(sqlite3.Error):
            arrange_by_day(flat, db, 0)
        db.execute("DROP TRIGGER full")
    assert len(list(flat.glob("2026/Song*/recipe.json"))) == COUNT
    check(flat)


def test_what_is_in_the_way_stays_where_it_is(flat: Path) -> None:
    name = next(flat.glob("2026/Song 3 *")).name
    (flat / "2026" / "02-01" / name).mkdir(parents=True)
    with closing(connect(flat / "library.db", writes=True)) as db:
        assert arrange_by_day(flat, db, 5) == COUNT - 1
    (flat / "2026" / "02-01" / name).rmdir()
    assert [path.parent.name for path in flat.glob("2026/Song*/recipe.json")] == [name]
    check(flat)


def test_a_recipe_in_the_folder_of_a_day_hides_none_of_its_clips(flat: Path) -> None:
    with closing(connect(flat / "library.db", writes=True)) as db:
        arrange_by_day(flat, db, 0)
        # A damaged row must not move the whole day.
        db.execute("UPDATE details SET folder = '2026/02-01' WHERE title = 'Song 0'")
        assert arrange_by_day(flat, db, 0) == 0
    (flat / "2026" / "02-01" / "recipe.json").write_text("no recipe")
    (flat / "library.db").unlink()
    clips = asyncio.run(_read(flat))
    assert {f"Song {number}" for number in range(COUNT)} <= {clip.title for clip in clips}


def test_opening_moves_them_unless_another_program_has_the_library_open(flat: Path) -> None:
    others = [flat / "2026" / f"empty {number}" for number in range(MAX_IN_YEAR)]
    for other in others:
        other.mkdir()
    window = FileLock(flat / "in-use.lock")
    assert window.acquire(shared=True)
    assert asyncio.run(_open(flat)) == ()
    assert len(list(flat.glob("2026/Song*/recipe.json"))) == COUNT
    window.release()
    assert asyncio.run(_open(flat))[0].startswith(f"The folders of {COUNT} clips")
    for other in others:
        other.rmdir()
    check(flat)


async def _open(folder: Path) -> Sequence[str]:
    library = await Library.open(folder)
    await library.close()
    return library.notices


def test_a_clip_of_a_day_is_deleted_and_rebuilt_like_one_of_a_year(flat: Path) -> None:
    with closing(connect(flat / "library.db", writes=True)) as db:
        arrange_by_day(flat, db, 0)
    gone, kept = asyncio.run(_delete_one(flat))
    assert gone not in {path.parent for path in flat.glob("2026/*/*/recipe.json")}
    (flat / "library.db").unlink()
    assert sorted(clip.id for clip in asyncio.run(_read(flat))) == sorted(kept)


async def _delete_one(folder: Path) -> tuple[Path, Sequence[ClipId]]:
    library = await Library.open(folder)
    gone, *kept = await library.clips.list_ids()
    place = await library.clips.find_folder(gone)
    assert place is not None
    await library.clips.trash([gone])
    result = await library.clips.delete([gone])
    assert result.clips == (gone,)
    assert result.untouched_folders == ()
    await library.close()
    return place, kept
