"""Cancelled at any moment: nothing new is charged, and nothing paid for is lost."""

import asyncio
from pathlib import Path

import pytest

from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.job import JobState
from producer_studio.domain.sweep import request_count
from producer_studio.providers.base import FailedTask
from tests.integration.studio.conftest import (
    ACCOUNT,
    SONG,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.held_writes import held_writes
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def test_before_the_first_step_nothing_is_sent(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    (job,) = await bench.press(WORDS)
    cancelled = await bench.studio.job_actions.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is JobState.CANCELLED
    await bench.studio.jobs.wait_until_idle()
    assert bench.on_disk(job) == ("cancelled", None)
    assert sandbox.requests("POST", "/lyrics-create") == []


async def test_while_a_busy_service_is_waited_for_nothing_more_is_sent(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [{"where": "submit", "kind": "status", "status": 429, "retry_after": 0.3, "times": 1}]
    )
    (job,) = await bench.press(WORDS)
    await bench.until(lambda one: one.state is JobState.QUEUED and one.fault is not None, job.id)
    await bench.studio.job_actions.cancel(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert bench.on_disk(job) == ("cancelled", None)
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1
    assert bench.studio.jobs.visible_jobs() == []


async def test_in_the_line_for_a_slot_it_lets_the_next_one_in(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.3}])
    jobs = await bench.press(*[WORDS] * 5)
    await bench.until_in(jobs[0], JobState.ACCEPTED)
    await bench.studio.job_actions.cancel(jobs[3].id)
    await bench.studio.jobs.wait_until_idle()
    assert [(await bench.row(job)).state for job in jobs] == [
        JobState.DONE,
        JobState.DONE,
        JobState.DONE,
        JobState.CANCELLED,
        JobState.DONE,
    ]
    assert len(sandbox.requests("POST", "/lyrics-create")) == 4


async def test_a_request_that_is_out_is_called_off_and_its_result_kept(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    (job,) = await bench.press(WORDS)
    await bench.until_in(job, JobState.SENDING)
    await bench.studio.job_actions.cancel(job.id)
    cancelled = await bench.until_in(job, JobState.CANCELLED)
    assert cancelled.task_id is not None
    await bench.studio.jobs.wait_until_idle()
    done = await bench.row(job)
    assert done.state is JobState.DONE
    assert len(done.clips) == 1
    assert "The clip is in your library." in bench.notices[-1].text
    assert await bench.charged() == [1.0]


async def test_a_request_that_is_out_and_not_taken_is_not_repeated(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [
            {"where": "submit", "kind": "latency", "seconds": 0.3},
            {"where": "submit", "kind": "status", "status": 429, "retry_after": 0.1, "times": 1},
        ]
    )
    (job,) = await bench.press(WORDS)
    await bench.until_in(job, JobState.SENDING)
    await bench.studio.job_actions.cancel(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert bench.on_disk(job) == ("cancelled", None)
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_what_was_accepted_is_watched_quietly_and_kept(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.4}])
    (job,) = await bench.press(WORDS)
    await bench.until_in(job, JobState.ACCEPTED, JobState.WORKING)
    cancelled = await bench.studio.job_actions.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is JobState.CANCELLED
    assert bench.studio.jobs.visible_jobs() == []
    await bench.studio.jobs.wait_until_idle()
    done = await bench.row(job)
    assert done.state is JobState.DONE
    assert await bench.studio.clips.get(done.clips[0]) is not None
    assert "had already been accepted" in bench.notices[-1].text


async def test_what_was_accepted_and_fails_ends_quietly(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.control("settings", {"answers": "status"})
    sandbox.set_faults(
        [
            {"where": "lyrics", "kind": "slow_task", "seconds": 0.4},
            {"where": "lyrics", "kind": "fail"},
        ]
    )
    (job,) = await bench.press(WORDS)
    await bench.until_in(job, JobState.ACCEPTED, JobState.WORKING)
    await bench.studio.job_actions.cancel(job.id)
    await bench.studio.jobs.wait_until_idle()
    ended = await bench.row(job)
    assert ended.state is JobState.CANCELLED
    assert ended.finished_at is not None
    assert ended.credits_refunded == 1.0
    assert bench.studio.jobs.visible_jobs() == []


async def test_a_cancelled_task_is_watched_again_after_a_restart(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.8}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.ACCEPTED, JobState.WORKING)
        await bench.studio.job_actions.cancel(job.id)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE


@pytest.mark.parametrize("moment", range(6))
async def test_racing_the_answer_one_of_the_two_wins_and_nothing_is_lost(
    bench: StudioBench, sandbox: SandboxProcess, moment: int
) -> None:
    (job,) = await bench.press(WORDS)
    await asyncio.sleep(0.03 * moment)
    await bench.studio.job_actions.cancel(job.id)
    await bench.studio.jobs.wait_until_idle()
    ended = await bench.row(job)
    sent = len(sandbox.requests("POST", "/lyrics-create"))
    assert sent == len(ended.clips)
    assert ended.state is (JobState.DONE if sent else JobState.CANCELLED)
    assert not [notice for notice in bench.notices if "unexpected error" in notice.text]


async def test_a_job_that_is_over_stays_as_it_is(bench: StudioBench) -> None:
    job, _ = await bench.made(WORDS)
    after = await bench.studio.job_actions.cancel(job.id)
    assert after is not None
    assert after.state is JobState.DONE


async def test_fetching_that_is_in_trouble_can_be_given_up_and_tried_again(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "status", "status": 503}])
    (job,) = await bench.press(SONG)
    stuck = await bench.until(
        lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
    )
    assert stuck.fault is not None
    assert stuck.fault.kind is ErrorKind.SERVICE_UNAVAILABLE
    ended = await bench.studio.job_actions.cancel(job.id)
    assert ended is not None
    assert ended.state is JobState.DONE
    clip = await bench.studio.clips.get(ended.clips[0])
    assert clip is not None
    assert clip.media is MediaState.REJECTED
    assert "The download was stopped" in clip.media_note
    sandbox.set_faults([])
    await bench.studio.clips.retry_download(clip.id)
    clip = await bench.studio.clips.get(clip.id)
    assert clip is not None
    assert clip.playable
    assert clip.media_note == ""


