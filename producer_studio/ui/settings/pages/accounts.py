"""Settings page for the accounts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.account import Account, Service
from producer_studio.domain.budget import BudgetPeriod, BudgetStatus
from producer_studio.domain.credits import Balance, format_credits
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.job import Job, removal_warning
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.studio.events import AccountsChanged
from producer_studio.translation import mark, ptr, sentences, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.operations import ASK_AGAIN_TOOLTIP
from producer_studio.ui.settings.form_fields import create_small_button
from producer_studio.ui.settings.page import SettingsContext, SettingsPage
from producer_studio.ui.settings.stored_secrets import key_location_text
from producer_studio.ui.widgets.badge import Badge
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.text_format import day_text, version_text

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio


def offer_rows(studio: "Studio", account: Account) -> list[tuple[str, str, str, str]]:
    """Returns one row per operation: label, price, role of the text, and why it is unavailable."""
    capabilities = studio.offers.capabilities(account.name)
    lines = []
    for operation in SERVICE_OPERATIONS:
        offered = capabilities.get(operation)
        if offered.available:
            price = studio.prices.operation_price(operation, account.name)
            lines.append((tr(operation.label), tr(price.text()), "value", ""))
        else:
            lines.append((tr(operation.label), tr("not offered"), "secondary", tr(offered.reason)))
    return lines


def refusal_messages(studio: "Studio", account: Account) -> list[str]:
    """Returns one message per operation or model that the service retired or rejected."""
    refused = studio.offers.capabilities(account.name).refused_models
    ended = [
        tr(
            "{operation}: discontinued by the service, reported on {day}.",
            operation=tr(Operation(operation).label),
            day=day_text(day),
        )
        for operation, day in account.retired.items()
        if operation in SERVICE_OPERATIONS
    ]
    return ended + [
        tr("{model}: rejected on {day}.", model=model, day=day_text(day))
        for model, day in refused.items()
    ]


_BUDGET_TEXTS = {
    (False, True): mark("{spent} of {budget} this month"),
    (False, False): mark("{spent} of {budget} today"),
    (True, True): mark("{spent} of {budget} this month by all accounts"),
    (True, False): mark("{spent} of {budget} today by all accounts"),
}
"""By whether it is of all accounts, and of a month."""


def budget_text(status: BudgetStatus) -> str:
    """Formats a budget as "About 12 of 100 credits this month, resets on 1 December 2026"."""
    is_monthly = status.period is BudgetPeriod.MONTH
    used = tr(
        _BUDGET_TEXTS[status.account is None, is_monthly],
        spent=round(status.spent + status.pending, 2),
        budget=format_credits(status.budget),
    )
    if status.is_estimated:
        used = tr("About {amount}", amount=used)
    left_out = [tr(status.unpriced_text)] if status.unpriced else []
    # Translators: the day on which a budget begins anew
    resets = tr("resets on {day}", day=status.resets_on)
    return ptr("list", ", ").join([used, *left_out, resets])


_CLIPS_KEPT = mark("Clips made with it are kept.")


class AccountOffers(QWidget):
    """List of the operations that an account offers.

    Signals:
        retry_requested: Clear the rejections, so that the operations can be requested again.
    """

    retry_requested = Signal()

    def __init__(self, context: UiContext, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.retry_button = create_small_button(tr("Allow again"), self)
        self.retry_button.setAccessibleName(tr("Allow again at “{name}”", name=account.name))
        self.retry_button.setToolTip(tr(ASK_AGAIN_TOOLTIP))
        self.retry_button.clicked.connect(self.retry_requested)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(2, 1)
        grid.setColumnMinimumWidth(0, context.style.px(88))
        top = Qt.AlignmentFlag.AlignTop
        for row, (name, price, role, reason) in enumerate(offer_rows(context.studio, account)):
            words = label(name, role, self)
            words.setAccessibleName(f"{name}: {price}. {reason}".strip())
            grid.addWidget(words, row, 0, top)
            grid.addWidget(label(price, role, self), row, 1, top)
            grid.addWidget(label(reason, "secondary", self, wrap=True), row, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        found = refusal_messages(context.studio, account)
        if found:
            line = QHBoxLayout()
            line.setSpacing(10)
            line.addWidget(label("\n".join(found), "warn", self, wrap=True), 1)
            line.addWidget(self.retry_button, 0, top)
            column.addLayout(line)
        else:
            self.retry_button.hide()


class AccountCard(Card):
    """Card of one account: its details, its state, and buttons to change or remove it.

    Signals:
        key_location_found: The location of the key is known now, and so whether there is a
            keychain.
        change_requested: Open the dialog that changes it (name).
    """

    key_location_found = Signal()
    change_requested = Signal(str)

    def __init__(
        self,
        context: UiContext,
        account: Account,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._account = account
        self.setAccessibleName(account.name)
        self.test_button = create_small_button(tr("Test connection"), self)
        self.use_button = create_small_button(tr("Use this"), self)
        self.change_button = create_small_button(tr("Change…"), self)
        self.remove_button = create_small_button(tr("Remove"), self)
        self.confirm_button = create_small_button(tr("Remove"), self)
        self.keep_button = create_small_button(tr("Keep"), self)
        self.budget = label("", "secondary", self, wrap=True)
        self.offers = Collapsible(self._style, tr("What it offers"), self)
        self.status = label("", "secondary", self, wrap=True)
        self._key_location = label("", "caption", self)
        self._confirmation = QWidget(self)
        self.removal_label = label("", "warn", self._confirmation, wrap=True)
        self._build()
        self._connect_signals()
        # A rebuilt card queries again: the result of the old query has no widget to show it.
        self._tasks.restart(
            f"where the key of {account.name} is",
            self._studio.accounts.secret_location(account.name),
            on_result=self._on_key_location_read,
        )
        if self._studio.budget.is_limited(account.name):
            self._tasks.restart(
                f"budget of {account.name}",
                self._studio.budget.statuses(account.name),
                on_result=self._on_budgets_read,
            )

    def _build(self) -> None:
        account = self._account
        active = self._studio.accounts.active
        is_active = active is not None and active.name == account.name
        self.confirm_button.setProperty("role", "danger")
        self.confirm_button.setProperty("fit", "small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(account.name, "strong", self))
        if account.name != account.service.label:
            head.addWidget(Badge(self._style, account.service.label, self))
        if is_active:
            head.addWidget(Badge(self._style, tr("in use"), self, outlined=True))
        head.addStretch(1)
        head.addWidget(self.use_button)
        head.addWidget(self.test_button)
        head.addWidget(self.change_button)
        head.addWidget(self.remove_button)
        self.use_button.setVisible(not is_active)
        demo = account.service is Service.DEMO
        where = tr("On this computer") if demo and not account.base_url else account.base_url
        doubt = QHBoxLayout(self._confirmation)
        doubt.setContentsMargins(0, 4, 0, 0)
        self.removal_label.setText(
            tr("Nothing is lost: clips made with it are kept.")
            if demo
            else tr("This deletes its key; clips made with it are kept.")
        )
        doubt.addWidget(self.removal_label, 1)
        doubt.addWidget(self.keep_button)
        doubt.addWidget(self.confirm_button)
        self._confirmation.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(head)
        place = label(f"{where} · {version_text(account.profile)}", "secondary", self, wrap=True)
        place.setToolTip(account.profile)
        column.addWidget(place)
        column.addWidget(self._key_location)
        column.addWidget(self.budget)
        column.addWidget(self.status)
        column.addWidget(self._confirmation)
        column.addSpacing(2)
        column.addWidget(self.offers)
        self.status.hide()
        self.budget.hide()
        self._key_location.setVisible(not demo)

    def _connect_signals(self) -> None:
        name = self._account.name
        self.use_button.clicked.connect(lambda: self._studio.accounts.set_active(name))
        self.test_button.clicked.connect(self._on_test_clicked)
        self.change_button.clicked.connect(lambda: self.change_requested.emit(name))
        self.offers.expanded.connect(self._on_offers_expanded)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.keep_button.clicked.connect(lambda: self._confirmation.hide())
        set_guarded(self.confirm_button)
        self.confirm_button.clicked.connect(
            lambda: self._tasks.start(
                f"remove {name}", self._studio.accounts.remove(name), is_change=True
            )
        )

    def _on_remove_clicked(self) -> None:
        self._confirmation.show()
        self._tasks.restart(
            f"unfinished jobs of {self._account.name}",
            self._studio.jobs.list_unfinished(self._account.name),
            on_result=self._on_unfinished_read,
        )

    def _on_unfinished_read(self, jobs: Sequence[Job]) -> None:
        if jobs:
            self.removal_label.setText(tr(sentences(removal_warning(jobs), _CLIPS_KEPT)))

    def _on_test_clicked(self) -> None:
        name = self._account.name
        self._show_status(tr("Contacting the service…"), "secondary")
        self._tasks.start(
            f"test {name}",
            self._studio.balances.check(name),
            on_result=self._on_test_succeeded,
            on_error=self._on_error,
        )

    def _on_test_succeeded(self, balance: Balance) -> None:
        self._show_status(tr("It works: {balance}.", balance=format_credits(balance.total)), "ok")

    def _on_error(self, error: ServiceError) -> None:
        self._show_status(tr(error.message), "bad")

    def _on_budgets_read(self, statuses: Sequence[BudgetStatus]) -> None:
        self.budget.setText("\n".join(budget_text(one) for one in statuses))
        self.budget.setVisible(bool(statuses))

    def _on_offers_expanded(self) -> None:
        if self.offers.body.count():
            return
        inside = AccountOffers(self._context, self._account)
        name = self._account.name
        inside.retry_requested.connect(
            lambda: self._tasks.start(
                f"ask {name} again", self._studio.accounts.forget_refusals(name)
            )
        )
        self.offers.body.addWidget(inside)

    def _on_key_location_read(self, location: str | None) -> None:
        self._key_location.setText(key_location_text(location))
        self.key_location_found.emit()

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.show()
        set_role(self._style, self.status, role)


class AccountsPage(QWidget):
    """List of all accounts, with buttons to add one."""

    add_requested = Signal()
    demo_requested = Signal()
    change_requested = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.cards: list[AccountCard] = []
        self.add_button = QPushButton(tr("Add account…"), self)
        self.demo_button = QPushButton(tr("Add Demo Studio"), self)
        self._style.set_icon(self.add_button, "plus", "text1")
        self._style.set_icon(self.demo_button, "audio-lines", "text1")
        self._list = QWidget()
        self._list.setProperty("surface", "none")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list)
        self._key_storage = label("", "caption", self, wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.add_button)
        foot.addWidget(self.demo_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addLayout(foot)
        column.addWidget(self._key_storage)
        self.add_button.clicked.connect(self.add_requested)
        self.demo_button.clicked.connect(self.demo_requested)
        unsubscribe = self._studio.events.subscribe(AccountsChanged, lambda _event: self.refresh())
        self.destroyed.connect(unsubscribe)
        self.refresh()

    def refresh(self) -> None:
        """Updates the list of accounts."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        accounts = self._studio.accounts.all()
        unfolded = {card.accessibleName() for card in self.cards if card.offers.is_expanded}
        self.cards = []
        for account in accounts:
            card = AccountCard(self._context, account, self._list)
            card.key_location_found.connect(self._show_key_storage)
            card.change_requested.connect(self.change_requested)
            if account.name in unfolded:
                card.offers.expand()
            self.cards.append(card)
            self._column.addWidget(card)
        if not accounts:
            words = tr("No account yet. Demo Studio works without one, and without a network.")
            self._column.addWidget(label(words, "secondary", self._list, wrap=True))
        self._column.addStretch(1)
        self._show_key_storage()
        self.demo_button.setVisible(not any(one.service is Service.DEMO for one in accounts))

    def _show_key_storage(self) -> None:
        usual = tr("Keys are stored in this computer's keychain, never in a file or a log.")
        self._key_storage.setText(tr(self._studio.accounts.key_notice) or usual)


def _create(context: SettingsContext, parent: QWidget) -> AccountsPage:
    page = AccountsPage(context.ui, parent)
    page.add_requested.connect(context.add_account)
    page.demo_requested.connect(context.use_demo)
    page.change_requested.connect(context.change_account)
    return page


PAGE = SettingsPage(
    mark("Accounts"), "key-round", 10, AccountsPage, _create, manual_page="accounts"
)
