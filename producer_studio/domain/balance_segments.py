"""Entries between the balances of an account, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from producer_studio.domain.ids import JobId
from producer_studio.domain.ledger import EntryKind, LedgerEntry

ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""


@dataclass(slots=True)
class Segment:
    """Entries between two balances."""

    before: LedgerEntry
    after: LedgerEntry
    entries: Sequence[LedgerEntry]

    @property
    def drop(self) -> float:
        return (self.before.amount or 0.0) - (self.after.amount or 0.0)

    def contains(self, moment: datetime) -> bool:
        return self.before.at < moment <= self.after.at


def split_sources(entries: Sequence[LedgerEntry]) -> list[Sequence[LedgerEntry]]:
    """Splits entries where the balance is that of another account at the service.

    What was listed between two such balances is left out, as either of them may show it.
    """
    runs: list[Sequence[LedgerEntry]] = []
    start = end = 0
    source = ""
    for place, one in enumerate(entries):
        if one.kind is not EntryKind.BALANCE or one.amount is None:
            continue
        if source and one.source and one.source != source:
            runs.append(entries[start:end])
            start = place
        source = one.source or source
        end = place + 1
    return [*runs, entries[start:]]


def split_segments(entries: Sequence[LedgerEntry]) -> list[Segment]:
    """Returns what lies between each two consecutive balances.

    Equal ones with nothing between them, as several processes store them, are left out.
    """
    places = [
        place
        for place, one in enumerate(entries)
        if one.kind is EntryKind.BALANCE and one.amount is not None
    ]
    segments = [
        Segment(entries[start], entries[end], entries[start + 1 : end])
        for start, end in pairwise(places)
    ]
    used = [one for one in segments if one.drop or any(entry.job for entry in one.entries)]
    return used or segments[:1]


def place_at_acceptance(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Moves charges that were reported when a task ended to the time when it was accepted.

    Many services charge at that time, and say how much with the result: the ledger then has an
    entry without an amount before the one with it.
    """
    found: list[LedgerEntry] = []
    unpriced: dict[JobId, int] = {}
    for one in entries:
        if one.kind is EntryKind.CHARGED and one.job is not None:
            if one.amount is None:
                unpriced.setdefault(one.job, len(found))
            elif (place := unpriced.pop(one.job, None)) is not None:
                found[place] = replace(found[place], amount=one.amount)
                continue
        found.append(one)
    return found


class SegmentPrices:
    """Costs of jobs by the ledger, or else by learnt prices.

    Of two candidates around a change of a price, all jobs before some moment have the earlier one
    and all after it the later one. That moment is chosen which leaves least unexplained.
    """

    def __init__(
        self,
        entries: Sequence[LedgerEntry],
        candidates: Mapping[JobId, Sequence[float]],
        segments: Sequence[Segment],
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

    def cost(self, segment: Segment) -> tuple[float, float]:
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

    def amounts(self, segment: Segment, kind: EntryKind) -> list[float]:
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
        segments: Sequence[Segment],
    ) -> None:
        """Chooses the moment of one change of a price."""
        touched: dict[int, Segment] = {}
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
            ways.append((sum(rest > ROUNDING for rest in rests), sum(rests), earlier))
        best = min(ways)[2]
        self._learnt |= {
            job: options[0] if place < best else options[-1] for place, job in enumerate(jobs)
        }


def _without_late_charges(rests: Mapping[int, float]) -> list[float]:
    """Returns the sizes of what is left, without pairs of neighbours that make each other up."""
    left: list[tuple[int, float]] = []
    for place, rest in sorted(rests.items()):
        if left and left[-1][0] == place - 1 and abs(left[-1][1] + rest) <= ROUNDING:
            left.pop()
        else:
            left.append((place, rest))
    return [abs(rest) for _, rest in left]
