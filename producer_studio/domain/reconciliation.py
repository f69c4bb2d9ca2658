"""Comparison of a service's balances with the ledger: what is explained, and what is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, pairwise

from producer_studio.domain.ids import JobId
from producer_studio.domain.ledger import EntryKind, LedgerEntry

SEEN_REFUND_NOTE = "seen in the balance"
"""Note of a refund that the service did not report."""

_ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""

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
    """

    opening: float | None = None
    closing: float | None = None
    known: float = 0.0
    estimated: float = 0.0
    gaps: tuple[BalanceGap, ...] = ()
    refunds: tuple[SeenRefund, ...] = ()

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


@dataclass(slots=True)
class _Segment:
    """Entries between two balances."""

    before: LedgerEntry
    after: LedgerEntry
    entries: Sequence[LedgerEntry]

    @property
    def drop(self) -> float:
        return (self.before.amount or 0.0) - (self.after.amount or 0.0)

    def contains(self, moment: datetime) -> bool:
        return self.before.at < moment <= self.after.at


def reconcile(
    entries: Sequence[LedgerEntry],
    candidates: Mapping[JobId, Sequence[float]],
    without_result: Collection[JobId] = (),
    ended: Mapping[JobId, datetime] | None = None,
) -> Reconciliation:
    """Compares balances with the ledger.

    Args:
        entries: Entries of one account, oldest first.
        candidates: Learnt prices of jobs without a reported one: one for each, or two around a
            change of the price, of which the one that fits the balance is taken.
        without_result: Jobs that were charged and have no result, so that they may be refunded.
        ended: Times when jobs ended, as far as known: services refund those that failed at that
            time, and some charge only then.
    """
    entries = [one for one in entries if one.note != SEEN_REFUND_NOTE]
    segments = _split(entries)
    if not segments:
        return Reconciliation()
    prices = _Prices(entries, candidates, segments)
    refunded = {one.job for one in entries if one.kind is EntryKind.REFUNDED}
    without_refund = set(without_result) - refunded
    jobs = dict.fromkeys(one.job for one in entries if one.job is not None)
    owed = [job for job in jobs if job in without_refund]
    charged: set[JobId] = set()
    seen: set[JobId] = set()
    refunds: list[SeenRefund] = []
    ended = ended or {}
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
        if abs(rest) <= _ROUNDING:
            seen |= own_jobs
        if rest < -_ROUNDING:
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
        if abs(rest) > _ROUNDING:
            own = {job for job, at in ended.items() if segment.contains(at)}
            gap = prices.gap(segment, rest)
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


def _split(entries: Sequence[LedgerEntry]) -> list[_Segment]:
    """Returns what lies between each two consecutive balances.

    Equal ones with nothing between them, as several processes store them, are left out.
    """
    places = [
        place
        for place, one in enumerate(entries)
        if one.kind is EntryKind.BALANCE and one.amount is not None
    ]
    segments = [
        _Segment(entries[start], entries[end], entries[start + 1 : end])
        for start, end in pairwise(places)
    ]
    used = [one for one in segments if one.drop or any(entry.job for entry in one.entries)]
    return used or segments[:1]


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
    exact = next((way for way in ways if abs(sums[way] - rise) <= _ROUNDING), None)
    sure = {job for job in latest if job in seen}
    larger = [way for way in ways if sums[way] > rise and set(way) <= sure]
    best = exact or min(larger, key=sums.__getitem__, default=())
    return {job: owed[job] for job in best}


