"""Credits: balances, ledger entries and prices."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.ids import AccountName, JobId


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Balance of an account; some services separate the plan's credits and extra credits."""

    credits: float
    extra: float = 0.0

    @property
    def total(self) -> float:
        return self.credits + self.extra


class EntryKind(StrEnum):
    EXPECTED = "expected"
    CHARGED = "charged"
    REFUNDED = "refunded"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """Entry of the ledger; entries are added, never changed or removed.

    Attributes:
        amount: Credits; None where the service does not state them.
    """

    account: AccountName
    kind: EntryKind
    amount: float | None
    job: JobId | None = None
    note: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


MAX_PLAUSIBLE_PRICE = 10_000.0
"""Upper bound for one request; the highest documented price is a few dozen credits."""


def is_plausible_price(amount: float) -> bool:
    """Whether the amount is a plausible price of one request."""
    return 0 <= amount <= MAX_PLAUSIBLE_PRICE


def format_credits(amount: float | None) -> str:
    """Formats an amount, such as "10 credits", "1 credit", or "price unknown"."""
    if amount is None:
        return "price unknown"
    number = f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f")
    return f"{number} credit" if amount == 1 else f"{number} credits"
