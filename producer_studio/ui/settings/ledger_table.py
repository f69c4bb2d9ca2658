"""The lines of the ledger as a table."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from producer_studio.domain.credits import EntryKind, LedgerEntry

_HEADS = ("When", "Account", "What", "Credits", "Note")
_KINDS = {
    EntryKind.EXPECTED: "expected",
    EntryKind.CHARGED: "charged",
    EntryKind.REFUNDED: "refunded",
    EntryKind.BALANCE: "balance",
}
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LedgerTable(QAbstractTableModel):
    """Read only; newest first, as the studio gives them."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[LedgerEntry] = ()

    def show_entries(self, entries: Sequence[LedgerEntry]) -> None:
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(_HEADS):
            return _HEADS[section]
        if across and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        words = _words(self._entries[index.row()])
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return words[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(word for word in words if word)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None


def number_text(amount: float | None) -> str:
    """Such as "1 240" or "2.5"; "unknown" where nobody has said."""
    if amount is None:
        return "unknown"
    return f"{amount:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f").replace("-", "\u2212")


def _words(entry: LedgerEntry) -> tuple[str, ...]:
    when = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
    return when, entry.account, _KINDS[entry.kind], number_text(entry.amount), entry.note


def _alignment(column: int) -> Qt.AlignmentFlag:
    sides = Qt.AlignmentFlag.AlignRight if column == 3 else Qt.AlignmentFlag.AlignLeft
    return sides | Qt.AlignmentFlag.AlignVCenter
