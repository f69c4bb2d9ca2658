"""Prices that a service does not state are learnt while exactly one job is under way."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.events import BalanceChanged, PricesChanged
from tests.integration.studio.conftest import ACCOUNT, SONG, StudioBench, open_bench_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


@pytest.fixture
async def silent(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk at a service that states no price for a song."""
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        yield bench


async def test_a_price_is_learnt_and_kept(silent: StudioBench, tmp_path: Path) -> None:
    prices = silent.studio.prices
    learnt: list[PricesChanged] = []
    silent.studio.events.subscribe(PricesChanged, learnt.append)
    assert prices.price(SONG, ACCOUNT).text() == "price unknown"
    for seed in ("1", "2"):
        await silent.made(SONG.with_changes(seed=seed))
    await silent.studio._price_measurement.close()
    assert learnt == [PricesChanged(ACCOUNT)] * 2
    assert prices.price(SONG, ACCOUNT).text() == "about 10 credits, learnt from 2"
    assert prices.operation_price(Operation.CREATE, ACCOUNT).samples == 2
    assert not silent.notices
    # The next start knows it, too; another model is another price.
    await prices.load()
    assert prices.price(SONG, ACCOUNT).samples == 2
    other = SONG.with_changes(model="FUZZ-1.0")
    assert not prices.price(other, ACCOUNT).is_known


async def test_a_learnt_price_stays_with_the_address_that_charged_it(
    silent: StudioBench, sandbox: SandboxProcess
) -> None:
    studio = silent.studio
    await silent.made(SONG.with_changes(seed="1"))
    await studio._price_measurement.close()
    assert studio.prices.price(SONG, ACCOUNT).samples == 1
    await studio.accounts.change(ACCOUNT, base_url=f"{sandbox.url}/elsewhere")
    assert not studio.prices.price(SONG, ACCOUNT).is_known
    assert not studio.prices.operation_price(Operation.CREATE, ACCOUNT).is_known
    assert studio.prices.learnt(SONG, ACCOUNT) is not None
    await studio.accounts.change(ACCOUNT, base_url=sandbox.url)
    assert studio.prices.price(SONG, ACCOUNT).samples == 1


async def test_a_price_that_another_process_has_learnt_is_known_here(silent: StudioBench) -> None:
    studio = silent.studio
    learnt: list[PricesChanged] = []
    studio.events.subscribe(PricesChanged, learnt.append)
    sample = PriceSample(
        account=ACCOUNT, operation=Operation.CREATE, model=SONG.model, credits=9,
        job=new_job_id(), at=datetime.now(UTC),
    )  # fmt: skip
    other = await Library.open(studio.clips.folder)
    try:
        assert await other.prices.add_sample(sample)
    finally:
        await other.close()
    await studio.external_changes.publish_new()
    await studio.external_changes.publish_new()
    assert studio.prices.price(SONG, ACCOUNT).high == 9
    assert learnt == [PricesChanged(ACCOUNT)]


async def test_nothing_is_learnt_from_jobs_at_the_same_time(silent: StudioBench) -> None:
    await silent.press(SONG.with_changes(seed="1"), SONG.with_changes(seed="2"))
    await silent.studio.jobs.wait_until_idle()
    await silent.studio._price_measurement.close()
    assert not silent.studio.prices.price(SONG, ACCOUNT).is_known


@pytest.mark.parametrize(("minutes", "samples"), [(5, 0), (65, 1)])
async def test_an_old_request_of_unknown_outcome_does_not_end_the_learning(
    silent: StudioBench, minutes: int, samples: int
) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    unknown = Job(
        id=new_job_id(), state=JobState.UNKNOWN, recipe=SONG, account=ACCOUNT, created_at=at,
        sent_at=at,
    )  # fmt: skip
    await silent.studio._library.jobs.write(unknown)
    await silent.made(SONG.with_changes(seed="1"))
    await silent.studio._price_measurement.close()
    assert silent.studio.prices.price(SONG, ACCOUNT).samples == samples


@pytest.mark.parametrize(("drop", "samples"), [(0, 1), (10, 1), (3, 0)])
async def test_nothing_is_learnt_where_the_balance_fell_in_two_steps(
    silent: StudioBench, drop: float, samples: int
) -> None:
    before = await silent.studio.balances.fetch(ACCOUNT)
    # Read by another process while the request is under way.
    between = LedgerEntry(
        account=ACCOUNT, kind=EntryKind.BALANCE, amount=before.total - drop,
        at=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    await silent.studio._library.ledger.add(between)
    await silent.made(SONG.with_changes(seed="1"))
    await silent.studio._price_measurement.close()
    assert silent.studio.prices.price(SONG, ACCOUNT).samples == samples


async def test_the_balance_is_not_asked_for_where_the_price_is_stated(
    bench: StudioBench,
) -> None:
    asked: list[BalanceChanged] = []
    bench.studio.events.subscribe(BalanceChanged, asked.append)
    await bench.made(Recipe(operation=Operation.LYRICS, prompt="a long road home by the sea"))
    assert not asked
