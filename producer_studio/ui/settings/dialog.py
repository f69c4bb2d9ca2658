"""The settings dialog."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.ui.look import Look
from producer_studio.ui.settings.accounts_page import AccountsPage
from producer_studio.ui.settings.appearance_page import AppearancePage
from producer_studio.ui.settings.library_page import LibraryPage
from producer_studio.ui.settings.sound_page import SoundPage
from producer_studio.ui.widgets.hairline import Hairline
from producer_studio.ui.widgets.label import label

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


class SettingsDialog(QDialog):
    """Pages beside a list of their names; every change holds at once.

    Signals:
        account_requested: Open the dialog that adds an account.
        demo_requested: Use Demo Studio.
    """

    account_requested = Signal()
    demo_requested = Signal()

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.accounts = AccountsPage(studio, look, tasks, self)
        self.library = LibraryPage(studio, look, self)
        self.appearance = AppearancePage(studio, look, self)
        self.sound = SoundPage(studio, self)
        self._stack = QStackedWidget(self)
        self._names = QButtonGroup(self)
        self._side = QVBoxLayout()
        self._side.setContentsMargins(12, 16, 12, 16)
        self._side.setSpacing(2)
        self._add_page("Accounts", "key-round", self.accounts, look)
        self._add_page("Library", "hard-drive", self.library, look)
        self._add_page("Appearance", "sun", self.appearance, look)
        self._add_page("Sound", "headphones", self.sound, look)
        self._side.addStretch(1)
        side = QWidget(self)
        side.setProperty("surface", "ground")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setLayout(self._side)
        side.setFixedWidth(look.px(168))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(Hairline(self, upright=True))
        row.addWidget(self._stack, 1)
        self._names.idClicked.connect(self._stack.setCurrentIndex)
        self.accounts.add_requested.connect(self.account_requested)
        self.accounts.demo_requested.connect(self.demo_requested)
        self.resize(look.px(720), look.px(470))
        self.open_page("Accounts")

    def open_page(self, name: str) -> None:
        """Shows a page by its name.

        Raises:
            StopIteration: There is no such page.
        """
        button = next(one for one in self._names.buttons() if one.text() == name)
        button.setChecked(True)
        self._stack.setCurrentIndex(self._names.id(button))

    def _add_page(self, name: str, icon: str, page: QWidget, look: Look) -> None:
        button = QPushButton(name, self)
        button.setProperty("role", "nav")
        button.setProperty("ringRadius", 6)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        look.dress(button, icon, "text2")
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(label(name, "title", frame))
        column.addWidget(page, 1)
        self._names.addButton(button, self._stack.addWidget(frame))
        self._side.addWidget(button)
