"""A monthly budget stops before it is passed, whoever spends."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.errors import ErrorKind, RequestRejected
from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.utc_dates import (
    day_text,
    next_month,
    start_of_day,
    this_month,
)
from tests.integration.studio.conftest import (
    ACCOUNT,
    SONG,
    WORDS,
    StudioBench,
    open_bench,
    open_bench_at,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


@pytest.fixture
async def thrifty(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk with a budget of 3 credits; writing lyrics costs 1."""
    async with open_bench_at(sandbox, tmp_path / "home", budget=3.0) as bench:
        yield bench


def row(state: JobState, recipe: Recipe = WORDS, **fields: object) -> Job:
    expected = None if recipe.operation is Operation.STEMS else 1.0
    job = Job(
        id=new_job_id(), account=ACCOUNT, recipe=recipe, state=state, credits_expected=expected
    )
    return job.with_changes(**fields)


async def test_a_press_that_would_pass_it_queues_nothing(thrifty: StudioBench) -> None:
    await thrifty.press(WORDS, WORDS)
    await thrifty.studio.jobs.wait_until_idle()
    with pytest.raises(RequestRejected) as refused:
        await thrifty.press(WORDS, WORDS)
    said = refused.value.message
    assert refused.value.field == "budget"
    assert "2 credits of 3 credits are spent" in said
    assert "this costs 2 credits" in said
    assert "Nothing was sent" in said
    assert day_text(next_month(this_month())) in said
    assert len(await thrifty.studio.jobs.all()) == 2
    # What fits in is sent, to the last credit.
    await thrifty.press(WORDS)
    await thrifty.studio.jobs.wait_until_idle()
    assert sum(amount or 0 for amount in await thrifty.charged()) == 3
    with pytest.raises(RequestRejected):
        await thrifty.press(WORDS)


async def test_a_raised_or_removed_budget_lets_go_on(thrifty: StudioBench) -> None:
    with pytest.raises(RequestRejected, match=r"this costs 10 credits"):
        await thrifty.press(SONG)
    await thrifty.studio.accounts.change(ACCOUNT, budget=10)
    status = await thrifty.studio.budget.status(ACCOUNT)
    assert (status.budget, status.spent, status.pending, status.remaining) == (10, 0, 0, 10)
    await thrifty.studio.accounts.change(ACCOUNT, budget=None)
    assert (await thrifty.studio.budget.status(ACCOUNT)).remaining is None
    await thrifty.studio.budget.check(ACCOUNT, [SONG] * 100)


@pytest.mark.parametrize(
    ("job", "counts"),
    [
        (row(JobState.QUEUED), True),
        (row(JobState.SENDING), True),
        (row(JobState.UNKNOWN), True),
        (row(JobState.ACCEPTED, task_id=TaskId("t")), True),
        (row(JobState.CANCELLED, task_id=TaskId("t")), True),
        (row(JobState.ACCEPTED, task_id=TaskId("t"), credits_charged=1.0), False),
        (row(JobState.CANCELLED), False),
        (row(JobState.FAILED), False),
        (row(JobState.DONE), False),
        (row(JobState.QUEUED, account=AccountName("other")), False),
    ],
    ids=lambda value: str(value.state) if isinstance(value, Job) else str(value),
)
async def test_what_may_still_cost_something_counts(
    thrifty: StudioBench, job: Job, counts: bool
) -> None:
    await thrifty.studio._library.jobs.write(job)
    status = await thrifty.studio.budget.status(ACCOUNT)
    assert status.pending == (1.0 if counts else 0.0)
    asked = [WORDS] * 3
    if counts:
        with pytest.raises(RequestRejected, match="1 credit more may be under way"):
            await thrifty.studio.budget.check(ACCOUNT, asked)
    else:
        await thrifty.studio.budget.check(ACCOUNT, asked)


