"""Table model of the clips: ids for all, row values for the visible ones."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.lru_cache import LruCache


@dataclass(frozen=True, slots=True)
class ListDiff:
    """`removed` ids at `start` were replaced by `inserted` ones; all others are unchanged."""

    start: int
    removed: int
    inserted: int


def diff_lists(before: Sequence[ClipId], after: Sequence[ClipId]) -> ListDiff:
    """Returns the one contiguous change between two lists.

    Compares in slices, so that 100,000 ids take about two milliseconds.
    """
    head = _common_length(before, after, min(len(before), len(after)), from_end=False)
    room = min(len(before), len(after)) - head
    tail = _common_length(before, after, room, from_end=True)
    return ListDiff(head, len(before) - head - tail, len(after) - head - tail)


def _common_length(
    before: Sequence[ClipId], after: Sequence[ClipId], limit: int, *, from_end: bool
) -> int:
    """Returns how many ids are the same at one end, at most `limit`."""

    def same(start: int, stop: int) -> bool:
        if not from_end:
            return before[start:stop] == after[start:stop]
        ends = len(before), len(after)
        return before[ends[0] - stop : ends[0] - start] == after[ends[1] - stop : ends[1] - start]

    known, step = 0, 64
    while known < limit:
        stop = min(limit, known + step)
        if same(known, stop):
            known, step = stop, step * 2
        elif step == 1 or stop - known == 1:
            return known
        else:
            step = max(1, (stop - known) // 2)
            limit = stop
    return known


Index = QModelIndex | QPersistentModelIndex

MAX_CACHED_ROWS = 512
"""Cached rows, some 10 kB each with their clip's lyrics, recipe and peaks: many screenfuls."""

_MAX_INCREMENTAL_CHANGES = 400
_MAX_REQUESTS = 96
_READ_AHEAD = 24


