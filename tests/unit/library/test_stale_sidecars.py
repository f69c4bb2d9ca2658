"""`recipe.json` follows its row, whatever ends the program in between."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library, path_confinement
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.sidecar_writer import MAX_WRITES_AT_CLOSE
from producer_studio.library.stale_sidecars import read_marks
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


def marked(folder: Path) -> int:
    with closing(connect(folder / DATABASE)) as db:
        return len(read_marks(db))


def told(folder: Path) -> list[dict[str, object]]:
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/*/*/recipe.json")
    ]


async def test_nothing_is_marked_after_a_usual_end(library: Library, make_clip: MakeClip) -> None:
    clips = [make_clip() for _ in range(3)]
    await library.clips.add(clips)
    await library.clips.edit([clip.id for clip in clips], {ClipField.STARS: 3})
    assert marked(library.folder) == 3
    await library.close()
    assert marked(library.folder) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE clips SET stars = 5",
        "UPDATE details SET notes = 'changed'",
        "UPDATE details SET trashed_at = '2026-02-01T12:00:00+00:00'",
    ],
)
async def test_a_row_that_was_changed_without_its_file_is_caught_up(
    library: Library, make_clip: MakeClip, change: str
) -> None:
    """As a kill between the two leaves it, whatever changed the row."""
    clip = make_clip()
    await library.clips.add([clip])
    await library.close()
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute(change)
    [before] = told(library.folder)
    part = next(library.folder.glob("*/*/*/recipe.json")).with_name(".recipe.json.99.part")
    part.write_text("half")
    again = await Library.open(library.folder)
    now = await again.clips.get(clip.id)
    await again.close()
    [after] = told(library.folder)
    assert after != before
    assert now is not None
    assert (after["stars"], after["notes"]) == (now.stars, now.notes)
    assert (after["trashed_at"] is None) == (now.trashed_at is None)
    assert marked(library.folder) == 0
    assert not part.exists()


async def test_a_clip_that_changed_since_stays_marked(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE clips SET stars = 4")  # by another process, killed before it wrote
    await library.close()
    assert marked(library.folder) == 1
    again = await Library.open(library.folder)
    await again.close()
    assert told(library.folder)[0]["stars"] == 4


async def test_a_deleted_clip_leaves_no_mark(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await library.clips.trash([clip.id])
    await library.clips.delete([clip.id])
    assert marked(library.folder) == 0


async def test_rows_behind_which_folders_were_come_back_from_a_damaged_catalogue(
    library: Library, make_clip: MakeClip, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR")
    clip = make_clip()
    await library.clips.add([clip])
    await library.close()
    path = library.folder / DATABASE
    with closing(connect(path, writes=True)) as db:
        db.execute("UPDATE clips SET stars = 5")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP INDEX clips_by_title")
    again = await Library.open(library.folder)
    assert "rebuilt" in again.notices[0]
    now = await again.clips.get(clip.id)
    assert now is not None
    assert now.stars == 5
    await again.close()
    assert told(library.folder)[0]["stars"] == 5


async def test_closing_after_a_change_of_very_many_leaves_the_rest_to_the_next_start(
    tmp_path: Path, make_clip: MakeClip
) -> None:
    many = [make_clip() for _ in range(MAX_WRITES_AT_CLOSE + 200)]
    library = await Library.open(tmp_path / "library")
    await library.clips.add(many)
    await library.clips.edit([clip.id for clip in many], {ClipField.STARS: 5})
    await library.close()
    assert 0 < marked(library.folder) <= 200
    again = await Library.open(library.folder)
    await again.clips.wait_for_sidecars()
    await again.close()
    assert marked(library.folder) == 0
    assert {data["stars"] for data in told(library.folder)} == {5}


EDIT_FOR_EVER = """
import asyncio, random, sys
from pathlib import Path
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library, path_confinement

