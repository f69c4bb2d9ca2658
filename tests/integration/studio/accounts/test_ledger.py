"""The book of credits, as people and table programs read it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.studio.accounts.ledger import CSV_HEADER, correction_entries
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.utc_dates import start_of_day, this_month
from tests.integration.studio.conftest import ACCOUNT, WORDS, StudioBench

pytestmark = pytest.mark.anyio

GONE = AccountName("gone")
BEFORE = start_of_day(this_month()) - timedelta(seconds=1)
LAST_MONTH = BEFORE.date().replace(day=1)


def job(**fields: object) -> Job:
    made = Job(id=new_job_id(), account=ACCOUNT, recipe=WORDS, state=JobState.DONE)
    return made.with_changes(**{"task_id": TaskId("t")} | fields)


def line(kind: EntryKind, amount: float | None, **fields: object) -> LedgerEntry:
    values = {"account": ACCOUNT, "kind": kind, "amount": amount} | fields
    return LedgerEntry(**values)  # type: ignore[arg-type]


async def test_a_months_totals_of_every_account(bench: StudioBench) -> None:
    one, other = job(), job()
    await bench.studio._library.ledger.add(
        line(EntryKind.CHARGED, 70, at=BEFORE),
        line(EntryKind.BALANCE, 500, at=BEFORE),
        line(EntryKind.EXPECTED, 10, job=one.id),
        line(EntryKind.CHARGED, 10, job=one.id),
        line(EntryKind.REFUNDED, 4, job=one.id),
        line(EntryKind.CHARGED, None, job=other.id),
        line(EntryKind.BALANCE, 480),
        line(EntryKind.CHARGED, 2, account=GONE),
    )
    mine, gone = await bench.studio.ledger.totals()
    assert (mine.account, mine.expected, mine.charged, mine.refunded) == (ACCOUNT, 10, 10, 4)
    assert (mine.spent, mine.unpriced, mine.balance) == (6, 1, 480)
    assert (gone.account, gone.spent, gone.balance) == (GONE, 2, None)
    (last,) = await bench.studio.ledger.totals(LAST_MONTH)
    assert (last.spent, last.balance) == (70, 480)


async def test_only_what_was_sent_is_expected(bench: StudioBench) -> None:
    sent = job(state=JobState.WORKING)
    never = [job(state=state, task_id=None) for state in (JobState.CANCELLED, JobState.QUEUED)]
    refused = job(state=JobState.FAILED, task_id=None)
    unsure = job(state=JobState.CANCELLED, task_id=None, sent_at=BEFORE)
    every = [sent, *never, refused, unsure]
    expected = [line(EntryKind.EXPECTED, 10, job=one.id) for one in every]
    await bench.studio._library.jobs.write_all(every, expected)
    (mine,) = await bench.studio.ledger.totals()
    assert mine.expected == 20
    notes = {one.entry.job: one.entry.note for one in await bench.studio.ledger.lines()}
    assert [notes[one.id] for one in every] == ["", "not sent", "not sent", "not accepted", ""]
    table = list(csv.DictReader(io.StringIO(await bench.studio.ledger.to_csv())))
    assert [row["note"] for row in table] == [notes[one.id] for one in every]


async def test_a_month_is_compared_from_the_last_balance_before_it(bench: StudioBench) -> None:
    early = BEFORE - timedelta(days=1)
    failed = job(state=JobState.FAILED, credits_charged=8)
    await bench.studio._library.jobs.write(failed)
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 900, at=early),
        line(EntryKind.BALANCE, 500, at=BEFORE),
        line(EntryKind.CHARGED, 8, job=failed.id),
        line(EntryKind.BALANCE, 480),
        line(EntryKind.BALANCE, 488),
    )
    (this,) = await bench.studio.reconciliations.of_month()
    assert (this.result.opening, this.result.closing) == (500, 488)
    assert (this.result.gone, this.result.added) == (12, 0)
    assert this.summary() == "Not explained: 12 credits gone"
    gap, refund = this.explanations()
    assert "may have cost more than expected" in gap
    assert "8 credits were refunded for “" in refund
    (last,) = await bench.studio.reconciliations.of_month(LAST_MONTH)
    assert last.result.gone == 400


async def test_unreported_refunds_have_a_line_of_their_own(bench: StudioBench) -> None:
    now = datetime.now(UTC)
    failed = job(
        state=JobState.FAILED, credits_charged=8, finished_at=now + timedelta(microseconds=3)
    )
    await bench.studio._library.jobs.write(failed)
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 500, at=now),
        line(EntryKind.CHARGED, 8, job=failed.id, at=now + timedelta(microseconds=1)),
        line(EntryKind.BALANCE, 492, at=now + timedelta(microseconds=2)),
        line(EntryKind.BALANCE, 500, at=now + timedelta(microseconds=4)),
    )
    (this,) = await bench.studio.reconciliations.of_month()
    assert this.summary() == "Refunded unreported: 8 credits"
    # What went while it was refunded is not hidden by it.
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 400, at=now + timedelta(microseconds=5))
    )
    (this,) = await bench.studio.reconciliations.of_month()
    assert this.summary() == "Not explained: 100 credits gone"


async def test_a_request_that_may_have_been_refunded_is_named(bench: StudioBench) -> None:
    failed = job(state=JobState.FAILED, credits_charged=8)
    await bench.studio._library.jobs.write(failed)
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 500),
        line(EntryKind.CHARGED, 8, job=failed.id),
        line(EntryKind.BALANCE, 505),
    )
    (this,) = await bench.studio.reconciliations.of_month()
    (explanation,) = this.explanations()
    assert "13 credits more than before" in explanation
    assert explanation.endswith("”, which failed, refunded.")


async def test_what_went_while_a_request_was_refunded_is_said(bench: StudioBench) -> None:
    now = datetime.now(UTC)
    failed = job(
        state=JobState.FAILED, credits_charged=8, finished_at=now + timedelta(microseconds=3)
    )
    await bench.studio._library.jobs.write(failed)
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 500, at=now),
        line(EntryKind.CHARGED, 8, job=failed.id, at=now + timedelta(microseconds=1)),
        line(EntryKind.BALANCE, 492, at=now + timedelta(microseconds=2)),
        line(EntryKind.BALANCE, 497, at=now + timedelta(microseconds=4)),
    )
    (this,) = await bench.studio.reconciliations.of_month()
    assert this.summary() == "Not explained: 3 credits gone"
    assert any("8 credits were probably refunded for “" in one for one in this.explanations())
    assert any("as 3 credits went in the same time" in one for one in this.explanations())


async def test_a_price_that_is_told_later_is_known(bench: StudioBench) -> None:
    made = job()
    await bench.studio._library.ledger.add(
        line(EntryKind.CHARGED, None, job=made.id), line(EntryKind.CHARGED, 7, job=made.id)
    )
    (mine,) = await bench.studio.ledger.totals()
    assert (mine.charged, mine.unpriced) == (7, 0)


async def test_lines_name_the_song_and_fold_balances(bench: StudioBench) -> None:
    made = job(recipe=WORDS.with_changes(title="Night & rain"), take=2, takes=2)
    await bench.studio._library.jobs.write(made)
    await bench.studio._library.ledger.add(
        line(EntryKind.BALANCE, 500),
        line(EntryKind.BALANCE, 500),
        line(EntryKind.CHARGED, 10, job=made.id),
        line(EntryKind.BALANCE, 490),
        line(EntryKind.BALANCE, 7, account=GONE),
        line(EntryKind.BALANCE, 490),
        line(EntryKind.BALANCE, 480),
        line(EntryKind.CHARGED, 1, job=new_job_id()),
    )
    lines = await bench.studio.ledger.lines()
    assert [(one.entry.amount, one.title, one.count) for one in lines] == [
        (1, "", 1),
        (480, "", 1),
        (490, "", 2),
        (7, "", 1),
        (10, "Night & rain · take 2", 1),
        (500, "", 2),
    ]
    assert [one.entry.amount for one in await bench.studio.ledger.lines(limit=2)] == [1, 480]
    assert len(await bench.studio.ledger.lines(fold_balances=False)) == 8


async def test_lines_of_a_month_and_of_an_account(bench: StudioBench) -> None:
    await bench.studio._library.ledger.add(
        line(EntryKind.CHARGED, 1, at=BEFORE),
        line(EntryKind.CHARGED, 2),
        line(EntryKind.CHARGED, 3, account=GONE),
    )
    ledger = bench.studio.ledger
    assert [one.entry.amount for one in await ledger.lines()] == [3, 2, 1]
    assert [one.entry.amount for one in await ledger.lines(ACCOUNT)] == [2, 1]
    assert [one.entry.amount for one in await ledger.lines(month=LAST_MONTH)] == [1]
    assert [one.entry.amount for one in await ledger.lines(ACCOUNT, this_month())] == [2]
    assert [one.entry.amount for one in await ledger.lines(limit=1)] == [3]


async def test_a_table_for_other_programs(bench: StudioBench) -> None:
    made = job(recipe=WORDS.with_changes(title='=HYPERLINK("x")\nA "title", with it all'))
    await bench.studio._library.jobs.write(made)
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    await bench.studio._library.ledger.add(
        line(EntryKind.CHARGED, None, job=made.id, at=at),
        line(EntryKind.CHARGED, 2.5, job=made.id, at=at, note="corrected"),
        line(EntryKind.BALANCE, 40, account=AccountName("@home"), at=at),
    )
    rows = list(csv.reader(io.StringIO(await bench.studio.ledger.to_csv())))
    assert rows[0] == list(CSV_HEADER)
    time, lyrics, title = "2026-11-21T12:00:00+00:00", "lyrics", "'" + made.title
    assert rows[1:] == [
        [time, "test", "charged", "", lyrics, title, made.id, "t", ""],
        [time, "test", "charged", "2.5", lyrics, title, made.id, "t", "corrected"],
        [time, "'@home", "balance", "40", "", "", "", "", ""],
    ]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", " =", "\n=", "\t", "\uff1d"])
async def test_no_cell_is_taken_for_a_formula(bench: StudioBench, begin: str) -> None:
    """The name of a task is the service's, and was the one text that was passed on as it came."""
    text = f"{begin}HYPERLINK(1)"
    made = job(recipe=WORDS.with_changes(title=text)).with_changes(task_id=TaskId(text))
    await bench.studio._library.jobs.write(made)
    await bench.studio._library.ledger.add(
        line(EntryKind.CHARGED, 1, job=made.id, account=AccountName(text), note=text)
    )
    [_, row] = csv.reader(io.StringIO(await bench.studio.ledger.to_csv()))
    cells = [cell for cell in row if "HYPERLINK" in cell]
    # A title is one line, so that a tab before it is gone already.
    title = made.title if made.title.startswith("H") else f"'{made.title}"
    assert cells == [f"'{text}", title, f"'{text}", f"'{text}"]


