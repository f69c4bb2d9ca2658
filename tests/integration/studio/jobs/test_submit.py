"""From the press of the button to the service's word: on disk first, and never twice."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.output import Output
from producer_studio.cli.progress import JobProgress
from producer_studio.cli.session import Session
from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind, NotAuthorised, RequestRejected
from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import LedgerEntry
from producer_studio.domain.takes import expand_takes
from producer_studio.providers.base import AcceptedTask
from producer_studio.studio.events import JobChanged
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.jobs.unwritten_tasks import UnwrittenTasks
from tests.integration.studio.conftest import (
    ACCOUNT,
    SONG,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.small_disk import fill, mounted_small_disk

pytestmark = pytest.mark.anyio


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_small_disk(tmp_path / "disk") as disk:
        yield disk


async def test_each_arrow_is_on_disk_when_it_is_told(bench: StudioBench) -> None:
    differing: list[tuple[str, str]] = []

    def look(changed: JobChanged) -> None:
        state, task = bench.on_disk(changed.job)
        if (state, task) != (changed.job.state, changed.job.task_id):
            differing.append((state, changed.job.state))

    bench.studio.events.subscribe(JobChanged, look)
    job, clip = await bench.made(WORDS)
    assert differing == []
    assert bench.states(job) == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.ACCEPTED,
        JobState.WORKING,
        JobState.COLLECTING,
        JobState.DONE,
    ] or bench.states(job) == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.ACCEPTED,
        JobState.COLLECTING,
        JobState.DONE,
    ]
    assert clip.lyrics


async def test_sending_is_on_disk_while_the_service_keeps_silent(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.5, "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.until_in(job, JobState.SENDING)
    assert bench.on_disk(job) == ("sending", None)
    accepted = await bench.until_in(job, JobState.ACCEPTED)
    assert bench.on_disk(job)[1] == accepted.task_id
    await bench.studio.jobs.wait_until_idle()


async def test_two_takes_are_two_jobs_in_their_order(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "create", "kind": "status", "status": 401}])
    jobs = await bench.press(*expand_takes(SONG, 2))
    await bench.studio.jobs.wait_until_idle()
    assert [job.recipe.seed for job in jobs] == ["7", "8"]
    assert [job.take for job in bench.studio.jobs.visible_jobs()] == [1, 2]
    assert [job.title for job in bench.studio.jobs.visible_jobs()] == [
        "Low tide · take 1",
        "Low tide · take 2",
    ]


async def test_a_busy_service_is_waited_for_and_charges_once(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [{"where": "submit", "kind": "status", "status": 429, "retry_after": 0.2, "times": 2}]
    )
    job, _ = await bench.made(WORDS)
    assert bench.states(job)[:6] == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.QUEUED,
        JobState.SENDING,
        JobState.QUEUED,
        JobState.SENDING,
    ]
    assert len(sandbox.requests("POST", "/lyrics-create")) == 3
    assert await bench.charged() == [1.0]
    assert (await bench.row(job)).fault is None


@pytest.mark.parametrize("kind", ["cut_after", "truncated"])
async def test_a_lost_answer_is_unknown_and_is_not_sent_again(
    bench: StudioBench, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": kind, "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    unknown = await bench.row(job)
    assert unknown.state is JobState.UNKNOWN
    assert unknown.fault is not None
    assert unknown.fault.kind is ErrorKind.OUTCOME_UNKNOWN
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1
    assert await bench.studio.job_actions.recheck(job.id) == unknown
    (told,) = bench.notices
    assert "has no list of past requests" in told.text
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_the_users_word_sends_an_unknown_job_once_more(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    # Pressed twice.
    await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await bench.studio.job_actions.send(job.id)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/lyrics-create")) == 2
    assert not [notice for notice in bench.notices if "unexpected error" in notice.text]


async def test_the_users_word_forgets_an_unknown_job(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    forgotten = await bench.studio.job_actions.resolve(job.id, Resolution.FORGET)
    assert forgotten is not None
    assert forgotten.state is JobState.CANCELLED
    assert bench.studio.jobs.visible_jobs() == []
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_a_job_that_was_not_taken_is_sent_again_in_its_place(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": 401, "times": 2}])
    first, second = await bench.press(WORDS, WORDS)
    await bench.studio.jobs.wait_until_idle()
    again = await bench.studio.job_actions.retry(first.id)
    assert again is not None
    assert again.id == first.id
    assert [job.id for job in bench.studio.jobs.visible_jobs()] == [first.id, second.id]
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(first)).state is JobState.DONE
    assert await bench.charged() == [1.0]


async def test_a_job_that_the_service_failed_is_asked_for_anew(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    fault = {"where": "lyrics", "kind": "fail", "times": 1, "error": "These words are too short."}
    sandbox.set_faults([fault])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    failed = await bench.row(job)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    again = await bench.studio.job_actions.retry(job.id)
    assert again is not None
    assert again.id != job.id
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(again)).state is JobState.DONE
    assert (await bench.row(job)).dismissed
    assert bench.studio.jobs.visible_jobs() == []


async def test_a_refund_is_in_the_ledger(bench: StudioBench, sandbox: SandboxProcess) -> None:
    sandbox.control("settings", {"answers": "status"})
    sandbox.set_faults([{"where": "lyrics", "kind": "fail", "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    entries: list[LedgerEntry] = await bench.studio._library.ledger.list_entries()
    assert [(str(entry.kind), entry.amount) for entry in entries if entry.job == job.id] == [
        ("refunded", 1.0),
        ("charged", 1.0),
        ("expected", 1.0),
    ]


async def test_what_is_not_fit_is_neither_queued_nor_sent(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    with pytest.raises(RequestRejected) as caught:
        await bench.press(SONG, SONG.with_changes(title="x" * 81))
    assert caught.value.field == "title"
    with pytest.raises(NotAuthorised):
        await bench.studio.jobs.submit([WORDS], AccountName("nobody"))
    assert await bench.studio.jobs.all() == []
    assert sandbox.requests("POST", "/create") == []


async def test_no_more_jobs_than_the_account_may_have_at_a_time(tmp_path: Path) -> None:
    slow = {"where": "lyrics", "kind": "slow_task", "seconds": 0.15}
    # This service answers 429 to a fourth task at a time.
    with running_sandbox("--concurrency", "3") as sandbox:
        sandbox.set_faults([slow])
        async with open_bench_at(sandbox, tmp_path) as bench:
            jobs = await bench.press(*[WORDS] * 7)
            await bench.until_in(jobs[2], JobState.WORKING)
        # Those that are found at the service at the next start count as well.
        async with open_bench(tmp_path) as bench:
            await bench.studio.jobs.resume()
            for job in await bench.studio.jobs.all():
                await bench.studio.job_actions.send(job.id)
            await bench.press(*[WORDS] * 2)
            await bench.studio.jobs.wait_until_idle()
            assert [job.state for job in await bench.studio.jobs.all()] == [JobState.DONE] * 9
        sent = sandbox.requests("POST", "/lyrics-create")
        assert [request["status"] for request in sent] == [200] * 9


@pytest.mark.logs_errors("an outcome cannot be written to a full disk")
async def test_a_task_id_is_written_as_soon_as_the_full_disk_has_room(
    sandbox: SandboxProcess, small_disk: Path
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    async with open_bench_at(sandbox, small_disk) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.SENDING)
        ballast = fill(small_disk)
        told = await bench.until(lambda one: one.fault is not None, job.id)
        assert told.fault is not None
        assert "accepted this as task" in told.fault.message
        assert told.fault.kind is ErrorKind.STORAGE
        assert bench.on_disk(job) == ("sending", None)
        ballast.unlink()
        await bench.studio.jobs.wait_until_idle()
        done = await bench.row(job)
        assert done.state is JobState.DONE
        assert done.task_id is not None
        assert done.task_id in told.fault.message
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_an_accepted_task_is_on_disk_although_it_is_full(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """A window that is closed now, or killed, would forget what was paid for."""
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    with mounted_small_disk(tmp_path / "disk", size="8m") as disk:
        async with open_bench_at(sandbox, disk) as bench:
            (job,) = await bench.press(WORDS)
            await bench.until_in(job, JobState.SENDING)
            ballast = fill(disk)
            accepted = await bench.until_in(job, JobState.ACCEPTED)
            assert accepted.task_id is not None
            assert bench.on_disk(job)[1] == accepted.task_id
            ballast.unlink()
        async with open_bench(disk) as bench:
            await bench.studio.jobs.resume()
            await bench.studio.jobs.wait_until_idle()
            assert (await bench.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


@pytest.mark.logs_errors("an outcome cannot be written to a full disk")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "status", "status": 402}, JobState.FAILED),
        ({"kind": "cut_after"}, JobState.UNKNOWN),
        ({"kind": "garbage"}, JobState.UNKNOWN),
        ({"kind": "status", "status": 429, "retry_after": 0.2, "times": 1}, JobState.DONE),
    ],
)
async def test_any_outcome_is_written_as_soon_as_the_full_disk_has_room(
    sandbox: SandboxProcess, small_disk: Path, fault: dict[str, Any], expected: JobState
) -> None:
    """Not left as being sent, without a way on, until the next start."""
    sandbox.set_faults(
        [{"where": "submit", "kind": "latency", "seconds": 0.4}, {"where": "submit", **fault}]
    )
    async with open_bench_at(sandbox, small_disk) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.SENDING)
        ballast = fill(small_disk)
        told = await bench.until(lambda one: one.fault is not None, job.id)
        assert told.fault is not None
        assert told.fault.kind is ErrorKind.STORAGE
        assert "could not be saved yet" in told.fault.message
        assert bench.on_disk(job) == ("sending", None)
        ballast.unlink()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is expected


@pytest.mark.logs_errors("an outcome cannot be written to a full disk")
async def test_a_task_that_was_not_written_is_known_after_a_kill(
    sandbox: SandboxProcess, small_disk: Path, tmp_path: Path
) -> None:
    """The drive of the library is gone, so the user ends the program: its state is elsewhere."""
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    home, library = tmp_path / "home", small_disk / "library"
    async with open_bench(home, PRODUCER_STUDIO_LIBRARY=str(library)) as bench:
        await bench.studio.accounts.add(ACCOUNT, Service.DEMO, base_url=sandbox.url, poll_s=0.05)
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.SENDING)
        ballast = fill(small_disk)
        await bench.until(lambda one: one.fault is not None, job.id)
        unwritten = UnwrittenTasks(home / "state" / "unwritten-tasks.json")
        copies = [shutil.copytree(one, tmp_path / f"{one.name} 2") for one in (home, library)]
        async with open_bench(copies[0], PRODUCER_STUDIO_LIBRARY=str(copies[1])) as again:
            await again.studio.jobs.resume()
            await again.studio.jobs.wait_until_idle()
            assert (await again.row(job)).state is JobState.DONE
        assert json.loads((copies[0] / "state" / "unwritten-tasks.json").read_bytes()) == {}
        ballast.unlink()
        await bench.studio.jobs.wait_until_idle()
    assert await unwritten.find(job.id) is None
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


@pytest.mark.logs_errors("an outcome cannot be written to a full disk")
async def test_a_command_waits_until_the_task_is_written(
    sandbox: SandboxProcess, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its end would lose the task: this service has no list of tasks."""
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    async with open_bench_at(sandbox, small_disk) as bench:
        progress = JobProgress(Session(bench.studio, Output(as_json=False)), patience_s=0.1)
        with progress:
            (job,) = await bench.press(WORDS)
            waiting = asyncio.create_task(progress.wait_until_finished([job.id]))
            await bench.until_in(job, JobState.SENDING)
            ballast = fill(small_disk)
            await bench.until(lambda one: one.fault is not None, job.id)
            ballast.unlink()
            (done,) = await waiting
    assert done.state is JobState.DONE
    assert "could not be saved yet" in capsys.readouterr().err