async def main() -> None:
    library = await Library.open(Path(sys.argv[1]))
    ids = await library.clips.list_ids()
    for number in range(100_000):
        values = {ClipField.STARS: number % 6, ClipField.NOTES: f"edit {number}"}
        await library.clips.edit(random.sample(ids, 8), values)
        if number == 20:
            print("edited", flush=True)

asyncio.run(main())
"""


def edit_until_killed(folder: Path) -> None:
    command = [sys.executable, "-c", EDIT_FOR_EVER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"edited\n"
        process.kill()


async def test_no_sidecar_is_behind_after_kills_in_the_middle_of_edits(
    library: Library, make_clip: MakeClip
) -> None:
    await library.clips.add([make_clip() for _ in range(40)])
    await library.close()
    behind = 0
    for _ in range(3):
        edit_until_killed(library.folder)
        behind += marked(library.folder)
        again = await Library.open(library.folder)
        clips = await again.clips.get_many(await again.clips.list_ids())
        await again.close()
        now = {one["id"]: (one["stars"], one["notes"]) for one in told(library.folder)}
        assert now == {clip.id: (clip.stars, clip.notes) for clip in clips}
        assert marked(library.folder) == 0
    # Else the kills would have proved nothing.
    assert behind > 0


async def test_a_clip_that_was_added_stays_added_when_the_folder_is_gone_by_then(
    tmp_path: Path, make_clip: MakeClip
) -> None:
    """Told to have failed, it was added once more at each try, and so were its costs."""
    folder, away = tmp_path / "library", tmp_path / "away"
    folder.mkdir()
    library = await Library.open(folder)
    clip = make_clip()
    folder.rename(away)
    assert await library.clips.add([clip]) == [clip.id]
    away.rename(folder)
    await library.clips.update_fields(clip.id, title="Back again")
    (recipe,) = folder.rglob("recipe.json")
    assert json.loads(recipe.read_text())["title"] == "Back again"
    await library.close()


@pytest.mark.parametrize("error", [errno.ENAMETOOLONG, errno.ELOOP, errno.ESTALE, errno.ETIMEDOUT])
@pytest.mark.parametrize("at", ["start", "edit"])
async def test_a_folder_that_the_disk_refuses_keeps_no_other_file_behind(
    library: Library, make_clip: MakeClip, at: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the disk says: one such folder ended the writing of all others at each start."""
    songs = [make_clip(f"Song {number}") for number in range(3)]
    await library.clips.add(songs)
    await library.close()
    bad = next(library.folder.glob("*/*/Song 0*"))
    if error == errno.ENAMETOOLONG:
        with closing(connect(library.folder / DATABASE, writes=True)) as db:
            folder = "2026/" + "n" * 300
            db.execute("UPDATE details SET folder = ? WHERE title = 'Song 0'", (folder,))
    else:
        real_path = os.path.realpath

        def refuse(path: str | Path, **options: bool) -> str:
            if Path(path) == bad:
                raise OSError(error, os.strerror(error), str(path))
            return real_path(path, **options)

        monkeypatch.setattr(path_confinement.os.path, "realpath", refuse)
    if at == "start":
        with closing(connect(library.folder / DATABASE, writes=True)) as db:
            db.execute("UPDATE clips SET stars = 5")
    again = await Library.open(library.folder)
    await again.clips.wait_for_sidecars()
    if at == "edit":
        await again.clips.edit([clip.id for clip in songs], {ClipField.STARS: 5})
    await again.close()
    stars = {one["title"]: one["stars"] for one in told(library.folder)}
    assert stars == {"Song 0": 0, "Song 1": 5, "Song 2": 5}
    assert marked(library.folder) == 1


async def test_left_overs_outside_are_not_removed_through_a_link(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await library.close()
    folder = next(library.folder.glob("*/*/*/recipe.json")).parent
    outside = folder.rename(tmp_path / "outside")
    folder.symlink_to(outside)
    part = outside / ".recipe.json.1.part"
    part.write_text("not ours")
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE clips SET stars = 5")
    again = await Library.open(library.folder)
    await again.clips.wait_for_sidecars()
    await again.close()
    assert part.exists()