@pytest.mark.parametrize(
    ("job", "requests"),
    [
        (row(JobState.QUEUED, uncertain_sends=1), 2),
        (row(JobState.UNKNOWN, uncertain_sends=2), 3),
        (row(JobState.ACCEPTED, task_id=TaskId("t"), credits_charged=1.0, uncertain_sends=1), 1),
        (row(JobState.DONE, task_id=TaskId("t"), credits_charged=1.0, uncertain_sends=1), 1),
        (row(JobState.FAILED, task_id=TaskId("t"), credits_charged=1.0, uncertain_sends=1), 1),
        # Forgotten by the user, whom the service may have charged.
        (row(JobState.CANCELLED, sent_at=datetime.now(UTC)), 1),
        (row(JobState.CANCELLED, sent_at=datetime.now(UTC), uncertain_sends=1), 2),
    ],
    ids=lambda value: str(value.state) if isinstance(value, Job) else str(value),
)
async def test_requests_of_unknown_outcome_count_whatever_followed(
    thrifty: StudioBench, job: Job, requests: int
) -> None:
    await thrifty.studio._library.jobs.write(
        job, [LedgerEntry(account=ACCOUNT, kind=EntryKind.EXPECTED, amount=1.0, job=job.id)]
    )
    status = await thrifty.studio.budget.status(ACCOUNT)
    assert (status.spent, status.pending) == (0.0, requests)


LAST_MONTH = start_of_day(this_month()) - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("job", "requests"),
    [
        (row(JobState.UNKNOWN, sent_at=datetime.now(UTC), uncertain_sends=1), 2),
        (
            row(JobState.ACCEPTED, task_id=TaskId("t"), credits_charged=1.0, uncertain_sends=1),
            1,
        ),
        (row(JobState.CANCELLED, sent_at=datetime.now(UTC)), 1),
        (row(JobState.CANCELLED, sent_at=LAST_MONTH, uncertain_sends=1), 0),
    ],
    ids=lambda value: str(value.state) if isinstance(value, Job) else str(value),
)
async def test_what_was_pressed_last_month_counts_if_it_was_sent_in_this_one(
    thrifty: StudioBench, job: Job, requests: int
) -> None:
    entries = [
        LedgerEntry(account=ACCOUNT, kind=EntryKind.EXPECTED, amount=1.0, job=job.id, at=LAST_MONTH)
    ]
    if job.credits_charged is not None:
        entries.append(LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=1.0, job=job.id))
    await thrifty.studio._library.jobs.write(job, entries)
    assert (await thrifty.studio.budget.status(ACCOUNT)).pending == requests


async def test_only_this_month_counts_and_refunds_come_back(thrifty: StudioBench) -> None:
    library, before = thrifty.studio._library, start_of_day(this_month()) - timedelta(seconds=1)

    def line(kind: EntryKind, amount: float, at: datetime) -> LedgerEntry:
        return LedgerEntry(account=ACCOUNT, kind=kind, amount=amount, at=at)

    now = datetime.now(UTC)
    await library.ledger.add(
        line(EntryKind.CHARGED, 500, before),
        line(EntryKind.CHARGED, 3, now),
        line(EntryKind.REFUNDED, 2, now),
    )
    assert (await thrifty.studio.budget.status(ACCOUNT)).spent == 1
    await thrifty.studio.budget.check(ACCOUNT, [WORDS] * 2)
    with pytest.raises(RequestRejected):
        await thrifty.studio.budget.check(ACCOUNT, [WORDS] * 3)


async def test_an_unknown_price_is_the_highest_that_was_ever_charged(bench: StudioBench) -> None:
    library = bench.studio._library
    unpriced = Budget(
        library,
        bench.studio.accounts.get,
        lambda: (None, None),
        lambda recipe, account: Price(),
        bench.studio._claims.exclusive,
        bench.studio.accounts.reload,
    )
    await bench.studio.accounts.change(ACCOUNT, budget=20)
    # As a service reports that has not computed it yet.
    await library.jobs.write(row(JobState.DONE, credits_charged=0.0))
    with pytest.raises(RequestRejected, match="Lyrics has no known price") as refused:
        await unpriced.check(ACCOUNT, [WORDS])
    assert "remove the budget" in refused.value.message
    for charged in (4.0, 9.0, None, 2.0):
        await library.jobs.write(row(JobState.DONE, credits_charged=charged))
    await unpriced.check(ACCOUNT, [WORDS] * 2)
    with pytest.raises(RequestRejected, match="this costs 27 credits"):
        await unpriced.check(ACCOUNT, [WORDS] * 3)
    # What another address has charged says nothing.
    elsewhere = row(JobState.DONE, credits_charged=15.0).with_changes(endpoint="elsewhere.example")
    await library.jobs.write(elsewhere)
    await unpriced.check(ACCOUNT, [WORDS] * 2)


