"""A restored backup is older than the library: what was bought since is there, and only once."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from producer_studio.domain.job import JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.library.column_values import format_time
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.recovery.backup_restore import list_backups, restore_backup
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, open_bench, open_bench_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("recipe", [WORDS, SONG], ids=["lyrics", "song"])
@pytest.mark.parametrize("is_readable", [False, True], ids=["lost", "readable"])
async def test_a_task_that_ended_since_the_backup_is_one_clip(
    sandbox: SandboxProcess, tmp_path: Path, *, is_readable: bool, recipe: Recipe
) -> None:
    sandbox.set_faults([{"where": "any", "kind": "slow_task", "seconds": 1}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.studio.jobs.submit([recipe], ACCOUNT)
        await bench.until_in(job, JobState.ACCEPTED)
        await bench.studio._library.back_up()
        await bench.studio.jobs.wait_until_idle()
        done = await bench.row(job)
        assert done.state is JobState.DONE
        folder = bench.studio.clips.folder
    if not is_readable:
        (folder / DATABASE).write_bytes(bytes(100_000))
    restore_backup(folder, list_backups(folder)[0].path)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(job)
        assert (after.state, after.clips) == (JobState.DONE, done.clips)
        [clip] = await bench.studio.clips.get_many(await bench.studio.clips.list_ids())
        assert clip.id == done.clips[0]
        assert await bench.charged() == [job.credits_expected]
    assert len(list(folder.glob("[0-9]*/*/*/recipe.json"))) == 1


async def test_a_task_of_a_clock_that_was_ahead_is_one_clip(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "any", "kind": "slow_task", "seconds": 1}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.studio.jobs.submit([WORDS], ACCOUNT)
        await bench.until_in(job, JobState.ACCEPTED)
        folder = bench.studio.clips.folder
        ahead = format_time(job.created_at + timedelta(days=3))
        with closing(sqlite3.connect(folder / DATABASE)) as db, db:
            db.execute("UPDATE jobs SET body = json_set(body, '$.created_at', ?)", (ahead,))
        await bench.studio._library.back_up()
        await bench.studio.jobs.wait_until_idle()
        done = await bench.row(job)
    (folder / DATABASE).write_bytes(bytes(100_000))
    restore_backup(folder, list_backups(folder)[0].path)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).clips == done.clips
        assert await bench.studio.clips.list_ids() == list(done.clips)
