"""The lines of the ledger as a table."""

from collections.abc import Sequence

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.ui.widgets.row_table import RowTable

_HEADS = ("When", "Account", "What", "Credits", "Note")
_CREDITS = 3
_KINDS = {
    EntryKind.EXPECTED: "expected",
    EntryKind.CHARGED: "charged",
    EntryKind.REFUNDED: "refunded",
    EntryKind.BALANCE: "balance",
}


class LedgerTable(RowTable[LedgerEntry]):
    """A line of the book a row; newest first, as the studio gives them."""

    def __init__(self) -> None:
        super().__init__(_HEADS, right={_CREDITS})

    def words(self, row: LedgerEntry) -> Sequence[str]:
        when = f"{row.at.astimezone():%Y-%m-%d %H:%M}"
        return when, row.account, _KINDS[row.kind], number_text(row.amount), row.note


def number_text(amount: float | None) -> str:
    """Such as "1 240" or "2.5"; "unknown" where nobody has said."""
    if amount is None:
        return "unknown"
    return f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f").replace("-", "\u2212")