async def test_requests_of_unknown_price_are_told_apart_from_free_ones(bench: StudioBench) -> None:
    library = bench.studio._library
    unpriced = Budget(
        library,
        bench.studio.accounts.get,
        lambda: (None, None),
        lambda recipe, account: Price(),
        bench.studio._claims.exclusive,
        bench.studio.accounts.reload,
    )
    for job in (row(JobState.DONE), row(JobState.ACCEPTED, task_id=TaskId("t"))):
        await library.jobs.write(job.with_changes(credits_expected=None))
        await library.ledger.add(
            LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=None, job=job.id)
        )
    status = await unpriced.status(ACCOUNT)
    assert (status.spent, status.pending, status.unpriced) == (0, 0, 2)


async def test_a_learnt_price_counts_and_is_called_about(bench: StudioBench) -> None:
    library = bench.studio._library
    learnt = Budget(
        library,
        bench.studio.accounts.get,
        lambda: (None, None),
        lambda recipe, account: Price(low=4, high=5, samples=3),
        bench.studio._claims.exclusive,
        bench.studio.accounts.reload,
    )
    await bench.studio.accounts.change(ACCOUNT, budget=20)
    # One that was charged, one that was refunded, and one that is under way and in the ledger.
    done, failed = row(JobState.DONE), row(JobState.FAILED)
    running = row(JobState.ACCEPTED, task_id=TaskId("t"), credits_expected=None)
    for job in (done, failed, running):
        await library.jobs.write(job.with_changes(credits_expected=None))
        await library.ledger.add(
            LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=None, job=job.id)
        )
    await library.ledger.add(
        LedgerEntry(account=ACCOUNT, kind=EntryKind.REFUNDED, amount=None, job=failed.id)
    )
    status = await learnt.status(ACCOUNT)
    assert (status.spent, status.pending, status.is_estimated) == (5, 5, True)
    await learnt.check(ACCOUNT, [WORDS] * 2)
    with pytest.raises(RequestRejected, match="this costs about 15 credits"):
        await learnt.check(ACCOUNT, [WORDS] * 3)


async def test_requests_of_unreported_cost_are_counted_by_their_kind(bench: StudioBench) -> None:
    library = bench.studio._library
    asked: list[tuple[Operation, str]] = []

    def price(recipe: Recipe, _: AccountName) -> Price:
        asked.append((recipe.operation, recipe.model))
        return Price(low=4, high=5, samples=3) if recipe.model == "known" else Price()

    budget = Budget(
        library,
        bench.studio.accounts.get,
        lambda: (None, None),
        price,
        bench.studio._claims.exclusive,
        bench.studio.accounts.reload,
    )
    kinds = [("known", None), ("unknown", None), ("unknown", 2.0)]
    for model, expected in kinds * 3:
        job = row(JobState.DONE, SONG.with_changes(model=model), credits_expected=expected)
        charge = LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=None, job=job.id)
        await library.jobs.write(job, [charge])
    status = await budget.status(ACCOUNT)
    assert (status.spent, status.unpriced) == (3 * 5 + 3 * 2, 3)
    # Ten thousand of them do not take longer.
    assert sorted(asked) == [(SONG.operation, "known"), (SONG.operation, "unknown")]


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"daily_budget": 2.0}, "daily budget of “test”"),
        ({"all_month": 2.0}, "monthly budget of all accounts"),
        ({"all_day": 2.0}, "daily budget of all accounts"),
    ],
)
async def test_days_and_all_accounts_have_budgets_too(
    bench: StudioBench, limits: dict[str, float], name: str
) -> None:
    studio = bench.studio
    await studio.accounts.change(ACCOUNT, daily_budget=limits.get("daily_budget"))
    studio.preferences.change(
        monthly_budget=limits.get("all_month"), daily_budget=limits.get("all_day")
    )
    other = AccountName("test" if "daily_budget" in limits else "other")
    yesterday = start_of_day(datetime.now(UTC).date()) - timedelta(seconds=1)
    spent = LedgerEntry(account=other, kind=EntryKind.CHARGED, amount=1)
    await studio._library.ledger.add(spent)
    if "all_month" not in limits:
        old = LedgerEntry(account=other, kind=EntryKind.CHARGED, amount=9, at=yesterday)
        await studio._library.ledger.add(old)
    assert [one.name for one in await studio.budget.statuses(ACCOUNT)] == [name]
    await studio.budget.check(ACCOUNT, [WORDS])
    with pytest.raises(RequestRejected, match=f"exceed the {name}: 1 credit of 2 credits is"):
        await studio.budget.check(ACCOUNT, [WORDS] * 2)
    await bench.press(WORDS)
    await studio.jobs.wait_until_idle()
    held = row(JobState.QUEUED)
    await studio._library.jobs.write(held)
    await studio.job_actions.send(held.id)
    await studio.jobs.wait_until_idle()
    assert (await bench.row(held)).state is JobState.FAILED


