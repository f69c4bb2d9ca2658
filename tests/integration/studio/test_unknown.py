"""What becomes of a request whose answer was lost, at a service that honours a key."""

import json
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.jobs.idempotency_keys import KEY_LIFETIME_S
from tests.integration.studio.conftest import ACCOUNT, SONG, StudioBench, open_bench, open_bench_at
from tests.support.loopback_server import QuietHandler, serving
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

PATH = "/v2/music/generate"
DOOMED = {"where": "create", "kind": "fail"}
"""What is accepted ends at once: these tests are about the way there."""


@pytest.fixture
def song() -> Recipe:
    """Words of their own: the service lists what other tests have asked for, too."""
    return SONG.with_changes(title=f"Low tide {new_job_id()[:8]}")


@pytest.fixture(autouse=True)
def quick(sandbox: SandboxProcess) -> None:
    sandbox.set_faults([DOOMED])


@pytest.fixture
async def keyed(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk at a service that lists its tasks and takes a request with the same key once."""
    async with open_bench_at(sandbox, tmp_path / "home", profile="apiframe") as made:
        yield made


def sent(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    return sandbox.requests("POST", PATH)


def keys(sandbox: SandboxProcess) -> list[str]:
    return [request["headers"]["idempotency-key"] for request in sent(sandbox)]


def made(sandbox: SandboxProcess, job: Job) -> int:
    """How many tasks the service has made under the job's key."""
    tasks = sandbox.state()["tasks"]
    return sum(task["order"]["key"] == job.idempotency_key for task in tasks)


async def left(bench: StudioBench, song: Recipe, **fields: object) -> Job:
    """A job as a run that was killed while sending has left it."""
    job = Job(
        id=new_job_id(),
        state=JobState.SENDING,
        recipe=song,
        account=ACCOUNT,
        idempotency_key=new_job_id(),
        sent_at=datetime.now(UTC),
        service_sent_at=datetime.now(UTC),
    ).with_changes(**fields)
    await bench.studio._library.jobs.write(job)
    return job


def sent_before(hours: float) -> dict[str, datetime]:
    """The times of a request that went out so long ago, by either clock."""
    moment = datetime.now(UTC) - timedelta(hours=hours)
    return {"sent_at": moment, "service_sent_at": moment}


async def test_a_request_that_was_taken_is_found_without_sending_it_again(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    sandbox.set_faults([DOOMED, {"where": "submit", "kind": "cut_after", "times": 1}])
    (job,) = await keyed.press(song)
    await keyed.studio.jobs.wait_until_idle()
    assert (await keyed.row(job)).task_id is not None
    assert len(sent(sandbox)) == 1
    assert JobState.UNKNOWN in keyed.states(job)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "truncated"])
async def test_a_request_in_doubt_is_sent_again_with_its_key_and_made_once(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe, kind: str
) -> None:
    # The list tells nothing, so that only the key is left.
    sandbox.set_faults(
        [
            DOOMED,
            {"where": "submit", "kind": kind, "times": 2},
            {"where": "list", "kind": "status", "status": 503, "times": 2},
        ]
    )
    (job,) = await keyed.press(song)
    await keyed.studio.jobs.wait_until_idle()
    assert (await keyed.row(job)).task_id is not None
    assert set(keys(sandbox)) == {job.idempotency_key}
    assert made(sandbox, job) == 1


