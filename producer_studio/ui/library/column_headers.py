"""Row of column headings: sorts, moves, resizes and chooses columns."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec, SortOrder
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.list_columns import TITLE, ColumnArrangement, ListColumns
from producer_studio.ui.clips.row_layout import RowLayout, compute_row_layout
from producer_studio.ui.library.column_header import ARROW_WIDTH, PAD, ColumnHeader
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.menu import Menu

_BUTTON_BOX = 18
_MENU_STEP = 24
_SPECS = {spec.name: spec for spec, _ in LIST_COLUMNS}
_MOVES = (
    (mark("Move {column} to the left"), -1, "Alt+Left"),
    (mark("Move {column} to the right"), 1, "Alt+Right"),
)
_WIDTH_CHANGES = (
    (mark("Make {column} wider"), _MENU_STEP, "Alt+Shift+Left"),
    (mark("Make {column} narrower"), -_MENU_STEP, "Alt+Shift+Right"),
)
_ORDERS = {True: mark("{column}, falling"), False: mark("{column}, rising")}


class ColumnHeaders(QWidget):
    """Headings of the shown columns, and the menu in which columns are chosen.

    Attributes:
        columns: The arrangement that the headings change.

    Signals:
        sort_changed: The user chose another order.
    """

    sort_changed = Signal(SortOrder)

    def __init__(self, style: Style, columns: ListColumns, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.columns = columns
        self._sort = SortOrder()
        self._width_before = 0
        # Created when their column is shown for the first time: most never are.
        self._by_name: dict[str, ColumnHeader] = {}
        self._marker = QWidget(self)
        self._marker.setProperty("surface", "accent")
        self._marker.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._marker.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._marker.hide()
        self.menu_button = IconButton(
            style, "ellipsis", tr("Choose columns"), self, role="text3", size=12, box=_BUTTON_BOX
        )
        self.menu_button.clicked.connect(self._on_menu_button_clicked)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._position_headers)
        columns.changed.connect(self._position_headers)

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
            order = _ORDERS[self._sort.descending]
            text = tr(order, column=spec.label) if chosen else tr(spec.label)
            menu.add_item(text, partial(self._on_clicked, spec), checked=chosen)

    def set_sort(self, sort: SortOrder) -> None:
        self._sort = sort
        self._show_sort()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_headers()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._style.theme.line)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.childAt(event.pos())
        self._open_menu(event.globalPos(), place if isinstance(place, ColumnHeader) else None)

    def fill_menu(self, menu: Menu, head: ColumnHeader | None) -> None:
        """Adds what can be done with a heading's column, and the columns to choose from."""
        if head is not None and head.spec.name != TITLE:
            name, label = head.spec.name, head.spec.heading
            for text, step, keys in _MOVES:
                menu.add_item(
                    tr(text, column=label),
                    partial(self._step, name, step),
                    shortcut=native_keys(keys),
                    enabled=self._neighbour(name, step) is not None,
                )
            for text, change, keys in _WIDTH_CHANGES:
                menu.add_item(
                    tr(text, column=label),
                    partial(self._add_width, name, change),
                    shortcut=native_keys(keys),
                )
            menu.addSeparator()
        visible = self._layout().columns
        names = {column.spec.name for column in visible}
        for spec, _ in LIST_COLUMNS:
            if spec.name != TITLE:
                fits = spec.name in names or self._fits(spec.name)
                menu.add_item(
                    tr(spec.heading),
                    partial(self._toggle, spec.name),
                    checked=spec.name in names,
                    enabled=fits,
                    reason="" if fits else tr("The list is too narrow for this column."),
                )
        menu.addSeparator()
        menu.add_item(tr("Reset columns"), self.columns.reset, icon="undo-2")

    def _ensure_header(self, name: str) -> ColumnHeader:
        """Returns the heading of a column; creates it on the first call."""
        if name in self._by_name:
            return self._by_name[name]
        spec = _SPECS[name]
        head = self._by_name[name] = ColumnHeader(self._style, spec, self)
        self._show_order(head)
        head.clicked.connect(lambda _on=False: self._on_clicked(spec))
        head.edge_pressed.connect(partial(self._on_edge_pressed, name))
        head.edge_dragged.connect(partial(self._on_edge_dragged, name))
        head.edge_double_clicked.connect(partial(self.columns.set_width, name))
        head.width_step_requested.connect(partial(self._add_width, name))
        head.dragged.connect(partial(self._on_dragged, head))
        head.dropped.connect(partial(self._on_dropped, head))
        head.drag_cancelled.connect(self._position_headers)
        head.step_requested.connect(partial(self._step, name))
        return head

    def _layout(self, arrangement: ColumnArrangement | None = None) -> RowLayout:
        shown = arrangement or self.columns.arrangement
        return compute_row_layout(self.width(), self._style.text_scale, shown)

    def _position_headers(self) -> None:
        self._marker.hide()
        layout = self._layout()
        placed = layout.columns
        height = self._style.px(20)
        edges = {column.spec.name: (column.left, column.right) for column in placed}
        edges[TITLE] = (layout.left(TITLE) or 0, placed[0].left if placed else self.width() - PAD)
        before: QWidget | None = None
        for name in (TITLE, *(column.spec.name for column in placed)):
            head = self._ensure_header(name)
            left, right = edges[name]
            text = layout.text_left(head.spec, head.text_width()) - left + PAD
            head.text_left = min(text, max(PAD, right - left - head.text_width() - ARROW_WIDTH))
            head.setGeometry(left - PAD, 0, right - left, height)
            head.show()
            if before is not None:
                QWidget.setTabOrder(before, head)
            before = head
        if before is not None:
            QWidget.setTabOrder(before, self.menu_button)
        for name, head in self._by_name.items():
            head.setVisible(name in edges)
        self.menu_button.move(self.width() - _BUTTON_BOX, (height - _BUTTON_BOX) // 2)
        self.setFixedHeight(height)

    def _show_sort(self) -> None:
        for head in self._by_name.values():
            self._show_order(head)

    def _show_order(self, head: ColumnHeader) -> None:
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

    def _on_edge_pressed(self, name: str) -> None:
        self._width_before = self.columns.arrangement.width(name)

    def _on_edge_dragged(self, name: str, distance: int) -> None:
        self._set_width(name, self._width_before + round(distance / self._style.text_scale))

    def _add_width(self, name: str, change: int) -> None:
        self._set_width(name, self.columns.arrangement.width(name) + change)

    def _set_width(self, name: str, width: int) -> None:
        # A wider column must not push others, or itself, out of the list.
        widest = self.columns.arrangement.width(name) + self._layout().spare_width
        self.columns.set_width(name, min(width, widest))

    def _visible_names(self) -> list[str]:
        return [column.spec.name for column in self._layout().columns]

    def _neighbour(self, name: str, step: int) -> str | None:
        """Returns the shown column beside another; None at the end."""
        names = self._visible_names()
        place = names.index(name) + step if name in names else -1
        return names[place] if 0 <= place < len(names) else None

    def _step(self, name: str, step: int) -> None:
        other = self._neighbour(name, step)
        if other is None:
            return
        self.columns.move(name, self.columns.arrangement.shown.index(other))
        names = self._visible_names()
        label, place = self._by_name[name].spec.label, names.index(name) + 2
        text = tr("{label}, column {number}", label=label, number=place)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _place_at(self, head: ColumnHeader, x: int) -> tuple[int, int]:
        """Returns where a dragged heading would be dropped.

        Returns:
            Its place among all chosen columns, and the left edge of the one right of it.
        """
        placed = [one for one in self._layout().columns if one.spec.name != head.spec.name]
        others = [name for name in self.columns.arrangement.shown if name != head.spec.name]
        for column in placed:
            if x < (column.left + column.right) / 2:
                return others.index(column.spec.name), column.left
        if not placed:
            return 0, self.width() - PAD
        return others.index(placed[-1].spec.name) + 1, placed[-1].right

    def _on_dragged(self, head: ColumnHeader, x: int) -> None:
        limit = self.width() - head.width()
        head.move(max(0, min(x - head.width() // 2, limit)), head.y())
        _, edge = self._place_at(head, x)
        self._marker.setGeometry(edge - PAD // 2 - 2, 0, 2, self.height())
        self._marker.show()
        self._marker.raise_()

    def _on_dropped(self, head: ColumnHeader, x: int) -> None:
        self.columns.move(head.spec.name, self._place_at(head, x)[0])
        self._position_headers()

    def _fits(self, name: str) -> bool:
        """Whether the list has room for a column, if need be in place of all others."""
        width = self.columns.arrangement.width(name)
        return self._layout(ColumnArrangement((name,), {name: width})).left(name) is not None

    def _toggle(self, name: str) -> None:
        if name in self._visible_names():
            self.columns.hide_column(name)
            return
        self.columns.show_column(name)
        names = self._visible_names()
        if name not in names:
            # The rightmost columns are those without room.
            self.columns.move(name, max(0, len(names) - 1))

    def _on_menu_button_clicked(self) -> None:
        self._open_menu(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()), None)

    def _open_menu(self, place: QPoint, head: ColumnHeader | None) -> None:
        menu = Menu(self._style, self, name=tr("Columns"))
        self.fill_menu(menu, head)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
