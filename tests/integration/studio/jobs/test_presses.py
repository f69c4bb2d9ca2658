"""One press of Generate: a row, its jobs and the clips that came of it."""

from dataclasses import replace

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.ids import RemoteId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.takes import expand_takes
from producer_studio.providers.base import AcceptedTask, FinishedTask, RemoteClip
from tests.integration.studio.conftest import ACCOUNT, WORDS, StudioBench
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

NAMED = replace(WORDS, title="Low tide")


def results(*titles: str) -> FinishedTask:
    return FinishedTask(
        tuple(
            RemoteClip(remote_id=RemoteId(f"r{n}"), title=title, lyrics="[Verse]\nHere")
            for n, title in enumerate(titles)
        )
    )


async def collected(bench: StudioBench, job: Job, *titles: str) -> list[Clip]:
    """What becomes of a job whose task has these results."""
    await bench.studio._library.jobs.write(job)
    done = await bench.studio.clips._collector.collect(job, results(*titles))
    return await bench.studio.clips.get_many(done.clips)


async def test_jobs_and_clips_belong_to_the_press_with_the_whole_form(bench: StudioBench) -> None:
    form = {"operation": "lyrics", "takes": 2, "seed_locked": True, "lyrics": "not sent"}
    recipes = expand_takes(NAMED, 2)
    jobs = await bench.studio.jobs.submit(recipes, ACCOUNT, form=form)
    await bench.studio.jobs.wait_until_idle()
    assert jobs[0].press is not None
    assert {job.press for job in jobs} == {jobs[0].press}
    press = await bench.studio._library.presses.get(jobs[0].press)
    assert press is not None
    assert (press.account, dict(press.form), press.credits_expected) == (ACCOUNT, form, 2.0)
    assert list(press.recipes) == [job.recipe for job in jobs]
    clips = [clip for job in jobs for clip in await of_job(bench, job)]
    assert [(clip.press, clip.take, clip.takes) for clip in clips] == [
        (press.id, 1, 2),
        (press.id, 2, 2),
    ]
    assert all("take" not in clip.title for clip in clips)
    assert clips[1].display_title == f"{clips[1].title} · take 2"


async def of_job(bench: StudioBench, job: Job) -> list[Clip]:
    row = await bench.row(job)
    assert row.state is JobState.DONE
    return await bench.studio.clips.get_many(row.clips)


async def test_two_songs_of_one_request_are_takes_in_the_order_of_the_jobs(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": 401}])
    jobs = await bench.press(*expand_takes(NAMED, 3))
    await bench.studio.jobs.wait_until_idle()
    working = [job.with_changes(state=JobState.WORKING) for job in jobs]
    # The last one is ready first, and the second sends more than the others.
    last = await collected(bench, working[2], "A", "A")
    first = await collected(bench, working[0], "A", "A")
    second = await collected(bench, working[1], "A", "A", "A")
    assert [clip.take for clip in first] == [1, 2]
    assert [clip.take for clip in last] == [5, 6]
    # 4 to 6 by its own count, of which two are given.
    assert [clip.take for clip in second] == [4, 7, 8]
    assert [clip.title for clip in first] == ["A", "A"]
    assert [clip.display_title for clip in first] == ["A · take 1", "A · take 2"]


async def test_a_retried_job_stays_a_take_of_its_press(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "fail", "error": "Out of tune"}])
    jobs = await bench.press(*expand_takes(NAMED, 2))
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(jobs[1])
    assert failed.state is JobState.FAILED
    sandbox.set_faults([])
    again = await bench.studio.job_actions.retry(failed.id)
    assert again is not None
    assert (again.press, again.take, again.takes) == (failed.press, 2, 2)
    await bench.studio.jobs.wait_until_idle()
    row = await bench.row(again)
    assert row.state is JobState.DONE, row
    [clip] = await bench.studio.clips.get_many(row.clips)
    assert (clip.press, clip.take) == (failed.press, 2)


async def test_a_refused_press_leaves_no_row(bench: StudioBench) -> None:
    await bench.press(NAMED)
    await bench.studio.jobs.wait_until_idle()
    before = len(await bench.studio.jobs.all())
    with pytest.raises(DuplicateRequest):
        await bench.studio.jobs.submit([NAMED], ACCOUNT, refuse_duplicates=True)
    assert len(await bench.studio.jobs.all()) == before


async def test_a_task_found_after_its_job_was_given_up_is_a_take_of_the_press(
    bench: StudioBench,
) -> None:
    made, clip = await bench.made(NAMED)
    given_up = made.with_changes(id=new_job_id(), state=JobState.CANCELLED, task_id=None, clips=())
    await bench.studio._library.jobs.write(given_up)
    assert made.task_id is not None
    outcomes = bench.studio.job_actions._recovery.outcomes
    await outcomes.mark_accepted(given_up, AcceptedTask(made.task_id))
    await bench.studio.jobs.wait_until_idle()
    found = (await bench.studio.jobs.all())[-1]
    assert (found.state, found.press) == (JobState.DONE, made.press)
    [late] = await bench.studio.clips.get_many(found.clips)
    assert (late.press, late.take, clip.take) == (made.press, 2, 1)
