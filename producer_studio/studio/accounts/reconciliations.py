"""Comparison of balances and ledger, month by month."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter

from producer_studio.domain.account import Account
from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.learnt_price import LearntPrice
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.reconciliation import (
    BalanceGap,
    Reconciliation,
    SeenRefund,
    reconcile,
)
from producer_studio.domain.timestamps import to_local_time
from producer_studio.library.library import Library
from producer_studio.studio.accounts.account_endpoint import account_endpoint
from producer_studio.studio.accounts.prices import Prices
from producer_studio.studio.utc_dates import next_month, start_of_day, this_month
from producer_studio.translation import join_texts, mark, nmark, sentences

_MAX_TITLES = 3
"""Number of jobs that an explanation names."""


@dataclass(frozen=True, slots=True)
class AccountReconciliation:
    """Balances and ledger of an account in one month.

    Attributes:
        jobs: Jobs that gaps and refunds name, as far as they still exist.
    """

    account: AccountName
    result: Reconciliation
    jobs: dict[JobId, Job]

    def summary(self) -> str:
        """Returns the line "Not explained: …", or what was refunded without a word.

        Empty if balance and ledger agree.
        """
        parts = []
        if self.result.gone:
            parts.append(mark("{amount} gone", amount=format_credits(round(self.result.gone, 2))))
        if self.result.added:
            parts.append(mark("{amount} added", amount=format_credits(round(self.result.added, 2))))
        if parts:
            return mark("Not explained: {amounts}", amounts=join_texts(parts))
        refunded = sum(one.credits for one in self.result.refunds)
        if not refunded:
            return ""
        return mark("Refunded unreported: {amount}", amount=format_credits(round(refunded, 2)))

    def explanations(self) -> list[str]:
        """Returns a sentence for each gap, refund seen and replaced key, oldest first."""
        lines = [(gap.until, self._explain(gap)) for gap in self.result.gaps]
        lines += [(at, _describe_restart(at)) for at in self.result.restarts]
        refunds = sorted(self.result.refunds, key=attrgetter("at"))
        lines += [
            (at, self._describe_refunds(list(together)))
            for at, together in groupby(refunds, attrgetter("at"))
        ]
        return [text for _, text in sorted(lines)]

    def refund(self, job: JobId) -> SeenRefund | None:
        """Returns the unreported refund of a job that the balance shows."""
        return next((one for one in self.result.refunds if one.job == job), None)

    def _describe_refunds(self, refunds: Sequence[SeenRefund]) -> str:
        """Describes the refunds between two balances."""
        when = f"{to_local_time(refunds[0].at):%Y-%m-%d %H:%M}"
        amount = sum(one.credits for one in refunds)
        titles = self._titles([one.job for one in refunds])
        number = 1 if amount == 1 else 2
        if not refunds[0].gone:
            return nmark(
                # Translators: amount is such as "5 credits".
                "{when}: {amount} was refunded for {titles}. The service did not report it; the "
                "balance shows it.",
                "{when}: {amount} were refunded for {titles}. The service did not report it; the "
                "balance shows it.",
                number,
                when=when,
                amount=format_credits(amount),
                titles=titles,
            )
        return nmark(
            "{when}: {amount} was probably refunded for {titles}, which failed. The balance rose "
            "by less, as {gone} went in the same time.",
            "{when}: {amount} were probably refunded for {titles}, which failed. The balance rose "
            "by less, as {gone} went in the same time.",
            number,
            when=when,
            amount=format_credits(amount),
            titles=titles,
            gone=format_credits(round(refunds[0].gone, 2)),
        )

    def _explain(self, gap: BalanceGap) -> str:
        since, until = to_local_time(gap.since), to_local_time(gap.until)
        form = "%H:%M" if since.date() == until.date() else "%Y-%m-%d %H:%M"
        when = mark("{start} to {end}", start=f"{since:%Y-%m-%d %H:%M}", end=until.strftime(form))
        amount = format_credits(round(abs(gap.credits), 2))
        failed = [job for job in gap.jobs if self._is_owed(job)]
        if gap.credits < 0:
            if not failed:
                return mark(
                    "{when}: {amount} more than before. Credits may have been bought or granted, "
                    "or an earlier request refunded.",
                    when=when,
                    amount=amount,
                )
            return mark(
                "{when}: {amount} more than before. Credits may have been bought or granted, or "
                "{titles}, which failed, refunded.",
                when=when,
                amount=amount,
                titles=self._titles(failed),
            )
        if gap.unpriced:
            reason = mark("The price of {titles} is not known.", titles=self._titles(gap.unpriced))
        elif failed:
            reason = mark(
                "{titles} failed, and may not have been refunded.", titles=self._titles(failed)
            )
        elif gap.jobs:
            reason = mark(
                "{titles} may have cost more than expected, or something else was charged at the "
                "same time.",
                titles=self._titles(gap.jobs),
            )
        else:
            reason = mark(
                "This program sent nothing then: the account may have been used elsewhere, such "
                "as on the service's own pages or with another library."
            )
        return sentences(mark("{when}: {amount} gone.", when=when, amount=amount), reason)

    def _is_owed(self, job: JobId) -> bool:
        """Whether a job has failed, and no refund was seen in the balance."""
        found = self.jobs.get(job)
        is_failed = found is not None and found.state is JobState.FAILED
        return is_failed and self.refund(job) is None

    def _titles(self, ids: Sequence[JobId]) -> str:
        titles = join_texts(
            mark("“{title}”", title=" ".join(self.jobs[one].title.split()))
            if one in self.jobs
            else mark("a removed job")
            for one in ids[:_MAX_TITLES]
        )
        more = len(ids) - _MAX_TITLES
        return mark("{titles} and {more} more", titles=titles, more=more) if more > 0 else titles


class Reconciliations:
    """Compares what the services' balances say with what the ledger lists."""

    def __init__(
        self, library: Library, accounts: Callable[[], Sequence[Account]], prices: Prices
    ) -> None:
        self._library = library
        self._accounts = accounts
        self._prices = prices

    async def of_month(self, month: date | None = None) -> list[AccountReconciliation]:
        """Returns the comparison for each account; default this month."""
        month = month or this_month()
        return [await self._of_account(account.name, month) for account in self._accounts()]

    async def _of_account(self, account: AccountName, month: date) -> AccountReconciliation:
        bounds = start_of_day(month), start_of_day(next_month(month))
        entries = await self._library.ledger.list_entries_since_balance(account, *bounds)
        shared = await self._entries_with_same_key(account, entries, bounds)
        entries = list(merge(entries, shared, key=attrgetter("at")))
        jobs = await self._jobs_of(entries)
        kinds = {_kind(job): job.recipe for job in jobs.values()}
        prices = {kind: self._prices.learnt(recipe, account) for kind, recipe in kinds.items()}
        result = await asyncio.to_thread(_reconcile, entries, jobs, prices)
        return AccountReconciliation(account, result, jobs)

    async def _entries_with_same_key(
        self,
        account: AccountName,
        entries: Sequence[LedgerEntry],
        bounds: tuple[datetime, datetime],
    ) -> list[LedgerEntry]:
        """Returns charges and refunds of other accounts that the balances of this one show."""
        sources = {one.source for one in entries if one.source}
        places = {one.name: account_endpoint(one) for one in self._accounts()}
        others = [name for name in places if name != account and places[name] == places[account]]
        found: list[LedgerEntry] = []
        for name in others:
            listed = await self._library.ledger.list_entries_since_balance(name, *bounds)
            jobs = await self._jobs_of(listed)
            found += [
                one
                for one in listed
                if one.kind in {EntryKind.CHARGED, EntryKind.REFUNDED}
                and one.job in jobs
                and _source(jobs[one.job]) in sources
                and one.at >= entries[0].at
            ]
        return sorted(found, key=attrgetter("at"))

    async def _jobs_of(self, entries: Sequence[LedgerEntry]) -> dict[JobId, Job]:
        ids = {one.job for one in entries if one.job is not None}
        return {job.id: job for job in await self._library.jobs.get_many(ids)}


def _source(job: Job) -> str:
    """Returns the mark of the account at the service that a job was sent with."""
    return f"{job.endpoint} {job.key_mark}".strip()


def _kind(job: Job) -> tuple[Operation, str]:
    return job.recipe.operation, job.recipe.model


def _reconcile(
    entries: Sequence[LedgerEntry],
    jobs: Mapping[JobId, Job],
    prices: Mapping[tuple[Operation, str], LearntPrice | None],
) -> Reconciliation:
    candidates = {
        job.id: price.candidates(job.accepted_at or job.created_at)
        for job in jobs.values()
        if (price := prices[_kind(job)]) is not None
    }
    without_result = {one.id for one in jobs.values() if _has_no_result(one)}
    ended = {one.id: at for one in jobs.values() if (at := one.received_at or one.finished_at)}
    return reconcile(entries, candidates, without_result, ended)


def _describe_restart(at: datetime) -> str:
    return mark(
        "{when}: first balance with another key or address. It is not compared with the one "
        "before, which may be of another account at the service.",
        when=f"{to_local_time(at):%Y-%m-%d %H:%M}",
    )


def _has_no_result(job: Job) -> bool:
    return job.state in {JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN} and not job.clips
