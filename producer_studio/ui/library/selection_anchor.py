"""Keeps the eye where it was while the list under it changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint

from producer_studio.domain.ids import ClipId

if TYPE_CHECKING:
    from producer_studio.ui.library.clip_view import ClipView

_REMEMBERED = 200


class Anchor:
    """Restores selection and scroll position around a change of the list's ids.

    The topmost visible clip stays where it is, unless the list stood at its very top: there new
    clips are meant to be seen.
    """

    def __init__(self, view: "ClipView") -> None:
        self._view = view
        self.holds = False

    @contextmanager
    def held(self, *, same_list: bool) -> Iterator[None]:
        view = self._view
        chosen, current = view.chosen(), view.current()
        place = view.table.find(chosen[0], view.currentIndex().row()) if chosen else None
        top, offset = self._top()
        self.holds = True
        try:
            yield
            self._select(chosen[:_REMEMBERED], current)
            if same_list and place is not None and not view.chosen():
                self._select_at(place)
        finally:
            self.holds = False
        if not same_list:
            view.scrollToTop()
        elif top is not None:
            self._scroll(top, offset)
        if view.chosen() != chosen:
            view.picked.emit(view.chosen())

    def _top(self) -> tuple[ClipId | None, int]:
        view = self._view
        index = view.indexAt(QPoint(view.viewport().width() // 2, 0))
        if not index.isValid() or view.verticalScrollBar().value() == 0:
            return None, 0
        return view.table.id_at(index), view.visualRect(index).top()

    def _scroll(self, top: ClipId, offset: int) -> None:
        view = self._view
        place = view.table.find(top, view.rowAt(0))
        if place is None:
            return
        # The bar's range is only brought up to date by the next layout.
        view.updateGeometries()
        bar = view.verticalScrollBar()
        row = view.table.index_of(place).row()
        bar.setValue(row * view.verticalHeader().defaultSectionSize() - offset)

    def _select_at(self, place: int) -> None:
        """What was selected is gone: the clip that took its place is next in hand."""
        count = len(self._view.table.ids)
        if count:
            self._view.setCurrentIndex(self._view.table.index_of(min(place, count - 1)))

    def _select(self, chosen: list[ClipId], current: ClipId | None) -> None:
        view = self._view
        model = view.selectionModel()
        if view.chosen() == chosen:
            return
        selection = QItemSelection()
        places = [view.table.find(clip) for clip in chosen]
        for place in places:
            if place is not None:
                index = view.table.index_of(place)
                selection.select(index, index)
        if selection.isEmpty():
            return
        kept = QItemSelectionModel.SelectionFlag.ClearAndSelect
        model.select(selection, kept)
        at = view.table.find(current) if current is not None else None
        index = view.table.index_of(at) if at is not None else QModelIndex()
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
