"""The dialog that adds an account."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.account import Service
from producer_studio.domain.credits import Balance, credits_text
from producer_studio.domain.faults import Fault
from producer_studio.domain.ids import AccountName
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.combo import Combo
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label, set_role

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

ADD = "add account"
_SERVICES = (Service.MUSICAPI, Service.AIMUSICAPI, Service.ACEDATA, Service.APIFRAME)
_KEPT = {
    "keychain": "The key is in this computer's keychain.",
    "memory": "The key is kept for this run only.",
    "environment": "The key comes from the environment.",
}


class AccountDialog(QDialog):
    """Asks for service, name, key and address, adds the account and tries the key.

    Signals:
        added: The account's name; its key was tried and works.
    """

    added = Signal(str)

    def __init__(
        self,
        studio: "Studio",
        look: Look,
        tasks: "Tasks",
        service: Service = Service.MUSICAPI,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self._stored = False
        self.setWindowTitle("Add account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.service = Combo("Service", self)
        for one in _SERVICES:
            self.service.addItem(one.label, one)
        self.name = _field("Name of the account", "personal", self)
        self.name.setText(self._free_name())
        self.key = _field("Key", "Paste the key here", self)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.address = _field("Base URL", "", self)
        self.show_key = IconButton(look, "eye", "Show the key", self, box=34, checkable=True)
        self.help = QPushButton("", self)
        self._hint = label("", "secondary", self, wrap=True)
        self._kept = label(self._where(), "caption", self, wrap=True)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName("Connection")
        self.connect_button = QPushButton("Connect", self)
        self.cancel = QPushButton("Cancel", self)
        self._lay_out()
        self._connect()
        self.service.setCurrentIndex(_SERVICES.index(service) if service in _SERVICES else 0)
        self._on_service()
        self.key.setFocus()

    def submit(self) -> None:
        """Adds the account and asks the service for its balance, which tries the key."""
        name = self.name.text().strip()
        if not name:
            self._say("Give the account a name, such as “personal”.", "warn")
            self.name.setFocus()
            return
        if self._studio.accounts.get(AccountName(name)) is not None and not self._stored:
            self._say(f"There is an account called “{name}” already.", "warn")
            self.name.setFocus()
            return
        if not self.key.text().strip():
            self._say("Paste the key of the service first.", "warn")
            self.key.setFocus()
            return
        self._say("Trying the key…", "secondary")
        self._tasks.start(
            ADD, self._add(AccountName(name)), done=self._on_added, failed=self._on_fault
        )

    async def _add(self, name: AccountName) -> Balance:
        service = Service(self.service.currentData())
        await self._studio.accounts.add(
            name, service, self.key.text().strip(), base_url=self.address.text().strip()
        )
        self._stored = True
        return await self._studio.accounts.test(name)

    def _on_added(self, balance: Balance) -> None:
        name = AccountName(self.name.text().strip())
        self._studio.accounts.set_active(name)
        words = f"{self.service.currentText()} is connected: {credits_text(balance.total)}."
        self._tasks.noticed.emit("ok", words, "")
        self.key.clear()
        self.added.emit(name)
        self.accept()

    def _on_fault(self, fault: Fault) -> None:
        words = fault.message
        if self._stored:
            words += " The account is kept; mend it here, or close this and try again later."
        self._say(words, "bad")
        self.status.setToolTip(fault.service_words)

    def _on_service(self) -> None:
        service = Service(self.service.currentData())
        profile = next(one for one in self._studio.accounts.services() if one.service is service)
        self._hint.setText(profile.key_help)
        self.help.setVisible(bool(profile.key_url))
        self.help.setToolTip(profile.key_url)
        self._page = profile.key_url
        self.address.setText(profile.base_url)
        self._say("", "secondary")

    def _where(self) -> str:
        notice = self._studio.accounts.key_notice
        return notice or (
            "The key goes into this computer's keychain, or stays in memory where it has none; "
            "never into a file or a log."
        )

    def _free_name(self) -> str:
        taken = {account.name for account in self._studio.accounts.all()}
        tries = ["personal", *(f"personal {number}" for number in range(2, 100))]
        return next(name for name in tries if AccountName(name) not in taken)

    def _lay_out(self) -> None:
        self.connect_button.setProperty("role", "primary")
        self.connect_button.setProperty("fit", "small")
        self.connect_button.setDefault(True)
        self.cancel.setAutoDefault(False)
        self.help.setText("Get a key")
        self.help.setProperty("role", "link")
        self.help.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(label("Connect a service", "title", self))
        column.addSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addLayout(_labelled("Service", self.service, self), 1)
        top.addLayout(_labelled("Name", self.name, self), 1)
        column.addLayout(top)
        column.addSpacing(6)
        key_head = QHBoxLayout()
        key_head.addWidget(label("Key", "label", self), 1)
        key_head.addWidget(self.help)
        column.addLayout(key_head)
        key_row = QHBoxLayout()
        key_row.setSpacing(6)
        key_row.addWidget(self.key, 1)
        key_row.addWidget(self.show_key)
        column.addLayout(key_row)
        column.addWidget(self._hint)
        column.addWidget(self._kept)
        column.addSpacing(6)
        column.addLayout(_labelled("Base URL", self.address, self))
        column.addSpacing(4)
        column.addWidget(self.status)
        column.addStretch(1)
        column.addSpacing(8)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.connect_button)
        column.addLayout(foot)
        self.setFixedWidth(self._look.px(460))

    def _connect(self) -> None:
        self.service.currentIndexChanged.connect(self._on_service)
        self.connect_button.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.reject)
        self.help.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._page)))
        self.show_key.toggled.connect(self._on_show_key)
        self._tasks.running_changed.connect(self._on_running_changed)

    def _on_show_key(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.key.setEchoMode(modes.Normal if shown else modes.Password)
        self.show_key.draw("eye-off" if shown else "eye")
        self.show_key.rename("Hide the key" if shown else "Show the key")

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == ADD:
            self.connect_button.setEnabled(not running)

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        set_role(self._look, self.status, role)


def kept_words(kept: str | None) -> str:
    """Where a key is, as a sentence; for none, that it is missing."""
    return _KEPT.get(kept, "No key yet.") if kept is not None else "No key yet."


def _field(name: str, placeholder: str, parent: QWidget) -> QLineEdit:
    made = QLineEdit(parent)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def _labelled(words: str, control: QWidget, parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(label(words, "label", parent))
    column.addWidget(control)
    return column
