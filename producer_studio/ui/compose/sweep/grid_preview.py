"""Grid of a sweep before it is sent: a cell for each request, with its price."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.price import Price
from producer_studio.domain.sweep import Sweep
from producer_studio.translation import tr, tr_message
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area

_MAX_HEIGHT = 190
_COLUMN_WIDTH = 64
_LIST_COLUMNS = 3


class GridPreview(QFrame):
    """Shows the cells with their prices; those that the limits do not allow are told apart."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("surface", "card")
        self.setAccessibleName(tr("Grid of requests"))
        self.cells: list[QLabel] = []
        self._stretched = 0
        self._scroll = QScrollArea(self)
        self._inside = QWidget(self._scroll)
        set_up_scroll_area(self._inside, self._scroll)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(14, 10, 14, 10)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._scroll)

    def show_cells(self, sweep: Sweep, prices: Sequence[Price], allowed: int) -> None:
        """Shows the grid.

        Args:
            prices: The price of each cell; none while the axes are not valid.
            allowed: Number of cells that the limits allow, in their order.
        """
        self._clear()
        # Kept by the layout, although its cells are gone.
        self._grid.setColumnStretch(self._stretched, 0)
        if len(sweep.axes) > 1:
            self._fill_grid(sweep, prices, allowed)
        else:
            self._fill_list(sweep, prices, allowed)
        self._grid.invalidate()
        height = self._grid.totalSizeHint().height() + 4
        self.setVisible(bool(prices))
        self.setFixedHeight(min(height, self._style.px(_MAX_HEIGHT)))
        sent = min(allowed, len(prices))
        self.setAccessibleDescription(cells_text(sent, len(prices)))

    def _clear(self) -> None:
        self.cells = []
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _fill_grid(self, sweep: Sweep, prices: Sequence[Price], allowed: int) -> None:
        rows, columns = sweep.axes
        corner = label(tr(columns.label), "caption", self._inside)
        corner.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._add(corner, 0, 0)
        for number, value in enumerate(columns.values, 1):
            text = tr_message(columns.value_text(value))
            head = label(text, "label", self._inside)
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            head.setMinimumWidth(self._style.px(_COLUMN_WIDTH))
            self._add(head, 0, number)
        for number, value in enumerate(rows.values, 1):
            self._add(label(tr_message(rows.value_text(value)), "label", self._inside), number, 0)
        for index, price in enumerate(prices):
            cell = self._create_cell(sweep, index, price, allowed)
            cell.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            row, column = divmod(index, len(columns.values))
            self._add(cell, row + 1, column + 1)
        self._stretched = len(columns.values) + 1
        self._grid.setColumnStretch(self._stretched, 1)

    def _fill_list(self, sweep: Sweep, prices: Sequence[Price], allowed: int) -> None:
        for index, price in enumerate(prices):
            row, column = divmod(index, _LIST_COLUMNS)
            name = label(tr(sweep.take_text(index + 1)), "label", self._inside)
            self._add(name, row, 2 * column)
            self._add(self._create_cell(sweep, index, price, allowed), row, 2 * column + 1)

    def _add(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column)
        # The size of a hidden one does not count.
        widget.show()

    def _create_cell(self, sweep: Sweep, index: int, price: Price, allowed: int) -> QLabel:
        is_sent = index < allowed
        text = _short_price(price) if is_sent else "–"
        cell = label(text, "value" if is_sent else "secondary", self._inside)
        cell.setAccessibleName(
            f"{tr(sweep.take_text(index + 1))}: "
            f"{tr(price.text()) if is_sent else tr('not sent: a limit')}"
        )
        cell.setToolTip(tr(price.text()) if is_sent else tr("A limit is reached before this one"))
        self.cells.append(cell)
        return cell


def cells_text(allowed: int, cells: int) -> str:
    """Formats how many cells are sent, such as "4 of 9 cells within the limits"."""
    return tr("{allowed} of {cells} cells within the limits", allowed=allowed, cells=cells)


def _short_price(price: Price) -> str:
    """Returns such as "10", "≈ 9", or "?" for an unknown one."""
    if price.high is None:
        return "?"
    return f"{'≈ ' if price.is_learnt else ''}{format_shortest(price.high)}"
