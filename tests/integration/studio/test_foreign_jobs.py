"""Jobs of another installation, and those of an earlier version of this one."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.library.internal_files import DATABASE
from tests.integration.studio.conftest import ACCOUNT, WORDS, StudioBench, open_bench, open_bench_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def left(bench: StudioBench, state: JobState) -> Job:
    job = Job(id=new_job_id(), state=state, recipe=WORDS, account=ACCOUNT)
    await bench.studio._library.jobs.write(job)
    return await bench.row(job)


def as_earlier_version(folder: Path) -> None:
    """Takes from all rows what an earlier version did not write."""
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        db.execute("UPDATE jobs SET body = json_remove(body, '$.installation')")


async def test_jobs_of_an_earlier_version_are_this_installations_own(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        job = await left(bench, JobState.UNKNOWN)
        folder = bench.studio.clips.folder
    as_earlier_version(folder)
    next(tmp_path.rglob("installation.json")).unlink()  # noqa: ASYNC240
    async with open_bench(tmp_path) as bench:
        assert (await bench.row(job)).installation == bench.studio._library.context.installation
    # Once: what comes later without a name was written by nobody here.
    as_earlier_version(folder)
    async with open_bench(tmp_path) as bench:
        assert bench.studio.jobs.is_held(await bench.row(job))


@pytest.mark.parametrize("is_earlier", [False, True])
async def test_a_copied_library_waits_for_the_users_word(
    sandbox: SandboxProcess, tmp_path: Path, is_earlier: bool
) -> None:
    async with open_bench_at(sandbox, tmp_path / "there") as bench:
        jobs = [await left(bench, state) for state in (JobState.UNKNOWN, JobState.QUEUED)]
        source = bench.studio.clips.folder
    async with open_bench_at(sandbox, tmp_path / "here") as bench:
        folder = bench.studio.clips.folder
    shutil.rmtree(folder)
    shutil.copytree(source, folder)
    if is_earlier:
        as_earlier_version(folder)
    async with open_bench(tmp_path / "here") as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        unknown, queued = [await bench.row(job) for job in jobs]
        assert (unknown.state, queued.state) == (JobState.UNKNOWN, JobState.QUEUED)
        assert all(bench.studio.jobs.is_held(job) for job in (unknown, queued))
        shown = {job.id: job for job in bench.studio.jobs.visible_jobs()}
        fault = shown[unknown.id].fault
        assert fault is not None
        assert "Another installation" in fault.message
        assert sandbox.requests("POST", "/lyrics-create") == []
        await bench.studio.job_actions.send(queued.id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(queued)).state is JobState.DONE
