"""Table view of clips with their selection; a Fixed header for any number of rows."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from producer_studio.domain.clip_list import RowKey
from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.selection_anchor import SelectionAnchor

_DRAG_EVENTS = frozenset(
    {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop}
)
_CLEAR_AND_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect


class SelectableTable(QTableView):
    """Base of `ClipView`: selects clips by their ids.

    A Fixed vertical header makes every operation independent of the number of rows.

    Attributes:
        list_event_handler: Handles keys and drags before the view does; returns whether it has.

    Signals:
        selected_clips_changed: The selection changed (list of clips in the list's order).
        group_toggled: A group was opened or closed.
    """

    # As object: a list would be copied item by item, which grows with the selection.
    selected_clips_changed = Signal(object)
    group_toggled = Signal()

    def __init__(self, table: ClipTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self._anchor = SelectionAnchor(self)
        self.list_event_handler: Callable[[QEvent], bool] | None = None
        self.setModel(table)
        self.setAccessibleName(tr("Library"))
        self.setProperty("ringNone", True)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.hide()
        down.setMinimumSectionSize(24)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # Rows paint their own selection.
        self.setStyleSheet("QTableView { selection-background-color: transparent; }")

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and self._is_handled(event):
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        # Qt sends other events before the view is complete.
        if event.type() in _DRAG_EVENTS and self._is_handled(event):
            return True
        return super().viewportEvent(event)

    def _is_handled(self, event: QEvent) -> bool:
        return self.list_event_handler is not None and self.list_event_handler(event)

    def selected_rows(self) -> list[RowKey]:
        """Returns the selected rows, in the list's order."""
        return self.table.rows_in_selection(self.selectionModel().selection())

    def selected_ids(self) -> list[ClipId]:
        """Returns the selected clips, in the list's order; a group's takes are selected with it."""
        return self.table.clips_of(self.selected_rows())

    def chosen_ids(self) -> list[ClipId]:
        """Returns the selected clips; without any, those of the current row while it has focus."""
        selected, current = self.selected_ids(), self.current_row()
        if selected or current is None or not self.hasFocus():
            return selected
        return self.table.clips_of([current])

    def current_row(self) -> RowKey | None:
        index = self.currentIndex()
        return self.table.id_at(index) if index.isValid() else None

    def current_group(self) -> RowKey | None:
        """Returns the current row if it is a group."""
        row = self.current_row()
        return row if self.table.takes_of(row) else None

    def group_of_current(self) -> tuple[RowKey | None, GroupRow | None]:
        """Returns the group that the current row is, or is a take of, and its row once read."""
        group = self.table.group_of(self.current_row())
        place = None if group is None else self.table.find_position(group)
        return group, None if place is None else self.table.group_row(place)

    def set_group_open(self, group: RowKey, *, is_open: bool) -> None:
        """Opens or closes a group; a selected take of a closed one is replaced by the group."""
        takes = self.table.takes_of(group)
        if not takes or is_open == (group in self.table.open_groups):
            return
        if not is_open and not set(takes).isdisjoint(self.selected_rows()):
            self._select_row(group)
        with self._anchor.preserved_selection(same_list=True):
            self.table.set_open(group, is_open=is_open)
        place = self.table.find_position(group, max(0, self.currentIndex().row()))
        group_row = None if place is None else self.table.group_row(place)
        if group_row is not None:
            text = group_row.accessible_text
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        self.group_toggled.emit()

    def select_clip(self, clip: ClipId) -> bool:
        """Selects one clip and scrolls to it; selects none, and returns False, if it is not listed.

        Opens the group that it is in.
        """
        group = None if self.table.is_take(clip) else self.table.listed.find_group(clip)
        if group is not None:
            self.set_group_open(group, is_open=True)
        if self._select_row(clip):
            return True
        # Keys would act on another clip than the one that is shown elsewhere now.
        self.selectionModel().clear()
        return False

    def _select_row(self, row: RowKey) -> bool:
        place = self.table.find_position(row, max(0, self.currentIndex().row()))
        if place is None:
            return False
        index = self.table.index_of(place)
        # By default Qt adds to the selection, or removes from it, while Ctrl or Shift is held.
        self.selectionModel().setCurrentIndex(index, _CLEAR_AND_SELECT)
        self.scrollTo(index)
        return True

    def select_clips(self, clips: Sequence[ClipId]) -> None:
        """Selects clips of the list and scrolls to the first of them; nothing without any."""
        places = [place for clip in clips if (place := self.table.find_shown(clip)) is not None]
        if not places:
            return
        selection = QItemSelection()
        for place in places:
            index = self.table.index_of(place)
            selection.select(index, index)
        first = self.table.index_of(places[0])
        model = self.selectionModel()
        model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, _CLEAR_AND_SELECT)
        self.scrollTo(first)

    def select_first(self) -> None:
        """Selects the first clip of the list, if it has one, and scrolls to it."""
        if self.table.ids:
            self.selectionModel().setCurrentIndex(self.table.index_of(0), _CLEAR_AND_SELECT)
            self.scrollToTop()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        rows = self.selected_rows()
        take = ClipId(rows[0]) if len(rows) == 1 and self.table.is_take(rows[0]) else None
        if take != self.table.selected_take:
            self.table.selected_take = take
            self.table.repaint_rows(None)
        if not self._anchor.is_active:
            self.selected_clips_changed.emit(self.table.clips_of(rows))

    def moveCursor(  # noqa: N802 - Qt's name
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        # Qt's Home and End go to the first and last column, of which a list has one.
        count = len(self.table.ids)
        if count and action == QAbstractItemView.CursorAction.MoveHome:
            return self.table.index_of(0)
        if count and action == QAbstractItemView.CursorAction.MoveEnd:
            return self.table.index_of(count - 1)
        return super().moveCursor(action, modifiers)

    def selectionCommand(  # noqa: N802 - Qt's name
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        if not index.isValid() and isinstance(event, QMouseEvent):
            # A click on the empty background preserves the selection shown in the inspector.
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)
