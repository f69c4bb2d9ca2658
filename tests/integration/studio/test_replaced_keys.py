"""Requests that were sent with another key of their account: that key's list is not this one's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from tests.integration.studio.conftest import ACCOUNT, SONG, open_bench, open_bench_at
from tests.support.hostile_service import HostileService, Reply, hostile_service
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

OTHER_KEY = {"PRODUCER_STUDIO_KEY_TEST": "sk-units-another"}
DOOMED = {"where": "create", "kind": "fail"}
AWAY = {"where": "list", "kind": "status", "status": 503}


@pytest.fixture
def service() -> Iterator[HostileService]:
    with hostile_service() as made:
        yield made


@pytest.fixture
def song() -> Recipe:
    """Words of their own: the service lists what other tests have asked for, too."""
    return SONG.with_changes(title=f"Low tide {new_job_id()[:8]}")


def sent(sandbox: SandboxProcess) -> int:
    return len(sandbox.requests("POST", "/v2/music/generate"))


async def leave_unknown(
    sandbox: SandboxProcess, home: Path, song: Recipe, kind: str, **environ: str
) -> Job:
    """Ends a run with a request of unknown outcome."""
    async with open_bench(home, **environ) as bench:
        await bench.studio.accounts.add(
            ACCOUNT, Service.DEMO, base_url=sandbox.url, poll_s=0.05, profile="apiframe"
        )
        sandbox.set_faults([{"where": "submit", "kind": kind}, AWAY])
        (job,) = await bench.press(song)
        await bench.until_in(job, JobState.UNKNOWN)
        await bench.studio.jobs._runner.stop(job.id)
    sandbox.set_faults([])
    return job


async def test_absence_from_the_list_of_another_key_proves_nothing(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    job = await leave_unknown(sandbox, tmp_path, song, "cut_before")
    before = sent(sandbox)
    async with open_bench(tmp_path, **OTHER_KEY) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        await bench.studio.job_actions.recheck(job.id)
        row = await bench.row(job)
        told = bench.notices[-1].text
    assert row.state is JobState.UNKNOWN
    assert row.fault is not None
    assert "nothing was charged" not in row.fault.message
    assert "another key" in told
    assert sent(sandbox) == before
    async with open_bench(tmp_path) as bench:
        # The key is back, and with it the list that tells.
        await bench.studio.jobs.resume()
        assert (await bench.row(job)).state is JobState.QUEUED


async def test_what_may_be_in_a_list_is_not_sent_again_with_another_key(
    sandbox: SandboxProcess, tmp_path: Path, song: Recipe
) -> None:
    """It is a new request for the other account at the service, which would be charged, too."""
    alike = song.with_changes(seed="")
    async with open_bench_at(sandbox, tmp_path / "other", profile="apiframe") as other:
        sandbox.set_faults([DOOMED])
        await other.press(alike, alike)
        await other.studio.jobs.wait_until_idle()
    job = await leave_unknown(sandbox, tmp_path / "own", alike, "cut_after", **OTHER_KEY)
    sandbox.set_faults([DOOMED])
    before = sent(sandbox)
    async with open_bench(tmp_path / "own") as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.UNKNOWN
    assert sent(sandbox) == before


async def test_a_task_that_another_key_does_not_see_is_not_given_up(
    tmp_path: Path, service: HostileService
) -> None:
    service.submits = [Reply({"jobId": "t1", "status": "QUEUED"}, 202)]
    service.looks = [Reply({"jobId": "t1", "status": "PROCESSING"})]
    async with open_bench(tmp_path) as bench:
        await bench.studio.accounts.add(
            ACCOUNT, Service.DEMO, base_url=service.url, poll_s=0.05, profile="apiframe"
        )
        (job,) = await bench.press(SONG)
        await bench.until_in(job, JobState.WORKING)
    track = {"id": "c1", "audioUrl": f"{service.url}/media/one.wav"}
    done = Reply({"jobId": "t1", "status": "COMPLETED", "result": {"tracks": [track]}})
    service.looks = [*[Reply({"error": "Job not found"}, 404)] * 8, done]
    async with open_bench(tmp_path, **OTHER_KEY) as bench:
        await bench.studio.jobs.resume()
        troubled = await bench.until(lambda one: one.fault is not None, job.id)
        assert troubled.fault is not None
        assert troubled.fault.kind is ErrorKind.INVALID_RESPONSE
        assert "another key" in troubled.fault.message
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE


async def test_the_balance_of_another_key_is_not_compared_with_the_one_before(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        before = await bench.studio.balances.fetch(ACCOUNT)
    sandbox.control("credits", {"credits": 700})
    async with open_bench(tmp_path, **OTHER_KEY) as bench:
        after = await bench.studio.balances.fetch(ACCOUNT)
        assert after.total != before.total
        [compared] = await bench.studio.reconciliations.of_month()
        assert compared.summary() == ""
        [told] = compared.explanations()
        assert "another key or address" in told
        # A balance is no reason for a note in the ledger.
        assert {line.entry.note for line in await bench.studio.ledger.lines()} == {""}
