"""A press is a row with its jobs; its clips know it, and it comes back with their folders."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.form_preset import FormPreset
from producer_studio.domain.ids import (
    AccountName,
    JobId,
    PressId,
    new_job_id,
    new_preset_id,
    new_press_id,
)
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press, mark_preset, split_preset, sum_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.takes import expand_takes
from producer_studio.library import Library
from producer_studio.library.clip_listing import SortOrder
from producer_studio.library.clip_relations import ClipRelations
from producer_studio.library.recovery.backup_restore import restore_backup
from tests.support.library_fixtures import START, MakeClip

pytestmark = pytest.mark.anyio

DEMO = AccountName("demo")
SONG = Recipe(title="Low tide", sound="slow piano", seed="7")


def pressed(takes: int = 3, **fields: object) -> tuple[Press, list[Job]]:
    """A press of some takes, as `JobQueue` builds it."""
    recipes = tuple(expand_takes(SONG, takes))
    values = {"form": {"takes": takes, "seed_locked": True}, "credits_expected": 30.0}
    press = Press(
        id=new_press_id(), account=DEMO, recipes=recipes, created_at=START, **values | fields
    )
    jobs = [
        Job(
            id=new_job_id(), recipe=recipe, account=DEMO, created_at=START, press=press.id,
            take=number, takes=takes,
        )
        for number, recipe in enumerate(recipes, 1)
    ]  # fmt: skip
    return press, jobs


def clip_of(make_clip: MakeClip, job: Job, **fields: object) -> Clip:
    values = {
        "title": "Low tide", "job": job.id, "press": job.press, "take": job.take,
        "takes": job.takes, "recipe": job.recipe, "seed": job.recipe.seed, "account": DEMO,
    }  # fmt: skip
    return make_clip(**values | fields)


def rows_of(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'library.db'}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


async def test_a_press_is_written_with_its_jobs_and_comes_back(library: Library) -> None:
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)
    assert await library.presses.get(press.id) == press
    assert await library.jobs.list_jobs() == jobs
    assert await library.presses.get(PressId("gone")) is None
    found = rows_of(library.folder, "SELECT press FROM jobs")
    assert found == [(press.id,)] * 3
    # What a search of the history looks through.
    assert rows_of(library.folder, "SELECT words, takes FROM presses") == [
        ("low tide slow piano", 3)
    ]


def test_the_price_of_a_press_is_unknown_if_a_part_of_it_is() -> None:
    assert sum_prices([10.0, 10.0, 5.0]) == 25.0
    assert sum_prices([10.0, None]) is None


async def test_clips_are_found_by_the_preset_of_their_press(
    library: Library, make_clip: MakeClip
) -> None:
    preset = FormPreset(id=new_preset_id(), name="Night Drive", form={})
    await library.presets.replace([(None, preset)])
    form, named = split_preset(mark_preset({"takes": 1}, preset.id))
    assert (form, named) == ({"takes": 1}, preset.id)
    assert split_preset(mark_preset(form, None)) == (form, None)
    press, jobs = pressed(1, form=form, preset=named)
    await library.jobs.write_all(jobs, press=press)
    assert await library.presses.get(press.id) == press
    made = clip_of(make_clip, jobs[0])
    await library.clips.add([made, make_clip()])
    for query in ("preset:night", 'preset:"night drive"'):
        assert await library.clips.list_ids(query) == [made.id]
    assert await library.clips.count_values("preset") == [("Night Drive", 1)]
    by_preset = await library.clips.list_ids("", SortOrder("preset", descending=True))
    assert by_preset[0] == made.id
    assert dict((await library.clips.get_rows(by_preset)).presets) == {press.id: "Night Drive"}
    related = (await library.clips.get_relations([made.id]))[made.id]
    assert related == ClipRelations(preset="Night Drive")
    # The clips of a preset that was deleted are found by its id.
    await library.presets.replace([(preset, None)])
    assert await library.clips.list_ids(f"preset:{preset.id}") == [made.id]


async def test_a_press_without_its_jobs_is_not_written(library: Library) -> None:
    """As on a disk that fills up between the two."""
    press, jobs = pressed()
    with closing(sqlite3.connect(library.folder / "library.db")) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON jobs WHEN new.body LIKE '%\"take\": 2%' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        other.commit()
    with pytest.raises((sqlite3.Error, StorageError)):
        await library.jobs.write_all(jobs, press=press)
    assert await library.presses.get(press.id) is None
    assert await library.jobs.list_jobs() == []


KILLED = """
import asyncio, os, pathlib, signal, sys
from producer_studio.library import Library
from producer_studio.library.clip_relations import ClipRelations
from tests.unit.library.test_presses import pressed

async def run():
    library = await Library.open(pathlib.Path(sys.argv[1]))
    def look(statement):
        if statement.lstrip().startswith("INSERT INTO jobs"):
            os.kill(os.getpid(), signal.SIGKILL)
    library.context.database._writer.current().set_trace_callback(look)
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)

