"""The list of clips as Qt sees it: ids for all, faces for the few that were looked at."""

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
    QTimer,
    Signal,
)

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import RowFace
from producer_studio.ui.library.list_diff import splice

Index = QModelIndex | QPersistentModelIndex

FACES_KEPT = 512
"""Rows kept ready, some 10 kB each with their clip's lyrics, recipe and peaks: many screenfuls."""

_FEW = 400
_WANTED_AT_ONCE = 96
_AHEAD = 24


class ClipTable(QAbstractTableModel):
    """A position in the list is row * across + column; `across` is 1 except in the grid.

    Signals:
        wanted: Faces were asked for that are not there; at most once a turn of the loop.
        renamed: The user typed a new title (id, title).
    """

    wanted = Signal()
    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[ClipId] = ()
        self._across = 1
        self._faces: OrderedDict[ClipId, RowFace] = OrderedDict()
        self._stale: set[ClipId] = set()
        self._wanted: OrderedDict[int, ClipId] = OrderedDict()
        self._asked = QTimer(self, singleShot=True, interval=0)
        self._asked.timeout.connect(self.wanted)

    @property
    def ids(self) -> Sequence[ClipId]:
        return self._ids

    @property
    def across(self) -> int:
        return self._across

    def set_across(self, across: int) -> None:
        """How many clips stand beside each other."""
        if across != self._across:
            self.beginResetModel()
            self._across = max(1, across)
            self.endResetModel()

    def set_ids(self, ids: Sequence[ClipId]) -> None:
        """Shows another list; a small change keeps scroll position and selection."""
        change = splice(self._ids, ids)
        if not change.removed and not change.inserted:
            return
        small = change.removed <= _FEW and change.inserted <= _FEW
        if self._across > 1 or not self._ids or not small:
            self.beginResetModel()
            self._ids = ids
            self._wanted.clear()
            self.endResetModel()
            return
        self._wanted.clear()
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
        return index.row() * self._across + index.column()

    def index_of(self, position: int) -> QModelIndex:
        return self.index(position // self._across, position % self._across)

    def id_at(self, index: Index) -> ClipId | None:
        position = self.position(index)
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def between(self, selection: QItemSelection) -> list[ClipId]:
        """The clips of a selection in the list's order; fast for long ranges of rows."""
        parts = sorted(selection.toList(), key=lambda part: part.top())
        if self._across == 1:
            return [clip for part in parts for clip in self._ids[part.top() : part.bottom() + 1]]
        places = sorted(
            row * self._across + column
            for part in parts
            for row in range(part.top(), part.bottom() + 1)
            for column in range(part.left(), part.right() + 1)
        )
        return [self._ids[place] for place in places if place < len(self._ids)]

    def find(self, clip: ClipId, near: int = 0) -> int | None:
        """A clip's position; looks near a guess first, then everywhere."""
        low = max(0, near - 8)
        for place in range(low, min(len(self._ids), near + 9)):
            if self._ids[place] == clip:
                return place
        try:
            return self._ids.index(clip)
        except ValueError:
            return None

    def face(self, position: int) -> RowFace | None:
        """What is known for painting; asks for what is missing or stale."""
        clip = self._ids[position]
        face = self._faces.get(clip)
        if face is None or clip in self._stale:
            self._wanted[position] = clip
            self._wanted.move_to_end(position)
            if not self._asked.isActive():
                self._asked.start()
        if face is not None:
            self._faces.move_to_end(clip)
        return face

    def known(self, clip: ClipId) -> RowFace | None:
        return self._faces.get(clip)

    def up_to_date(self) -> frozenset[ClipId]:
        """The clips whose faces need not be read."""
        return frozenset(self._faces.keys() - self._stale)

    @property
    def is_wanting(self) -> bool:
        return bool(self._wanted)

    def take_wanted(self) -> list[ClipId]:
        """The latest wishes, with some neighbours in the direction of reading; forgets older."""
        wishes = list(self._wanted.items())[-_WANTED_AT_ONCE:]
        self._wanted.clear()
        if not wishes:
            return []
        ids = {clip: None for _, clip in wishes}
        places = [place for place, _ in wishes]
        for place in (
            *range(max(places) + 1, max(places) + 1 + _AHEAD),
            *range(max(0, min(places) - _AHEAD // 2), min(places)),
        ):
            if place < len(self._ids) and self._ids[place] not in self._faces:
                ids.setdefault(self._ids[place], None)
        return list(ids)

    def put(self, faces: Iterable[RowFace]) -> None:
        """Keeps faces that were read and repaints their rows."""
        fresh = {face.id: face for face in faces}
        self._stale.difference_update(fresh)
        for clip, face in fresh.items():
            self._faces[clip] = face
            self._faces.move_to_end(clip)
        while len(self._faces) > FACES_KEPT:
            self._stale.discard(self._faces.popitem(last=False)[0])
        self.touch(fresh)

    def mark_stale(self, clips: Iterable[ClipId] | None = None) -> None:
        """Reads these again when they are next painted (all of them for None)."""
        affected = self._faces.keys() if clips is None else self._faces.keys() & set(clips)
        self._stale.update(affected)
        self.touch(None if clips is None else set(affected))

    def touch(self, clips: Iterable[ClipId] | None) -> None:
        """Repaints; the view asks again for what it shows and nothing else."""
        if not self._ids or (clips is not None and not clips):
            return
        # Where the clips stand is not looked up: to repaint a screenful costs less.
        self.dataChanged.emit(
            self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else -(-len(self._ids) // self._across)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else self._across

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        position = self.position(index)
        if not index.isValid() or position >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.UserRole:
            return self._ids[position]
        if role not in _TEXTS:
            return None
        face = self.face(position)
        if face is None:
            return ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return face.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return face.note or face.clip.sound[:600]
        return face.title

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401
        position = self.position(index)
        if role != Qt.ItemDataRole.EditRole or not 0 <= position < len(self._ids):
            return False
        clip = self._ids[position]
        # The row may have been scrolled out of the cache while its title was being typed.
        face = self._faces.get(clip)
        title = " ".join(str(value).split())
        if not title or (face is not None and title == face.title):
            return False
        self.renamed.emit(clip, title)
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


_TEXTS = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
    }
)