class ClipTable(QAbstractTableModel):
    """Table model of clips; the grid has several clips per row, the list one.

    A position in the list is row * `clips_per_row` + column.

    Signals:
        rows_requested: Rows are needed that are not cached; at most once per turn of the event
            loop.
        title_edited: The user typed a new title (id, title).
    """

    rows_requested = Signal()
    title_edited = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[ClipId] = ()
        self._clips_per_row = 1
        self._stale: set[ClipId] = set()
        self._rows: LruCache[ClipId, ClipRow] = LruCache(
            MAX_CACHED_ROWS, on_evicted=self._stale.discard
        )
        self._requests: OrderedDict[int, ClipId] = OrderedDict()
        self._next_turn = Debounce(self.rows_requested.emit, 0, self, restarts=False)

    @property
    def ids(self) -> Sequence[ClipId]:
        return self._ids

    @property
    def clips_per_row(self) -> int:
        return self._clips_per_row

    def set_clips_per_row(self, count: int) -> None:
        """Sets the number of clips per row."""
        if count != self._clips_per_row:
            self.beginResetModel()
            self._clips_per_row = max(1, count)
            self.endResetModel()

    def set_ids(self, ids: Sequence[ClipId]) -> None:
        """Shows another list; a small change preserves scroll position and selection."""
        change = diff_lists(self._ids, ids)
        if not change.removed and not change.inserted:
            return
        small = (
            change.removed <= _MAX_INCREMENTAL_CHANGES
            and change.inserted <= _MAX_INCREMENTAL_CHANGES
        )
        if self._clips_per_row > 1 or not self._ids or not small:
            self.beginResetModel()
            self._ids = ids
            self._requests.clear()
            self.endResetModel()
            return
        self._requests.clear()
        root, start = QModelIndex(), change.start
        if change.removed:
            self.beginRemoveRows(root, start, start + change.removed - 1)
            self._ids = [*ids[:start], *ids[start + change.inserted :]]
            self.endRemoveRows()
        if change.inserted:
            self.beginInsertRows(root, start, start + change.inserted - 1)
            self._ids = ids
            self.endInsertRows()

    def position(self, index: Index) -> int:
        return index.row() * self._clips_per_row + index.column()

    def index_of(self, position: int) -> QModelIndex:
        return self.index(position // self._clips_per_row, position % self._clips_per_row)

    def id_at(self, index: Index) -> ClipId | None:
        position = self.position(index)
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def clips_in_selection(self, selection: QItemSelection) -> list[ClipId]:
        """Returns the clips of a selection in the list's order; fast for long ranges of rows."""
        parts = sorted(selection.toList(), key=lambda part: part.top())
        if self._clips_per_row == 1:
            return [clip for part in parts for clip in self._ids[part.top() : part.bottom() + 1]]
        places = sorted(
            row * self._clips_per_row + column
            for part in parts
            for row in range(part.top(), part.bottom() + 1)
            for column in range(part.left(), part.right() + 1)
        )
        return [self._ids[place] for place in places if place < len(self._ids)]

    def find_position(self, clip: ClipId, near: int = 0) -> int | None:
        """Returns a clip's position; searches near `near` first, then everywhere."""
        low = max(0, near - 8)
        for place in range(low, min(len(self._ids), near + 9)):
            if self._ids[place] == clip:
                return place
        try:
            return self._ids.index(clip)
        except ValueError:
            return None

    def clip_row(self, position: int) -> ClipRow | None:
        """Returns the cached row of a position; requests it if it is missing or stale."""
        clip = self._ids[position]
        clip_row = self._rows.get(clip)
        if clip_row is None or clip in self._stale:
            self._requests[position] = clip
            self._requests.move_to_end(position)
            self._next_turn.trigger()
        return clip_row

    def cached_row(self, clip: ClipId) -> ClipRow | None:
        return self._rows.get(clip)

    def up_to_date_ids(self) -> frozenset[ClipId]:
        """Returns the clips whose cached rows are not stale."""
        return frozenset(self._rows.keys() - self._stale)

    @property
    def has_requests(self) -> bool:
        return bool(self._requests)

    def pop_requests(self) -> list[ClipId]:
        """Returns and clears the latest requests, with some neighbours for scrolling."""
        wishes = list(self._requests.items())[-_MAX_REQUESTS:]
        self._requests.clear()
        if not wishes:
            return []
        ids = {clip: None for _, clip in wishes}
        places = [place for place, _ in wishes]
        for place in (
            *range(max(places) + 1, max(places) + 1 + _READ_AHEAD),
            *range(max(0, min(places) - _READ_AHEAD // 2), min(places)),
        ):
            if place < len(self._ids) and self._ids[place] not in self._rows:
                ids.setdefault(self._ids[place], None)
        return list(ids)

    def store_rows(self, rows: Iterable[ClipRow]) -> None:
        """Caches rows and repaints them."""
        fresh = {clip_row.id: clip_row for clip_row in rows}
        self._stale.difference_update(fresh)
        for clip, clip_row in fresh.items():
            self._rows.put(clip, clip_row)
        self.repaint_rows(fresh)

    def mark_stale(self, clips: Iterable[ClipId] | None = None) -> None:
        """Marks rows to be read again when they are next painted (all of them for None)."""
        affected = self._rows.keys() if clips is None else self._rows.keys() & set(clips)
        self._stale.update(affected)
        self.repaint_rows(None if clips is None else set(affected))

    def repaint_rows(self, clips: Iterable[ClipId] | None) -> None:
        """Repaints rows; the view requests only the visible ones again."""
        if not self._ids or (clips is not None and not clips):
            return
        # For all rows: repainting a screenful costs less than finding the rows of the clips.
        self.dataChanged.emit(
            self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else -(-len(self._ids) // self._clips_per_row)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else self._clips_per_row

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        position = self.position(index)
        if not index.isValid() or position >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.UserRole:
            return self._ids[position]
        if role not in _TEXT_ROLES:
            return None
        clip_row = self.clip_row(position)
        if clip_row is None:
            return ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return clip_row.accessible_text
        if role == Qt.ItemDataRole.ToolTipRole:
            return clip_row.media_message or clip_row.clip.sound[:600]
        return clip_row.title

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401
        position = self.position(index)
        if role != Qt.ItemDataRole.EditRole or not 0 <= position < len(self._ids):
            return False
        clip = self._ids[position]
        # The row may have been evicted from the cache while its title was being edited.
        clip_row = self._rows.get(clip)
        title = " ".join(str(value).split())
        if not title or (clip_row is not None and title == clip_row.title):
            return False
        self.title_edited.emit(clip, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.position(index) >= len(self._ids):
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction


_TEXT_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
    }
)
