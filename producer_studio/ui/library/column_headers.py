"""Column headers; a click sorts."""

from functools import partial

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec, SortOrder
from producer_studio.ui.clips.row_layout import compute_row_layout
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu

_ARROW_WIDTH = 16


class ColumnHeader(QAbstractButton):
    """Header of one column, with an arrow icon when the list is sorted by it."""

    def __init__(self, style: Style, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.spec = spec
        self._arrow = ""
        self.setProperty("ringRadius", 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_order(None)

    def show_order(self, descending: bool | None) -> None:
        """Shows the sort order; None when the list is sorted by another column."""
        self._arrow = "" if descending is None else "chevron-down" if descending else "chevron-up"
        order = {None: "", True: ", falling", False: ", rising"}[descending]
        self.setAccessibleName(f"Sort by {self.spec.label.lower()}{order}")
        self.setToolTip(f"Sort by {self.spec.label.lower()}")
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._style.font(11)).horizontalAdvance(self.spec.label)
        return QSize(round(width) + _ARROW_WIDTH, self._style.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._style.font(11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._style.theme.text1 if self.underMouse() else self._style.theme.text3)
        base = (self.height() + metrics.capHeight()) / 2
        painter.drawText(QPointF(0, base), self.spec.label)
        if self._arrow:
            left = metrics.horizontalAdvance(self.spec.label) + 2
            icon = self._style.pixmap(self._arrow, "text3", 12)
            painter.drawPixmap(QPointF(left, (self.height() - 12) / 2), icon)
        painter.end()


class ColumnHeaders(QWidget):
    """Row of column headers.

    Signals:
        sort_changed: The user chose another order.
    """

    sort_changed = Signal(SortOrder)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._sort = SortOrder()
        self._headers = [ColumnHeader(style, spec, self) for spec, _ in LIST_COLUMNS]
        for head in self._headers:
            head.clicked.connect(lambda _on=False, head=head: self._on_clicked(head.spec))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._position_headers)
        self._show_sort()

    @property
    def sort(self) -> SortOrder:
        return self._sort

    def add_sort_actions(self, menu: Menu) -> None:
        """Adds the sort orders to a menu; choosing the current one again reverses it.

        Used by views without headers.
        """
        for spec, _ in LIST_COLUMNS:
            if spec.sort is None:
                continue
            chosen = spec.name == self._sort.by
            order = ", falling" if self._sort.descending else ", rising"
            menu.add_item(
                f"{spec.label}{order if chosen else ''}",
                partial(self._on_clicked, spec),
                checked=chosen,
            )

    def set_sort(self, sort: SortOrder) -> None:
        self._sort = sort
        self._show_sort()

    def sizeHint(self) -> QSize:
        return QSize(300, self._style.px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_headers()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._style.theme.line)
        painter.end()

    def _position_headers(self) -> None:
        layout = compute_row_layout(self.width(), self._style.text_scale)
        for head in self._headers:
            head.setVisible(layout.left(head.spec.name) is not None)
            if not head.isHidden():
                size = head.sizeHint()
                left = round(layout.text_left(head.spec, size.width() - _ARROW_WIDTH))
                head.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
        self.updateGeometry()

    def _show_sort(self) -> None:
        for head in self._headers:
            # The default order has no mark.
            own = head.spec.name == self._sort.by and self._sort != SortOrder()
            head.show_order(self._sort.descending if own else None)

    def _on_clicked(self, spec: FieldSpec) -> None:
        if spec.sort is None:
            return
        again = spec.name == self._sort.by
        descending = not self._sort.descending if again else spec.sort.descending_first
        self.set_sort(SortOrder(spec.name, descending))
        self.sort_changed.emit(self._sort)
