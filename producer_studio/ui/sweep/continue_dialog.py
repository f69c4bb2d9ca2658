"""Dialog that asks before a stopped sweep goes on, with other limits."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.domain.budget import BudgetStatus, budget_warning
from producer_studio.domain.credits import Balance
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.sweep_limits import SweepLimits, count_requests, reached_balance
from producer_studio.domain.sweep_status import SweepStatus
from producer_studio.domain.text import join_words
from producer_studio.translation import join_texts, mark, sentences, tr
from producer_studio.ui.clips.sweep_limits import SweepLimitFields
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.keyboard import guard_hint, set_guarded
from producer_studio.ui.widgets.label import label, paragraph, set_paragraph_text
from producer_studio.ui.widgets.text_format import literal_text

_WIDTH = 520
_LINE_HEIGHT = 118
_NOTHING_MORE = mark("Nothing more would be sent: {reason}.")


class ContinueSweepDialog(FormDialog):
    """Says what was used, asks for limits, and what goes on costs.

    Signals:
        continue_requested: Send what was not sent, with these `SweepLimits`.
    """

    continue_requested = Signal(object)

    def __init__(
        self,
        style: Style,
        status: SweepStatus,
        prices: Sequence[Price],
        balance: Balance | None,
        parent: QWidget | None = None,
    ) -> None:
        """Creates the dialog.

        Args:
            prices: Price of each request that was not sent.
            balance: Balance of the account, where it is known.
        """
        super().__init__(style, tr("Continue the sweep"), _WIDTH, parent)
        self._status = status
        self._prices = list(prices)
        self._balance = balance
        self._summary = paragraph("", "muted", self, line_height=_LINE_HEIGHT)
        self.limits = SweepLimitFields(balance, self)
        self.limits.set_limits(status.sweep.limits)
        self.limits.changed.connect(self._check)
        self.status_label = label("", "bad", self, wrap=True)
        self.status_label.hide()
        self.warning_label = label("", "warn", self, wrap=True)
        self._budgets: Sequence[BudgetStatus] = ()
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.continue_button = QPushButton(self)
        self.continue_button.setProperty("role", "primary")
        self.continue_button.setToolTip(guard_hint())
        set_guarded(self.continue_button)
        self.continue_button.clicked.connect(
            lambda: self.continue_requested.emit(self.limits.limits())
        )
        self.content.setSpacing(12)
        self.content.addWidget(label(tr("Continue the sweep"), "title", self))
        self.content.addWidget(self._summary)
        self.content.addWidget(label(tr("Limits of the whole sweep"), "section", self))
        self.content.addWidget(self.limits)
        self.content.addWidget(self.status_label)
        self.content.addWidget(self.warning_label)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.continue_button)
        self.cancel_button.setFocus()
        self.show_status(status, prices)

    def show_status(self, status: SweepStatus, prices: Sequence[Price]) -> None:
        """Shows what was used by now, and what the rest costs; the limits stay as entered.

        Args:
            prices: Price of each request that was not sent.
        """
        self._status, self._prices = status, list(prices)
        used = [count_requests(status.use.requests)]
        if status.use.credits:
            used.append(status.use.credits_text)
        text = sentences(
            mark("{summary}.", summary=status.summary),
            mark("Used or possibly charged so far: {amounts}.", amounts=join_words(used)),
        )
        set_paragraph_text(self._summary, tr(text), _LINE_HEIGHT)
        self._check()

    def show_budgets(self, budgets: Sequence[BudgetStatus]) -> None:
        """Says what the budgets of the account leave for what is to be sent."""
        self._budgets = budgets
        self._check()

    def show_error(self, message: str) -> None:
        """Shows why nothing was sent."""
        self.status_label.setText(tr(message))
        self.status_label.setVisible(bool(message))
        self.scroll_to(self.status_label)

    def _check(self) -> None:
        """Shows how many requests the limits allow, and what they cost."""
        limits, use = self.limits.limits(), self._status.use
        highest = [price.high for price in self._prices]
        allowed = use.count_allowed(limits, highest)
        issue = self.limits.issue()
        if not highest:
            issue = tr("Nothing is left to send.")
        elif not issue and not allowed:
            issue = tr(_NOTHING_MORE, reason=use.reached_limit(limits, highest[0]))
        elif not issue and (reached := self._reached_balance(limits, highest[0])):
            allowed = 0
            issue = tr(_NOTHING_MORE, reason=reached)
        price = sum_of_prices(self._prices[:allowed])
        if allowed:
            send = mark("Send {number} more", number=allowed)
            text = tr(join_texts((send, price.amount_text()), " · "))
            spoken = tr(join_texts((send, price.text())))
        else:
            text, spoken = tr("Send more"), tr("Send more requests")
        self.continue_button.setText(literal_text(text))
        self.continue_button.setAccessibleName(spoken)
        self.continue_button.setEnabled(not issue)
        self.status_label.setText(issue)
        self.status_label.setVisible(bool(issue))
        warning = "" if issue else budget_warning(self._budgets, price.high)
        self.warning_label.setText(tr(warning))
        self.warning_label.setVisible(bool(warning))

    def _reached_balance(self, limits: SweepLimits, price: float | None) -> str:
        """Returns that the balance allows no request; empty where it is unknown or enough."""
        if self._balance is None or limits.min_balance is None:
            return ""
        return reached_balance(limits.min_balance, self._balance.total, price)
