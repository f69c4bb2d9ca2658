"""Table model of the history: ids for all presses, row values for the visible ones."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from producer_studio.domain.ids import PressId
from producer_studio.ui.compose.history.press_row import PressRow
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.list_diff import diff_lists
from producer_studio.ui.widgets.lru_cache import LruCache

Index = QModelIndex | QPersistentModelIndex

_MAX_CACHED_ROWS = 512
_MAX_INCREMENTAL_CHANGES = 200
_MAX_REQUESTS = 64
_NO_PARENT = QModelIndex()


class PressTable(QAbstractTableModel):
    """Presses in one column; a row is read when it is painted for the first time.

    Signals:
        rows_requested: Rows are needed that are not cached; at most once per turn of the event
            loop.
    """

    rows_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[PressId] = ()
        self._known: frozenset[PressId] = frozenset()
        self._stale: set[PressId] = set()
        self._rows: LruCache[PressId, PressRow] = LruCache(
            _MAX_CACHED_ROWS, on_evicted=self._stale.discard
        )
        self._requests: dict[PressId, None] = {}
        self._next_turn = Debounce(self.rows_requested.emit, 0, self, restarts=False)

    @property
    def ids(self) -> Sequence[PressId]:
        return self._ids

    def has_press(self, press: PressId) -> bool:
        return press in self._known

    def set_ids(self, ids: Sequence[PressId]) -> None:
        """Shows another list; a small change preserves scroll position and selection."""
        change = diff_lists(self._ids, ids)
        self._requests.clear()
        self._known = frozenset(ids)
        if max(change.removed, change.inserted) > _MAX_INCREMENTAL_CHANGES or not self._ids:
            self.beginResetModel()
            self._ids = ids
            self.endResetModel()
            return
        start = change.start
        if change.removed:
            self.beginRemoveRows(_NO_PARENT, start, start + change.removed - 1)
            self._ids = [*ids[:start], *ids[start + change.inserted :]]
            self.endRemoveRows()
        if change.inserted:
            self.beginInsertRows(_NO_PARENT, start, start + change.inserted - 1)
            self._ids = ids
            self.endInsertRows()

    def id_at(self, row: int) -> PressId | None:
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, press: PressId) -> int | None:
        """Returns the row of a press; None if it is not in the list."""
        return self._ids.index(press) if press in self._known else None

    def press_row(self, row: int) -> PressRow | None:
        """Returns the cached values of a row; requests them if they are missing or stale."""
        press = self._ids[row]
        found = self._rows.get(press)
        if found is None or press in self._stale:
            self._requests.pop(press, None)
            self._requests[press] = None
            self._next_turn.trigger()
        return found

    @property
    def has_requests(self) -> bool:
        return bool(self._requests)

    def pop_requests(self) -> list[PressId]:
        """Returns and clears the latest requests."""
        latest = list(self._requests)[-_MAX_REQUESTS:]
        self._requests.clear()
        return latest

    def store_rows(self, rows: Iterable[PressRow]) -> None:
        """Caches rows and repaints them."""
        stored = list(rows)
        for row in stored:
            self._stale.discard(row.id)
            self._rows.put(row.id, row)
        if stored:
            self._repaint()

    def mark_stale(self, presses: Collection[PressId] | None = None) -> None:
        """Marks rows to be read again when they are next painted (all of them for None)."""
        cached = self._rows.keys()
        self._stale.update(cached if presses is None else cached & set(presses))
        self._repaint()

    def _repaint(self) -> None:
        # Repainting a screenful costs less than finding the rows of the presses.
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid() or index.row() >= len(self._ids) or role not in _TEXT_ROLES:
            return None
        row = self.press_row(index.row())
        if row is None:
            return ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.accessible_text
        return row.tooltip if role == Qt.ItemDataRole.ToolTipRole else row.words

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )


_TEXT_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
    }
)