async def test_it_is_looked_at_once_more_before_sending(
    thrifty: StudioBench, sandbox: SandboxProcess
) -> None:
    """Another program with the same library has spent what is left, after this one had looked."""
    held = row(JobState.QUEUED)
    await thrifty.studio._library.jobs.write(held)
    spent = LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=3)
    await thrifty.studio._library.ledger.add(spent)
    await thrifty.studio.job_actions.send(held.id)
    await thrifty.studio.jobs.wait_until_idle()
    after = await thrifty.row(held)
    assert after.state is JobState.FAILED
    assert after.fault is not None
    assert after.fault.kind is ErrorKind.REQUEST_REJECTED
    assert "monthly budget" in after.fault.message
    assert not sandbox.state()["requests"]
    # A word to try again is not enough either.
    with pytest.raises(RequestRejected, match="monthly budget"):
        await thrifty.studio.job_actions.retry(held.id)
    await thrifty.studio.accounts.change(ACCOUNT, budget=4)
    await thrifty.studio.job_actions.retry(held.id)
    await thrifty.studio.jobs.wait_until_idle()
    assert (await thrifty.row(held)).state is JobState.DONE


async def test_a_request_that_is_charged_during_the_check_counts_once(bench: StudioBench) -> None:
    """Its charge is in the ledger, and it was still under way when the pending jobs were read."""
    pending = row(JobState.ACCEPTED, task_id=TaskId("t")).with_changes(credits_expected=None)
    await bench.studio._library.jobs.write(pending)
    await bench.studio.accounts.change(ACCOUNT, budget=2)
    database = bench.studio._library.folder / "library.db"
    priced: list[AccountName] = []

    def price(_recipe: Recipe, account: AccountName) -> Price:
        priced.append(account)
        if len(priced) == 2:  # first the request that is checked, then the pending one
            with closing(sqlite3.connect(database)) as db, db:
                db.execute(
                    "UPDATE jobs SET charged = 1.0, "
                    "body = json_set(body, '$.credits_charged', 1.0) WHERE id = ?",
                    (pending.id,),
                )
                db.execute(
                    "INSERT INTO ledger(account, kind, amount, job, note, at) "
                    "VALUES (?, 'charged', 1.0, ?, '', ?)",
                    (ACCOUNT, pending.id, datetime.now(UTC).isoformat()),
                )
        return Price.stated(1.0)

    budget = Budget(
        bench.studio._library,
        bench.studio.accounts.get,
        lambda: (None, None),
        price,
        bench.studio._claims.exclusive,
        bench.studio.accounts.reload,
    )
    await budget.check(ACCOUNT, [WORDS])
    assert len(priced) == 2
    # The charge is there: two more would be too many.
    with pytest.raises(RequestRejected, match="1 credit of 2 credits is spent, and this costs 2"):
        await budget.check(ACCOUNT, [WORDS, WORDS])


async def test_what_is_unknown_and_sent_again_may_be_charged_twice(
    thrifty: StudioBench, sandbox: SandboxProcess
) -> None:
    await thrifty.studio.accounts.change(ACCOUNT, budget=1)
    lost = row(JobState.UNKNOWN)
    await thrifty.studio._library.jobs.write(lost)
    with pytest.raises(RequestRejected, match="1 credit more may be under way"):
        await thrifty.studio.job_actions.resolve(lost.id, Resolution.SEND_AGAIN)
    assert (await thrifty.row(lost)).state is JobState.UNKNOWN
    assert not sandbox.state()["requests"]


