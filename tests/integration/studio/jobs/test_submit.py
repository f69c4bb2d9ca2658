"""From the press of the button to the service's word: on disk first, and never twice."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from producer_studio.domain.credits import LedgerEntry
from producer_studio.domain.errors import ErrorKind, NotAuthorised, RequestRejected
from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.takes import expand_takes
from producer_studio.providers.base import AcceptedTask
from producer_studio.studio.events import JobChanged
from producer_studio.studio.jobs.actions import Resolution
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, Desk, open_desk, open_desk_at
from tests.support.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is quickly full."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return ballast


async def test_each_arrow_is_on_disk_when_it_is_told(desk: Desk) -> None:
    differing: list[tuple[str, str]] = []

    def look(changed: JobChanged) -> None:
        state, task = desk.on_disk(changed.job)
        if (state, task) != (changed.job.state, changed.job.task_id):
            differing.append((state, changed.job.state))

    desk.studio.events.subscribe(JobChanged, look)
    job, clip = await desk.made(WORDS)
    assert differing == []
    assert desk.states(job) == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.ACCEPTED,
        JobState.WORKING,
        JobState.COLLECTING,
        JobState.DONE,
    ] or desk.states(job) == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.ACCEPTED,
        JobState.COLLECTING,
        JobState.DONE,
    ]
    assert clip.lyrics


async def test_sending_is_on_disk_while_the_service_keeps_silent(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.5, "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.until_in(job, JobState.SENDING)
    assert desk.on_disk(job) == ("sending", None)
    accepted = await desk.until_in(job, JobState.ACCEPTED)
    assert desk.on_disk(job)[1] == accepted.task_id
    await desk.studio.jobs.wait_until_idle()


async def test_two_takes_are_two_jobs_in_their_order(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([{"where": "create", "kind": "status", "status": 401}])
    jobs = await desk.press(*expand_takes(SONG, 2))
    await desk.studio.jobs.wait_until_idle()
    assert [job.recipe.seed for job in jobs] == ["7", "8"]
    assert [job.take for job in desk.studio.jobs.visible_jobs()] == [1, 2]
    assert [job.title for job in desk.studio.jobs.visible_jobs()] == [
        "Low tide · take 1",
        "Low tide · take 2",
    ]


async def test_a_busy_service_is_waited_for_and_charges_once(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults(
        [{"where": "submit", "kind": "status", "status": 429, "retry_after": 0.2, "times": 2}]
    )
    job, _ = await desk.made(WORDS)
    assert desk.states(job)[:6] == [
        JobState.QUEUED,
        JobState.SENDING,
        JobState.QUEUED,
        JobState.SENDING,
        JobState.QUEUED,
        JobState.SENDING,
    ]
    assert len(sandbox.requests("POST", "/lyrics-create")) == 3
    assert await desk.charged() == [1.0]
    assert (await desk.row(job)).fault is None


@pytest.mark.parametrize("kind", ["cut_after", "truncated"])
async def test_a_lost_answer_is_unknown_and_is_not_sent_again(
    desk: Desk, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": kind, "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    unknown = await desk.row(job)
    assert unknown.state is JobState.UNKNOWN
    assert unknown.fault is not None
    assert unknown.fault.kind is ErrorKind.OUTCOME_UNKNOWN
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1
    assert await desk.studio.job_actions.recheck(job.id) == unknown
    (told,) = desk.notices
    assert "has no list of past requests" in told.text
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_the_users_word_sends_an_unknown_job_once_more(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    # Pressed twice.
    await desk.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await desk.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await desk.studio.job_actions.send(job.id)
    await desk.studio.jobs.wait_until_idle()
    assert (await desk.row(job)).state is JobState.DONE
    assert len(sandbox.requests("POST", "/lyrics-create")) == 2
    assert not [notice for notice in desk.notices if "unexpected error" in notice.text]


async def test_the_users_word_forgets_an_unknown_job(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    forgotten = await desk.studio.job_actions.resolve(job.id, Resolution.FORGET)
    assert forgotten is not None
    assert forgotten.state is JobState.CANCELLED
    assert desk.studio.jobs.visible_jobs() == []
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_a_job_that_was_not_taken_is_sent_again_in_its_place(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": 401, "times": 2}])
    first, second = await desk.press(WORDS, WORDS)
    await desk.studio.jobs.wait_until_idle()
    again = await desk.studio.job_actions.retry(first.id)
    assert again is not None
    assert again.id == first.id
    assert [job.id for job in desk.studio.jobs.visible_jobs()] == [first.id, second.id]
    await desk.studio.jobs.wait_until_idle()
    assert (await desk.row(first)).state is JobState.DONE
    assert await desk.charged() == [1.0]


async def test_a_job_that_the_service_failed_is_asked_for_anew(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    fault = {"where": "lyrics", "kind": "fail", "times": 1, "error": "These words are too short."}
    sandbox.set_faults([fault])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    failed = await desk.row(job)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    again = await desk.studio.job_actions.retry(job.id)
    assert again is not None
    assert again.id != job.id
    await desk.studio.jobs.wait_until_idle()
    assert (await desk.row(again)).state is JobState.DONE
    assert (await desk.row(job)).dismissed
    assert desk.studio.jobs.visible_jobs() == []


async def test_a_refund_is_in_the_ledger(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.control("settings", {"answers": "status"})
    sandbox.set_faults([{"where": "lyrics", "kind": "fail", "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    entries: list[LedgerEntry] = await desk.studio._library.ledger.list_entries()
    assert [(str(entry.kind), entry.amount) for entry in entries if entry.job == job.id] == [
        ("refunded", 1.0),
        ("charged", 1.0),
        ("expected", 1.0),
    ]


async def test_what_is_not_fit_is_neither_queued_nor_sent(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    with pytest.raises(RequestRejected) as caught:
        await desk.press(SONG, SONG.with_changes(title="x" * 81))
    assert caught.value.field == "title"
    with pytest.raises(NotAuthorised):
        await desk.studio.jobs.submit([WORDS], AccountName("nobody"))
    assert await desk.studio.jobs.all() == []
    assert sandbox.requests("POST", "/create") == []


async def test_no_more_jobs_than_the_account_may_have_at_a_time(tmp_path: Path) -> None:
    slow = {"where": "lyrics", "kind": "slow_task", "seconds": 0.15}
    # This service answers 429 to a fourth task at a time.
    with running_sandbox("--concurrency", "3") as sandbox:
        sandbox.set_faults([slow])
        async with open_desk_at(sandbox, tmp_path) as desk:
            jobs = await desk.press(*[WORDS] * 7)
            await desk.until_in(jobs[2], JobState.WORKING)
        # Those that are found at the service at the next start count as well.
        async with open_desk(tmp_path) as desk:
            await desk.studio.jobs.resume()
            for job in await desk.studio.jobs.all():
                await desk.studio.job_actions.send(job.id)
            await desk.press(*[WORDS] * 2)
            await desk.studio.jobs.wait_until_idle()
            assert [job.state for job in await desk.studio.jobs.all()] == [JobState.DONE] * 9
        sent = sandbox.requests("POST", "/lyrics-create")
        assert [request["status"] for request in sent] == [200] * 9


async def test_a_task_id_is_written_as_soon_as_the_full_disk_has_room(
    sandbox: SandboxProcess, small_disk: Path
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 0.4}])
    async with open_desk_at(sandbox, small_disk) as desk:
        (job,) = await desk.press(WORDS)
        await desk.until_in(job, JobState.SENDING)
        ballast = fill(small_disk)
        told = await desk.until(lambda one: one.fault is not None, job.id)
        assert told.fault is not None
        assert "accepted this as task" in told.fault.message
        assert told.fault.kind is ErrorKind.STORAGE
        assert desk.on_disk(job) == ("sending", None)
        ballast.unlink()
        await desk.studio.jobs.wait_until_idle()
        done = await desk.row(job)
        assert done.state is JobState.DONE
        assert done.task_id is not None
        assert done.task_id in told.fault.message
    assert len(sandbox.requests("POST", "/lyrics-create")) == 1


async def test_a_removed_accounts_job_says_what_is_missing(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 60}])
    async with open_desk_at(sandbox, tmp_path) as desk:
        (job,) = await desk.press(WORDS)
        await desk.until_in(job, JobState.WORKING)
    async with open_desk(tmp_path) as desk:
        await desk.studio.accounts.remove(AccountName("test"))
        await desk.studio.jobs.resume()
        stuck = await desk.until(lambda one: one.fault is not None, job.id)
        assert stuck.fault is not None
        assert stuck.fault.kind is ErrorKind.NOT_AUTHORISED
        assert desk.on_disk(job)[0] == "working"


async def test_the_service_is_told_where_to_report_to(
    desk: Desk, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    await desk.studio.accounts.change(
        ACCOUNT, webhook_url="https://reports.example/a", webhook_secret="whisper-4711"
    )
    await desk.made(WORDS)
    await desk.made(WORDS.with_changes(webhook_url="https://reports.example/b"))
    asked = sandbox.requests("POST", "/lyrics-create")
    assert [one["body"]["webhook_url"] for one in asked] == [
        "https://reports.example/a",
        "https://reports.example/b",
    ]
    jobs = [repr(job) for job in await desk.studio.jobs.all()]
    assert not [text for text in jobs if "whisper-4711" in text]


async def test_a_retired_operation_is_marked_at_its_account(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "status", "status": 410, "times": 1}])
    (job,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    assert (await desk.row(job)).state is JobState.FAILED
    offered = desk.studio.offers.capabilities(ACCOUNT).get(WORDS.operation)
    assert not offered.available
    assert offered.retired_at


@pytest.mark.parametrize("to", [JobState.CANCELLED, JobState.QUEUED])
async def test_a_task_that_is_found_when_its_job_has_gone_another_way_gets_one_of_its_own(
    desk: Desk, to: JobState
) -> None:
    (made,) = await desk.press(WORDS)
    await desk.studio.jobs.wait_until_idle()
    task = (await desk.row(made)).task_id
    assert task is not None
    unknown = Job(id=new_job_id(), state=JobState.UNKNOWN, recipe=WORDS, account=ACCOUNT)
    await desk.studio._library.jobs.write(unknown.with_changes(state=to))
    await desk.studio.jobs._runner._submitter.outcomes.mark_accepted(unknown, AcceptedTask(task))
    await desk.studio.jobs.wait_until_idle()
    assert (await desk.row(unknown)).state is to
    *_, own = await desk.studio.jobs.all()
    assert (own.state, own.task_id, len(own.clips)) == (JobState.DONE, task, 1)
