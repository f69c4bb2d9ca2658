"""Past press: an entry of the history, with what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName, PressId
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.translation import join_texts, mark, nmark

_UNDER_WAY = mark("{number} under way")

_WORDS_LIMIT = 160


class CostSource(StrEnum):
    """Where the cost of a press is known from; of several jobs, the least certain one."""

    REPORTED = "reported"
    """The service has stated it."""
    MEASURED = "measured"
    """The balance fell by it while nothing else of the account was under way."""
    LEARNT = "learnt"
    """Other requests like it have cost this."""


_CERTAIN_SOURCES = frozenset({CostSource.REPORTED, CostSource.MEASURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PressCost:
    """Credits that jobs have cost, less refunds.

    Attributes:
        low, high: In credits; they differ where only a learnt price is known, and it varies, or
            where a job without a result may have been refunded.
    """

    low: float
    high: float
    source: CostSource

    @property
    def text(self) -> str:
        """Such as "10 credits", "10 credits, measured", "about 10 credits"."""
        if self.source is CostSource.LEARNT:
            return Price(low=self.low, high=self.high, samples=1).amount_text()
        amount = format_credits(round(self.high, 2))
        return (
            amount if self.source is CostSource.REPORTED else join_texts((amount, mark("measured")))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpricedJob:
    """A job whose cost was neither reported nor measured.

    Attributes:
        at: When it was accepted by the service, or else created.
        may_be_free: Whether it has failed, was cancelled, or may not have been accepted.
    """

    operation: Operation
    model: str
    at: datetime
    may_be_free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PressOutcome:
    """Results of a press.

    Attributes:
        clips: Number of its clips in the library, without those in the trash.
        trashed: Number of its clips in the trash.
        deleted: Number of its clips that were deleted permanently.
        kept: Number of its clips in the library that were kept: four stars or more, a favourite,
            exported, or preferred in a comparison.
        stars: Highest rating of its clips in the library, 0 to 5.
        failed: Number of takes that failed, and were not retried with success.
        open: Number of jobs that wait or are under way, or whose outcome is unknown.
        unknown: Number of the latter.
        waiting: Number of those that are not sent yet, perhaps until the user says so.
        cost: What its jobs have cost, without the unpriced ones; None if none has cost anything
            known.
        unpriced: Its jobs of unknown cost.
    """

    clips: int = 0
    trashed: int = 0
    deleted: int = 0
    kept: int = 0
    stars: int = 0
    failed: int = 0
    open: int = 0
    unknown: int = 0
    waiting: int = 0
    cost: PressCost | None = None
    unpriced: tuple[UnpricedJob, ...] = ()

    @property
    def whole_cost(self) -> PressCost | None:
        """Cost of all its jobs; None if that is not known for each."""
        return self.cost if not self.unpriced else None

    @property
    def credits_charged(self) -> float | None:
        """Credits that its jobs have cost, less refunds; None unless all were reported."""
        cost = self.whole_cost
        return cost.high if cost is not None and cost.source is CostSource.REPORTED else None

    def with_learnt_prices(self, price_of: "Callable[[UnpricedJob], Price]") -> "PressOutcome":
        """Returns the outcome with the cost of the unpriced jobs, if all of it is learnt.

        Args:
            price_of: Returns the price of a request at its time; unknown if not learnt.
        """
        prices = [price_of(job) for job in self.unpriced]
        low = high = 0.0 if self.cost is None else self.cost.high
        for job, price in zip(self.unpriced, prices, strict=True):
            if price.low is None or price.high is None:
                return self
            low += 0.0 if job.may_be_free else price.low
            high += price.high
        if not prices:
            return self
        return replace(
            self, cost=PressCost(low=low, high=high, source=CostSource.LEARNT), unpriced=()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPress:
    """An entry of the history.

    Attributes:
        recipe: Of the first take.
        takes: Number of takes requested.
        credits_expected: Expected price of all takes; None if any part of it is unknown.
        is_pinned: Whether the user keeps it at the top of the history.
        sweep: Axes and limits, if its takes are the cells of a sweep.
    """

    id: PressId
    account: AccountName
    recipe: Recipe
    takes: int
    credits_expected: float | None
    created_at: datetime
    is_pinned: bool
    outcome: PressOutcome
    sweep: Sweep | None = None

    @property
    def is_sweep(self) -> bool:
        return self.sweep is not None

    @property
    def first_words(self) -> str:
        """First words of what was asked for: the sound, or else what else the request has."""
        recipe = self.recipe
        texts = (recipe.sound, recipe.prompt, recipe.lyrics, recipe.title, recipe.file_name)
        found = (" ".join(text[:_WORDS_LIMIT].split()) for text in texts)
        return next((text for text in found if text), recipe.operation.label)

    @property
    def price_text(self) -> str:
        """Its cost, such as "40 credits"; "≈ 40 credits" for the expected price.

        "40 credits, measured" and "about 40 credits" if the service has not stated it. Empty if
        nothing is known.
        """
        cost = self.outcome.whole_cost
        if self.credits_expected is not None and not (cost and cost.source in _CERTAIN_SOURCES):
            return mark("≈ {amount}", amount=format_credits(self.credits_expected))
        return cost.text if cost is not None else ""

    @property
    def outcome_texts(self) -> list[str]:
        """The number of takes, and what came of them, such as "4 takes" and "1 kept"."""
        outcome = self.outcome
        if self.is_sweep:
            whole = nmark("sweep of {count} take", "sweep of {count} takes", self.takes)
        elif self.recipe.operation is Operation.LYRICS:
            whole = nmark("{count} text", "{count} texts", self.takes)
        else:
            whole = nmark("{count} take", "{count} takes", self.takes)
        parts = [
            text.with_values(number=number)
            for number, text in (
                (outcome.open - outcome.unknown - outcome.waiting, _UNDER_WAY),
                (outcome.waiting, mark("{number} waiting")),
                (outcome.unknown, mark("{number} of unknown outcome")),
                (outcome.failed, mark("{number} failed")),
                (outcome.kept, mark("{number} kept")),
                (outcome.trashed, mark("{number} in the trash")),
                (outcome.deleted, mark("{number} deleted")),
            )
            if number
        ]
        return [whole, *parts]
