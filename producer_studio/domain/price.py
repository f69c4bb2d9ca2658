"""Price of a request: stated by the service, learnt from balances, or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

from producer_studio.domain.credits import format_credits
from producer_studio.translation import join_texts, mark, sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Price of one or several requests in credits.

    Attributes:
        low, high: The same for a single price; None if it is unknown.
        samples: Number of requests that it was learnt from; 0 if the service states it.
        explanation: How it was learnt, in full sentences; empty if the service states it.
    """

    low: float | None = None
    high: float | None = None
    samples: int = 0
    explanation: str = ""

    @classmethod
    def stated(cls, amount: float | None) -> Self:
        """Returns a price that the service states, or an unknown one for None."""
        return cls(low=amount, high=amount)

    @property
    def is_known(self) -> bool:
        """Whether it is stated or learnt."""
        return self.low is not None

    @property
    def is_learnt(self) -> bool:
        return self.samples > 0

    @property
    def is_free(self) -> bool:
        """Whether the service states that it costs nothing; nothing learnt is free."""
        return self.high == 0 and not self.is_learnt

    def times(self, count: int) -> "Price":
        """Returns the price of several such requests."""
        return replace(
            self,
            low=None if self.low is None else self.low * count,
            high=None if self.high is None else self.high * count,
        )

    def amount_text(self) -> str:
        """Formats it as "10 credits", "about 10 credits", "about 8 to 12 credits"."""
        if self.low is None or self.high is None:
            return format_credits(None)
        if not self.is_learnt:
            return format_credits(self.high)
        low, high = round(self.low, 2), round(self.high, 2)
        if low == high:
            return mark("about {amount}", amount=format_credits(high))
        return mark("about {low} to {high}", low=low, high=format_credits(high))

    def source_text(self) -> str:
        """Formats where it is from as "learnt from 6"; empty if the service states it."""
        return mark("learnt from {number}", number=self.samples) if self.is_learnt else ""

    def text(self) -> str:
        """Formats it as "about 10 credits, learnt from 6", or "10 credits"."""
        return join_texts((self.amount_text(), self.source_text()))


def sum_of_prices(prices: Sequence[Price]) -> Price:
    """Returns the total; unknown if any of them is, and as well known as the least known one."""
    lows = [one.low for one in prices if one.low is not None]
    highs = [one.high for one in prices if one.high is not None]
    if len(lows) < len(prices) or len(highs) < len(prices):
        return Price()
    learnt = [one for one in prices if one.is_learnt and one.high]
    return Price(
        low=sum(lows),
        high=sum(highs),
        samples=min((one.samples for one in learnt), default=0),
        explanation=reduce(sentences, dict.fromkeys(one.explanation for one in learnt), ""),
    )
