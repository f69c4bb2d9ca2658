"""Operations that an account offers, with prices and reasons for unavailability."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.account import Account
from producer_studio.domain.credits import format_credits
from producer_studio.domain.operation import Operation
from producer_studio.ui.availability import ASK_AGAIN_TOOLTIP
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import create_small_button
from producer_studio.ui.widgets.date_text import day_text
from producer_studio.ui.widgets.label import label

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio


def offer_rows(studio: "Studio", account: Account) -> list[tuple[str, str, str, str]]:
    """Returns one row per operation: label, price, role of the text, and why it is unavailable."""
    capabilities = studio.offers.capabilities(account.name)
    lines = []
    for operation in Operation:
        offered = capabilities.get(operation)
        if offered.available:
            lines.append((operation.label, format_credits(offered.price), "value", ""))
        else:
            lines.append((operation.label, "not offered", "secondary", offered.reason))
    return lines


def refusal_messages(studio: "Studio", account: Account) -> list[str]:
    """Returns one message per operation or model that the service retired or rejected."""
    refused = studio.offers.capabilities(account.name).refused_models
    ended = [
        f"{Operation(operation).label}: discontinued by the service, reported on {day_text(day)}."
        for operation, day in account.retired.items()
        if operation in set(Operation)
    ]
    return ended + [f"{model}: rejected on {day_text(day)}." for model, day in refused.items()]


class AccountOffers(QWidget):
    """List of the operations that an account offers.

    Signals:
        retry_requested: Clear the rejections, so that the operations can be requested again.
    """

    retry_requested = Signal()

    def __init__(self, context: UiContext, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.retry_button = create_small_button("Allow again", self)
        self.retry_button.setAccessibleName(f"Allow again at “{account.name}”")
        self.retry_button.setToolTip(ASK_AGAIN_TOOLTIP)
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
