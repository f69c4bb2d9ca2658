"""The dialog that adds an account, or changes one."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from producer_studio.domain.account import Account, Service
from producer_studio.domain.credits import Balance, credits_text
from producer_studio.domain.errors import Fault, Refused
from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.accounts import KEY, PLATFORM_TOKEN, WEBHOOK_SECRET, KeptIn
from producer_studio.ui.settings.account_options import AccountMore
from producer_studio.ui.settings.form_fields import SecretEntry, entry, labelled
from producer_studio.ui.settings.version_text import version_text
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.collapsible import Fold
from producer_studio.ui.widgets.combo_box import Combo
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, set_role

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

ADD = "add account"
_SERVICES = (
    Service.MUSICAPI,
    Service.AIMUSICAPI,
    Service.ACEDATA,
    Service.APIFRAME,
    Service.DEMO,
)
_KEPT = {
    "keychain": "The key is in this computer's keychain.",
    "memory": "The key is kept for this run only.",
    "environment": "The key comes from the environment.",
}
_PLATFORM = "acedata"
_WIDTH = 460
_KEEPS = "leave empty to keep what is stored"
_REMOVES = "what is stored is removed: enter it for the new address"
_OTHER_ADDRESS = (
    "This is another address than the stored secrets were given for. They are not sent there: "
    "saving removes them, and the key has to be entered again."
)


class AccountDialog(FormDialog):
    """Asks for service, name, key and address, and tries the key; the rest is folded away.

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
        *,
        account: Account | None = None,
    ) -> None:
        """For a new account of a service, or to change an account."""
        title = "Add account" if account is None else "Change account"
        super().__init__(look, title, _WIDTH, parent)
        self._studio = studio
        self._tasks = tasks
        self._account = account
        self._stored = account is not None
        self._page = ""
        self.service = Combo("Service", self)
        for one in _SERVICES:
            self.service.addItem(one.label, one)
        self.profile = Combo("Version of the service", self)
        self.name = entry("Name of the account", "personal", self)
        self.key_entry = SecretEntry(look, "Key", "Paste the key here", self)
        self.key, self.show_key = self.key_entry.edit, self.key_entry.show_secret
        self.address = entry("Address of the service", "", self)
        self.platform_token = SecretEntry(look, "Platform token", "for balance and files", self)
        self.help = QPushButton("Get a key", self)
        self.fold = Fold(look, "Address, budget, jobs at a time, webhook", self)
        self.more = AccountMore(look, studio.webhooks.address)
        self._hint = label("", "secondary", self, wrap=True)
        self._kept = label(self._where(), "caption", self, wrap=True)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName("Connection")
        self.connect_button = QPushButton("Connect" if account is None else "Save", self)
        self.cancel = QPushButton("Cancel", self)
        self._usual = {which: edit.placeholderText() for which, edit in self._secrets().items()}
        self._stored_secrets = frozenset[str]()
        self._lay_out()
        self._connect()
        chosen = account.service if account is not None else service
        self.service.setCurrentIndex(_SERVICES.index(chosen))
        self._on_service()
        if account is None:
            self.name.setText(self._free_name())
            self.key.setFocus()
        else:
            self._show_account(account)

    def submit(self) -> None:
        """Adds or changes the account and asks for its balance, which tries the key."""
        name = self.name.text().strip()
        if not name:
            self._say("Give the account a name, such as “personal”.", "warn")
            self.name.setFocus()
            return
        if self._studio.accounts.get(AccountName(name)) is not None and not self._stored:
            self._say(f"There is an account called “{name}” already.", "warn")
            self.name.setFocus()
            return
        needs_key = self._chosen_service() is not Service.DEMO and not self._stored
        if needs_key and not self.key.text().strip():
            self._say("Paste the key of the service first.", "warn")
            self.key.setFocus()
            return
        self._say("Trying the key…", "secondary")
        self._tasks.start(
            ADD, self._store(AccountName(name)), done=self._on_added, failed=self._on_fault
        )

    async def _store(self, name: AccountName) -> Balance:
        accounts = self._studio.accounts
        values: dict[str, Any] = {
            "base_url": self.address.text().strip(),
            "profile": str(self.profile.currentData()),
            "platform_token": self.platform_token.text() if self._has_platform() else "",
            **self.more.values(),
        }
        key = self.key_entry.text()
        if KEY in self._dropped() and not key.strip():
            kept = await accounts.kept_in(name)
            if kept is not None and kept is not KeptIn.ENVIRONMENT:
                raise Refused(
                    "The key belongs to the address before, so it is not sent to this one. "
                    "Nothing was changed. Enter the key for this address, or put the address back.",
                    field="key",
                )
        if self._account is None:
            await accounts.add(name, self._chosen_service(), key, **values)
            self._stored = True
        else:
            await accounts.change(name, key=key, **values)
        return await accounts.test(name)

    def _on_added(self, balance: Balance) -> None:
        name = AccountName(self.name.text().strip())
        if self._account is None:
            self._studio.accounts.set_active(name)
        words = f"{self.service.currentText()} is connected: {credits_text(balance.total)}."
        self._tasks.noticed.emit("ok", words, "")
        for secret in (self.key_entry, self.platform_token, self.more.webhook_secret):
            secret.clear()
        self.added.emit(name)
        self.accept()

    def _on_fault(self, fault: Fault) -> None:
        words = fault.message
        if self._stored and not fault.field:
            words += " The account is kept; mend it here, or close this and try again later."
        self._say(words, "bad")
        self.status.setToolTip(fault.service_words)
        refused = self.more.field(fault.field)
        if refused is not None:
            self.fold.unfold()
            refused.setFocus()
        elif fault.field == "base_url":
            self.fold.unfold()
            self.address.setFocus()
        elif fault.field in {"key", "platform_token"}:
            (self.key if fault.field == "key" else self.platform_token.edit).setFocus()

    def _on_service(self) -> None:
        service = self._chosen_service()
        fitting = [one for one in self._studio.accounts.services() if one.service is service]
        self.profile.clear()
        for one in fitting:
            self.profile.addItem(version_text(one.name), one.name)
        self._version.setVisible(len(fitting) > 1)
        self._show_profile()

    def _show_profile(self) -> None:
        service, name = self._chosen_service(), str(self.profile.currentData())
        profile = next(
            one
            for one in self._studio.accounts.services()
            if one.service is service and one.name == name
        )
        demo = service is Service.DEMO
        self._hint.setText(profile.key_help)
        self.help.setVisible(bool(profile.key_url))
        self.help.setToolTip(profile.key_url)
        self._page = profile.key_url
        usual = {one.base_url for one in self._studio.accounts.services()} | {""}
        if self.address.text() in usual:
            self.address.setText(profile.base_url)
        self.address.setPlaceholderText("on this computer" if demo else profile.base_url)
        for part in (self.key_entry, self._key_head, self._kept):
            part.setVisible(not demo)
        self._platform.setVisible(self._has_platform())
        self._show_dropped()
        self._say("", "secondary")

    def _dropped(self) -> tuple[str, ...]:
        """The stored secrets that saving would remove."""
        if self._account is None:
            return ()
        return self._studio.accounts.secrets_dropped_by(
            self._account.name,
            profile=str(self.profile.currentData() or ""),
            base_url=self.address.text(),
        )

    def _show_dropped(self) -> None:
        """Says beside the fields what becomes of the stored secrets, before anything is saved."""
        if self._account is None:
            return
        dropped = self._dropped()
        for which, edit in self._secrets().items():
            stored = which in self._stored_secrets
            words = _REMOVES if which in dropped else _KEEPS if stored else self._usual[which]
            edit.setPlaceholderText(words)
        self._kept.setText(_OTHER_ADDRESS if dropped else self._where())
        set_role(self._look, self._kept, "warn" if dropped else "caption")

    def _secrets(self) -> dict[str, QLineEdit]:
        return {
            KEY: self.key,
            PLATFORM_TOKEN: self.platform_token.edit,
            WEBHOOK_SECRET: self.more.webhook_secret.edit,
        }

    async def _find_stored(self, name: AccountName) -> frozenset[str]:
        """The secrets that are stored, wherever that is."""
        kept_in = self._studio.accounts.kept_in
        return frozenset([which for which in self._usual if await kept_in(name, which) is not None])

    def _on_stored_found(self, stored: frozenset[str]) -> None:
        self._stored_secrets = stored
        self._show_dropped()

    def _show_account(self, account: Account) -> None:
        self._tasks.restart(
            "stored secrets", self._find_stored(account.name), done=self._on_stored_found
        )
        self.service.setEnabled(False)
        self.profile.setCurrentIndex(max(0, self.profile.findData(account.profile)))
        self._show_profile()
        self.name.setText(account.name)
        self.name.setReadOnly(True)
        self.address.setText(account.base_url)
        self.more.show_account(account)
        self._show_dropped()
        self.fold.unfold()

    def _chosen_service(self) -> Service:
        return Service(self.service.currentData())

    def _has_platform(self) -> bool:
        return str(self.profile.currentData()) == _PLATFORM

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
        self.help.setProperty("role", "link")
        title = "Connect a service" if self._account is None else "Change the account"
        column = self.content
        column.setSpacing(6)
        column.addWidget(label(title, "title", self))
        column.addSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addLayout(labelled("Service", self.service, self), 1)
        self._version = QWidget(self)
        self._version.setLayout(labelled("Version of the service", self.profile, self))
        version = self._version.layout()
        assert version is not None  # noqa: S101 - set one line above
        version.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._version, 1)
        column.addLayout(top)
        column.addSpacing(4)
        column.addLayout(labelled("Name", self.name, self))
        column.addSpacing(4)
        self._key_head = QWidget(self)
        key_head = QHBoxLayout(self._key_head)
        key_head.setContentsMargins(0, 0, 0, 0)
        key_name = label("Key", "label", self)
        key_name.setBuddy(self.key)
        key_head.addWidget(key_name, 1)
        key_head.addWidget(self.help)
        column.addWidget(self._key_head)
        column.addWidget(self.key_entry)
        column.addWidget(self._hint)
        column.addWidget(self._kept)
        self._platform = QWidget(self)
        self._platform.setLayout(labelled("Platform token", self.platform_token, self))
        inside = self._platform.layout()
        assert inside is not None  # noqa: S101 - set one line above
        inside.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._platform)
        column.addSpacing(4)
        self.fold.body.addLayout(labelled("Address of the service", self.address, self))
        self.fold.body.addSpacing(4)
        self.fold.body.addWidget(self.more)
        column.addWidget(self.fold)
        column.addWidget(self.status)
        column.addStretch(1)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.connect_button)

    def _connect(self) -> None:
        self.service.currentIndexChanged.connect(self._on_service)
        self.profile.activated.connect(self._show_profile)
        self.address.textChanged.connect(self._show_dropped)
        self.connect_button.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.reject)
        self.help.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._page)))
        self._tasks.running_changed.connect(self._on_running_changed)

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == ADD:
            self.connect_button.setEnabled(not running)

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._look, self.status, role)
        if text:
            self.show_in_view(self.status)


def kept_words(kept: str | None) -> str:
    """Where a key is, as a sentence; for none, that it is missing."""
    return _KEPT.get(kept, "No key yet.") if kept is not None else "No key yet."