async def test_a_removed_accounts_job_says_what_is_missing(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 60}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(WORDS)
        await bench.until_in(job, JobState.WORKING)
    async with open_bench(tmp_path) as bench:
        await bench.studio.accounts.remove(AccountName("test"))
        await bench.studio.jobs.resume()
        stuck = await bench.until(lambda one: one.fault is not None, job.id)
        assert stuck.fault is not None
        assert stuck.fault.kind is ErrorKind.NOT_AUTHORISED
        assert bench.on_disk(job)[0] == "working"


async def test_the_service_is_told_where_to_report_to(
    bench: StudioBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    await bench.studio.accounts.change(
        ACCOUNT, webhook_url="https://reports.example/a", webhook_secret="whisper-4711"
    )
    await bench.made(WORDS)
    await bench.made(WORDS.with_changes(webhook_url="https://reports.example/b"))
    asked = sandbox.requests("POST", "/lyrics-create")
    assert [one["body"]["webhook_url"] for one in asked] == [
        "https://reports.example/a",
        "https://reports.example/b",
    ]
    jobs = [repr(job) for job in await bench.studio.jobs.all()]
    assert not [text for text in jobs if "whisper-4711" in text]


async def test_a_retired_operation_is_marked_at_its_account(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": 410, "times": 1}])
    (job,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(job)).state is JobState.FAILED
    offered = bench.studio.offers.capabilities(ACCOUNT).get(WORDS.operation)
    assert not offered.available
    assert offered.retired_at


@pytest.mark.parametrize("to", [JobState.CANCELLED, JobState.QUEUED])
async def test_a_task_that_is_found_when_its_job_has_gone_another_way_gets_one_of_its_own(
    bench: StudioBench, to: JobState
) -> None:
    (made,) = await bench.press(WORDS)
    await bench.studio.jobs.wait_until_idle()
    task = (await bench.row(made)).task_id
    assert task is not None
    unknown = Job(id=new_job_id(), state=JobState.UNKNOWN, recipe=WORDS, account=ACCOUNT)
    await bench.studio._library.jobs.write(unknown.with_changes(state=to))
    await bench.studio.jobs._runner._submitter.outcomes.mark_accepted(unknown, AcceptedTask(task))
    await bench.studio.jobs.wait_until_idle()
    assert (await bench.row(unknown)).state is to
    *_, own = await bench.studio.jobs.all()
    assert (own.state, own.task_id, len(own.clips)) == (JobState.DONE, task, 1)
