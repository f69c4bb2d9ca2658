"""Credits: balances and prices."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from producer_studio.translation import Message, mark, nmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Balance of an account; some services separate the plan's credits and extra credits.

    Attributes:
        at: Time when the service reported it; balances are compared without.
        source: Mark of the account at the service (`LedgerEntry.source`); compared without.
    """

    credits: float
    extra: float = 0.0
    at: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)
    source: str = field(default="", compare=False)

    @property
    def total(self) -> float:
        return self.credits + self.extra


MAX_PLAUSIBLE_PRICE = 10_000.0
"""Upper bound for one request; the highest documented price is a few dozen credits."""


def is_plausible_price(amount: float) -> bool:
    """Whether the amount is a plausible price of one request."""
    return 0 <= amount <= MAX_PLAUSIBLE_PRICE


def format_credits(amount: float | None) -> Message:
    """Formats an amount, such as "10 credits", "1 credit", or "price unknown"."""
    if amount is None:
        return mark("price unknown")
    return nmark(
        "{amount} credit", "{amount} credits", 1 if amount == 1 else 2, amount=float(amount)
    )