async def test_while_it_is_prepared_to_be_sent_nothing_is_sent(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    # Before a request with a key the service is asked for its time, which may take seconds.
    sandbox.set_faults([{"where": "credits", "kind": "latency", "seconds": 1}])
    async with open_bench_at(sandbox, tmp_path / "home", profile="apiframe") as bench:
        (job,) = await bench.press(SONG)
        while job.id not in bench.studio.job_actions._runner._submitter.in_flight:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
        await bench.studio.job_actions.cancel(job.id)
        await bench.studio.jobs.wait_until_idle()
        assert bench.on_disk(job) == ("cancelled", None)
        assert sandbox.requests("POST", "/v2/music/generate") == []
        assert await bench.charged() == []


async def test_a_failure_that_is_recorded_after_the_cancellation_ends_the_job(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 60}])
    (job,) = await bench.press(WORDS)
    job = await bench.until_in(job, JobState.WORKING)
    poller = bench.studio.job_actions._runner._poller
    error = ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message="It failed.")
    # Both have read the job as working; the cancellation is written first.
    _, failed = await asyncio.gather(
        bench.studio.job_actions._store.transition(job, JobState.CANCELLED),
        poller.record_failure(job, FailedTask(error=error, refunded=True)),
    )
    assert (failed.state, failed.fault) == (JobState.CANCELLED, error)
    assert failed.is_over
    assert failed.credits_refunded == 1.0


@pytest.mark.parametrize("moment", [JobState.QUEUED, JobState.SENDING])
async def test_a_request_that_was_rejected_and_then_cancelled_counts_as_not_sent(
    bench: StudioBench, sandbox: SandboxProcess, moment: JobState
) -> None:
    """The service has proved that it took nothing, so that the same may be asked for."""
    sandbox.set_faults(
        [
            {"where": "submit", "kind": "latency", "seconds": 0.3},
            {"where": "submit", "kind": "status", "status": 429, "retry_after": 30, "times": 1},
        ]
    )
    (job,) = await bench.press(WORDS)
    await bench.until(lambda one: one.state is moment and (one.sent_at is not None), job.id)
    await bench.studio.job_actions.cancel(job.id)
    await bench.studio.jobs.wait_until_idle()
    after = await bench.row(job)
    assert (after.state, after.sent_at) == (JobState.CANCELLED, None)
    assert request_count(after) == 0
    sandbox.set_faults([])
    (again,) = await bench.studio.jobs.submit([WORDS], ACCOUNT, refuse_duplicates=True)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(again)).state is JobState.DONE


async def test_a_press_that_is_cancelled_while_it_is_written_does_not_wait_in_the_queue(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    """Nobody would see it before the next start, and budgets would count it."""
    database = bench.studio._library.context.database
    async with held_writes(database) as held:
        pressed = asyncio.create_task(bench.studio.jobs.submit([WORDS], ACCOUNT))
        # The write of the press is the only one that waits.
        await held.wait_for_one()
        pressed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressed
    await database.write(lambda _db: None)
    (job,) = await bench.studio.jobs.all()
    assert job.state is JobState.CANCELLED
    assert (await bench.studio.budget.status(ACCOUNT)).pending == 0
    assert sandbox.requests("POST", "/") == []
