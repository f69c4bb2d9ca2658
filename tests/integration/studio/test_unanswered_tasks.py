"""Accepted tasks end by an answer of the service alone, whatever clock and network do."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs import poll
from producer_studio.studio.jobs.actions import Resolution
from tests.integration.studio.conftest import ACCOUNT, WORDS, StudioBench, open_bench, open_bench_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

AWAY = {"where": "poll", "kind": "status", "status": 503}
PATH = "/lyrics-create"
OLD_SENTENCE = "No connection could be made. Nothing was sent and nothing was charged."


async def left(bench: StudioBench, state: JobState, **fields: object) -> Job:
    """A job as an earlier run has left it."""
    job = Job(id=new_job_id(), state=state, recipe=WORDS, account=ACCOUNT).with_changes(**fields)
    await bench.studio._library.jobs.write(job)
    return job


async def finished_task(bench: StudioBench) -> TaskId:
    """A task whose result waits at the service."""
    made, _ = await bench.made(WORDS)
    assert made.task_id is not None
    return made.task_id


def failed(
    task: TaskId, kind: ErrorKind = ErrorKind.UNREACHABLE, status: int = 0
) -> dict[str, object]:
    return {"task_id": task, "fault": ErrorRecord(kind=kind, message=OLD_SENTENCE, status=status)}


@pytest.mark.parametrize("days", [-3, -2, 2], ids=lambda days: f"accepted {days} days from now")
async def test_a_task_comes_home_after_looks_that_failed_whatever_the_clock_says(
    bench: StudioBench, sandbox: SandboxProcess, days: int
) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    job = await left(
        bench,
        JobState.ACCEPTED,
        task_id=await finished_task(bench),
        created_at=moment,
        sent_at=moment,
        accepted_at=moment,
    )
    sandbox.set_faults([AWAY | {"times": 2}])
    await bench.studio.jobs.resume()
    troubled = await bench.until(lambda one: one.fault is not None, job.id)
    assert troubled.state is JobState.ACCEPTED
    assert troubled.fault is not None
    assert "charged" not in troubled.fault.message
    assert "It is retried automatically." in troubled.fault.message
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE


@pytest.mark.parametrize("days", [-3, 2])
async def test_a_task_that_is_worked_on_is_not_ended_by_the_clock(
    sandbox: SandboxProcess, tmp_path: Path, days: int
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 1.5}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        accepted = await bench.until_in(job, JobState.ACCEPTED)
    async with open_bench(tmp_path) as bench:
        moment = datetime.now(UTC) + timedelta(days=days)
        await bench.studio._library.jobs.write(
            accepted.with_changes(accepted_at=moment, created_at=moment)
        )
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
        assert JobState.FAILED not in bench.states(job)


async def test_a_job_that_failed_without_an_answer_is_watched_at_the_next_start(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    job = await left(
        bench, JobState.FAILED, created_at=long_ago, **failed(await finished_task(bench))
    )
    sandbox.set_faults([AWAY | {"times": 2}])
    await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", PATH)) == 1


async def test_retry_looks_first_and_buys_nothing_that_has_come(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    job = await left(bench, JobState.FAILED, **failed(await finished_task(bench)))
    await bench.studio.job_actions.retry(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", PATH)) == 1


async def test_a_task_that_was_put_away_is_looked_at_however_many_jobs_came_since(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    fields = failed(await finished_task(bench)) | {"dismissed": True}
    job = await left(bench, JobState.FAILED, **fields)
    since = [Job(id=new_job_id(), state=JobState.DONE, account=ACCOUNT) for _ in range(250)]
    await bench.studio._library.jobs.write_all(since)
    await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE


async def test_two_words_at_a_time_buy_once(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "fail", "times": 1, "error": "Task failed"}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.FAILED
        actions = bench.studio.job_actions
        await asyncio.gather(actions.retry(job.id), actions.retry(job.id, is_confirmed=True))
        await bench.studio.jobs.wait_until_idle()
        assert len(sandbox.requests("POST", PATH)) == 2


async def test_retry_without_an_answer_asks_and_sends_at_the_word_alone(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    job = await left(bench, JobState.FAILED, **failed(await finished_task(bench)))
    sandbox.set_faults([AWAY])
    asked = await bench.studio.job_actions.retry(job.id)
    assert asked is not None
    assert asked.state is JobState.FAILED
    assert asked.fault is not None
    assert "may be charged a second time" in asked.fault.message
    assert "nothing was charged" not in asked.fault.message
    assert len(sandbox.requests("POST", PATH)) == 1
    await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    sandbox.set_faults([])
    await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", PATH)) == 2


async def test_retry_of_what_the_service_has_failed_meanwhile_is_sent(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    fault = {"where": "lyrics", "kind": "fail", "times": 1, "error": "Credits were refunded."}
    sandbox.set_faults([fault])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (refused,) = await bench.press(WORDS)
        await bench.studio.jobs.wait_until_idle()
        task = (await bench.row(refused)).task_id
        assert task is not None
        job = await left(bench, JobState.FAILED, credits_charged=1.0, **failed(task))
        await bench.studio.job_actions.retry(job.id)
        await bench.studio.jobs.wait_until_idle()
        old = await bench.row(job)
        assert old.dismissed
        assert old.credits_refunded == 1.0
        assert len(sandbox.requests("POST", PATH)) == 2
        # Another process may still show it.
        assert await bench.studio.job_actions.retry(job.id, is_confirmed=True) is None
        await bench.studio.jobs.wait_until_idle()
        assert len(sandbox.requests("POST", PATH)) == 2


async def test_two_polls_at_the_same_moment_record_a_refund_once(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    fault = {"where": "lyrics", "kind": "fail", "times": 1, "error": "Credits were refunded."}
    sandbox.set_faults([fault])
    (refused,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    task = (await bench.row(refused)).task_id
    assert task is not None
    doubtful = ErrorRecord(
        kind=ErrorKind.FAILED_BY_SERVICE, message="It failed.", status=500, is_vague=True
    )
    job = await left(bench, JobState.FAILED, task_id=task, fault=doubtful, credits_charged=1.0)
    # The late poll of a start, and the user's check of the same job.
    sandbox.set_faults([{"where": "poll", "kind": "latency", "seconds": 0.3}])
    await bench.studio.jobs.resume()
    await asyncio.gather(
        bench.studio.job_actions.recheck(job.id), bench.studio.jobs.wait_until_idle()
    )
    assert len(sandbox.requests("GET", str(task))) >= 3
    ended = await bench.row(job)
    assert (ended.state, ended.credits_refunded) == (JobState.FAILED, 1.0)
    entries = await bench.studio._library.ledger.list_entries(ACCOUNT)
    assert [one.amount for one in entries if one.job == job.id] == [1.0]


async def test_a_task_that_goes_on_and_on_gives_up_its_place_and_is_watched_at_the_next_start(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 1.5}])
    with monkeypatch.context() as short:
        short.setattr(poll, "_MAX_POLLING_S", 0.1)
        async with open_bench_at(sandbox, tmp_path) as bench:
            (job,) = await bench.press(WORDS)
            put_off = await bench.until_in(job, JobState.FAILED)
            assert put_off.is_failure_unconfirmed
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", PATH)) == 1


async def test_looks_without_an_answer_do_not_count_towards_the_end_of_a_watch(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await left(bench, JobState.WORKING, task_id=await finished_task(bench))
    monkeypatch.setattr(poll, "_MAX_POLLING_S", 0.0)
    sandbox.set_faults([AWAY | {"times": 3}])
    await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    assert JobState.FAILED not in bench.states(job)
    assert (await bench.row(job)).state is JobState.DONE


async def test_a_failed_task_is_looked_at_until_the_service_has_confirmed_it_often_enough(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "fail"}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.studio.jobs.wait_until_idle()
        task = (await bench.row(job)).task_id
    assert task is not None
    before = len(sandbox.requests("GET", task))
    # One that is not answered does not count.
    sandbox.set_faults([AWAY | {"times": 1}])
    for _ in range(poll.LATE_POLL_LIMIT + 3):
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            await bench.studio.jobs.wait_until_idle()
            assert (await bench.row(job)).state is JobState.FAILED
    assert len(sandbox.requests("GET", task)) - before == poll.LATE_POLL_LIMIT + 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", "[]"),
        ("body", '{"recipe": null}'),
        ("body", '{"recipe": {"operation": "remix"}}'),
        ("state", "paused"),
    ],
)
async def test_one_row_that_cannot_be_read_does_not_stop_the_others(
    sandbox: SandboxProcess, tmp_path: Path, column: str, value: str
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        task = await finished_task(bench)
        odd = await left(bench, JobState.ACCEPTED, task_id=TaskId("of-a-later-version"))
        job = await left(bench, JobState.ACCEPTED, task_id=task)
        path = bench.studio.clips.folder / "library.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE jobs SET {column} = ? WHERE id = ?", (value, odd.id))  # noqa: S608
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.until_in(job, JobState.DONE)
        told = [n.text for n in bench.notices]
        assert any(
            "cannot be read" in text or "An unexpected error occurred" in text for text in told
        )


@pytest.mark.parametrize("days", [-2, 2])
async def test_a_queued_job_of_an_earlier_run_waits_for_the_word_whatever_the_clock_says(
    bench: StudioBench, sandbox: SandboxProcess, days: int
) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    job = await left(bench, JobState.QUEUED, created_at=moment)
    await bench.studio.jobs.resume()
    assert bench.studio.jobs.needs_confirmation(job)
    (fresh,) = await bench.press(WORDS)
    assert not bench.studio.jobs.needs_confirmation(fresh)
    await bench.studio.job_actions.send(job.id)
    assert not bench.studio.jobs.needs_confirmation(job)
    await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", PATH)) == 2


ELSEWHERE = [
    {"kind": "html", "status": 403},
    {"kind": "status", "status": 302},
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 422},
]
"""Answers that refuse the look: they say nothing about the task."""


@pytest.mark.parametrize("answer", ELSEWHERE, ids=lambda one: f"{one['status']}")
async def test_retry_buys_nothing_where_a_look_is_refused(
    bench: StudioBench, sandbox: SandboxProcess, answer: dict[str, object]
) -> None:
    job = await left(bench, JobState.FAILED, **failed(await finished_task(bench)))
    sandbox.set_faults([{"where": "poll"} | answer])
    for _ in range(2):
        asked = await bench.studio.job_actions.retry(job.id)
        assert asked is not None
        assert asked.state is JobState.FAILED
        assert asked.fault is not None
        assert "may be charged a second time" in asked.fault.message
    assert len(sandbox.requests("POST", PATH)) == 1
    sandbox.set_faults([])
    await bench.studio.job_actions.retry(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