async def test_one_that_was_left_and_is_in_the_list_goes_on(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        sandbox.set_faults(
            [
                DOOMED,
                {"where": "submit", "kind": "cut_after", "times": 1},
                {"where": "list", "kind": "status", "status": 503},
            ]
        )
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
    sandbox.set_faults([DOOMED])
    before = len(sent(sandbox))
    async with open_bench(tmp_path) as bench:
        (found,) = await bench.studio.jobs.resume()
        assert found.state is JobState.ACCEPTED
        await bench.studio.jobs.wait_until_idle()
    assert len(sent(sandbox)) == before
    assert made(sandbox, job) == 1


async def test_one_that_was_left_is_found_although_the_clock_was_set_back_since(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    away = {"where": "list", "kind": "status", "status": 503}
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        sandbox.set_faults([DOOMED, {"where": "submit", "kind": "cut_after", "times": 1}, away])
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
    sandbox.set_faults([DOOMED])
    async with open_bench(tmp_path) as bench:
        ahead = datetime.now(UTC) + timedelta(days=2)
        await bench.studio._library.jobs.write((await bench.row(job)).with_changes(sent_at=ahead))
        (found,) = await bench.studio.jobs.resume()
        assert found.state is JobState.ACCEPTED
        await bench.studio.jobs.wait_until_idle()
    assert made(sandbox, job) == 1


async def test_one_that_was_left_and_is_not_in_the_list_waits_with_its_key(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    job = await left(keyed, song)
    (waiting,) = await keyed.studio.jobs.resume()
    await keyed.studio.jobs.wait_until_idle()
    assert waiting.state is JobState.QUEUED
    assert waiting.fault is not None
    assert "nothing was charged" in waiting.fault.message
    assert "charged at most once" in waiting.fault.message
    assert sent(sandbox) == []
    await keyed.studio.job_actions.send(job.id)
    await keyed.studio.jobs.wait_until_idle()
    assert (await keyed.row(job)).task_id is not None
    assert keys(sandbox) == [job.idempotency_key]


@pytest.mark.parametrize(
    "fields", [sent_before(25), {"uncertain_sends": 1}], ids=["old key", "sent before"]
)
async def test_what_may_be_charged_twice_is_not_called_safe(
    keyed: StudioBench, song: Recipe, fields: dict[str, Any]
) -> None:
    """The service has forgotten the key, or an earlier request had another one."""
    job = await left(keyed, song, **fields)
    (waiting,) = await keyed.studio.jobs.resume()
    assert waiting.id == job.id
    assert waiting.state is JobState.QUEUED
    assert waiting.fault is not None
    assert "safe" not in waiting.fault.message


@pytest.mark.parametrize("status", [402, 422, 401])
async def test_a_refusal_of_what_is_sent_again_with_its_key_is_no_end_of_what_may_be_taken(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe, status: int
) -> None:
    away = {"where": "list", "kind": "status", "status": 503}
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        sandbox.set_faults([DOOMED, {"where": "submit", "kind": "cut_after", "times": 1}, away])
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
    refused = {"where": "submit", "kind": "status", "status": status, "times": 1}
    sandbox.set_faults([DOOMED, refused, away])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        assert (await bench.row(job)).state is JobState.UNKNOWN
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        # Retry would send it with another key, which the service does not know for the same.
        assert (await bench.row(job)).state is JobState.UNKNOWN
        sandbox.set_faults([DOOMED])
        await bench.studio.job_actions.recheck(job.id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).task_id is not None
    assert made(sandbox, job) == 1


@pytest.mark.parametrize("hours", [20, 25])
async def test_the_life_of_a_key_does_not_begin_anew_when_it_is_sent_again(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe, hours: int
) -> None:
    times = sent_before(hours)
    job = await left(keyed, song, **times)
    await keyed.studio.jobs.resume()
    sandbox.set_faults([DOOMED])
    await keyed.studio.job_actions.send(job.id)
    await keyed.studio.jobs.wait_until_idle()
    row = await keyed.row(job)
    assert row.task_id is not None
    assert row.sent_at is not None
    # One that is forgotten at the service is new to it.
    assert (row.sent_at == times["sent_at"]) is (hours < 24)


async def test_a_list_that_cannot_be_read_leaves_the_question_open(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    job = await left(keyed, song)
    sandbox.set_faults([{"where": "list", "kind": "status", "status": 503}])
    await keyed.studio.jobs.resume()
    unknown = await keyed.row(job)
    assert unknown.state is JobState.UNKNOWN
    assert unknown.fault is not None
    assert unknown.fault.kind is ErrorKind.OUTCOME_UNKNOWN
    sandbox.set_faults([DOOMED])
    again = await keyed.studio.job_actions.recheck(job.id)
    assert again is not None
    assert again.state is JobState.QUEUED
    assert sent(sandbox) == []


async def test_alike_takes_that_were_left_get_a_task_each(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    alike = song.with_changes(seed="")
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        sandbox.set_faults(
            [
                DOOMED,
                {"where": "submit", "kind": "cut_after", "times": 2},
                {"where": "list", "kind": "status", "status": 503},
            ]
        )
        jobs = await bench.press(alike, alike)
        for job in jobs:
            await bench.until_in(job, JobState.UNKNOWN)
    sandbox.set_faults([DOOMED])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        rows = [await bench.row(job) for job in jobs]
    assert len({row.task_id for row in rows} - {None}) == 2
    assert [made(sandbox, job) for job in jobs] == [1, 1]


async def test_alike_takes_get_their_own_tasks_whichever_way_each_is_found(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    """One is found in the list while the other waits to be sent again with its key."""
    jobs = await leave_two_alike(sandbox, tmp_path, song, taken={0, 1})
    async with open_bench(tmp_path) as bench:
        await bench.studio.job_actions.recheck(jobs[0].id)
        await bench.studio.jobs.wait_until_idle()
        await bench.studio.job_actions.resolve(jobs[1].id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        rows = [await bench.row(job) for job in jobs]
    assert len({row.task_id for row in rows} - {None}) == 2
    assert [made(sandbox, job) for job in jobs] == [1, 1]


async def test_a_key_that_brings_the_task_of_another_job_leads_to_the_one_that_is_left(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    """An earlier version has given one of two alike jobs the task of the other."""
    jobs = await leave_two_alike(sandbox, tmp_path, song, taken={0, 1})
    tasks = {task["order"]["key"]: task["id"] for task in sandbox.state()["tasks"]}
    async with open_bench(tmp_path) as bench:
        first, second = [await bench.row(job) for job in jobs]
        swapped = first.with_changes(
            state=JobState.ACCEPTED, task_id=tasks[second.idempotency_key], fault=None
        )
        await bench.studio._library.jobs.write(swapped)
        await bench.studio.balances.fetch(ACCOUNT)  # tells the service's time, and so the key's age
        await bench.studio.job_actions.resolve(second.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(second)).task_id == tasks[first.idempotency_key]
    assert [made(sandbox, job) for job in jobs] == [1, 1]


async def leave_two_alike(
    sandbox: SandboxProcess, home: Path, song: Recipe, taken: Collection[int] = (0,)
) -> list[Job]:
    """Ends a run with two takes of unknown outcome that the service's list cannot tell apart.

    Args:
        taken: Which of them the service has taken.
    """
    alike = song.with_changes(seed="")
    away = {"where": "list", "kind": "status", "status": 503}
    jobs = []
    async with open_bench_at(sandbox, home, profile="apiframe") as bench:
        for number in range(2):
            cut = "cut_after" if number in taken else "cut_before"
            sandbox.set_faults([DOOMED, {"where": "submit", "kind": cut}, away])
            jobs += await bench.press(alike)
            await bench.until_in(jobs[-1], JobState.UNKNOWN)
            await bench.studio.jobs._runner.stop(jobs[-1].id)
    sandbox.set_faults([DOOMED])
    return jobs


@pytest.mark.parametrize("taken", [0, 1])
async def test_what_may_be_in_the_list_is_sent_again_with_its_key_after_a_restart(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe, taken: int
) -> None:
    jobs = await leave_two_alike(sandbox, tmp_path, song, {taken})
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        rows = [await bench.row(job) for job in jobs]
    # Nothing is asked about the one that may be in the list, and nothing is made twice.
    assert rows[0].task_id is not None
    assert rows[taken].task_id is not None
    assert all(made(sandbox, job) <= 1 for job in jobs)
    assert {row.state for row in rows} <= {JobState.FAILED, JobState.QUEUED}


@pytest.mark.parametrize("is_removed", [False, True], ids=["other address", "removed"])
async def test_what_is_sent_again_is_the_same_although_the_webhook_was_changed_since(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe, *, is_removed: bool
) -> None:
    """With another body it may be a new request for the service."""
    first = "https://tunnel.example.com/hooks/first"
    async with open_bench_at(sandbox, tmp_path, profile="apiframe", webhook_url=first) as bench:
        sandbox.set_faults(
            [
                DOOMED,
                {"where": "submit", "kind": "cut_before", "times": 1},
                {"where": "list", "kind": "status", "status": 503},
            ]
        )
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
        other = "" if is_removed else "https://tunnel.example.com/hooks/other"
        await bench.studio.accounts.change(ACCOUNT, webhook_url=other)
        await bench.studio.jobs.wait_until_idle()
    bodies = [request["body"] for request in sent(sandbox)]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert first in str(bodies[1])


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=-2), None], ids=str)
async def test_what_may_be_in_the_list_is_asked_about_where_the_age_of_its_key_is_not_sure(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe, age: timedelta | None
) -> None:
    jobs = await leave_two_alike(sandbox, tmp_path, song)
    before = len(sent(sandbox))
    async with open_bench(tmp_path) as bench:
        for job in jobs:
            row = await bench.row(job)
            sent_at = None if age is None else datetime.now(UTC) - age
            await bench.studio._library.jobs.write(row.with_changes(service_sent_at=sent_at))
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        states = {(await bench.row(job)).state for job in jobs}
    # An old key would be charged a second time, and after a correction of the clock nobody knows.
    assert len(sent(sandbox)) == before
    # FAILED is one that was found: the service ends all that it takes here.
    assert states <= {JobState.UNKNOWN, JobState.QUEUED, JobState.FAILED}


async def test_a_certain_refusal_of_the_repetition_ends_the_job(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_before", "times": 1}])
    sandbox.control("credits", {"credits": 0})
    try:
        (job,) = await keyed.press(song)
        await keyed.studio.jobs.wait_until_idle()
    finally:
        sandbox.control("credits", {"credits": 100_000})
    failed = await keyed.row(job)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert failed.fault.kind is ErrorKind.CREDITS_EXHAUSTED
    assert made(sandbox, job) == 0


async def test_a_key_that_expires_while_a_repetition_waits_is_not_sent_again(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    sandbox.set_faults(
        [
            DOOMED,
            {"where": "submit", "kind": "cut_before", "times": 1},
            {"where": "list", "kind": "status", "status": 503},
            {"where": "submit", "kind": "status", "status": 429, "retry_after": 2, "times": 1},
        ]
    )
    (job,) = await keyed.press(song)
    await keyed.until(lambda one: one.state is JobState.UNKNOWN and len(sent(sandbox)) == 2, job.id)
    # As if the service had asked for an hour, half an hour before the end of the key.
    keyed.studio.job_actions._recovery.keys._first_sent_s[job.id] -= KEY_LIFETIME_S
    await keyed.studio.jobs.wait_until_idle()
    assert (await keyed.row(job)).state is JobState.UNKNOWN
    assert len(sent(sandbox)) == 2


class _KeyedService(QuietHandler):
    """A keyed service that accepts the first request, and does not respond to it."""

    keys: list[str]
    hours = 0
    lists = 0

    def date_time_string(self, timestamp: float | None = None) -> str:
        now = datetime.now(UTC) if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
        return format_datetime(now + timedelta(hours=self.hours), usegmt=True)

    def do_GET(self) -> None:
        if "/v2/jobs?" in self.path:
            self.list_jobs()
        else:
            failed = {"id": "first", "status": "FAILED", "prompt": SONG.sound}
            self.respond(200, failed | {"team": {"credits": 100}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        if len(self.keys) > 1:
            self.repeat()

    def list_jobs(self) -> None:
        """Responds to a request for the list."""

    def repeat(self) -> None:
        """Responds to a repetition."""

    def respond(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


async def test_a_key_that_expires_while_the_computer_is_paused_is_not_sent_again(
    tmp_path: Path, song: Recipe
) -> None:
    """No clock of a virtual machine counts the time for which its host has paused it."""

    class Handler(_KeyedService):
        keys: ClassVar = []

        def list_jobs(self) -> None:
            self.respond(503, {"error": "Unavailable"})
            type(self).hours = 25

        def repeat(self) -> None:
            self.respond(202, {"jobId": "another"})

    job = await _make_at(Handler, tmp_path, song)
    assert job.state is JobState.UNKNOWN
    assert Handler.keys == [job.idempotency_key]


async def test_a_list_that_is_a_little_behind_does_not_end_what_was_accepted(
    tmp_path: Path, song: Recipe
) -> None:
    """The first request has taken the last credits, so that its repetition is rejected."""

    class Handler(_KeyedService):
        keys: ClassVar = []

        def list_jobs(self) -> None:
            type(self).lists += 1
            listed = {"id": "first", "status": "QUEUED", "prompt": SONG.sound}
            self.respond(200, {"jobs": [listed] if self.lists > 2 else [], "hasMore": False})

        def repeat(self) -> None:
            self.respond(402, {"error": "Insufficient credits"})

    job = await _make_at(Handler, tmp_path, song)
    assert job.task_id == "first"


async def _make_at(handler: type[_KeyedService], home: Path, song: Recipe) -> Job:
    """Requests a song at a service; returns the job when it has ended, or is unknown."""
    with serving(handler) as url:
        async with open_bench(home) as bench:
            await bench.studio.accounts.add(ACCOUNT, Service.APIFRAME, base_url=url, poll_s=0.05)
            (job,) = await bench.press(song)
            await bench.studio.jobs.wait_until_idle()
            return await bench.row(job)


async def test_one_that_is_in_the_list_by_now_is_not_bought_again(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    """After a time without network the user presses "Send again" in place of "Check again"."""
    away = {"where": "list", "kind": "status", "status": 503}
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        sandbox.set_faults([DOOMED, {"where": "submit", "kind": "cut_after", "times": 1}, away])
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
    sandbox.set_faults([DOOMED, away])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        # The service has forgotten its key, so that it would be charged a second time.
        # By the service's clock the task in its list would be a day younger than the request.
        times: dict[str, Any] = {**sent_before(25), "service_sent_at": None}
        old = (await bench.row(job)).with_changes(**times)
        await bench.studio._library.jobs.write(old)
        sandbox.set_faults([DOOMED])
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).task_id is not None
    assert len(sent(sandbox)) == 1


async def test_one_that_could_not_be_sent_again_stays_unknown(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """Nobody would be asked before a request that was "not sent" is sent once more."""
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    async with open_bench_at(sandbox, tmp_path) as bench:
        (job,) = await bench.press(SONG)
        await bench.until_in(job, JobState.UNKNOWN)
        await bench.studio.jobs.wait_until_idle()
        refused = {"where": "submit", "kind": "status", "status": 402}
        sandbox.set_faults([refused])
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(job)
        assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)
        assert after.fault is not None
        assert "it may have been accepted and charged" in after.fault.message
        await bench.studio._library.jobs.write(
            after.with_changes(state=JobState.QUEUED, uncertain_sends=1)
        )
    async with open_bench(tmp_path) as bench:
        # Killed before it was sent again.
        await bench.studio.jobs.resume()
        assert (await bench.row(job)).state is JobState.UNKNOWN


async def test_one_that_is_cancelled_before_it_is_sent_again_stays_unknown(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """Its possible charge is not forgotten by the budget."""
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    async with open_bench_at(sandbox, tmp_path, budget=100.0) as bench:
        (job,) = await bench.press(SONG)
        await bench.until_in(job, JobState.UNKNOWN)
        await bench.studio.jobs.wait_until_idle()
        before = (await bench.studio.budget.status(ACCOUNT)).pending
        sandbox.set_faults(
            [{"where": "submit", "kind": "status", "status": 429, "retry_after": 30}]
        )
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.until(
            lambda one: (
                len(sandbox.requests("POST", "/create")) == 2 and one.state is JobState.QUEUED
            ),
            job.id,
        )
        await bench.studio.job_actions.cancel(job.id)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(job)
        assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)
        assert after.fault is not None
        assert "cancelled before it was sent again" in after.fault.message
        assert (await bench.studio.budget.status(ACCOUNT)).pending == before > 0
    assert len(sandbox.requests("POST", "/create")) == 2


async def test_one_that_is_cancelled_while_it_is_sent_again_stays_unknown_if_it_is_rejected(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    async with open_bench_at(sandbox, tmp_path, budget=100.0) as bench:
        (job,) = await bench.press(SONG)
        await bench.until_in(job, JobState.UNKNOWN)
        await bench.studio.jobs.wait_until_idle()
        before = (await bench.studio.budget.status(ACCOUNT)).pending
        sandbox.set_faults(
            [
                {"where": "submit", "kind": "latency", "seconds": 0.5},
                {"where": "submit", "kind": "status", "status": 429, "retry_after": 0.1},
            ]
        )
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.until_in(job, JobState.SENDING)
        await bench.studio.job_actions.cancel(job.id)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(job)
        assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)
        assert (await bench.studio.budget.status(ACCOUNT)).pending == before > 0
    assert len(sandbox.requests("POST", "/create")) == 2


async def test_a_rejected_repetition_does_not_end_what_was_sent_under_an_older_key(
    keyed: StudioBench, sandbox: SandboxProcess, song: Recipe
) -> None:
    """The list proves only that the latest request was not accepted."""
    job = await left(keyed, song, state=JobState.UNKNOWN, uncertain_sends=1)
    refused = {"where": "submit", "kind": "status", "status": 422, "times": 1}
    sandbox.set_faults([DOOMED, refused, {"where": "list", "kind": "status", "status": 503}])
    await keyed.studio.job_actions.recheck(job.id)
    sandbox.set_faults([DOOMED, refused])
    await keyed.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await keyed.studio.jobs.wait_until_idle()
    after = await keyed.row(job)
    assert len(sent(sandbox)) == 1
    assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)


async def test_a_rejected_request_with_a_new_key_is_no_reason_to_send_it_without_asking(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    """The request before that, whose key has expired, may have been charged."""
    first, second = await leave_two_alike(sandbox, tmp_path, song)
    away = {"where": "list", "kind": "status", "status": 503}
    async with open_bench(tmp_path) as bench:
        for job in (first, second):
            row = await bench.row(job)
            await bench.studio._library.jobs.write(row.with_changes(**sent_before(25)))
        refused = {"where": "submit", "kind": "status", "status": 402, "times": 1}
        sandbox.set_faults([DOOMED, away, refused])
        await bench.studio.jobs.resume()
        await bench.studio.job_actions.resolve(first.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(first)
        assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)
    before = len(sent(sandbox))
    sandbox.set_faults([DOOMED])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
    assert len(sent(sandbox)) == before


@pytest.mark.parametrize("profile", ["apiframe", "acedata"])
async def test_the_list_is_searched_for_what_was_sent_before_a_rejected_request(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe, profile: str
) -> None:
    async with open_bench_at(sandbox, tmp_path, profile=profile) as bench:
        job = await left(bench, song, state=JobState.UNKNOWN, **sent_before(25))
        away = {"where": "list", "kind": "status", "status": 503}
        refused = {"where": "submit", "kind": "status", "status": 402, "times": 1}
        sandbox.set_faults([DOOMED, away, refused])
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.row(job)
        assert after.state is JobState.UNKNOWN
        assert after.service_sent_at == job.service_sent_at
        sandbox.set_faults([DOOMED])
        checked = await bench.studio.job_actions.recheck(job.id)
        assert checked is not None
        assert checked.fault is not None
        assert "safely" not in checked.fault.message
