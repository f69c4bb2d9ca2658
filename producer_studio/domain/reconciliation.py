"""Comparison of a service's balances with the ledger: what is explained, and what is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from producer_studio.domain.balance_segments import (
    ROUNDING,
    Segment,
    SegmentPrices,
    place_at_acceptance,
    split_segments,
    split_sources,
)
from producer_studio.domain.ids import JobId
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.translation import mark

SEEN_REFUND_NOTE = mark("seen in the balance")
"""Note of a refund that the service did not report."""

_MOST_REFUNDS = 8
"""Number of jobs that refunds are searched among, between two balances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceGap:
    """Difference between balances and ledger in the time between two balances.

    Attributes:
        credits: Credits that are gone without an entry; negative for credits that were added.
        since, until: Times of the two balances.
        jobs: Jobs that were charged or refunded in this time.
        unpriced: Those of `jobs` whose price is not even learnt, and so is part of `credits`.
    """

    credits: float
    since: datetime
    until: datetime
    jobs: tuple[JobId, ...] = ()
    unpriced: tuple[JobId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRefund:
    """Refund that no response reported, but by which the balance rose.

    Attributes:
        gone: Credits that are gone beside it without explanation, so that the balance rose by less
            than the refund; 0 where the balance shows the refund exactly.
    """

    job: JobId
    credits: float
    at: datetime
    gone: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Balances of an account in some time, compared with its ledger.

    Attributes:
        opening, closing: First and last balance; None where there are not two of them.
        known: Charged less refunded between them, as reported by the service.
        estimated: Cost of requests without a reported price, by learnt prices.
        gaps: What neither explains, oldest first.
        refunds: Refunds that were only seen in the balance.
        restarts: Times of the first balances after the key or the address was replaced, which are
            not compared with the ones before.
    """

    opening: float | None = None
    closing: float | None = None
    known: float = 0.0
    estimated: float = 0.0
    gaps: tuple[BalanceGap, ...] = ()
    refunds: tuple[SeenRefund, ...] = ()
    restarts: tuple[datetime, ...] = ()

    @property
    def gone(self) -> float:
        """Credits that are gone without explanation."""
        return sum(gap.credits for gap in self.gaps if gap.credits > 0)

    @property
    def added(self) -> float:
        """Credits that were added without explanation, such as bought ones."""
        return -sum(gap.credits for gap in self.gaps if gap.credits < 0)

    @property
    def unexplained(self) -> float:
        """Difference between balance and ledger; negative if more was added than is gone."""
        return self.gone - self.added


def reconcile(
    entries: Sequence[LedgerEntry],
    candidates: Mapping[JobId, Sequence[float]],
    without_result: Collection[JobId] = (),
    ended: Mapping[JobId, datetime] | None = None,
) -> Reconciliation:
    """Compares balances with the ledger.

    A balance after the key or the address of the account was replaced may be that of another
    account at the service: it is compared with later ones only.

    Args:
        entries: Entries of one account, oldest first.
        candidates: Learnt prices of jobs without a reported one: one for each, or two around a
            change of the price, of which the one that fits the balance is taken.
        without_result: Jobs that were charged and have no result, so that they may be refunded.
        ended: Times when jobs ended, as far as known: services refund those that failed at that
            time, and some charge only then.
    """
    entries = [one for one in entries if one.note != SEEN_REFUND_NOTE]
    ended = ended or {}
    runs = split_sources(entries)
    parts = [_reconcile_source(run, candidates, without_result, ended) for run in runs]
    compared = [one for one in parts if one.opening is not None]
    return Reconciliation(
        opening=compared[0].opening if compared else None,
        closing=compared[-1].closing if compared else None,
        known=sum(one.known for one in parts),
        estimated=sum(one.estimated for one in parts),
        gaps=tuple(gap for one in parts for gap in one.gaps),
        refunds=tuple(refund for one in parts for refund in one.refunds),
        restarts=tuple(run[0].at for run in runs[1:]),
    )


def _reconcile_source(
    entries: Sequence[LedgerEntry],
    candidates: Mapping[JobId, Sequence[float]],
    without_result: Collection[JobId],
    ended: Mapping[JobId, datetime],
) -> Reconciliation:
    """Compares balances of one account at the service with the ledger."""
    found = _compare(entries, candidates, without_result, ended)
    # Whether a service charges when it accepts a request or with the result is not documented.
    moved = place_at_acceptance(entries)
    if not found.gaps or len(moved) == len(entries):
        return found
    other = _compare(moved, candidates, without_result, ended)
    return min(found, other, key=lambda one: (one.gone + one.added, len(one.gaps)))


def _compare(
    entries: Sequence[LedgerEntry],
    candidates: Mapping[JobId, Sequence[float]],
    without_result: Collection[JobId],
    ended: Mapping[JobId, datetime],
) -> Reconciliation:
    """Compares balances with charges as they are listed."""
    segments = split_segments(entries)
    if not segments:
        return Reconciliation()
    prices = SegmentPrices(entries, candidates, segments)
    refunded = {one.job for one in entries if one.kind is EntryKind.REFUNDED}
    without_refund = set(without_result) - refunded
    jobs = dict.fromkeys(one.job for one in entries if one.job is not None)
    owed = [job for job in jobs if job in without_refund]
    charged: set[JobId] = set()
    seen: set[JobId] = set()
    refunds: list[SeenRefund] = []
    gaps: list[tuple[int, BalanceGap]] = []
    known = estimated = 0.0
    for place, segment in enumerate(segments):
        own_known, own_estimated = prices.cost(segment)
        known += own_known
        estimated += own_estimated
        own_jobs = {
            one.job
            for one in segment.entries
            if one.job is not None and one.kind is EntryKind.CHARGED
        }
        charged |= own_jobs
        rest = segment.drop - own_known - own_estimated
        if abs(rest) <= ROUNDING:
            seen |= own_jobs
        if rest < -ROUNDING:
            found = _find_refunds(
                {job: price for job in owed if job in charged and (price := prices.price(job))},
                -rest,
                {
                    job
                    for job in owed
                    if job in own_jobs or (job in ended and segment.contains(ended[job]))
                },
                set() if own_estimated else {job for job in owed if prices.is_reported(job)} | seen,
            )
            owed = [job for job in owed if job not in found]
            rest = max(rest + sum(found.values()), 0.0) if found else rest
            refunds += [
                SeenRefund(job=job, credits=price, at=segment.after.at, gone=round(rest, 6))
                for job, price in found.items()
            ]
        if abs(rest) > ROUNDING:
            own = {job for job, at in ended.items() if segment.contains(at)}
            gap = _create_gap(segment, rest, prices)
            if gaps and gaps[-1][0] == place - 1:
                charges = prices.amounts(segments[place - 1], EntryKind.CHARGED)
                refunds_listed = prices.amounts(segment, EntryKind.REFUNDED)
                gap = _reduce_neighbour(gaps, gap, (charges, refunds_listed))
            if gap.credits:
                _add_gap(gaps, place, gap, own)
    return Reconciliation(
        opening=segments[0].before.amount,
        closing=segments[-1].after.amount,
        known=known,
        estimated=estimated,
        gaps=tuple(gap for _, gap in gaps),
        refunds=tuple(refunds),
    )


def _find_refunds(
    owed: Mapping[JobId, float], rise: float, own: Collection[JobId], seen: Collection[JobId]
) -> dict[JobId, float]:
    """Returns the jobs whose refunds explain a rise of the balance, with their prices.

    The latest ones where several fit. Jobs that were charged or ended between the two balances may
    also have been refunded together, and, if their charge is beyond doubt, while something else
    was charged: failures are refunded as a rule, and purchases are larger than a request. Of
    earlier ones a single one has to fit exactly, as any sum can be made of many.

    Args:
        owed: Jobs that may be refunded with their prices, oldest first.
        rise: Credits that the balance is higher than by the ledger, more than 0.
        own: Jobs that were charged or ended between the two balances.
        seen: Jobs whose charge was reported, or seen in the balance.
    """
    jobs = list(owed)[::-1]
    latest = [job for job in jobs if job in own][:_MOST_REFUNDS]
    ways = [way for size in range(1, len(latest) + 1) for way in combinations(latest, size)]
    ways += [(job,) for job in jobs if job not in latest]
    sums = {way: sum(owed[job] for job in way) for way in ways}
    exact = next((way for way in ways if abs(sums[way] - rise) <= ROUNDING), None)
    sure = {job for job in latest if job in seen}
    larger = [way for way in ways if sums[way] > rise and set(way) <= sure]
    best = exact or min(larger, key=sums.__getitem__, default=())
    return {job: owed[job] for job in best}


def _create_gap(segment: Segment, rest: float, prices: SegmentPrices) -> BalanceGap:
    """Returns the gap for the credits that nothing in a segment explains."""
    jobs = dict.fromkeys(
        one.job
        for one in segment.entries
        if one.job is not None and one.kind in {EntryKind.CHARGED, EntryKind.REFUNDED}
    )
    return BalanceGap(
        credits=round(rest, 6),
        since=segment.before.at,
        until=segment.after.at,
        jobs=tuple(jobs),
        unpriced=tuple(job for job in jobs if prices.price(job) is None),
    )


def _add_gap(
    gaps: list[tuple[int, BalanceGap]], place: int, gap: BalanceGap, ended: Collection[JobId]
) -> None:
    """Adds a gap, unless it and an earlier one make each other up.

    A service may charge at the end of a task, so that the balance falls after the ledger: in the
    next segment, or in that in which the task ended.

    Args:
        ended: Jobs that ended in the segment.
    """
    for at, (earlier, before) in reversed(list(enumerate(gaps))):
        is_late = gap.credits > 0 and not set(before.jobs).isdisjoint(ended)
        if abs(before.credits + gap.credits) <= ROUNDING and (earlier == place - 1 or is_late):
            del gaps[at]
            return
    gaps.append((place, gap))


def _reduce_neighbour(
    gaps: list[tuple[int, BalanceGap]], gap: BalanceGap, amounts: Sequence[Sequence[float]]
) -> BalanceGap:
    """Takes what a gap and the one before it have in common from both, and returns the rest.

    A balance may rise before the refund is listed, or fall after the charge is, while something
    else is charged or bought. Credits are moved only where the whole of one gap is a sum of such
    charges or refunds.

    Args:
        gaps: Gaps of earlier segments; the last one is of the segment before.
        amounts: Charges of the segment before, and refunds of this one.
    """
    place, before = gaps[-1]
    shared = min(-before.credits, gap.credits)
    sums = (
        sum(some)
        for own in amounts
        for size in range(1, len(own[:_MOST_REFUNDS]) + 1)
        for some in combinations(own[:_MOST_REFUNDS], size)
    )
    if shared <= 0 or not any(abs(one - shared) <= ROUNDING for one in sums):
        return gap
    gaps.pop()
    if rest := round(before.credits + shared, 6):
        gaps.append((place, replace(before, credits=rest)))
    return replace(gap, credits=round(gap.credits - shared, 6))
