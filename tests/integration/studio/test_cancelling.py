"""Cancelled at any moment: nothing new is charged, and nothing paid for is lost."""

import asyncio
from pathlib import Path

import pytest

from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import ErrorKind
from producer_studio.domain.job import JobState
from tests.integration.studio.conftest import SONG, WORDS, Desk, open_desk, open_desk_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def test_before_the_first_step_nothing_is_sent(desk: Desk, sandbox: SandboxProcess) -> None:
    (job,) = await desk.press(WORDS)
    cancelled = await desk.studio.job_actions.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is JobState.CANCELLED
    await desk.studio.jobs.wait_until_idle()
    assert desk.on_disk(job) == ("cancelled", None)
    assert sandbox.requests("POST", "/lyrics-create") == []


async def test_while_a_busy_service_is_waited_for_nothing_more_is_sent(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [{"where": "submit", "kind": "status", "status": 429, "retry_after": 0.3, "times": 1}]
    )
    (job,) = await desk.press(WORDS)
    await desk.until(lambda one: one.state is JobState.QUEUED and one.fault is not None, job.id)
    await desk.studio.job_actions.cancel(job.id)
    await desk.studio.jobs.wait_until_idle()
    await asyncio.sleep(0.5)  # longer than the service had asked for
    assert desk.on_disk(job) == ("cancelled", None)
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1
    assert desk.studio.jobs.visible_jobs() == []


async def test_in_the_line_for_a_slot_it_lets_the_next_one_in(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.3}])
    jobs = await desk.press(*[WORDS] * 5)
    await desk.until_in(jobs[0], JobState.ACCEPTED)
    await desk.studio.job_actions.cancel(jobs[3].id)
    await desk.studio.jobs.wait_until_idle()
    assert [(await desk.row(job)).state for job in jobs] == [
        JobState.DONE,
        JobState.DONE,
        JobState.DONE,
        JobState.CANCELLED,
        JobState.DONE,
    ]
    assert len(sandbox.requests("POST", "/lyrics-create")) == 4


async def test_a_request_that_is_out_is_called_off_and_its_result_kept(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    (job,) = await desk.press(WORDS)
    await desk.until_in(job, JobState.SENDING)
    await desk.studio.job_actions.cancel(job.id)
    cancelled = await desk.until_in(job, JobState.CANCELLED)
    assert cancelled.task_id is not None
    await desk.studio.jobs.wait_until_idle()
    done = await desk.row(job)
    assert done.state is JobState.DONE
    assert len(done.clips) == 1
    assert "The clip is in your library." in desk.notices[-1].text
    assert await desk.charged() == [1.0]


async def test_a_request_that_is_out_and_not_taken_is_not_repeated(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [
            {"where": "submit", "kind": "latency", "seconds": 0.3},
            {"where": "submit", "kind": "status", "status": 429, "retry_after": 0.1, "times": 1},
        ]
    )
    (job,) = await desk.press(WORDS)
    await desk.until_in(job, JobState.SENDING)
    await desk.studio.job_actions.cancel(job.id)
    await desk.studio.jobs.wait_until_idle()
    assert desk.on_disk(job) == ("cancelled", None)
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_what_was_accepted_is_watched_quietly_and_kept(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.4}])
    (job,) = await desk.press(WORDS)
    await desk.until_in(job, JobState.ACCEPTED, JobState.WORKING)
    cancelled = await desk.studio.job_actions.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is JobState.CANCELLED
    assert desk.studio.jobs.visible_jobs() == []
    await desk.studio.jobs.wait_until_idle()
    done = await desk.row(job)
    assert done.state is JobState.DONE
    assert await desk.studio.clips.get(done.clips[0]) is not None
    assert "had already been accepted" in desk.notices[-1].text


async def test_what_was_accepted_and_fails_ends_quietly(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.control("settings", {"answers": "status"})
    sandbox.set_faults(
        [
            {"where": "lyrics", "kind": "slow_task", "seconds": 0.4},
            {"where": "lyrics", "kind": "fail"},
        ]
    )
    (job,) = await desk.press(WORDS)
    await desk.until_in(job, JobState.ACCEPTED, JobState.WORKING)
    await desk.studio.job_actions.cancel(job.id)
    await desk.studio.jobs.wait_until_idle()
    ended = await desk.row(job)
    assert ended.state is JobState.CANCELLED
    assert ended.finished_at is not None
    assert ended.credits_refunded == 1.0
    assert desk.studio.jobs.visible_jobs() == []


async def test_a_cancelled_task_is_watched_again_after_a_restart(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.8}])
    async with open_desk_at(sandbox, tmp_path) as desk:
        (job,) = await desk.press(WORDS)
        await desk.until_in(job, JobState.ACCEPTED, JobState.WORKING)
        await desk.studio.job_actions.cancel(job.id)
    async with open_desk(tmp_path) as desk:
        await desk.studio.jobs.resume()
        await desk.studio.jobs.wait_until_idle()
        assert (await desk.row(job)).state is JobState.DONE


@pytest.mark.parametrize("moment", range(6))
async def test_racing_the_answer_one_of_the_two_wins_and_nothing_is_lost(
    desk: Desk, sandbox: SandboxProcess, moment: int
) -> None:
    (job,) = await desk.press(WORDS)
    await asyncio.sleep(0.03 * moment)
    await desk.studio.job_actions.cancel(job.id)
    await desk.studio.jobs.wait_until_idle()
    ended = await desk.row(job)
    sent = len(sandbox.requests("POST", "/lyrics-create"))
    assert sent == len(ended.clips)
    assert ended.state is (JobState.DONE if sent else JobState.CANCELLED)
    assert not [notice for notice in desk.notices if "unexpected error" in notice.text]


async def test_a_job_that_is_over_stays_as_it_is(desk: Desk) -> None:
    job, _ = await desk.made(WORDS)
    after = await desk.studio.job_actions.cancel(job.id)
    assert after is not None
    assert after.state is JobState.DONE


async def test_fetching_that_is_in_trouble_can_be_given_up_and_tried_again(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "status", "status": 503}])
    (job,) = await desk.press(SONG)
    stuck = await desk.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
    )
    assert stuck.fault is not None
    assert stuck.fault.kind is ErrorKind.SERVICE_UNAVAILABLE
    ended = await desk.studio.job_actions.cancel(job.id)
    assert ended is not None
    assert ended.state is JobState.DONE
    clip = await desk.studio.clips.get(ended.clips[0])
    assert clip is not None
    assert clip.media is MediaState.REJECTED
    assert "The download was stopped" in clip.media_note
    sandbox.set_faults([])
    await desk.studio.clips.retry_download(clip.id)
    clip = await desk.studio.clips.get(clip.id)
    assert clip is not None
    assert clip.playable
    assert clip.media_note == ""
