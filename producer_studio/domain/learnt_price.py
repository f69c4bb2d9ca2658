"""Prices that a service does not state, learnt from the balance before and after single jobs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Self

from producer_studio.domain.credits import MAX_PLAUSIBLE_PRICE, format_credits
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.translation import mark, nmark, sentences

_TOLERANCE = 0.02
"""Relative difference of samples that are taken for the same price."""

_ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""

_WINDOW = 9
"""Number of latest samples that a price is the median of; four wrong ones do not change it."""

_UNSETTLED_SAMPLES = 8
"""Number of samples in a row without a price in common after which the price varies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSample:
    """Credits by which the balance fell while exactly one job of the account was under way.

    Attributes:
        model: Empty for operations without a model.
        endpoint: Address of the service that charged it; empty when unknown. Read from the job.
    """

    account: AccountName
    operation: Operation
    model: str
    credits: float
    job: JobId | None = None
    endpoint: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePeriod:
    """Samples between two changes of a price.

    Attributes:
        credits: Median of the latest samples.
        low, high: Lowest and highest sample that `credits` is the median of.
        samples: Number of samples.
        since, until: Times of the first and the last sample.
        is_varying: Whether the samples have no price in common, as if it depended on the length.
    """

    credits: float
    low: float
    high: float
    samples: int
    since: datetime
    until: datetime
    is_varying: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest price; the same unless it varies."""
        return (self.low, self.high) if self.is_varying else (self.credits, self.credits)

    @classmethod
    def of(cls, samples: Sequence[PriceSample], *, is_varying: bool = False) -> Self:
        """Builds the period of samples, oldest first; at least one."""
        latest = [one.credits for one in samples[-_WINDOW:]]
        return cls(
            credits=median(latest),
            low=min(latest),
            high=max(latest),
            samples=len(samples),
            since=samples[0].at,
            until=samples[-1].at,
            is_varying=is_varying,
        )


@dataclass(frozen=True, slots=True)
class LearntPrice:
    """Price of one request, estimated from balances; never an exact price.

    Attributes:
        periods: Periods between changes of the price, oldest first; at least one.
        last_different: The last sample, where it differs from the price and is too single to
            change it; None otherwise.
    """

    periods: tuple[PricePeriod, ...]
    last_different: float | None = None

    @property
    def current(self) -> PricePeriod:
        return self.periods[-1]

    @property
    def credits(self) -> float:
        """The price now, in credits."""
        return self.current.credits

    @property
    def samples(self) -> int:
        """Number of samples of the price now."""
        return self.current.samples

    @property
    def previous(self) -> float | None:
        """The price before its last change; None if it has not changed."""
        return self.periods[-2].credits if len(self.periods) > 1 else None

    def candidates(self, moment: datetime) -> tuple[float, ...]:
        """Returns the prices that may have been valid at a time: two around a change."""
        return tuple(one.credits for one in self._periods_at(moment))

    def price(self) -> Price:
        """Returns the price to show."""
        low, high = self.current.range
        return Price(low=low, high=high, samples=self.samples, explanation=self.explanation())

    def price_at(self, moment: datetime) -> Price:
        """Returns the price that was valid at a time; around a change from one to the other."""
        periods = self._periods_at(moment)
        return Price(
            low=min(one.range[0] for one in periods),
            high=max(one.range[1] for one in periods),
            samples=sum(one.samples for one in periods),
        )

    def _periods_at(self, moment: datetime) -> tuple[PricePeriod, ...]:
        before = [one for one in self.periods if one.since <= moment]
        after = [one for one in self.periods if one.since > moment]
        if not before:
            return (after[0],)
        if moment <= before[-1].until or not after:
            return (before[-1],)
        return before[-1], after[0]

    def explanation(self) -> str:
        """Explains how it was learnt, and what is known about changes; full sentences."""
        one = self.current
        text: str = nmark(
            "The service does not state this price. It was learnt from the balance before and "
            "after one request.",
            "The service does not state this price. It was learnt from the balance before and "
            "after each of {count} requests.",
            one.samples,
        )
        if self.previous is not None:
            change = mark(
                "It changed from {before} to {now} by {date}.",
                before=format_credits(round(self.previous, 2)),
                now=format_credits(round(one.credits, 2)),
                date=one.since.strftime("%Y-%m-%d"),
            )
            text = sentences(text, change)
        if self.last_different is not None:
            last = format_credits(round(self.last_different, 2))
            warning = mark("The last request took {last}: the price may have changed.", last=last)
            text = sentences(text, warning)
        return text


def sample_credits(before: float, after: float) -> float | None:
    """Returns the credits of a sample; None where the balances give none.

    A balance that rose has had credits added. One that did not move shows nothing: some services
    update it late.
    """
    spent = before - after
    return spent if _ROUNDING < spent <= MAX_PLAUSIBLE_PRICE else None


def learn_price(samples: Iterable[PriceSample]) -> LearntPrice | None:
    """Learns a price from the samples of one account, operation and model, oldest first.

    Single samples that differ do not change a price: something else may have been charged at the
    same time. Two that agree with each other do, if none between them had the old price.

    Returns:
        The price; None without samples.
    """
    periods: list[list[PriceSample]] = []
    varying: set[int] = set()
    unsettled: list[PriceSample] = []
    for sample in samples:
        current = periods[-1] if periods else []
        if not current or _belongs(sample, current, is_varying=len(periods) in varying):
            if not current:
                periods.append([sample])
            else:
                current.append(sample)
            unsettled.clear()
            continue
        unsettled.append(sample)
        agreeing = [one for one in unsettled if _agree(one.credits, sample.credits)]
        if len(agreeing) > 1:
            settled, is_varying = agreeing, False
        elif len(unsettled) >= _UNSETTLED_SAMPLES:
            settled, is_varying = list(unsettled), True
        else:
            continue
        if len(current) == 1:
            # The first sample was a wrong one, or the price has not been known: no change.
            first = periods.pop()
            settled = [*first, *settled] if is_varying else settled
        periods.append(list(settled))
        varying.discard(len(periods))
        if is_varying:
            varying.add(len(periods))
        unsettled.clear()
    if not periods:
        return None
    return LearntPrice(
        tuple(
            PricePeriod.of(one, is_varying=place in varying) for place, one in enumerate(periods, 1)
        ),
        unsettled[-1].credits if unsettled else None,
    )


def _belongs(sample: PriceSample, period: Sequence[PriceSample], *, is_varying: bool) -> bool:
    latest = [one.credits for one in period[-_WINDOW:]]
    if is_varying:
        return min(latest) / 2 <= sample.credits <= max(latest) * 2
    return _agree(sample.credits, median(latest))


def _agree(first: float, second: float) -> bool:
    return abs(first - second) <= _ROUNDING + _TOLERANCE * max(first, second)
