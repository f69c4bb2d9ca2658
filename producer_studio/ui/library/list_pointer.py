"""Mouse pointer over the clip list: the clip and the part of its row below it."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QTableView

from producer_studio.domain.clip_list import RowKey
from producer_studio.ui.clips.row_layout import RowPart
from producer_studio.ui.library.clip_delegate import HoverState
from producer_studio.ui.library.clip_table import ClipTable

PartAt = Callable[[QRect, QPoint, int], tuple[RowPart, int]]
"""Returns the part at a point of the row or card at a position, and for the stars which one."""


class ListPointer(QObject):
    """Finds what is below the pointer, and repaints the rows when `hover` changes.

    Args:
        part_at: Finds the part of a row; of a card while the list is a grid.
    """

    def __init__(self, view: QTableView, table: ClipTable, part_at: PartAt) -> None:
        super().__init__(view)
        self.hover = HoverState()
        self._view = view
        self._table = table
        self._part_at = part_at
        view.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def hit_test(self, point: QPoint) -> tuple[RowPart, int, RowKey | None]:
        """Returns part, star and row at a point of the viewport; no row between them."""
        index = self._view.indexAt(point)
        if not index.isValid() or self._table.id_at(index) is None:
            return RowPart.ROW, 0, None
        position = self._table.position(index)
        part, star = self._part_at(self._view.visualRect(index), point, position)
        return part, star, self._table.id_at(index)

    def move_to(self, point: QPoint | None) -> None:
        """Marks what is below a point of the viewport; None when the pointer has left."""
        hover = self.hover
        index = self._view.indexAt(point) if point is not None else QModelIndex()
        position = self._table.position(index) if index.isValid() else -1
        part, star = RowPart.ROW, 0
        if point is not None and 0 <= position < len(self._table.ids):
            part, star = self._part_at(self._view.visualRect(index), point, position)
        if (position, part, star) == (hover.position, hover.part, hover.star):
            return
        boxes = [self._row_rect(hover.position), self._row_rect(position)]
        hover.position, hover.part, hover.star = position, part, star
        for box in boxes:
            self._view.viewport().update(box)

    def _row_rect(self, position: int) -> QRect:
        if not 0 <= position < len(self._table.ids):
            return QRect()
        return self._view.visualRect(self._table.index_of(position))

    def _on_scrolled(self) -> None:
        if self._view.underMouse():
            self.move_to(self._view.viewport().mapFromGlobal(QCursor.pos()))
