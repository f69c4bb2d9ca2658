"""Table of the credit ledger."""

from collections.abc import Sequence

from producer_studio.domain.credits import EntryKind
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.accounts.ledger import LedgerLine
from producer_studio.studio.calendar import is_known_time
from producer_studio.ui.widgets.count_text import count_text
from producer_studio.ui.widgets.row_table import RowTable

_HEADERS = ("When", "Account", "Song", "Type", "Credits", "Note")
ACCOUNT_COLUMN, CLIP_COLUMN, _CREDITS_COLUMN, NOTE_COLUMN = 1, 2, 4, 5
_KIND_LABELS = {
    EntryKind.EXPECTED: "expected",
    EntryKind.CHARGED: "charged",
    EntryKind.REFUNDED: "refunded",
    EntryKind.BALANCE: "balance",
}


class LedgerTable(RowTable[LedgerLine]):
    """Table with one row per ledger line; newest first, in the order of the studio."""

    def __init__(self) -> None:
        super().__init__(_HEADERS, right_aligned={_CREDITS_COLUMN})

    def cell_texts(self, row: LedgerLine) -> Sequence[str]:
        entry = row.entry
        is_dated = is_known_time(entry.at)
        when = f"{to_local_time(entry.at):%Y-%m-%d %H:%M}" if is_dated else "unknown"
        asked = f"checked {count_text(row.count)} times" if row.count > 1 else ""
        note = " · ".join(part for part in (entry.note, asked) if part)
        title = " ".join(row.title.split())
        amount = number_text(entry.amount)
        return when, entry.account, title, _KIND_LABELS[entry.kind], amount, note


def number_text(amount: float | None) -> str:
    """Formats an amount such as "1 240" or "2.5"; "unknown" for None."""
    if amount is None:
        return "unknown"
    return f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f").replace("-", "\u2212")
