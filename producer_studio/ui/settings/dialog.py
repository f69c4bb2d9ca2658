"""Settings dialog."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.ui.settings.pages.accounts import AccountsPage
from producer_studio.ui.settings.pages.appearance import AppearancePage
from producer_studio.ui.settings.pages.library import LibraryPage
from producer_studio.ui.settings.pages.sound import SoundPage
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Dialog, create_scroll_area
from producer_studio.ui.widgets.hairline import Hairline
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.literal_text import literal_text
from producer_studio.ui.widgets.screen_geometry import keep_on_screen

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.settings.pages.about import AboutPage
    from producer_studio.ui.settings.pages.export import ExportPage
    from producer_studio.ui.settings.pages.ledger import LedgerPage
    from producer_studio.ui.settings.pages.updates import UpdatesPage
    from producer_studio.ui.settings.pages.uploads import UploadsPage
    from producer_studio.ui.settings.pages.webhooks import WebhooksPage
    from producer_studio.ui.tasks import Tasks

_SIZE = (780, 540)
_NAV_WIDTH = 168


class SettingsDialog(Dialog):
    """Pages beside a list of their names; every change applies immediately.

    Signals:
        add_account_requested: Open the dialog that adds an account.
        demo_requested: Use Demo Studio.
        change_account_requested: Open the dialog that changes an account (name).
    """

    add_account_requested = Signal()
    demo_requested = Signal()
    change_account_requested = Signal(str)

    def __init__(
        self, studio: "Studio", style: Style, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(style, "Settings", parent)
        self._page_arguments = (studio, style, tasks)
        self.accounts = AccountsPage(studio, style, tasks, self)
        self.library = LibraryPage(studio, style, self)
        self.appearance = AppearancePage(studio, style, self)
        self.sound = SoundPage(studio, self)
        self._stack = QStackedWidget(self)
        self._nav_buttons = QButtonGroup(self)
        self._nav_column = QVBoxLayout()
        self._nav_column.setContentsMargins(12, 16, 12, 16)
        self._nav_column.setSpacing(2)
        self._lazy_pages: dict[int, tuple[QVBoxLayout, Callable[[], QWidget]]] = {}
        self._add_page("Accounts", "key-round", self.accounts, style)
        self._add_lazy_page("Credits", "coins", lambda: self.ledger, style)
        self._add_lazy_page("Uploads", "upload", lambda: self.uploads, style)
        self._add_lazy_page(
            "Webhooks", "link", lambda: create_scroll_area(self.webhooks, self), style
        )
        self._add_page("Library", "hard-drive", create_scroll_area(self.library, self), style)
        self._add_lazy_page(
            "Export", "download", lambda: create_scroll_area(self.export, self), style
        )
        self._add_page("Appearance", "sun", create_scroll_area(self.appearance, self), style)
        self._add_page("Sound", "headphones", create_scroll_area(self.sound, self), style)
        self._add_lazy_page("Updates", "rotate-cw", lambda: self.updates, style)
        self._add_lazy_page("About", "info", lambda: self.about, style)
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
        self._nav_buttons.idClicked.connect(self._show_page)
        self.accounts.add_requested.connect(self.add_account_requested)
        self.accounts.demo_requested.connect(self.demo_requested)
        self.accounts.change_requested.connect(self.change_account_requested)
        style.changed.connect(self._update_size)
        self._update_size()
        self.open_page("Accounts")

    def _update_size(self) -> None:
        self._nav_panel.setFixedWidth(self._style.px(_NAV_WIDTH))
        self.resize_within_screen(*_SIZE)
        keep_on_screen(self)

    @cached_property
    def about(self) -> "AboutPage":
        # Imported here for a faster start-up.
        from producer_studio.studio.bundled_components import BundledComponents
        from producer_studio.ui.settings.pages.about import AboutPage

        _, style, tasks = self._page_arguments
        return AboutPage(BundledComponents(), style, tasks, self)

    @cached_property
    def ledger(self) -> "LedgerPage":
        """Ledger page; created on first access."""
        from producer_studio.ui.settings.pages.ledger import LedgerPage  # start-up cost

        return LedgerPage(*self._page_arguments, self)

    @cached_property
    def uploads(self) -> "UploadsPage":
        from producer_studio.ui.settings.pages.uploads import UploadsPage  # start-up cost

        return UploadsPage(*self._page_arguments, self)

    @cached_property
    def export(self) -> "ExportPage":
        from producer_studio.ui.settings.pages.export import ExportPage  # start-up cost

        return ExportPage(self._page_arguments[0], self)

    @cached_property
    def updates(self) -> "UpdatesPage":
        from producer_studio.ui.settings.pages.updates import UpdatesPage  # start-up cost

        return UpdatesPage(*self._page_arguments, self)

    @cached_property
    def webhooks(self) -> "WebhooksPage":
        from producer_studio.ui.settings.pages.webhooks import WebhooksPage  # start-up cost

        studio, style, _ = self._page_arguments
        return WebhooksPage(studio, style, self)

    def open_page(self, name: str) -> None:
        """Shows a page by its name.

        Raises:
            StopIteration: There is no such page.
        """
        button = next(one for one in self._nav_buttons.buttons() if one.text() == name)
        button.setChecked(True)
        # The focus starts on the page, not on the first name.
        button.setFocus()
        self._show_page(self._nav_buttons.id(button))

    def _show_page(self, index: int) -> None:
        late = self._lazy_pages.pop(index, None)
        if late is not None:
            column, make = late
            column.addWidget(make(), 1)
        self._stack.setCurrentIndex(index)

    def _add_page(self, name: str, icon: str, page: QWidget, style: Style) -> None:
        _, column = self._add_nav_button(name, icon, style)
        column.addWidget(page, 1)

    def _add_lazy_page(
        self, name: str, icon: str, create_page: Callable[[], QWidget], style: Style
    ) -> None:
        place, column = self._add_nav_button(name, icon, style)
        self._lazy_pages[place] = (column, create_page)

    def _add_nav_button(self, name: str, icon: str, style: Style) -> tuple[int, QVBoxLayout]:
        button = QPushButton(literal_text(name), self)
        button.setProperty("role", "nav")
        button.setProperty("ringRadius", 6)
        button.setCheckable(True)
        button.setAutoExclusive(True)  # the group enforces it; this informs screen readers
        button.setAccessibleName(name)
        style.set_icon(button, icon, "text2")
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(label(name, "title", frame))
        place = self._stack.addWidget(frame)
        self._nav_buttons.addButton(button, place)
        self._nav_column.addWidget(button)
        return place, column
