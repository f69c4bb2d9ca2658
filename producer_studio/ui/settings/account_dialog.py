"""Dialog that adds or changes an account."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.domain.account import Account, Service
from producer_studio.domain.credits import Balance, format_credits
from producer_studio.domain.errors import RequestRejected, ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.account_messages import same_key_message
from producer_studio.studio.accounts.accounts import (
    KEY,
    PLATFORM_TOKEN,
    WEBHOOK_SECRET,
    SecretLocation,
)
from producer_studio.translation import Message, mark, sentences, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import open_page
from producer_studio.ui.settings.account_options import AccountOptions
from producer_studio.ui.settings.form_fields import (
    SecretField,
    create_labelled_control,
    create_line_edit,
)
from producer_studio.ui.settings.stored_secrets import StoredSecretHints
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.dialog import FormDialog, show_open_problem
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.line_edit import show_text
from producer_studio.ui.widgets.text_format import version_text

ADD_ACCOUNT_TASK = "add account"
_WIDTH = 460
_KEPT = mark("The account is kept; correct it here, or close this and try again later.")


class AccountDialog(FormDialog):
    """Form for service, name, key and URL that tests the key; the other options are collapsed.

    Signals:
        added: The account's name; its key was tested and works.
    """

    added = Signal(str)

    def __init__(
        self,
        context: UiContext,
        service: Service = Service.MUSICAPI,
        parent: QWidget | None = None,
        *,
        account: Account | None = None,
    ) -> None:
        """Takes the service of a new account, or the account to change."""
        title = tr("Add account") if account is None else tr("Change account")
        super().__init__(context.style, title, _WIDTH, parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._account = account
        self._stored_name = account.name if account is not None else None
        self._key_url = ""
        self.service = ComboBox(tr("Service"), self)
        for one in Service:
            self.service.addItem(one.label, one)
        self.profile = ComboBox(tr("Version of the service"), self)
        self.name = create_line_edit(tr("Name of the account"), tr("personal"), self)
        self.key_field = SecretField(self._style, mark("Key"), tr("Paste the key here"), self)
        self.key, self.show_key = self.key_field.edit, self.key_field.show_button
        self.address = create_line_edit(tr("Address of the service"), "", self)
        self.platform_token = SecretField(
            self._style, mark("Platform token"), tr("for balance and files"), self
        )
        self.key_link = QPushButton(tr("Get a key"), self)
        self.options_section = Collapsible(
            self._style, tr("Address, budget, jobs at a time, plan, webhook"), self
        )
        self.options = AccountOptions(self._style, self._studio.webhooks.build_url)
        self._hint = label("", "secondary", self, wrap=True)
        self._key_location = label("", "caption", self, wrap=True)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName(tr("Connection"))
        self.connect_button = QPushButton(tr("Connect") if account is None else tr("Save"), self)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self._secret_hints = StoredSecretHints(
            self._style,
            self._studio.accounts,
            {
                KEY: self.key,
                PLATFORM_TOKEN: self.platform_token.edit,
                WEBHOOK_SECRET: self.options.webhook_secret.edit,
            },
            self._key_location,
        )
        self._build()
        self._connect_signals()
        chosen = account.service if account is not None else service
        self.service.setCurrentIndex(list(Service).index(chosen))
        self._on_service_changed()
        if account is None:
            show_text(self.name, self._unused_name())
            self.key.setFocus()
        else:
            self._show_account(account)

    def submit(self) -> None:
        """Adds or changes the account and requests its balance, which tests the key."""
        name = self.name.text().strip()
        if not name:
            self._show_status(tr("Enter a name for the account, such as “personal”."), "warn")
            self.name.setFocus()
            return
        is_new = name != self._stored_name
        if is_new and self._studio.accounts.get(AccountName(name)) is not None:
            self._show_status(tr(_taken_text(name)), "warn")
            self.name.setFocus()
            return
        needs_key = self._chosen_service() is not Service.DEMO and is_new
        if needs_key and not self.key.text().strip():
            self._show_status(tr("Paste the key of the service first."), "warn")
            self.key.setFocus()
            return
        self._show_status(tr("Testing the key…"), "secondary")
        self._tasks.start(
            ADD_ACCOUNT_TASK,
            self._save_account(AccountName(name)),
            on_result=self._on_account_tested,
            on_error=self._on_error,
        )

    async def _save_account(self, name: AccountName) -> tuple[Balance, Sequence[AccountName]]:
        """Returns the balance, and the other accounts that spend it as well."""
        accounts = self._studio.accounts
        values: dict[str, Any] = {
            "base_url": self.address.text().strip(),
            "profile": str(self.profile.currentData()),
            "platform_token": self.platform_token.text() if self._has_platform() else "",
            **self.options.values(),
        }
        key = self.key_field.text()
        if KEY in self._removed_secrets() and not key.strip():
            kept = await accounts.secret_location(name)
            if kept is not None and kept is not SecretLocation.ENVIRONMENT:
                raise RequestRejected(
                    mark(
                        "The key belongs to the previous address, so it is not sent to this one. "
                        "Nothing was changed. Enter the key for this address, or restore the "
                        "previous address."
                    ),
                    field="key",
                )
        if self._account is None:
            if name != self._stored_name:
                await accounts.reload()
                if accounts.get(name) is not None:
                    # Another process may have added it meanwhile.
                    raise RequestRejected(_taken_text(name), field="name")
            await accounts.add(name, self._chosen_service(), key, **values)
            self._stored_name = name
        else:
            await accounts.change(name, key=key, **values)
        balance = await self._studio.balances.check(name)
        return balance, await self._studio.balances.shared_with(name)

    def _on_account_tested(self, tested: tuple[Balance, Sequence[AccountName]]) -> None:
        balance, others = tested
        name = AccountName(self.name.text().strip())
        if self._account is None:
            self._studio.accounts.set_active(name)
        connected = mark(
            "{service} is connected: {balance}.",
            service=self.service.currentText(),
            balance=format_credits(balance.total),
        )
        words = tr(sentences(connected, same_key_message(others)))
        self._tasks.error_reported.emit("warn" if others else "ok", words, "")
        for secret in (self.key_field, self.platform_token, self.options.webhook_secret):
            secret.clear()
        self.added.emit(name)
        self.accept()

    def _on_error(self, error: ServiceError) -> None:
        kept = self._stored_name is not None and not error.field
        self._show_status(tr(sentences(error.message, _KEPT) if kept else error.message), "bad")
        self.status.setToolTip(error.service_words)
        refused = self.options.control_for(error.field)
        if refused is not None:
            self.options_section.expand()
            refused.setFocus()
        elif error.field == "base_url":
            self.options_section.expand()
            self.address.setFocus()
        elif error.field == "name":
            self.name.setFocus()
        elif error.field in {"key", "platform_token"}:
            (self.key if error.field == "key" else self.platform_token.edit).setFocus()

    def _on_service_changed(self) -> None:
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
        self._hint.setText(tr(profile.key_help))
        self.key_link.setVisible(bool(profile.key_url))
        self.key_link.setToolTip(profile.key_url)
        self._key_url = profile.key_url
        usual = {one.base_url for one in self._studio.accounts.services()} | {""}
        if self.address.text() in usual:
            show_text(self.address, profile.base_url)
        self.address.setPlaceholderText(tr("on this computer") if demo else profile.base_url)
        for part in (self.key_field, self._key_heading, self._key_location):
            part.setVisible(not demo)
        self._platform.setVisible(self._has_platform())
        self._show_removed_secrets()
        self._show_status("", "secondary")

    def _removed_secrets(self) -> tuple[str, ...]:
        """Returns the stored secrets that saving would remove."""
        if self._account is None:
            return ()
        return self._studio.accounts.secrets_removed_by_change(
            self._account.name,
            profile=str(self.profile.currentData() or ""),
            base_url=self.address.text(),
        )

    def _show_removed_secrets(self) -> None:
        if self._account is not None:
            self._secret_hints.show(self._removed_secrets())

    def _on_stored_secrets_found(self, stored: frozenset[str]) -> None:
        self._secret_hints.set_stored(stored)
        self._show_removed_secrets()

    def _show_account(self, account: Account) -> None:
        self._tasks.restart(
            "stored secrets",
            self._secret_hints.find_stored(account.name),
            on_result=self._on_stored_secrets_found,
        )
        self.service.setEnabled(False)
        self.profile.setCurrentIndex(max(0, self.profile.findData(account.profile)))
        self._show_profile()
        show_text(self.name, account.name)
        self.name.setReadOnly(True)
        show_text(self.address, account.base_url)
        self.options.show_account(account)
        self._show_removed_secrets()
        self.options_section.expand()

    def _chosen_service(self) -> Service:
        return Service(self.service.currentData())

    def _has_platform(self) -> bool:
        name, service = str(self.profile.currentData()), self._chosen_service()
        return any(
            one.platform_url
            for one in self._studio.accounts.services()
            if one.service is service and one.name == name
        )

    def _unused_name(self) -> str:
        taken = {account.name for account in self._studio.accounts.all()}
        first = tr("personal")
        tries = [first, *(f"{first} {number}" for number in range(2, 100))]
        return next(name for name in tries if AccountName(name) not in taken)

    def _build(self) -> None:
        self.connect_button.setProperty("role", "primary")
        self.connect_button.setProperty("fit", "small")
        self.connect_button.setDefault(True)
        self.key_link.setProperty("role", "link")
        title = tr("Connect a service") if self._account is None else tr("Change the account")
        column = self.content
        column.setSpacing(6)
        column.addWidget(label(title, "title", self))
        column.addSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addLayout(create_labelled_control(tr("Service"), self.service, self), 1)
        self._version = QWidget(self)
        self._version.setLayout(
            create_labelled_control(tr("Version of the service"), self.profile, self)
        )
        version = self._version.layout()
        assert version is not None  # noqa: S101 - set one line above
        version.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._version, 1)
        column.addLayout(top)
        column.addSpacing(4)
        column.addLayout(create_labelled_control(tr("Name"), self.name, self))
        column.addSpacing(4)
        self._key_heading = QWidget(self)
        key_head = QHBoxLayout(self._key_heading)
        key_head.setContentsMargins(0, 0, 0, 0)
        key_name = label(tr("Key"), "label", self)
        key_name.setBuddy(self.key)
        key_head.addWidget(key_name, 1)
        key_head.addWidget(self.key_link)
        column.addWidget(self._key_heading)
        column.addWidget(self.key_field)
        column.addWidget(self._hint)
        column.addWidget(self._key_location)
        self._platform = QWidget(self)
        self._platform.setLayout(
            create_labelled_control(tr("Platform token"), self.platform_token, self)
        )
        inside = self._platform.layout()
        assert inside is not None  # noqa: S101 - set one line above
        inside.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._platform)
        column.addSpacing(4)
        self.options_section.body.addLayout(
            create_labelled_control(tr("Address of the service"), self.address, self)
        )
        self.options_section.body.addSpacing(4)
        self.options_section.body.addWidget(self.options)
        column.addWidget(self.options_section)
        column.addWidget(self.status)
        column.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.connect_button)

    def _connect_signals(self) -> None:
        self.service.currentIndexChanged.connect(self._on_service_changed)
        self.profile.activated.connect(self._show_profile)
        self.address.textChanged.connect(self._show_removed_secrets)
        self.connect_button.clicked.connect(self.submit)
        self.cancel_button.clicked.connect(self.reject)
        report = partial(show_open_problem, self._style, self)
        self.key_link.clicked.connect(lambda: open_page(self._key_url, report))
        self._tasks.running_changed.connect(self._on_running_changed)

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == ADD_ACCOUNT_TASK:
            self.connect_button.setEnabled(not running)

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._style, self.status, role)
        if text:
            self.scroll_to(self.status)


def _taken_text(name: str) -> Message:
    return mark("There is already an account called “{name}”.", name=name)
