"""Ledger of credits: expected, charged and refunded amounts by month."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from producer_studio.domain.account import Account
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.sweep import request_count
from producer_studio.files.atomic_write import atomic_write
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.library.library import Library
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.utc_dates import is_known_time, next_month, start_of_day, this_month
from producer_studio.translation import mark

DELIVERED_NOTE = mark("delivered after the service reported a refund")
CORRECTION_NOTE = mark("corrected by the service")
UNSENT_NOTE = mark("not sent")
REFUSED_NOTE = mark("not accepted")
_FORMULA_PREFIXES = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Prefixes of formulas, including full-width characters of East Asian spreadsheet programs."""

CSV_HEADER = ("time", "account", "kind", "credits", "operation", "title", "job", "task", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """Totals of one account and month.

    Attributes:
        expected: Expected credits of accepted requests with a known price.
        spent: Charged less refunded.
        unpriced: Number of requests whose cost was never reported.
        balance: Balance that the service last reported, at any time; None if it never did.
    """

    account: AccountName
    expected: float = 0.0
    charged: float = 0.0
    refunded: float = 0.0
    unpriced: int = 0
    balance: float | None = None

    @property
    def spent(self) -> float:
        return self.charged - self.refunded


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger as it is displayed.

    Attributes:
        entry: The ledger entry; the newest of several.
        title: Title of the job's clip; empty for a balance, and if the job is gone.
        count: Number of consecutive equal balances that this line stands for.
    """

    entry: LedgerEntry
    title: str = ""
    count: int = 1


class Ledger:
    """Reads the ledger; the `JobStore` writes it, an entry with each transition."""

    def __init__(
        self,
        library: Library,
        accounts: Callable[[], Sequence[Account]],
        export_folders: ExportFolders,
    ) -> None:
        self._library = library
        self._accounts = accounts
        self._export_folders = export_folders

    async def lines(
        self,
        account: AccountName | None = None,
        month: date | None = None,
        limit: int = 500,
        *,
        fold_balances: bool = True,
    ) -> list[LedgerLine]:
        """Returns the last lines, newest first, with the titles of their clips.

        Args:
            fold_balances: Whether consecutive equal balances are one line.
        """
        entries = await self._library.ledger.list_entries(
            account, -1 if fold_balances else limit, *_month_bounds(month)
        )
        lines = (
            _fold_balances(entries)[:limit]
            if fold_balances
            else [LedgerLine(entry) for entry in entries]
        )
        wanted = {line.entry.job for line in lines if line.entry.job is not None}
        jobs = {job.id: job for job in await self._library.jobs.get_many(wanted)}
        return [
            replace(line, entry=_with_unsent_note(line.entry, job), title=job.title)
            if (job := jobs.get(line.entry.job or JobId(""))) is not None
            else line
            for line in lines
        ]

    async def totals(self, month: date | None = None) -> list[MonthTotals]:
        """Returns the totals of all accounts for the month of a first day; default this month."""
        month = month or this_month()
        lines = await self._library.ledger.list_entries(None, -1, *_month_bounds(month))
        unsent = await self._library.ledger.list_unsent_jobs(*_month_bounds(month))
        lines = [
            line for line in lines if line.kind is not EntryKind.EXPECTED or line.job not in unsent
        ]
        names = dict.fromkeys(account.name for account in self._accounts())
        names |= dict.fromkeys(sorted(line.account for line in lines))
        balances = await self._library.ledger.balances()
        return [
            _totals(name, [line for line in lines if line.account == name], balances.get(name))
            for name in names
        ]

    async def list_charged_jobs_without_clip(self, account: AccountName | None = None) -> list[Job]:
        """Returns charged jobs without a clip, newest first."""
        found = await self._library.ledger.list_charged_jobs_without_clip()
        return [job for job in found if account in {None, job.account}]

    async def to_csv(self, account: AccountName | None = None, month: date | None = None) -> str:
        """Returns the lines as CSV (RFC 4180), oldest first, with a header."""
        lines = await self._library.ledger.list_entries(account, -1, *_month_bounds(month))
        jobs = {job.id: job for job in await self._library.jobs.list_jobs()}
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(CSV_HEADER)
        table.writerows(_csv_row(line, jobs) for line in reversed(lines))
        return text.getvalue()

    async def save_csv(
        self, path: Path, account: AccountName | None = None, month: date | None = None
    ) -> None:
        """Writes the result of `to_csv` to a file atomically.

        Raises:
            StorageError: It cannot be written.
        """
        text = await self.to_csv(account, month)
        try:
            # Encoded here, so that line ends are those of RFC 4180 on every system.
            await run_on_user_disk(path, self._write, path, text.encode("utf-8"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageError(
                mark("{path} cannot be written: {reason}.", path=str(path), reason=reason)
            ) from error

    def _write(self, path: Path, content: bytes) -> None:
        # The temporary file is beside the target of a symbolic link, and is left if this process is
        # killed.
        self._export_folders.remember(Path(os.path.realpath(path)).parent)
        atomic_write(path, content)


def _fold_balances(entries: Iterable[LedgerEntry]) -> list[LedgerLine]:
    """Returns lines, newest first; consecutive equal balances of an account are one line."""
    lines: list[LedgerLine] = []
    balances: dict[AccountName, int] = {}
    for entry in entries:
        if entry.kind is not EntryKind.BALANCE:
            balances.pop(entry.account, None)
        elif (place := balances.get(entry.account)) is not None:
            newer = lines[place]
            if (newer.entry.amount, newer.entry.note) == (entry.amount, entry.note):
                lines[place] = replace(newer, count=newer.count + 1)
                continue
        if entry.kind is EntryKind.BALANCE:
            balances[entry.account] = len(lines)
        lines.append(LedgerLine(entry))
    return lines


def correction_entries(job: Job, charged: float | None) -> list[LedgerEntry]:
    """Returns the entry that corrects the ledger when a service reports the final cost of a job."""
    if charged is None or charged == job.credits_charged:
        return []
    difference = charged - (job.credits_charged or 0.0)
    note = "" if job.credits_charged is None else CORRECTION_NOTE
    return [
        LedgerEntry(
            account=job.account, kind=EntryKind.CHARGED, amount=difference, job=job.id, note=note
        )
    ]


def delivery_entries(job: Job) -> list[LedgerEntry]:
    """Returns the entry that takes back the refund of a job whose result arrived after it."""
    if job.credits_refunded is None:
        return []
    return [
        LedgerEntry(
            account=job.account,
            kind=EntryKind.CHARGED,
            amount=job.credits_refunded,
            job=job.id,
            note=DELIVERED_NOTE,
        )
    ]


def implausible_price_entry(job: Job, amount: float) -> LedgerEntry:
    """Returns an entry for an implausible price; it is not part of any total."""
    note = mark(
        "the service reported {amount} credits, which cannot be right", amount=f"{amount:g}"
    )
    return LedgerEntry(
        account=job.account, kind=EntryKind.CHARGED, amount=None, job=job.id, note=note
    )


def _month_bounds(month: date | None) -> tuple[datetime | None, datetime | None]:
    if month is None:
        return None, None
    return start_of_day(month), start_of_day(next_month(month))


def _totals(
    name: AccountName, lines: Sequence[LedgerEntry], balance: Balance | None
) -> MonthTotals:
    priced = {
        line.job for line in lines if line.kind is EntryKind.CHARGED and line.amount is not None
    }
    unpriced = {line.job for line in lines if line.kind is EntryKind.CHARGED} - priced
    return MonthTotals(
        account=name,
        expected=_sum(lines, EntryKind.EXPECTED),
        charged=_sum(lines, EntryKind.CHARGED),
        refunded=_sum(lines, EntryKind.REFUNDED),
        unpriced=len(unpriced),
        balance=None if balance is None else balance.total,
    )


def _sum(lines: Iterable[LedgerEntry], kind: EntryKind) -> float:
    return sum(line.amount or 0.0 for line in lines if line.kind is kind)


def _with_unsent_note(entry: LedgerEntry, job: Job) -> LedgerEntry:
    """Returns an entry that says so if its expected price is in no total."""
    if (
        entry.kind is not EntryKind.EXPECTED
        or request_count(job)
        or job.credits_charged is not None
    ):
        return entry
    return replace(entry, note=REFUSED_NOTE if job.state is JobState.FAILED else UNSENT_NOTE)


def _csv_row(line: LedgerEntry, jobs: dict[JobId, Job]) -> tuple[str, ...]:
    job = jobs.get(line.job) if line.job is not None else None
    line = line if job is None else _with_unsent_note(line, job)
    return (
        line.at.isoformat() if is_known_time(line.at) else "",
        _escape_formula(line.account),
        str(line.kind),
        "" if line.amount is None else f"{line.amount:g}",
        str(job.recipe.operation) if job is not None else "",
        _escape_formula(job.title) if job is not None else "",
        line.job or "",
        _escape_formula(job.task_id or "") if job is not None else "",
        _escape_formula(line.note),
    )


def _escape_formula(text: str) -> str:
    """Escapes a text that a spreadsheet program could interpret as a formula."""
    is_formula = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA_PREFIXES)
    return f"'{text}" if is_formula else text


def charge_entry(job: Job, amount: float | None) -> LedgerEntry:
    """Returns the ledger entry of an accepted request."""
    return LedgerEntry(account=job.account, kind=EntryKind.CHARGED, amount=amount, job=job.id)
