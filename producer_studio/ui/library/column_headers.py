"""The columns' names; a click sorts."""

from functools import partial

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.studio.clips import Sort, SortKey
from producer_studio.ui.library.row_layout import Column, row_layout
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.menu import Menu

_KEYS = {
    Column.TITLE: SortKey.TITLE,
    Column.MODEL: SortKey.MODEL,
    Column.LENGTH: SortKey.LENGTH,
    Column.RATING: SortKey.RATING,
    Column.ADDED: SortKey.ADDED,
}
# What is wanted first: the newest, the longest and the best, but words from A.
_FALLING_FIRST = frozenset({Column.LENGTH, Column.RATING, Column.ADDED})


class Head(QAbstractButton):
    """One column's name, with the arrow of its order when the list is sorted by it."""

    def __init__(self, look: Look, column: Column, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.column = column
        self._arrow = ""
        self.setProperty("ringRadius", 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_order(None)

    def show_order(self, descending: bool | None) -> None:
        """Shows which way the list runs; None when it is sorted by another column."""
        self._arrow = "" if descending is None else "chevron-down" if descending else "chevron-up"
        order = {None: "", True: ", falling", False: ", rising"}[descending]
        self.setAccessibleName(f"Sort by {self.column.label.lower()}{order}")
        self.setToolTip(f"Sort by {self.column.label.lower()}")
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._look.font(11)).horizontalAdvance(self.column.label)
        return QSize(round(width) + 16, self._look.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._look.font(11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._look.theme.text1 if self.underMouse() else self._look.theme.text3)
        base = (self.height() + metrics.capHeight()) / 2
        painter.drawText(QPointF(0, base), self.column.label)
        if self._arrow:
            left = metrics.horizontalAdvance(self.column.label) + 2
            icon = self._look.pixmap(self._arrow, "text3", 12)
            painter.drawPixmap(QPointF(left, (self.height() - 12) / 2), icon)
        painter.end()


class ColumnHeads(QWidget):
    """Signals:
    sorted_by: The user wants another order.
    """

    sorted_by = Signal(Sort)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._sort = Sort()
        self._heads = [Head(look, column, self) for column in Column]
        for head in self._heads:
            head.clicked.connect(lambda _on=False, head=head: self._on_clicked(head.column))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._place)
        self._show_sort()

    @property
    def sort(self) -> Sort:
        return self._sort

    def fill_menu(self, menu: Menu) -> None:
        """Offers the same orders where the heads have no place: choosing one again reverses it."""
        for column, key in _KEYS.items():
            chosen = key is self._sort.key
            order = ", falling" if self._sort.descending else ", rising"
            menu.add(
                f"{column.label}{order if chosen else ''}",
                partial(self._on_clicked, column),
                checked=chosen,
            )

    def set_sort(self, sort: Sort) -> None:
        self._sort = sort
        self._show_sort()

    def sizeHint(self) -> QSize:
        return QSize(300, self._look.px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.theme.line)
        painter.end()

    def _place(self) -> None:
        layout = row_layout(self.width(), self._look.text_scale)
        for head in self._heads:
            left = layout.left(head.column)
            head.setVisible(left is not None)
            if left is not None:
                size = head.sizeHint()
                head.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
        self.updateGeometry()

    def _show_sort(self) -> None:
        for head in self._heads:
            # The usual order needs no mark.
            own = _KEYS[head.column] is self._sort.key and self._sort != Sort()
            head.show_order(self._sort.descending if own else None)

    def _on_clicked(self, column: Column) -> None:
        key = _KEYS[column]
        again = key is self._sort.key
        descending = not self._sort.descending if again else column in _FALLING_FIRST
        self.set_sort(Sort(key, descending))
        self.sorted_by.emit(self._sort)
