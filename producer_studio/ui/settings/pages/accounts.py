"""Settings: the accounts."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.account import Account, Service
from producer_studio.domain.credits import Balance, credits_text
from producer_studio.domain.errors import Fault
from producer_studio.studio.accounts.budget import BudgetStatus
from producer_studio.studio.events import AccountsChanged
from producer_studio.ui.settings.account_dialog import kept_words
from producer_studio.ui.settings.account_offers import Offers
from producer_studio.ui.settings.form_fields import small_button
from producer_studio.ui.settings.version_text import version_text
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.badge import Badge
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.collapsible import Fold
from producer_studio.ui.widgets.date_text import day_text
from producer_studio.ui.widgets.label import label, set_role

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


class AccountCard(Card):
    """One account: what it is, whether it works, and how to be rid of it.

    Signals:
        key_found: Where its key is, is known now; and so whether there is a keychain.
        change_requested: Open the dialog that changes it (name).
    """

    key_found = Signal()
    change_requested = Signal(str)

    def __init__(
        self,
        studio: "Studio",
        look: Look,
        tasks: "Tasks",
        account: Account,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self._account = account
        self.setAccessibleName(account.name)
        self.test = small_button("Test connection", self)
        self.use = small_button("Use this", self)
        self.change = small_button("Change…", self)
        self.remove = small_button("Remove", self)
        self.sure = small_button("Remove", self)
        self.keep = small_button("Keep", self)
        self.budget = label("", "secondary", self, wrap=True)
        self.offers = Fold(look, "What it offers", self)
        self.status = label("", "secondary", self, wrap=True)
        self._kept = label("", "caption", self)
        self._doubt = QWidget(self)
        self._lay_out()
        self._connect()
        # A card that is built anew asks anew: the answer to the old one has nobody to go to.
        tasks.restart(
            f"where the key of {account.name} is",
            studio.accounts.kept_in(account.name),
            done=self._on_kept,
        )
        if account.budget is not None:
            tasks.restart(
                f"budget of {account.name}",
                studio.budget.status(account.name),
                done=self._on_budget,
            )

    def _lay_out(self) -> None:
        account = self._account
        active = self._studio.accounts.active
        is_active = active is not None and active.name == account.name
        self.sure.setProperty("role", "danger")
        self.sure.setProperty("fit", "small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(account.name, "strong", self))
        if account.name != account.service.label:
            head.addWidget(Badge(self._look, account.service.label, self))
        if is_active:
            head.addWidget(Badge(self._look, "in use", self, outlined=True))
        head.addStretch(1)
        head.addWidget(self.use)
        head.addWidget(self.test)
        head.addWidget(self.change)
        head.addWidget(self.remove)
        self.use.setVisible(not is_active)
        demo = account.service is Service.DEMO
        where = "On this computer" if demo and not account.base_url else account.base_url
        doubt = QHBoxLayout(self._doubt)
        doubt.setContentsMargins(0, 4, 0, 0)
        stays = "the clips made with it stay."
        words = f"Nothing is lost: {stays}" if demo else f"This deletes its key; {stays}"
        doubt.addWidget(label(words, "warn", self._doubt), 1)
        doubt.addWidget(self.keep)
        doubt.addWidget(self.sure)
        self._doubt.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(head)
        place = label(f"{where} · {version_text(account.profile)}", "secondary", self, wrap=True)
        place.setToolTip(account.profile)
        column.addWidget(place)
        column.addWidget(self._kept)
        column.addWidget(self.budget)
        column.addWidget(self.status)
        column.addWidget(self._doubt)
        column.addSpacing(2)
        column.addWidget(self.offers)
        self.status.hide()
        self.budget.hide()
        self._kept.setVisible(not demo)

    def _connect(self) -> None:
        name = self._account.name
        self.use.clicked.connect(lambda: self._studio.accounts.set_active(name))
        self.test.clicked.connect(self._on_test)
        self.change.clicked.connect(lambda: self.change_requested.emit(name))
        self.offers.unfolded.connect(self._on_offers_unfolded)
        self.remove.clicked.connect(lambda: self._doubt.show())
        self.keep.clicked.connect(lambda: self._doubt.hide())
        set_guarded(self.sure)
        self.sure.clicked.connect(
            lambda: self._tasks.start(f"remove {name}", self._studio.accounts.remove(name))
        )

    def _on_test(self) -> None:
        name = self._account.name
        self._say("Asking the service…", "secondary")
        self._tasks.start(
            f"test {name}",
            self._studio.accounts.test(name),
            done=self._on_tested,
            failed=self._on_fault,
        )

    def _on_tested(self, balance: Balance) -> None:
        self._say(f"It works: {credits_text(balance.total)}.", "ok")

    def _on_fault(self, fault: Fault) -> None:
        self._say(fault.message, "bad")

    def _on_budget(self, status: BudgetStatus) -> None:
        if status.budget is None:
            return
        spent = status.spent + status.under_way
        self.budget.setText(
            f"{spent:g} of {credits_text(status.budget)} this month, anew on "
            f"{day_text(status.starts_anew.isoformat())}"
        )
        self.budget.show()

    def _on_offers_unfolded(self) -> None:
        if self.offers.body.count():
            return
        inside = Offers(self._studio, self._look, self._account)
        name = self._account.name
        inside.ask_again.connect(
            lambda: self._tasks.start(
                f"ask {name} again", self._studio.accounts.forget_refusals(name)
            )
        )
        self.offers.body.addWidget(inside)

    def _on_kept(self, kept: str | None) -> None:
        self._kept.setText(kept_words(kept))
        self.key_found.emit()

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.show()
        set_role(self._look, self.status, role)


class AccountsPage(QWidget):
    """All accounts, and the way to a new one."""

    add_requested = Signal()
    demo_requested = Signal()
    change_requested = Signal(str)

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self.cards: list[AccountCard] = []
        self.add = QPushButton("Add account…", self)
        self.demo = QPushButton("Add Demo Studio", self)
        look.dress(self.add, "plus", "text1")
        look.dress(self.demo, "audio-lines", "text1")
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
        self._keys = label("", "caption", self, wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.add)
        foot.addWidget(self.demo)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addLayout(foot)
        column.addWidget(self._keys)
        self.add.clicked.connect(self.add_requested)
        self.demo.clicked.connect(self.demo_requested)
        unsubscribe = studio.events.subscribe(AccountsChanged, lambda _event: self.refresh())
        self.destroyed.connect(unsubscribe)
        self.refresh()

    def refresh(self) -> None:
        """Shows the accounts as they are now."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        accounts = self._studio.accounts.all()
        unfolded = {card.accessibleName() for card in self.cards if card.offers.is_unfolded}
        self.cards = []
        for account in accounts:
            card = AccountCard(self._studio, self._look, self._tasks, account, self._list)
            card.key_found.connect(self._say_where_keys_are)
            card.change_requested.connect(self.change_requested)
            if account.name in unfolded:
                card.offers.unfold()
            self.cards.append(card)
            self._column.addWidget(card)
        if not accounts:
            words = "No account yet. Demo Studio works without one, and without a network."
            self._column.addWidget(label(words, "secondary", self._list, wrap=True))
        self._column.addStretch(1)
        self._say_where_keys_are()
        self.demo.setVisible(not any(one.service is Service.DEMO for one in accounts))

    def _say_where_keys_are(self) -> None:
        usual = "Keys go into this computer's keychain, never into a file or a log."
        self._keys.setText(self._studio.accounts.key_notice or usual)
