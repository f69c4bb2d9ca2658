"""Limits of a sweep, and what it has used of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from producer_studio.domain.credits import format_credits
from producer_studio.translation import mark, nmark

_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepLimits:
    """Limits of a sweep; None for no limit.

    Attributes:
        credits: Most credits of all requests, less the refunds that the service reports: what is
            refunded before the sweep stops, or is continued, may be spent on the rest.
        requests: Most requests; one of unknown outcome counts.
        min_balance: Credits of the account that the sweep leaves untouched.
    """

    credits: float | None = None
    requests: int | None = None
    min_balance: float | None = None

    def merged(self, other: "SweepLimits") -> "SweepLimits":
        """Returns these limits, replaced by those of the other that are set."""
        return SweepLimits(
            credits=self.credits if other.credits is None else other.credits,
            requests=self.requests if other.requests is None else other.requests,
            min_balance=self.min_balance if other.min_balance is None else other.min_balance,
        )

    def count_covered(self, balance: float, prices: Sequence[float | None]) -> int:
        """Returns how many requests with these prices a balance allows, in their order.

        Those of unknown price are counted as if they were free.
        """
        for number, price in enumerate(prices):
            if self.min_balance is not None and reached_balance(self.min_balance, balance, price):
                return number
            balance -= price or 0.0
        return len(prices)

    def texts(self) -> list[str]:
        """Returns the limits that are set, such as "60 credits" and "12 requests"."""
        found: list[str] = []
        if self.credits is not None:
            found.append(format_credits(self.credits))
        if self.requests is not None:
            found.append(count_requests(self.requests))
        if self.min_balance is not None:
            found.append(mark("a balance of {amount}", amount=format_credits(self.min_balance)))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepUse:
    """Requests and credits that a sweep has used, or may have used.

    Attributes:
        credits: Less refunds; None if the cost of a request is unknown.
        is_estimated: Whether a part of `credits` is by learnt prices.
    """

    requests: int = 0
    credits: float | None = 0.0
    is_estimated: bool = False

    @property
    def credits_text(self) -> str:
        """Formats the credits, such as "about 20 credits"; empty if they are unknown."""
        if self.credits is None:
            return ""
        amount = format_credits(round(self.credits, 2))
        return mark("about {amount}", amount=amount) if self.is_estimated else amount

    def reached_limit(self, limits: SweepLimits, price: float | None) -> str:
        """Returns the limit that another request would exceed; empty if none.

        Args:
            price: Price of that request; None if it is unknown.
        """
        if limits.requests is not None and self.requests + 1 > limits.requests:
            return mark("the limit of {amount}", amount=count_requests(limits.requests))
        if limits.credits is None:
            return ""
        if self.credits is None or price is None:
            return mark(
                "a price is unknown, so the limit of {amount} cannot be kept",
                amount=format_credits(limits.credits),
            )
        if self.credits + price > limits.credits + _TOLERANCE:
            return mark("the limit of {amount}", amount=format_credits(limits.credits))
        return ""

    def count_allowed(self, limits: SweepLimits, prices: Sequence[float | None]) -> int:
        """Returns how many more requests with these prices the limits allow, in their order."""
        use = self
        for number, price in enumerate(prices):
            if use.reached_limit(limits, price):
                return number
            known = None if use.credits is None or price is None else use.credits + price
            use = replace(use, requests=use.requests + 1, credits=known)
        return len(prices)


def reached_balance(
    least: float, balance: float, price: float | None, uncounted: float = 0.0
) -> str:
    """Returns why a balance allows no further request; empty if it does.

    Args:
        least: Credits that are left untouched.
        price: Price of that request; None if it is unknown.
        uncounted: Credits that may be charged, but are not in the balance yet.
    """
    left = balance - uncounted - (price or 0.0)
    # Without a price any request may cross it, and the last one does so unforeseen.
    if left > least or (price is not None and left == least):
        return ""
    return mark(
        "the balance of {balance}, of which {least} are to be left",
        balance=format_credits(balance),
        least=float(least),
    )


def count_requests(number: int) -> str:
    return nmark("{count} request", "{count} requests", number)