asyncio.run(run())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
async def test_a_kill_between_press_and_jobs_leaves_neither(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    library = await Library.open(tmp_path)
    assert await library.jobs.list_jobs() == []
    await library.close()
    assert rows_of(tmp_path, "SELECT id FROM presses") == []


async def test_takes_of_a_press_have_different_titles_in_rows_and_files(
    library: Library, make_clip: MakeClip
) -> None:
    _, jobs = pressed(2)
    clips = [clip_of(make_clip, job) for job in jobs]
    await library.clips.add(clips)
    found = await library.clips.get_many([clip.id for clip in clips])
    assert [(clip.title, clip.display_title) for clip in found] == [
        ("Low tide", "Low tide · take 1"),
        ("Low tide", "Low tide · take 2"),
    ]
    folders = [await library.clips.find_folder(clip.id) for clip in clips]
    assert [folder.name.partition(" [")[0] for folder in folders if folder is not None] == [
        "Low tide · take 1",
        "Low tide · take 2",
    ]


async def test_a_number_that_another_clip_of_the_press_has_is_not_given_twice(
    library: Library, make_clip: MakeClip
) -> None:
    """A retried take, and a service that sends more for one request than for another."""
    _, jobs = pressed(2)
    first, other, again = (clip_of(make_clip, jobs[0]) for _ in range(3))
    await library.clips.add([first])
    await library.clips.add([clip_of(make_clip, jobs[1], takes=2)])
    await library.clips.add([other])
    await library.clips.add([again])
    await library.clips.add([other])  # collected twice
    found = await library.clips.get_many([first.id, other.id, again.id])
    assert [(clip.take, clip.takes) for clip in found] == [(1, 2), (3, 3), (4, 4)]
    stems = [clip_of(make_clip, jobs[0], operation=Operation.STEMS, stem=n) for n in ("a", "b")]
    await library.clips.add(stems)
    found = await library.clips.get_many([clip.id for clip in stems])
    assert [clip.take for clip in found] == [1, 1]


async def test_press_and_take_are_in_the_recipe_file_and_come_back_from_it(
    tmp_path: Path, make_clip: MakeClip
) -> None:
    library = await Library.open(tmp_path / "library")
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)
    done = [job.with_changes(state=JobState.DONE) for job in jobs]
    clips = [clip_of(make_clip, job) for job in done]
    for job, clip in zip(done, clips, strict=True):
        await library.clips.add([clip], job.with_changes(clips=(clip.id,)))
    folder = await library.clips.find_folder(clips[1].id)
    assert folder is not None
    sidecar = json.loads((folder / "recipe.json").read_text("utf-8"))
    assert (sidecar["press"], sidecar["take"], sidecar["takes"]) == (press.id, 2, 3)
    await library.close()
    for path in (tmp_path / "library").glob("library.db*"):
        path.unlink()
    rebuilt = await Library.open(tmp_path / "library")
    found = await rebuilt.clips.get_many([clip.id for clip in clips])
    assert [(clip.press, clip.take) for clip in found] == [(press.id, n) for n in (1, 2, 3)]
    back = await rebuilt.presses.get(press.id)
    assert back is not None
    assert (back.account, back.recipes) == (DEMO, press.recipes)
    # Neither is in the folders: unknown is better than invented.
    assert (dict(back.form), back.credits_expected) == ({}, None)
    await rebuilt.close()


async def test_presses_of_a_damaged_database_are_copied_whole(tmp_path: Path) -> None:
    library = await Library.open(tmp_path)
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)
    without_row, lone_jobs = pressed(2)
    await library.jobs.write_all(lone_jobs)
    await library.close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        db.execute("DROP TABLE drafts")
        db.commit()
    rebuilt = await Library.open(tmp_path)
    assert rebuilt.notices
    assert await rebuilt.presses.get(press.id) == press
    named = await rebuilt.presses.get(without_row.id)
    assert named is not None
    assert named.recipes == without_row.recipes
    assert named.created_at == START
    await rebuilt.close()


async def test_presses_later_than_a_backup_stay_when_it_is_restored(tmp_path: Path) -> None:
    library = await Library.open(tmp_path)
    copy = await library.back_up()
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)
    await library.close()
    restore_backup(tmp_path, copy)
    restored = await Library.open(tmp_path)
    assert await restored.presses.get(press.id) == press
    assert {job.press for job in await restored.jobs.list_jobs()} == {press.id}
    await restored.close()


async def test_presses_and_takes_are_searched_for(library: Library, make_clip: MakeClip) -> None:
    _, jobs = pressed()
    clips = [clip_of(make_clip, job) for job in jobs]
    other = make_clip("Other")
    for clip in (*clips, other):
        await library.clips.add([clip])
    press = jobs[0].press
    assert press is not None
    for query, expected in [
        (f"press:{press}", [clips[2], clips[1], clips[0]]),
        (f"press:{press[:10]} take:>1", [clips[2], clips[1]]),
        ("take:2", [clips[1]]),
        ("-take:2", [other, clips[2], clips[0]]),
    ]:
        assert await library.clips.list_ids(query) == [clip.id for clip in expected], query


async def test_a_job_that_later_versions_changed_keeps_its_press(library: Library) -> None:
    press, jobs = pressed(1)
    await library.jobs.write_all(jobs, press=press)
    await library.jobs.write(jobs[0].with_changes(state=JobState.FAILED))
    found = await library.jobs.get(JobId(jobs[0].id))
    assert found is not None
    assert found.press == press.id


@pytest.mark.parametrize("with_folders", [True, False])
async def test_a_job_that_cannot_be_read_keeps_no_library_from_being_rebuilt(
    tmp_path: Path, make_clip: MakeClip, with_folders: bool
) -> None:
    """Of a later version, say; its press has neither a row nor a clip."""
    library = await Library.open(tmp_path / "library")
    press, jobs = pressed()
    await library.jobs.write_all(jobs, press=press)
    if with_folders:
        await library.clips.add([make_clip("Low tide")])
    await library.close()
    with closing(sqlite3.connect(library.folder / "library.db")) as db:
        db.execute("DELETE FROM presses")
        db.execute("UPDATE jobs SET state = 'of a later version'")
        db.execute("CREATE TABLE foreign_table(x)")
        db.commit()
    again = await Library.open(library.folder)
    assert len(await again.clips.list_ids()) == int(with_folders)
    await again.close()
    assert rows_of(library.folder, "SELECT press FROM jobs") == [(press.id,)] * 3