class _Prices:
    """Costs of jobs by the ledger, or else by learnt prices.

    Of two candidates around a change of a price, all jobs before some moment have the earlier one
    and all after it the later one. That moment is chosen which leaves least unexplained.
    """

    def __init__(
        self,
        entries: Sequence[LedgerEntry],
        candidates: Mapping[JobId, Sequence[float]],
        segments: Sequence[_Segment],
    ) -> None:
        self._charged: dict[JobId, float] = {}
        for one in entries:
            if one.kind is EntryKind.CHARGED and one.amount is not None and one.job is not None:
                self._charged[one.job] = self._charged.get(one.job, 0.0) + one.amount
        self._learnt = {job: options[0] for job, options in candidates.items() if options}
        changing = [options for options in candidates.values() if len(options) > 1]
        for options in dict.fromkeys(tuple(one) for one in changing):
            self._choose(options, candidates, segments)

    def price(self, job: JobId) -> float | None:
        """Returns what a job costs; None if that is not even learnt."""
        return self._charged.get(job, self._learnt.get(job))

    def is_reported(self, job: JobId) -> bool:
        """Whether the service reported what a job costs."""
        return job in self._charged

    def cost(self, segment: _Segment) -> tuple[float, float]:
        """Returns the reported and the learnt cost of a segment."""
        known = estimated = 0.0
        for one in segment.entries:
            sign = {EntryKind.CHARGED: 1, EntryKind.REFUNDED: -1}.get(one.kind, 0)
            if one.amount is not None:
                known += sign * one.amount
            elif one.job is not None and one.job not in self._charged:
                estimated += sign * self._learnt.get(one.job, 0.0)
            elif one.job is not None and sign < 0:
                known -= self._charged[one.job]
        return known, estimated

    def amounts(self, segment: _Segment, kind: EntryKind) -> list[float]:
        """Returns what the entries of one kind in a segment are worth, as far as it is known."""
        found = [
            self.price(one.job) if one.amount is None and one.job is not None else one.amount
            for one in segment.entries
            if one.kind is kind
        ]
        return [amount for amount in found if amount]

    def _choose(
        self,
        options: tuple[float, ...],
        candidates: Mapping[JobId, Sequence[float]],
        segments: Sequence[_Segment],
    ) -> None:
        """Chooses the moment of one change of a price."""
        touched: dict[int, _Segment] = {}
        jobs: dict[JobId, None] = {}
        for place, segment in enumerate(segments):
            own = [
                one.job
                for one in segment.entries
                if one.job is not None and tuple(candidates.get(one.job, ())) == options
            ]
            if own:
                # Some services charge when the task ends.
                touched |= dict(enumerate(segments[place : place + 2], place))
                jobs |= dict.fromkeys(own)
        ways = []
        for earlier in range(len(jobs) + 1):
            self._learnt |= {
                job: options[0] if place < earlier else options[-1]
                for place, job in enumerate(jobs)
            }
            rests = _without_late_charges(
                {place: one.drop - sum(self.cost(one)) for place, one in touched.items()}
            )
            ways.append((sum(rest > _ROUNDING for rest in rests), sum(rests), earlier))
        best = min(ways)[2]
        self._learnt |= {
            job: options[0] if place < best else options[-1] for place, job in enumerate(jobs)
        }

    def gap(self, segment: _Segment, rest: float) -> BalanceGap:
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
            unpriced=tuple(job for job in jobs if self.price(job) is None),
        )


def _without_late_charges(rests: Mapping[int, float]) -> list[float]:
    """Returns the sizes of what is left, without pairs of neighbours that make each other up."""
    left: list[tuple[int, float]] = []
    for place, rest in sorted(rests.items()):
        if left and left[-1][0] == place - 1 and abs(left[-1][1] + rest) <= _ROUNDING:
            left.pop()
        else:
            left.append((place, rest))
    return [abs(rest) for _, rest in left]


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
        if abs(before.credits + gap.credits) <= _ROUNDING and (earlier == place - 1 or is_late):
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
    if shared <= 0 or not any(abs(one - shared) <= _ROUNDING for one in sums):
        return gap
    gaps.pop()
    if rest := round(before.credits + shared, 6):
        gaps.append((place, replace(before, credits=rest)))
    return replace(gap, credits=round(gap.credits - shared, 6))
