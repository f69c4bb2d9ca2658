"""What the next start does with what the last one left: it watches, and never sends by itself."""

import asyncio
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.accounts.ledger import DELIVERED_NOTE
from producer_studio.studio.jobs import runner
from producer_studio.studio.jobs.poll import LATE_POLL_LIMIT
from tests.integration.studio.conftest import (
    ACCOUNT,
    LONGEST_WAIT_S,
    SONG,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def left(bench: StudioBench, state: JobState, **fields: object) -> Job:
    """A job as a run that was killed has left it."""
    job = Job(id=new_job_id(), state=state, recipe=WORDS, account=ACCOUNT).with_changes(**fields)
    await bench.studio._library.jobs.write(job)
    return job


@pytest.mark.parametrize("state", [JobState.SENDING, JobState.QUEUED, JobState.UNKNOWN])
async def test_what_may_cost_waits_for_the_word(
    bench: StudioBench, sandbox: SandboxProcess, state: JobState
) -> None:
    job = await left(bench, state)
    (found,) = await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    assert found.id == job.id
    expected = "queued" if state is JobState.QUEUED else "unknown"
    assert bench.on_disk(job) == (expected, None)
    assert [one.id for one in bench.studio.jobs.visible_jobs()] == [job.id]
    assert sandbox.requests("POST", "/lyrics-create") == []


async def test_sending_found_at_start_says_why_it_is_unknown(bench: StudioBench) -> None:
    job = await left(bench, JobState.SENDING)
    await bench.studio.jobs.resume()
    unknown = await bench.row(job)
    assert unknown.fault is not None
    assert unknown.fault.kind is ErrorKind.OUTCOME_UNKNOWN
    assert "sent again by itself only where it is charged once at most" in unknown.fault.message


async def test_a_queued_job_is_sent_at_the_word_once(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    job = await left(bench, JobState.QUEUED)
    await bench.studio.jobs.resume()
    await bench.studio.job_actions.send(job.id)
    await bench.studio.job_actions.send(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_accepted_goes_on_by_itself(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 0.6}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.ACCEPTED)
    async with open_bench(tmp_path) as bench:
        assert [one.id for one in await bench.studio.jobs.resume()] == [job.id]
        # Asked for twice, looked after once.
        assert await bench.studio.jobs.resume() == []
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
        assert len(await bench.studio.clips.list_ids()) == 1
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_a_quit_before_a_request_is_sent_leaves_it_in_the_queue(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    # Before a request with a key the service is asked for its time, which may take seconds.
    sandbox.set_faults([{"where": "credits", "kind": "latency", "seconds": 1}])
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        (job,) = await bench.press(SONG)
        while job.id not in bench.studio.job_actions._runner._submitter.in_flight:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
        await bench.studio.jobs.close()
        assert bench.on_disk(job) == ("queued", None)
    assert sandbox.requests("POST", "/v2/music/generate") == []


async def test_a_quit_while_the_connection_is_made_leaves_it_in_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several steps, each with a time limit of its own, may take longer than a quit waits."""
    monkeypatch.setattr(runner, "_SEND_GRACE_S", 0.1)
    connected = asyncio.Event()

    ended = asyncio.Event()

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        writer.close()
        ended.set()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    # It never responds to the handshake.
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with open_bench(tmp_path) as bench:
        await bench.studio.accounts.add(
            ACCOUNT, Service.AIMUSICAPI, base_url=url, profile="aimusicapi-2026-04"
        )
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.SENDING)
        await asyncio.wait_for(connected.wait(), LONGEST_WAIT_S)
        await bench.studio.jobs.close()
        assert bench.on_disk(job) == ("queued", None)
    await asyncio.wait_for(ended.wait(), LONGEST_WAIT_S)
    server.close()
    await server.wait_closed()


async def test_a_quit_while_sending_waits_for_the_answer_alone(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults(
        [
            {"where": "submit", "kind": "latency", "seconds": 0.3},
            {"where": "lyrics", "kind": "slow_task", "seconds": 8},
        ]
    )
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.SENDING)
        # Waiting for the whole task would take 8 s, and being cut off would leave "sending".
        await asyncio.wait_for(bench.studio.jobs.close(), 6)
        assert bench.on_disk(job)[0] in {"accepted", "working"}


async def test_a_job_whose_account_is_missing_goes_on_when_it_is_added_again(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 1}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.ACCEPTED, JobState.WORKING)
        await bench.studio.accounts.remove(ACCOUNT)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        waiting = await bench.until(lambda one: one.fault is not None, job.id)
        assert waiting.fault is not None
        assert "no account called" in waiting.fault.message
        await bench.studio.accounts.add(ACCOUNT, Service.DEMO, base_url=sandbox.url, poll_s=0.05)
        assert waiting.task_id is not None
        bench.studio.jobs.poll_now(waiting.task_id)
        await bench.until_in(job, JobState.DONE)


async def test_what_arrives_after_a_refund_is_charged_again(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        done, _ = await bench.made(WORDS)
        assert done.task_id is not None
        fault = ErrorRecord(
            kind=ErrorKind.FAILED_BY_SERVICE, message="Credits were refunded.", status=200
        )
        refunded = {"credits_charged": 1.0, "credits_refunded": 1.0}
        old = await left(bench, JobState.FAILED, task_id=done.task_id, fault=fault, **refunded)
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        arrived = await bench.row(old)
        assert (arrived.state, arrived.credits_refunded) == (JobState.DONE, None)
        entries = await bench.studio._library.ledger.list_entries(ACCOUNT)
        (again,) = [one for one in entries if one.job == old.id]
        assert (again.kind, again.amount, again.note) == ("charged", 1.0, DELIVERED_NOTE)


async def test_a_late_result_of_a_failed_job_is_collected(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        job, _ = await bench.made(WORDS)
        fault = ErrorRecord(
            kind=ErrorKind.FAILED_BY_SERVICE, message="The service gave up.", status=200
        )
        task = {"task_id": job.task_id, "fault": fault}
        shown = await left(bench, JobState.FAILED, **task)
        put_away = await left(bench, JobState.FAILED, dismissed=True, **task)
        old = await left(bench, JobState.FAILED, late_looks=LATE_POLL_LIMIT, **task)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(shown)).state is JobState.DONE
        assert (await bench.row(put_away)).state is JobState.DONE
        assert (await bench.row(old)).state is JobState.FAILED
        assert [n.text for n in bench.notices if "arrived late" in n.text]


async def test_a_task_that_the_service_never_knew_fails(bench: StudioBench) -> None:
    job = await left(bench, JobState.ACCEPTED, task_id=TaskId("nobody-knows"))
    await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(job)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert failed.fault.kind is ErrorKind.UNKNOWN_TASK


async def test_what_was_answered_at_once_and_not_taken_in_is_taken_in(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    made, _ = await bench.made(WORDS)
    job = await left(bench, JobState.SENDING, task_id=made.task_id)
    await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_collecting_goes_on_where_it_stopped(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.set_faults(
        [
            {"where": "media", "kind": "cut_midway", "bytes": 100_000, "times": 1},
            {"where": "media", "kind": "status", "status": 503},
        ]
    )
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(SONG)
        await bench.until(
            lambda one: one.state is JobState.COLLECTING and one.fault is not None, job.id
        )
        # The row comes before the media.
        (clip_id,) = await bench.studio.clips.list_ids()
        clip = await bench.studio.clips.get(clip_id)
        assert clip is not None
        assert not clip.playable
    sandbox.control("reset", {})
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        clip = await bench.studio.clips.get(clip_id)
        assert clip is not None
        assert clip.playable
        assert clip.cover is not None
        (asked,) = sandbox.requests("GET", "/audio.m4a")
        assert asked["headers"]["range"].startswith("bytes=")
        assert await bench.studio.clips.list_ids() == [clip_id]
