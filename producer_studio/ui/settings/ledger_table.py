"""Table of the credit ledger, in the settings."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView

from producer_studio.domain.ledger import EntryKind
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.accounts.ledger import LedgerLine
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import mark, tr, tr_message
from producer_studio.translation.dates import format_clock, format_numeric_date
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.widgets.row_table import RowTable

_COLUMN_HEADERS = (
    mark("When"),
    mark("Account"),
    mark("Song"),
    mark("Type"),
    mark("Credits"),
    mark("Note"),
)
ACCOUNT_COLUMN, CLIP_COLUMN, _CREDITS_COLUMN, NOTE_COLUMN = 1, 2, 4, 5
_COLUMN_GAP = 8
_KIND_LABELS = {
    EntryKind.EXPECTED: mark("expected"),
    EntryKind.CHARGED: mark("charged"),
    EntryKind.REFUNDED: mark("refunded"),
    EntryKind.BALANCE: mark("balance"),
}


class LedgerTable(RowTable[LedgerLine]):
    """Table with one row per ledger line; newest first, in the order of the studio."""

    def __init__(self) -> None:
        super().__init__([tr(head) for head in _COLUMN_HEADERS], right_aligned={_CREDITS_COLUMN})

    def cell_texts(self, row: LedgerLine) -> Sequence[str]:
        entry = row.entry
        is_dated = is_known_time(entry.at)
        when = _time_text(to_local_time(entry.at)) if is_dated else tr("unknown")
        asked = tr("checked {count} times", count=row.count) if row.count > 1 else ""
        note = " · ".join(part for part in (tr(entry.note), asked) if part)
        title = " ".join(tr_message(row.title).split())
        amount = number_text(entry.amount)
        return when, entry.account, title, tr(_KIND_LABELS[entry.kind]), amount, note


class LedgerView(QTableView):
    """Table view that leaves the songs the width that the notes do not need."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_notes()

    def sizeHintForColumn(self, column: int) -> int:  # noqa: N802 - Qt's name
        """Leaves a gap to the next column, beside the longest text too."""
        return super().sizeHintForColumn(column) + _COLUMN_GAP

    def fit_notes(self) -> None:
        """Fits the column of the notes to its content, within two fifths of the width."""
        header = self.horizontalHeader()
        needed = max(self.sizeHintForColumn(NOTE_COLUMN), header.sectionSizeHint(NOTE_COLUMN))
        header.resizeSection(NOTE_COLUMN, min(needed, self.viewport().width() * 2 // 5))


def number_text(amount: float | None) -> str:
    """Formats an amount such as "1 240" or "2.5"; "unknown" for None."""
    return tr("unknown") if amount is None else format_shortest(amount)


def _time_text(moment: datetime) -> str:
    return f"{format_numeric_date(moment)} {format_clock(moment)}"
