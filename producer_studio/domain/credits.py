"""Credits: balances and prices."""

from dataclasses import dataclass, field
from datetime import UTC, datetime


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


def format_credits(amount: float | None) -> str:
    """Formats an amount, such as "10 credits", "1 credit", or "price unknown"."""
    if amount is None:
        return "price unknown"
    return f"{format_number(amount)} credit{'' if amount == 1 else 's'}"


def format_number(amount: float) -> str:
    """Formats an amount without its unit, such as "1 240" or "2.5"."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f")