async def test_one_that_the_list_shows_as_not_accepted_is_no_further_cost(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path / "home", profile="apiframe", budget=1) as bench:
        sandbox.set_faults([{"where": "create", "kind": "fail"}])
        # Its key has expired.
        moment = datetime.now(UTC) - timedelta(hours=25)
        song = SONG.with_changes(title="Absent from the list")
        times = {"sent_at": moment, "service_sent_at": moment, "idempotency_key": "old"}
        lost = row(JobState.UNKNOWN, song, **times)
        await bench.studio._library.jobs.write(lost)
        await bench.studio.job_actions.resolve(lost.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(lost)).task_id is not None


def test_days_are_said_in_english() -> None:
    assert day_text(datetime(2026, 11, 1, tzinfo=UTC).date()) == "1 November 2026"
    december = datetime(2026, 12, 1, tzinfo=UTC).date()
    assert next_month(december) == datetime(2027, 1, 1, tzinfo=UTC).date()


async def test_budgets_that_another_process_sets_count_and_are_kept(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with open_bench_at(sandbox, home) as here, open_bench(home) as there:
        await there.studio.accounts.change(ACCOUNT, budget=1.0)
        with pytest.raises(RequestRejected, match="would exceed the monthly budget"):
            await here.press(WORDS, WORDS)
        # A change of something else keeps it.
        await here.studio.accounts.change(ACCOUNT, concurrency=2)
        await there.studio.accounts.reload()
        assert there.studio.accounts.get(ACCOUNT) == here.studio.accounts.get(ACCOUNT)
        account = there.studio.accounts.get(ACCOUNT)
        assert account is not None
        assert (account.budget, account.concurrency) == (1.0, 2)
        there.studio.preferences.change(daily_budget=2.0)
        await there.studio.preferences.close()
        await here.studio.accounts.change(ACCOUNT, budget=None)
        with pytest.raises(RequestRejected, match="the daily budget of all accounts"):
            await here.press(WORDS, WORDS, WORDS)
        here.studio.preferences.change(volume=0.5)
        await here.studio.preferences.close()
    async with open_bench(home) as later:
        assert later.studio.preferences.value.daily_budget == 2.0
        assert later.studio.preferences.value.volume == 0.5


async def test_a_repetition_that_is_charged_once_at_most_is_no_further_cost(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """The budget counts the unknown request already, and its key makes it one with the next."""
    async with open_bench_at(sandbox, tmp_path / "home", profile="apiframe") as bench:
        away = {"where": "list", "kind": "status", "status": 503}
        sandbox.set_faults(
            [
                {"where": "create", "kind": "fail"},
                {"where": "submit", "kind": "cut_after", "times": 1},
                {"where": "submit", "kind": "status", "status": 422, "times": 1},
                away,
            ]
        )
        (job,) = await bench.press(SONG.with_changes(title="No further cost"))
        await bench.studio.jobs.wait_until_idle()
        unknown = await bench.row(job)
        assert unknown.state is JobState.UNKNOWN
        await bench.studio._library.jobs.write(unknown.with_changes(credits_expected=1.0))
        await bench.studio.accounts.change(ACCOUNT, budget=1)
        sandbox.set_faults([{"where": "create", "kind": "fail"}])
        await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).task_id is not None


async def test_requests_of_a_removed_account_count_and_do_not_stop_the_others(
    thrifty: StudioBench,
) -> None:
    gone = AccountName("gone")
    lost = row(JobState.UNKNOWN, SONG, account=gone, credits_expected=None)
    priced = row(JobState.DONE, SONG, account=gone, task_id=TaskId("t"), credits_charged=2.0)
    library = thrifty.studio._library
    await library.jobs.write_all([lost, priced])
    thrifty.studio.preferences.change(monthly_budget=3.0)
    # As the most that was charged there.
    assert (await thrifty.studio.budget.status(None)).pending == 2.0
    await thrifty.studio.budget.check(ACCOUNT, [WORDS])
    with pytest.raises(RequestRejected, match="2 credits more may be under way"):
        await thrifty.studio.budget.check(ACCOUNT, [WORDS] * 2)
    await library.jobs.write(priced.with_changes(credits_charged=None))
    with pytest.raises(RequestRejected, match=r"An earlier request .create. .* at “gone”"):
        await thrifty.studio.budget.check(ACCOUNT, [WORDS])
