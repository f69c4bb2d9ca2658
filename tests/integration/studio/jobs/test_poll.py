"""Looking after a task: calmly, and at once when there is something to see."""

import asyncio
import time
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import JobState
from producer_studio.providers.base import FailedTask, FinishedTask, RunningTask
from producer_studio.studio.jobs.polling_state import (
    MAX_PREVIEWS,
    MIN_PREVIEWS_S,
    PollingState,
)
from tests.integration.studio.conftest import (
    ACCOUNT,
    LONGEST_WAIT_S,
    SONG,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.hostile_service import HostileService, Reply, hostile_service
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def test_a_hint_ends_the_wait_before_the_next_look(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        await bench.studio.accounts.change(ACCOUNT, poll_s=3600.0)
        (job,) = await bench.press(WORDS)
        accepted = await bench.until_in(job, JobState.ACCEPTED)
        assert accepted.task_id is not None
        await asyncio.to_thread(wait_until_finished, sandbox, accepted.task_id)
        assert sandbox.requests("GET", accepted.task_id) == []
        assert bench.studio.jobs.poll_now(accepted.task_id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
        assert len(sandbox.requests("GET", accepted.task_id)) == 1


async def test_a_hint_about_an_unknown_task_does_nothing(bench: StudioBench) -> None:
    assert not bench.studio.jobs.poll_now(TaskId("nobody-knows"))


def wait_until_finished(sandbox: SandboxProcess, task: str) -> None:
    """Waits in a thread, as the service tells nobody."""
    until = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < until:
        tasks = {one["id"]: one for one in sandbox.state()["tasks"]}
        if tasks[task]["finished_at"]:
            return
        time.sleep(0.05)
    raise TimeoutError


@pytest.mark.parametrize(
    ("wait_s", "is_local", "count", "is_final"),
    [
        (10.0, False, MAX_PREVIEWS, True),
        (10.0, False, MAX_PREVIEWS - 1, False),
        # The user's own interval does not make the beginning of a song its end.
        (1.0, False, MAX_PREVIEWS, False),
        (1.0, False, int(MIN_PREVIEWS_S), True),
        (0.02, True, MAX_PREVIEWS, True),
    ],
)
def test_sound_of_a_task_that_goes_on_is_its_result_after_some_minutes(
    wait_s: float, is_local: bool, count: int, is_final: bool
) -> None:
    polling = PollingState(is_local=is_local)
    for _ in range(count):
        polling.record_wait(wait_s)
        polling.record_result(RunningTask(preview=FinishedTask(())))
    assert polling.is_preview_final is is_final
    polling.record_wait(wait_s)
    polling.record_result(RunningTask())
    assert not polling.is_preview_final


def test_a_task_that_is_not_known_yet_has_minutes_whatever_interval_the_user_has_set() -> None:
    vague = FailedTask(ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message=""), is_vague=True)
    denied, doubtful = PollingState(), PollingState()
    denied_s = doubtful_s = 0.0
    for _ in range(5):
        denied.record_denial()
        denied_s += denied.requested_wait_s or 0.0
    for _ in range(2):
        doubtful.record_result(vague)
        doubtful_s += doubtful.requested_wait_s or 0.0
    assert denied_s > 120
    assert doubtful_s > 120


@pytest.mark.parametrize(
    "look",
    [
        Reply({"error": "Job not found"}, 404),
        Reply({"code": 500, "error": "Internal error"}),
    ],
    ids=["unknown", "vague"],
)
async def test_hints_do_not_use_up_the_patience_with_a_task(tmp_path: Path, look: Reply) -> None:
    """A webhook may be sent several times, and before the task's status tells the same."""
    profile = "apiframe" if look.status == 404 else "musicapi-2026-02"
    with hostile_service() as service:
        service.submits = [Reply({"jobId": "t1", "task_id": "t1"})]
        service.looks = [look]
        async with open_bench(tmp_path) as bench:
            await bench.studio.accounts.add(
                ACCOUNT, Service.DEMO, base_url=service.url, poll_s=3600.0, profile=profile
            )
            (job,) = await bench.press(SONG)
            await bench.until_in(job, JobState.ACCEPTED)
            for count in range(1, 9):
                bench.studio.jobs.poll_now(TaskId("t1"))
                await asyncio.to_thread(wait_for_looks, service, count)
            assert (await bench.row(job)).state is JobState.ACCEPTED


def wait_for_looks(service: HostileService, count: int) -> None:
    """Waits in a thread, as the service runs in one and tells nobody."""
    until = time.monotonic() + LONGEST_WAIT_S
    while len(service.times("GET", "/t1")) < count:
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.01)
