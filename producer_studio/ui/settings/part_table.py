"""The parts that the program brings along, as a table."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from producer_studio.domain.bundled import BundledPart

_HEADS = ("Part", "Licence", "Comes with")
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PartTable(QAbstractTableModel):
    """Read only, in the order of the list."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: Sequence[BundledPart] = ()

    def show_parts(self, parts: Sequence[BundledPart]) -> None:
        self.beginResetModel()
        self._parts = tuple(parts)
        self.endResetModel()

    def part(self, row: int) -> BundledPart:
        return self._parts[row]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._parts)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(_HEADS):
            return _HEADS[section]
        if across and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._parts):
            return None
        part = self._parts[index.row()]
        words = (part.title, part.licence, part.within)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return words[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(word for word in words if word)
        return None
