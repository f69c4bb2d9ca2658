"""Entries of the credit ledger."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.ids import AccountName, JobId


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
        source: Of a balance: mark of the account at the service, by its address and its key; empty
            when unknown.
    """

    account: AccountName
    kind: EntryKind
    amount: float | None
    job: JobId | None = None
    note: str = ""
    source: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
