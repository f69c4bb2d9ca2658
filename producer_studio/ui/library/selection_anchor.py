"""Preserves selection and scroll position while the list changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint

from producer_studio.domain.clip_list import RowKey

if TYPE_CHECKING:
    from producer_studio.ui.library.selectable_table import SelectableTable

_MAX_RESTORED = 200


class SelectionAnchor:
    """Restores selection and scroll position around a change of the list's ids.

    The topmost visible clip preserves its position, unless the list was scrolled to the very top:
    there new clips should be visible.
    """

    def __init__(self, view: "SelectableTable") -> None:
        self._view = view
        self.is_active = False

    @contextmanager
    def preserved_selection(self, *, same_list: bool) -> Iterator[None]:
        view = self._view
        chosen, current = view.selected_rows(), view.current_row()
        clips = view.table.clips_of(chosen)
        place = view.table.find_position(chosen[0], view.currentIndex().row()) if chosen else None
        top, offset = self._top_clip()
        self.is_active = True
        try:
            yield
            self._restore_selection(chosen[:_MAX_RESTORED], current)
            if same_list and place is not None and not view.selected_rows():
                self._select_at(place)
        finally:
            self.is_active = False
        if not same_list:
            view.scrollToTop()
        elif top is not None:
            self._scroll_to(top, offset)
        # Also without another selection, as more takes of a selected group are.
        if view.selected_ids() != clips:
            view.selected_clips_changed.emit(view.selected_ids())

    def _top_clip(self) -> tuple[RowKey | None, int]:
        view = self._view
        index = view.indexAt(QPoint(view.viewport().width() // 2, 0))
        if not index.isValid() or view.verticalScrollBar().value() == 0:
            return None, 0
        return view.table.id_at(index), view.visualRect(index).top()

    def _scroll_to(self, top: RowKey, offset: int) -> None:
        view = self._view
        place = view.table.find_position(top, view.rowAt(0))
        if place is None:
            return
        # The scroll bar's range is only updated by the next layout.
        view.updateGeometries()
        bar = view.verticalScrollBar()
        row = view.table.index_of(place).row()
        bar.setValue(row * view.verticalHeader().defaultSectionSize() - offset)

    def _select_at(self, position: int) -> None:
        """Selects the clip that replaced the removed selection."""
        count = len(self._view.table.ids)
        if count:
            self._view.setCurrentIndex(self._view.table.index_of(min(position, count - 1)))

    def _restore_selection(self, chosen: list[RowKey], current: RowKey | None) -> None:
        view = self._view
        model = view.selectionModel()
        if view.selected_rows() == chosen:
            return
        selection = QItemSelection()
        places = [view.table.find_position(clip) for clip in chosen]
        for place in places:
            if place is not None:
                index = view.table.index_of(place)
                selection.select(index, index)
        if selection.isEmpty():
            return
        kept = QItemSelectionModel.SelectionFlag.ClearAndSelect
        model.select(selection, kept)
        at = view.table.find_position(current) if current is not None else None
        index = view.table.index_of(at) if at is not None else QModelIndex()
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
