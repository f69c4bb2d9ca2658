"""Table model of the clips: ids for all, row values for the visible ones."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
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

from producer_studio.domain.clip_list import ClipList, RowKey
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.group_row import GroupRow, build_group_row
from producer_studio.ui.clips.list_columns import ListColumns
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.library.open_groups import OpenGroups
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.list_diff import diff_lists
from producer_studio.ui.widgets.lru_cache import LruCache

Index = QModelIndex | QPersistentModelIndex

MAX_CACHED_ROWS = 512
"""Cached rows, some 10 kB each with their clip's lyrics, recipe and peaks: many screenfuls."""

_MAX_INCREMENTAL_CHANGES = 400
_MAX_REQUESTS = 96
_READ_AHEAD = 24


class ClipTable(QAbstractTableModel):
    """Table model of clips and groups of takes; the grid has several per row, the list one.

    A position in the list is row * `clips_per_row` + column. An open group is followed by its
    takes.

    Attributes:
        open_groups: Groups that are open; change them with `set_open`.
        selected_take: The take that is selected alone; None for none.

    Signals:
        rows_requested: Rows are needed that are not cached; at most once per turn of the event
            loop.
        title_edited: The user typed a new title (ids, title).
    """

    rows_requested = Signal()
    title_edited = Signal(object, str)

    def __init__(self, parent: QObject | None = None, columns: ListColumns | None = None) -> None:
        super().__init__(parent)
        self._columns = columns or ListColumns(self)
        self.open_groups = OpenGroups()
        self.selected_take: ClipId | None = None
        self._listed = ClipList()
        self._ids: Sequence[RowKey] = ()
        self._takes: dict[RowKey, RowKey] = {}
        self._rows_by_clip: dict[RowKey, RowKey] = {}
        self._clips_per_row = 1
        self._stale: set[ClipId] = set()
        self._rows: LruCache[ClipId, ClipRow] = LruCache(
            MAX_CACHED_ROWS, on_evicted=self._stale.discard
        )
        self._requests: OrderedDict[ClipId, int] = OrderedDict()
        self._next_turn = Debounce(self.rows_requested.emit, 0, self, restarts=False)

    @property
    def ids(self) -> Sequence[RowKey]:
        """The rows: clips, and groups of takes."""
        return self._ids

    @property
    def listed(self) -> ClipList:
        """The list without regard to open groups."""
        return self._listed

    @property
    def clips_per_row(self) -> int:
        return self._clips_per_row

    def set_clips_per_row(self, count: int) -> None:
        """Sets the number of clips per row."""
        if count != self._clips_per_row:
            self.beginResetModel()
            self._clips_per_row = max(1, count)
            self.endResetModel()

    def set_list(self, listed: ClipList) -> None:
        """Shows another list; a small change preserves scroll position and selection."""
        known, arrived = self._listed.groups, self.open_groups.arrived
        for key in listed.groups.keys() - known.keys() if arrived else ():
            if not arrived.isdisjoint(listed.groups[key]):
                self.open_groups.set_open(key, is_open=True)
                arrived.difference_update(listed.groups[key])
        self._listed = listed
        # The first of the items that have the same clip.
        self._rows_by_clip = {clip: row for row, clip in reversed(list(listed.items.items()))}
        self._set_rows(self._visible_rows())
        self.repaint_rows(None)

    def set_open(self, group: RowKey, *, is_open: bool) -> None:
        """Opens or closes a group."""
        self.open_groups.set_open(group, is_open=is_open)
        self._set_rows(self._visible_rows())
        self.repaint_rows(None)

    def _visible_rows(self) -> Sequence[RowKey]:
        rows, groups = self._listed.rows, self._listed.groups
        opened = {key for key in self.open_groups if key in groups}
        self._takes = {clip: key for key in opened for clip in groups[key]}
        if not opened:
            return rows
        visible: list[RowKey] = []
        done = 0
        for place in [place for place, row in enumerate(rows) if row in opened]:
            visible += rows[done : place + 1]
            visible += groups[rows[place]]
            done = place + 1
        visible += rows[done:]
        return visible

    def _set_rows(self, ids: Sequence[RowKey]) -> None:
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

    def id_at(self, index: Index) -> RowKey | None:
        position = self.position(index)
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def takes_of(self, row: RowKey | None) -> tuple[ClipId, ...]:
        """Returns the takes of a group; empty for a clip."""
        return () if row is None else self._listed.groups.get(row, ())

    def group_of(self, row: RowKey | None) -> RowKey | None:
        """Returns the group that a row is, or is a take of; None for other clips."""
        if row is None:
            return None
        return row if row in self._listed.groups else self._takes.get(row)

    def is_group(self, position: int) -> bool:
        """Whether the row at a position is a group."""
        return bool(self.takes_of(self._ids[position]))

    def is_take(self, row: RowKey) -> bool:
        """Whether a row is a take below its open group."""
        return row in self._takes

    def clips_of(self, rows: Sequence[RowKey]) -> list[ClipId]:
        """Returns the clips of rows, each once: those of a group are its takes."""
        clips = self._listed.clips_of(rows)
        # Takes are rows as well only below an open group, and items may have the same clip.
        return list(dict.fromkeys(clips)) if self._takes or self._listed.items else clips

    def clip_of(self, row: RowKey) -> ClipId:
        """Returns the clip of a row that is no group."""
        return self._listed.items.get(row, ClipId(row))

    def rows_in_selection(self, selection: QItemSelection) -> list[RowKey]:
        """Returns the rows of a selection in the list's order; fast for long ranges of rows."""
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

    def find_position(self, clip: RowKey, near: int = 0) -> int | None:
        """Returns the position of a row, or of the first item of a clip.

        Searches near `near` first, then everywhere.
        """
        clip = self._rows_by_clip.get(clip, clip)
        low = max(0, near - 8)
        for place in range(low, min(len(self._ids), near + 9)):
            if self._ids[place] == clip:
                return place
        try:
            return self._ids.index(clip)
        except ValueError:
            return None

    def find_shown(self, clip: ClipId, near: int = 0) -> int | None:
        """Returns the position of a clip, or of the closed group that has it."""
        place = self.find_position(clip, near)
        if place is None:
            group = self._listed.find_group(clip)
            place = None if group is None else self.find_position(group, near)
        return place

    def neighbour(self, clip: ClipId, step: int, near: int) -> ClipId | None:
        """Returns the next (1) or previous (-1) clip, also in closed groups; None at the ends."""
        place = self.find_shown(clip, near)
        if place is None:
            return None
        takes = self.takes_of(self._ids[place])
        if takes:
            at = takes.index(clip) + step
            if 0 <= at < len(takes):
                return takes[at]
        place += step
        if 0 <= place < len(self._ids) and self._ids[place] in self.open_groups:
            place += step
        if not 0 <= place < len(self._ids):
            return None
        return self.clips_of([self._ids[place]])[0 if step > 0 else -1]

    def clip_row(self, position: int) -> ClipRow | None:
        """Returns the cached row of a clip; requests it if it is missing or stale."""
        return self._request_row(self.clip_of(self._ids[position]), position)

    def group_row(self, position: int) -> GroupRow | None:
        """Returns the row of a group; requests those of its takes that are missing or stale."""
        key = self._ids[position]
        takes = [self._request_row(clip, position) for clip in self.takes_of(key)]
        found = [row for row in takes if row is not None]
        if len(found) < len(takes) or not found:
            return None
        return build_group_row(found, is_open=key in self.open_groups, selected=self.selected_take)

    def _request_row(self, clip: ClipId, position: int) -> ClipRow | None:
        clip_row = self._rows.get(clip)
        if clip_row is None or clip in self._stale:
            self._requests[clip] = position
            self._requests.move_to_end(clip)
            self._next_turn.trigger()
        return clip_row

    def cached_row(self, clip: RowKey) -> ClipRow | None:
        return self._rows.get(self.clip_of(clip))

    def up_to_date_ids(self) -> frozenset[ClipId]:
        """Returns the clips whose cached rows are not stale."""
        return frozenset(self._rows.keys() - self._stale)

    @property
    def has_requests(self) -> bool:
        return bool(self._requests)

    def pop_requests(self) -> list[ClipId]:
        """Returns and clears the latest requests, with some neighbours for scrolling."""
        latest = list(self._requests.items())[-_MAX_REQUESTS:]
        self._requests.clear()
        if not latest:
            return []
        ids = {clip: None for clip, _ in latest}
        places = [place for _, place in latest]
        for place in (
            *range(max(places) + 1, max(places) + 1 + _READ_AHEAD),
            *range(max(0, min(places) - _READ_AHEAD // 2), min(places)),
        ):
            if place < len(self._ids):
                near = self.clips_of([self._ids[place]])
                ids.update((clip, None) for clip in near if clip not in self._rows)
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
        if self.is_group(position):
            return _group_text(self.group_row(position), role)
        clip_row = self.clip_row(position)
        if clip_row is None:
            return ""
        if role == Qt.ItemDataRole.EditRole:
            return clip_row.song_title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return clip_row.spoken_with(self._columns.spoken)
        if role == Qt.ItemDataRole.ToolTipRole:
            return clip_row.media_message or clip_row.clip.sound[:600]
        return clip_row.title

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401
        position = self.position(index)
        if role != Qt.ItemDataRole.EditRole or not 0 <= position < len(self._ids):
            return False
        clips = self.clips_of([self._ids[position]])
        # The row may have been evicted from the cache while its title was being edited.
        known = [clip_row for clip in clips if (clip_row := self._rows.get(clip)) is not None]
        title = " ".join(str(value).split())
        if not title or (known and all(title == clip_row.song_title for clip_row in known)):
            return False
        self.title_edited.emit(clips, title)
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


def _group_text(group: GroupRow | None, role: int) -> str:
    if group is None:
        return ""
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return group.accessible_text
    if role == Qt.ItemDataRole.ToolTipRole:
        return group.takes[0].clip.sound[:600]
    return group.title
