"""The settings dialog."""

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
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.dialog import Dialog, scrolling
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
_SIDE_WIDTH = 168


class SettingsDialog(Dialog):
    """Pages beside a list of their names; every change holds at once.

    Signals:
        account_requested: Open the dialog that adds an account.
        demo_requested: Use Demo Studio.
        change_requested: Open the dialog that changes an account (name).
    """

    account_requested = Signal()
    demo_requested = Signal()
    change_requested = Signal(str)

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(look, "Settings", parent)
        self._parts = (studio, look, tasks)
        self.accounts = AccountsPage(studio, look, tasks, self)
        self.library = LibraryPage(studio, look, self)
        self.appearance = AppearancePage(studio, look, self)
        self.sound = SoundPage(studio, self)
        self._stack = QStackedWidget(self)
        self._names = QButtonGroup(self)
        self._side = QVBoxLayout()
        self._side.setContentsMargins(12, 16, 12, 16)
        self._side.setSpacing(2)
        self._late: dict[int, tuple[QVBoxLayout, Callable[[], QWidget]]] = {}
        self._add_page("Accounts", "key-round", self.accounts, look)
        self._add_late_page("Credits", "coins", lambda: self.ledger, look)
        self._add_late_page("Uploads", "upload", lambda: self.uploads, look)
        self._add_late_page("Webhooks", "link", lambda: scrolling(self.webhooks, self), look)
        self._add_page("Library", "hard-drive", scrolling(self.library, self), look)
        self._add_late_page("Export", "download", lambda: scrolling(self.export, self), look)
        self._add_page("Appearance", "sun", scrolling(self.appearance, self), look)
        self._add_page("Sound", "headphones", scrolling(self.sound, self), look)
        self._add_late_page("Updates", "rotate-cw", lambda: self.updates, look)
        self._add_late_page("About", "info", lambda: self.about, look)
        self._side.addStretch(1)
        side = QWidget(self)
        side.setProperty("surface", "ground")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setLayout(self._side)
        self._side_panel = side
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(Hairline(self, upright=True))
        row.addWidget(self._stack, 1)
        self._names.idClicked.connect(self._show_page)
        self.accounts.add_requested.connect(self.account_requested)
        self.accounts.demo_requested.connect(self.demo_requested)
        self.accounts.change_requested.connect(self.change_requested)
        look.changed.connect(self._fit)
        self._fit()
        self.open_page("Accounts")

    def _fit(self) -> None:
        self._side_panel.setFixedWidth(self._look.px(_SIDE_WIDTH))
        self.resize_within_screen(*_SIZE)
        keep_on_screen(self)

    @cached_property
    def about(self) -> "AboutPage":
        # Start-up cost, all of it.
        from producer_studio.studio.bundled_components import Bundled
        from producer_studio.ui.settings.pages.about import AboutPage

        _, look, tasks = self._parts
        return AboutPage(Bundled(), look, tasks, self)

    @cached_property
    def ledger(self) -> "LedgerPage":
        """The credits; read when they are first looked at."""
        from producer_studio.ui.settings.pages.ledger import LedgerPage  # start-up cost

        return LedgerPage(*self._parts, self)

    @cached_property
    def uploads(self) -> "UploadsPage":
        from producer_studio.ui.settings.pages.uploads import UploadsPage  # start-up cost

        return UploadsPage(*self._parts, self)

    @cached_property
    def export(self) -> "ExportPage":
        from producer_studio.ui.settings.pages.export import ExportPage  # start-up cost

        return ExportPage(self._parts[0], self)

    @cached_property
    def updates(self) -> "UpdatesPage":
        from producer_studio.ui.settings.pages.updates import UpdatesPage  # start-up cost

        return UpdatesPage(*self._parts, self)

    @cached_property
    def webhooks(self) -> "WebhooksPage":
        from producer_studio.ui.settings.pages.webhooks import WebhooksPage  # start-up cost

        studio, look, _ = self._parts
        return WebhooksPage(studio, look, self)

    def open_page(self, name: str) -> None:
        """Shows a page by its name.

        Raises:
            StopIteration: There is no such page.
        """
        button = next(one for one in self._names.buttons() if one.text() == name)
        button.setChecked(True)
        # The keyboard begins where the page is, not at the first name.
        button.setFocus()
        self._show_page(self._names.id(button))

    def _show_page(self, place: int) -> None:
        late = self._late.pop(place, None)
        if late is not None:
            column, make = late
            column.addWidget(make(), 1)
        self._stack.setCurrentIndex(place)

    def _add_page(self, name: str, icon: str, page: QWidget, look: Look) -> None:
        _, column = self._add_name(name, icon, look)
        column.addWidget(page, 1)

    def _add_late_page(self, name: str, icon: str, make: Callable[[], QWidget], look: Look) -> None:
        place, column = self._add_name(name, icon, look)
        self._late[place] = (column, make)

    def _add_name(self, name: str, icon: str, look: Look) -> tuple[int, QVBoxLayout]:
        button = QPushButton(literal_text(name), self)
        button.setProperty("role", "nav")
        button.setProperty("ringRadius", 6)
        button.setCheckable(True)
        button.setAutoExclusive(True)  # the group sees to it; this says so to screen readers
        button.setAccessibleName(name)
        look.dress(button, icon, "text2")
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(label(name, "title", frame))
        place = self._stack.addWidget(frame)
        self._names.addButton(button, place)
        self._side.addWidget(button)
        return place, column
