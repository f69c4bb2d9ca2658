"""Settings dialog."""

from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.page import SettingsContext, SettingsPage
from producer_studio.ui.settings.pages import load_pages
from producer_studio.ui.shortcuts.manual_page import set_manual_page
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.widgets.dialog import Dialog, create_scroll_area
from producer_studio.ui.widgets.focus_order import keep_focus_on_choice
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.screen_geometry import keep_on_screen
from producer_studio.ui.widgets.text_format import literal_text

PageT = TypeVar("PageT", bound=QWidget)

_SIZE = (780, 540)
_NAV_WIDTH = 168
_MANUAL_PAGE = "accounts"
"""Page of the manual where that of the settings has none."""


class SettingsDialog(Dialog):
    """Pages beside a list of their names; every change applies immediately.

    Signals:
        add_account_requested: Open the dialog that adds an account.
        demo_requested: Use Demo Studio.
        change_account_requested: Open the dialog that changes an account (name).
        library_requested: Close the library, and do what a `LibraryRequest` says.
        keys_requested: Open the list of all keys.
    """

    add_account_requested = Signal()
    demo_requested = Signal()
    change_account_requested = Signal(str)
    library_requested = Signal(object)
    keys_requested = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context.style, tr("Settings"), parent)
        self._context = SettingsContext(
            context,
            add_account=self.add_account_requested.emit,
            use_demo=self.demo_requested.emit,
            change_account=self.change_account_requested.emit,
            request_library=self.library_requested.emit,
            show_keys=self.keys_requested.emit,
        )  # fmt: skip
        self._stack = QStackedWidget(self)
        self._nav_buttons = QButtonGroup(self)
        self._nav_column = QVBoxLayout()
        self._nav_column.setContentsMargins(12, 8, 12, 8)
        self._nav_column.setSpacing(0)
        self._pages = load_pages()
        self._columns = [self._add_nav_entry(page) for page in self._pages]
        self._widgets: dict[type[QWidget], QWidget] = {}
        self._nav_column.addStretch(1)
        side = QWidget(self)
        side.setProperty("surface", "ground")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setLayout(self._nav_column)
        self._nav_panel = side
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(Hairline(self, vertical=True))
        row.addWidget(self._stack, 1)
        self._nav_buttons.idToggled.connect(self._on_nav_toggled)
        keep_focus_on_choice(self._nav_buttons)
        self._style.changed.connect(self._update_size)
        self._update_size()
        self.open_page("Accounts")

    def _update_size(self) -> None:
        self._nav_panel.setFixedWidth(self._style.px(_NAV_WIDTH))
        self.resize_within_screen(*_SIZE)
        keep_on_screen(self)

    def page(self, kind: type[PageT]) -> PageT:
        """The widget of a page by its class, created if it was not shown yet.

        Raises:
            StopIteration: No page is of this class.
        """
        if kind not in self._widgets:
            index = next(i for i, page in enumerate(self._pages) if page.kind is kind)
            self._create_page(index)
        widget = self._widgets[kind]
        assert isinstance(widget, kind)  # noqa: S101 - as declared
        return widget

    def open_page(self, name: str) -> None:
        """Shows a page by its title in English.

        Raises:
            StopIteration: There is no such page.
        """
        index = next(i for i, page in enumerate(self._pages) if page.title == name)
        button = self._nav_buttons.buttons()[index]
        button.setChecked(True)
        # The focus starts on the page, not on the first name.
        button.setFocus()

    def _on_nav_toggled(self, index: int, checked: bool) -> None:
        if checked:
            self._show_page(index)

    def _show_page(self, index: int) -> None:
        if self._pages[index].kind not in self._widgets:
            self._create_page(index)
        self._stack.setCurrentIndex(index)
        set_manual_page(self, self._pages[index].manual_page or _MANUAL_PAGE)

    def _create_page(self, index: int) -> None:
        page = self._pages[index]
        widget = page.create(self._context, self)
        self._widgets[page.kind] = widget
        for button in widget.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter presses the focused button only
        shown = create_scroll_area(widget, self) if page.scrolls else widget
        self._columns[index].addWidget(shown, 1)

    def _add_nav_entry(self, page: SettingsPage) -> QVBoxLayout:
        title = tr(page.title)
        button = QPushButton(literal_text(title), self)
        button.setProperty("role", "nav")
        button.setProperty("ringRadius", 6)
        button.setCheckable(True)
        button.setAutoExclusive(True)  # the group sees to it; this says so to screen readers
        button.setAccessibleName(title)
        self._style.set_icon(button, page.icon, "text2")
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(label(title, "title", frame))
        self._nav_buttons.addButton(button, self._stack.addWidget(frame))
        self._nav_column.addWidget(button)
        return column
