"""Row above the list: tabs of the lists, grouping, order and list or grid."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.clips.row_layout import MARGIN
from producer_studio.ui.library.column_headers import ColumnHeaders
from producer_studio.ui.library.group_button import GroupTakesButton
from producer_studio.ui.library.list_tabs import ListTabs
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.menu import Menu


class ListHeader(QWidget):
    """Tabs at the left, and buttons that arrange the list at the right.

    Args:
        headers: Column headers, whose orders the sort button offers in the grid.

    Signals:
        grid_chosen: Show cards (True) or rows.
        groups_takes_changed: Whether the takes of a press are one group.
    """

    grid_chosen = Signal(bool)
    groups_takes_changed = Signal(bool)

    def __init__(self, style: Style, headers: ColumnHeaders, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._headers = headers
        self.tabs = ListTabs(style, self)
        self.group_button = GroupTakesButton(style, self)
        self.list_button = IconButton(
            style, "list", tr("Show as list"), self, checkable=True, box=26
        )
        self.grid_button = IconButton(
            style, "grid-2x2", tr("Show as grid"), self, checkable=True, box=26
        )
        self.sort_button = IconButton(style, "arrow-up-down", tr("Sort clips"), self, box=26)
        self.sort_button.hide()
        self.list_button.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 14, MARGIN, 9)
        row.setSpacing(6)
        row.addWidget(self.tabs, 1)
        row.addWidget(self.group_button)
        row.addWidget(self.sort_button)
        for button, grid in ((self.list_button, False), (self.grid_button, True)):
            button.toggled.connect(lambda _checked, grid=grid: self.grid_chosen.emit(grid))
            row.addWidget(button)
        self.sort_button.clicked.connect(self._on_sort_button_clicked)
        self.group_button.toggled.connect(self.groups_takes_changed)
        style.changed.connect(self._fit)

    def show_grid(self, *, grid: bool) -> None:
        """Checks the button of cards or rows; cards have no column headers to sort by."""
        set_checked(self.list_button, not grid)
        set_checked(self.grid_button, grid)
        self.sort_button.setVisible(grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.group_button.fit(self.width())

    def _on_sort_button_clicked(self) -> None:
        menu = Menu(self._style, self, name=tr("Sort"))
        self._headers.add_sort_actions(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.sort_button.mapToGlobal(self.sort_button.rect().bottomLeft()))
