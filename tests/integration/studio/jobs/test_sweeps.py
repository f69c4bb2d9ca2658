"""A sweep is one press; it stops at its limits, whatever is known of its requests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import DuplicateRequest, RequestRejected
from producer_studio.domain.ids import new_job_id, new_press_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.domain.sweep_limits import SweepLimits, SweepUse
from producer_studio.domain.sweep_status import CellState, SweepStatus
from producer_studio.studio.jobs.actions import Resolution
from tests.integration.studio.conftest import (
    ACCOUNT,
    SONG,
    StudioBench,
    open_bench_at,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

SEEDS = SweepAxis("seed", ("1", "2", "3", "4"))
NO_TASK = {"where": "create", "kind": "fail"}
"""The quickest way to a task that is over: it is accepted and fails; a refund is not reported."""
PRICE = 10


@pytest.fixture
async def bench(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """At a service that states its prices, and lists no tasks."""
    sandbox.control("credits", {"credits": 1000})
    async with open_bench_at(sandbox, tmp_path / "home", Service.AIMUSICAPI, concurrency=2) as made:
        yield made
    sandbox.control("credits", {"credits": 1000})


def seeds(**limits: Any) -> Sweep:
    return Sweep(axes=(SEEDS,), limits=SweepLimits(**limits))


async def run(bench: StudioBench, sweep: Sweep, recipe: Recipe = SONG) -> SweepStatus:
    jobs = await bench.studio.sweeps.submit(sweep, recipe, ACCOUNT, form={})
    await bench.studio.jobs.wait_until_idle()
    return await status_of(bench, jobs[0])


async def status_of(bench: StudioBench, job: Job) -> SweepStatus:
    assert job.press is not None
    status = await bench.studio.sweeps.status(job.press)
    assert status is not None
    return status


async def test_a_sweep_stops_at_its_requests_and_goes_on_with_a_new_limit(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([NO_TASK])
    status = await run(bench, seeds(requests=3))
    assert len(sandbox.requests("POST", "/create")) == 3
    assert [cell.state for cell in status.cells] == [CellState.FAILED] * 3 + [CellState.NOT_SENT]
    said = "The sweep has stopped at 3 of 4 requests: the limit of 3 requests."
    assert [one.text for one in bench.notices if "sweep" in one.text] == [f"“Low tide”: {said}"]
    press = status.press.id
    with pytest.raises(RequestRejected, match="the limit of 3 requests"):
        await bench.studio.sweeps.resume(press)
    (again,) = await bench.studio.sweeps.resume(press, SweepLimits(requests=4))
    assert (again.take, again.takes, again.press) == (4, 4, press)
    await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", "/create")) == 4
    after = await status_of(bench, again)
    assert after.sweep.limits.requests == 4
    assert bench.studio.sweeps.remaining_prices(after) == []
    with pytest.raises(RequestRejected, match="Every request"):
        await bench.studio.sweeps.resume(press, SweepLimits(requests=9))


async def test_a_limit_of_credits_counts_refunds_and_needs_a_price(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    with pytest.raises(RequestRejected, match="allow no request"):
        await bench.studio.sweeps.submit(seeds(credits=PRICE - 1), SONG, ACCOUNT, form={})
    assert sandbox.requests("POST", "/create") == []
    sandbox.set_faults([{"where": "create", "kind": "cut_after"}])
    status = await run(bench, seeds(credits=2.5 * PRICE))
    assert len(sandbox.requests("POST", "/create")) == 2
    assert status.stop_reason == f"the limit of {2.5 * PRICE:g} credits"


async def test_what_is_refunded_may_be_spent_on_the_rest(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([{**NO_TASK, "error": "Credits were refunded."}])
    status = await run(bench, seeds(credits=1.5 * PRICE))
    # It stops if the next request is due before the refund; the same limit then has room.
    while status.stop_reason:
        assert status.use.credits == 0
        await bench.studio.sweeps.resume(status.press.id)
        await bench.studio.jobs.wait_until_idle()
        after = await bench.studio.sweeps.status(status.press.id)
        assert after is not None
        assert after.sent > status.sent
        status = after
    assert status.use == SweepUse(requests=status.sweep.size, credits=0.0)
    assert len(sandbox.requests("POST", "/create")) == status.sweep.size


async def test_a_request_of_unknown_outcome_counts_and_so_does_its_repetition(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([{"where": "create", "kind": "cut_after", "times": 2}, NO_TASK])
    status = await run(bench, seeds(requests=2))
    assert [cell.state for cell in status.cells][:2] == [CellState.UNKNOWN] * 2
    first = status.cells[0].job
    assert first is not None
    # The user may decide to send it again; the sweep may not.
    await bench.studio.job_actions.resolve(first.id, Resolution.SEND_AGAIN)
    await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", "/create")) == 2
    after = await bench.row(first)
    # What became of its first request is still not known.
    assert (after.state, after.uncertain_sends) == (JobState.UNKNOWN, 0)
    assert after.fault is not None
    assert after.fault.message.startswith("Not sent: the limit of 2 requests. The outcome of")


async def test_the_balance_that_is_to_be_left_is_left(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.control("credits", {"credits": 100})
    sandbox.set_faults([{"where": "create", "kind": "cut_after"}])
    with pytest.raises(RequestRejected, match="of which 95 are to be left"):
        await bench.studio.sweeps.submit(seeds(min_balance=95), SONG, ACCOUNT, form={})
    # All at once: the balance does not show yet what the others will cost.
    await bench.studio.accounts.change(ACCOUNT, concurrency=4)
    slow = {"where": "create", "kind": "latency", "seconds": 0.5}
    sandbox.set_faults([slow, {"where": "create", "kind": "cut_after"}])
    status = await run(bench, seeds(min_balance=75))
    sandbox.set_faults([])
    assert (await bench.studio.balances.fetch(ACCOUNT)).total >= 75
    assert 1 <= status.sent <= 2
    assert "of which 75 are to be left" in status.stop_reason


async def test_jobs_of_a_killed_process_wait_and_go_on_within_the_limits(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    """The rows that a kill leaves: one may have been sent, and three wait."""
    sandbox.set_faults([NO_TASK])
    sweep = seeds(requests=2)
    recipes = tuple(sweep.expand(SONG))
    press = Press(id=new_press_id(), account=ACCOUNT, recipes=recipes, sweep=sweep)
    states = (JobState.SENDING, *[JobState.QUEUED] * 3)
    jobs = [
        Job(
            id=new_job_id(), state=state, recipe=recipe, account=ACCOUNT, press=press.id,
            take=take, takes=4, idempotency_key="k",
            installation=bench.studio._library.context.installation,
        )
        for take, (state, recipe) in enumerate(zip(states, recipes, strict=True), 1)
    ]  # fmt: skip
    await bench.studio._library.jobs.write_all(jobs, press=press)
    await bench.studio.jobs.resume()
    assert sandbox.requests("POST", "/create") == []
    assert (await status_of(bench, jobs[0])).cells[0].state is CellState.UNKNOWN
    await bench.studio.sweeps.resume(press.id)
    await bench.studio.jobs.wait_until_idle()
    assert len(sandbox.requests("POST", "/create")) == 1
    status = await status_of(bench, jobs[0])
    assert (status.use.requests, status.stop_reason) == (2, "the limit of 2 requests")


async def test_a_sweep_that_was_swept_already_is_confirmed_first(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([{"where": "create", "kind": "cut_after"}])
    await run(bench, seeds(requests=1))
    with pytest.raises(DuplicateRequest):
        await bench.studio.sweeps.submit(seeds(requests=1), SONG, ACCOUNT, form={})
    assert len(sandbox.requests("POST", "/create")) == 1


async def test_a_budget_counts_what_the_limits_allow(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([NO_TASK])
    await bench.studio.accounts.change(ACCOUNT, budget=2.5 * PRICE)
    with pytest.raises(RequestRejected, match="would exceed the monthly budget"):
        await bench.studio.sweeps.submit(seeds(), SONG, ACCOUNT, form={})
    status = await run(bench, seeds(requests=2))
    assert status.press.credits_expected == 2 * PRICE
    assert status.sent == 2


async def test_the_limits_allow_the_first_cells_whichever_is_ready_first(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([NO_TASK])
    second_is_ready = asyncio.Event()

    async def prepare(job: Job) -> None:
        if job.take == 1:
            await second_is_ready.wait()
        elif job.take == 2:
            second_is_ready.set()

    bench.studio.jobs._runner._submitter.before_request = prepare
    status = await run(bench, seeds(requests=1))
    assert [cell.state for cell in status.cells] == [CellState.FAILED] + [CellState.NOT_SENT] * 3
    (sent,) = sandbox.requests("POST", "/create")
    assert sent["body"]["seed"] == "1"


async def test_a_sweep_of_a_learnt_price_does_not_seem_to_be_free(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.control("credits", {"credits": 1000})
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        (job,) = await bench.press(SONG.with_changes(seed="9"))
        sample = PriceSample(
            account=ACCOUNT, operation=SONG.operation, model=SONG.model, credits=PRICE,
            job=job.id, at=job.created_at,
        )  # fmt: skip
        await bench.studio._library.prices.add_sample(sample)
        await bench.studio.prices.load()
        sandbox.set_faults([NO_TASK])
        status = await run(bench, seeds(credits=2.5 * PRICE))
        assert status.sent == 2
        assert status.use.credits_text == f"about {2 * PRICE} credits"
        assert status.press.credits_expected is None
        await bench.studio.sweeps.resume(status.press.id, SweepLimits(credits=9 * PRICE))
        await bench.studio.jobs.wait_until_idle()
        press = await bench.studio.history.get(status.press.id)
        assert press is not None
        assert press.credits_expected is None


async def test_a_cell_is_bought_once_when_a_sweep_is_continued_twice_at_a_time(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([NO_TASK])
    press = (await run(bench, seeds(requests=3))).press.id
    both = await asyncio.gather(
        *(bench.studio.sweeps.resume(press, SweepLimits()) for _ in range(2)),
        return_exceptions=True,
    )
    await bench.studio.jobs.wait_until_idle()
    assert sum(isinstance(one, RequestRejected) for one in both) == 1
    assert len(sandbox.requests("POST", "/create")) == 4


async def test_what_waits_to_be_sent_does_not_count_as_sent(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.set_faults([NO_TASK])
    press = (await run(bench, seeds(requests=3))).press.id
    goes_on = asyncio.Event()

    async def prepare(_job: Job) -> None:
        await goes_on.wait()

    bench.studio.jobs._runner._submitter.before_request = prepare
    await bench.studio.sweeps.resume(press, SweepLimits())
    with pytest.raises(RequestRejected, match="is being sent"):
        await bench.studio.sweeps.resume(press, SweepLimits())
    goes_on.set()
    await bench.studio.jobs.wait_until_idle()
    with pytest.raises(RequestRejected, match="was sent"):
        await bench.studio.sweeps.resume(press, SweepLimits())


async def test_all_end_where_the_service_has_no_credits_left(
    sandbox: SandboxProcess, bench: StudioBench
) -> None:
    sandbox.control("credits", {"credits": PRICE})
    status = await run(bench, seeds())
    # One is accepted, one is rejected for want of credits, and the others are not tried, except
    # one that may have been under way already when the rejection arrived.
    sent = len(sandbox.requests("POST", "/create"))
    assert sent in {2, 3}
    assert status.count(CellState.NOT_SENT) == 4 - sent
