"""Two accounts with the same address and key: one account at the service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from tests.integration.studio.conftest import ACCOUNT, KEY, SONG, StudioBench, open_bench_at
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

TWIN = AccountName("twin")


@pytest.fixture
async def silent(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk with two accounts of one key at a service that states no price for a song."""
    async with open_bench_at(sandbox, tmp_path / "home", Service.MUSICAPI) as bench:
        await bench.studio.accounts.add(
            TWIN, Service.MUSICAPI, KEY, base_url=sandbox.url, poll_s=0.05
        )
        yield bench


async def twin_job(bench: StudioBench, **fields: object) -> Job:
    """A job of the other account that was sent with the same key."""
    await bench.studio.balances.fetch(TWIN)
    job = Job(
        id=new_job_id(), recipe=SONG, account=TWIN, state=JobState.WORKING,
        endpoint=bench.studio._connections.endpoint(TWIN),
        key_mark=bench.studio._connections.key_mark(TWIN),
        accepted_at=datetime.now(UTC),
    ).with_changes(**fields)  # fmt: skip
    await bench.studio._library.jobs.write(job)
    return job


async def test_accounts_with_the_same_key_are_named(
    silent: StudioBench, sandbox: SandboxProcess
) -> None:
    balances = silent.studio.balances
    assert await balances.shared_with(ACCOUNT) == [TWIN]
    assert await balances.shared_with(TWIN) == [ACCOUNT]
    await silent.studio.accounts.change(TWIN, key="sk-another-one")
    assert await balances.shared_with(ACCOUNT) == []
    await silent.studio.accounts.change(TWIN, base_url=f"{sandbox.url}/elsewhere", key=KEY)
    assert await balances.shared_with(ACCOUNT) == []


async def test_no_price_is_learnt_while_the_other_account_is_at_work(silent: StudioBench) -> None:
    await twin_job(silent)
    await silent.made(SONG.with_changes(seed="1"))
    await silent.studio._price_measurement.close()
    assert not silent.studio.prices.price(SONG, ACCOUNT).is_known


async def test_no_price_is_learnt_while_the_other_account_was_charged(silent: StudioBench) -> None:
    job = await twin_job(silent, state=JobState.DONE)
    charge = LedgerEntry(
        account=TWIN, kind=EntryKind.CHARGED, amount=7, job=job.id,
        at=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    await silent.studio._library.ledger.add(charge)
    await silent.made(SONG.with_changes(seed="1"))
    await silent.studio._price_measurement.close()
    assert not silent.studio.prices.price(SONG, ACCOUNT).is_known


async def test_prices_are_learnt_beside_an_account_with_another_key(silent: StudioBench) -> None:
    await twin_job(silent, key_mark="0000")
    await silent.made(SONG.with_changes(seed="1"))
    await silent.studio._price_measurement.close()
    assert silent.studio.prices.price(SONG, ACCOUNT).samples == 1


async def test_what_the_other_account_spends_is_explained(
    silent: StudioBench, sandbox: SandboxProcess
) -> None:
    studio = silent.studio
    await studio.balances.fetch(ACCOUNT)
    job = await twin_job(silent, state=JobState.DONE)
    await studio._library.ledger.add(
        LedgerEntry(account=TWIN, kind=EntryKind.CHARGED, amount=7, job=job.id)
    )
    sandbox.control("credits", {"credits": 99_993})
    for name in (ACCOUNT, TWIN):
        await studio.balances.fetch(name)
    found = await studio.reconciliations.of_month()
    assert {one.account: one.summary() for one in found} == {ACCOUNT: "", TWIN: ""}
    # What neither of them spent is still told.
    sandbox.control("credits", {"credits": 99_990})
    await studio.balances.fetch(ACCOUNT)
    found = await studio.reconciliations.of_month()
    assert [one.result.gone for one in found if one.account == ACCOUNT] == [3]


async def test_a_task_of_the_other_account_is_not_taken_for_a_lost_one(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    song = SONG.with_changes(title=f"Low tide {new_job_id()[:8]}")
    sandbox.set_faults([{"where": "create", "kind": "fail"}])
    async with open_bench_at(sandbox, tmp_path, profile="apiframe") as bench:
        studio = bench.studio
        await studio.accounts.add(
            TWIN, Service.DEMO, KEY, base_url=sandbox.url, poll_s=0.05, profile="apiframe"
        )
        (sent,) = await studio.jobs.submit([song], TWIN)
        await studio.jobs.wait_until_idle()
        task = (await bench.row(sent)).task_id
        assert task is not None
        now = datetime.now(UTC)
        lost = Job(
            id=new_job_id(), state=JobState.UNKNOWN, recipe=song, account=ACCOUNT, sent_at=now,
            service_sent_at=now, endpoint=studio._connections.endpoint(ACCOUNT),
        )  # fmt: skip
        await studio._library.jobs.write(lost)
        await studio.job_actions.recheck(lost.id)
        await studio.jobs.wait_until_idle()
        assert (await bench.row(lost)).task_id is None