async def test_a_table_whose_writing_was_killed_is_swept_at_the_next_start(
    bench: StudioBench, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    await bench.studio.ledger.save_csv(folder / "ledger.csv")
    left = folder / f".{'a' * 32}.part"
    left.write_text("half")
    assert ExportFolders(bench.home / "state" / "export-folders.json").delete_stale_files() == 1
    assert [path.name for path in folder.iterdir()] == ["ledger.csv"]


@pytest.mark.parametrize(
    ("before", "charged", "amounts"),
    [
        (10.0, None, []),
        (10.0, 10.0, []),
        (10.0, 8.0, [-2.0]),
        (10.0, 12.0, [2.0]),
        (10.0, 0.0, [-10.0]),
        (None, 5.0, [5.0]),
        (None, None, []),
    ],
)
def test_what_the_service_says_in_the_end_mends_the_book(
    before: float | None, charged: float | None, amounts: list[float]
) -> None:
    entries = correction_entries(job(credits_charged=before), charged)
    assert [entry.amount for entry in entries] == amounts
    assert all(entry.kind is EntryKind.CHARGED for entry in entries)


async def test_charged_without_a_clip_by_account(bench: StudioBench) -> None:
    mine = job(state=JobState.FAILED, credits_charged=10.0)
    other = job(state=JobState.FAILED, credits_charged=10.0, account=GONE)
    refunded = job(state=JobState.FAILED, credits_charged=10.0, credits_refunded=10.0)
    for one in (mine, other, refunded):
        await bench.studio._library.jobs.write(one)
    found = bench.studio.ledger.list_charged_jobs_without_clip
    assert [one.id for one in await found()] == [other.id, mine.id]
    assert [one.id for one in await found(ACCOUNT)] == [mine.id]
