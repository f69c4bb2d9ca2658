"""Options of an account besides its key: budgets, concurrent jobs, webhook."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.account import MAX_PLAN_LENGTH, Account
from producer_studio.domain.errors import RequestRejected
from producer_studio.translation import mark, tr
from producer_studio.translation.numbers import format_typed
from producer_studio.ui.settings.form_fields import (
    SecretField,
    create_labelled_control,
    create_line_edit,
    create_small_button,
    parse_number,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import show_text

_WEBHOOK_HELP = mark(
    "The service sends a webhook here when a task ends. This only shortens the wait: the studio "
    "keeps polling."
)


_PLAN_HELP = mark("Stands in provenance sheets: what you may do with a song depends on it.")


class AccountOptions(QWidget):
    """Options of an account, all of them optional."""

    def __init__(
        self, style: Style, complete_url: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        """Takes the function that completes the URL of the user's tunnel to a webhook URL."""
        super().__init__(parent)
        self._complete_url = complete_url
        self.budget = create_line_edit(tr("Monthly budget"), tr("no limit"), self)
        self.daily_budget = create_line_edit(tr("Daily budget"), tr("no limit"), self)
        self.concurrency = create_line_edit(tr("Jobs at a time"), "3", self)
        self.plan = create_line_edit(tr("Plan"), tr("Such as “Pro, monthly”"), self)
        self.plan.setMaxLength(MAX_PLAN_LENGTH)
        self.webhook = create_line_edit(tr("Webhook"), tr("https:// address for webhooks"), self)
        self.tunnel_button = create_small_button(tr("My tunnel"), self)
        self.tunnel_button.setAccessibleName(tr("This is my tunnel"))
        self.tunnel_button.setToolTip(
            tr(
                "For the address of your own tunnel to this computer: completes it so that "
                "webhooks for this account are recognised"
            )
        )
        self.tunnel_button.setEnabled(False)
        self.tunnel_button.clicked.connect(self._on_tunnel_clicked)
        self.webhook.textChanged.connect(
            lambda text: self.tunnel_button.setEnabled(text.strip().startswith("https://"))
        )
        self.webhook_secret = SecretField(style, mark("Webhook secret"), tr("none"), self)
        numbers = QHBoxLayout()
        numbers.setSpacing(10)
        numbers.addLayout(
            create_labelled_control(tr("Monthly budget in credits"), self.budget, self), 1
        )
        numbers.addLayout(
            create_labelled_control(tr("Daily budget in credits"), self.daily_budget, self), 1
        )
        numbers.addLayout(create_labelled_control(tr("Jobs at a time"), self.concurrency, self), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(numbers)
        column.addLayout(create_labelled_control(tr("Plan, in your words"), self.plan, self))
        column.addWidget(label(tr(_PLAN_HELP), "caption", self, wrap=True))
        reports = QHBoxLayout()
        reports.setSpacing(6)
        reports.addWidget(self.webhook, 1)
        reports.addWidget(self.tunnel_button)
        named = label(tr("Webhook"), "label", self)
        named.setBuddy(self.webhook)
        at_webhook = QVBoxLayout()
        at_webhook.setSpacing(6)
        at_webhook.addWidget(named)
        at_webhook.addLayout(reports)
        column.addLayout(at_webhook)
        column.addWidget(label(tr(_WEBHOOK_HELP), "caption", self, wrap=True))
        column.addLayout(create_labelled_control(tr("Webhook secret"), self.webhook_secret, self))

    def show_account(self, account: Account) -> None:
        self.budget.setText("" if account.budget is None else format_typed(account.budget))
        daily = account.daily_budget
        self.daily_budget.setText("" if daily is None else format_typed(daily))
        self.concurrency.setText(str(account.concurrency))
        show_text(self.plan, account.plan)
        show_text(self.webhook, account.webhook_url)

    def _on_tunnel_clicked(self) -> None:
        show_text(self.webhook, self._complete_url(self.webhook.text().strip()))

    def values(self) -> dict[str, Any]:
        """Returns keyword arguments for `Accounts`; empty numbers select the defaults.

        Raises:
            RequestRejected: A number cannot be parsed.
        """
        found: dict[str, Any] = {
            "budget": parse_number(
                self.budget, mark("The monthly budget must be a number, or empty."), "budget"
            ),
            "daily_budget": parse_number(
                self.daily_budget,
                mark("The daily budget must be a number, or empty."),
                "daily_budget",
            ),
            "plan": self.plan.text(),
            "webhook_url": self.webhook.text().strip(),
            "webhook_secret": self.webhook_secret.text(),
        }
        at_a_time = parse_number(
            self.concurrency, mark("Jobs at a time must be a number, or empty."), "concurrency"
        )
        if at_a_time is not None:
            if at_a_time != int(at_a_time):
                raise RequestRejected(
                    mark("Jobs at a time must be a whole number."), field="concurrency"
                )
            found["concurrency"] = int(at_a_time)
        return found

    def control_for(self, name: str) -> QWidget | None:
        """Returns the control of a rejected value."""
        return {
            "budget": self.budget,
            "daily_budget": self.daily_budget,
            "concurrency": self.concurrency,
            "plan": self.plan,
            "webhook_url": self.webhook,
            "webhook_secret": self.webhook_secret,
        }.get(name)
