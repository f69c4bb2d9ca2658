"""What things cost and what is left."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.ids import AccountName, JobId


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Credits of an account: the plan's and the extra ones that some services keep apart."""

    credits: float
    extra: float = 0.0
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))

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
    """One line of the account's book; entries are only ever added.

    Attributes:
        amount: Credits; None where the service does not say.
    """

    account: AccountName
    kind: EntryKind
    amount: float | None
    job: JobId | None = None
    note: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


MAX_PLAUSIBLE_PRICE = 10_000.0
"""Credits for one request; the dearest that any service states is a few dozen."""


def is_plausible_price(amount: float) -> bool:
    """Whether one request can have cost so much."""
    return 0 <= amount <= MAX_PLAUSIBLE_PRICE


def format_credits(amount: float | None) -> str:
    """Such as "10 credits", "1 credit", or "price unknown"."""
    if amount is None:
        return "price unknown"
    number = f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f")
    return f"{number} credit" if amount == 1 else f"{number} credits"
