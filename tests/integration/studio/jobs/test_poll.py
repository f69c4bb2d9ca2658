"""Looking after a task: calmly, and at once when there is something to see."""

import asyncio
import time
from pathlib import Path

import pytest

from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import JobState
from tests.integration.studio.conftest import (
    ACCOUNT,
    LONGEST_WAIT_S,
    WORDS,
    StudioBench,
    open_bench_at,
)
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
