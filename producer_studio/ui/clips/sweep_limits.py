"""Fields for the limits of a sweep."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from producer_studio.domain.credits import Balance, format_credits
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.translation import mark, sentences, tr
from producer_studio.translation.numbers import format_typed, parse_decimal
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.lower_label import lower_label

_NO_LIMIT = mark("no limit")
_MAX = 1e12


class SweepLimitFields(QWidget):
    """Most credits, most requests, and the balance that is left; an empty field is no limit.

    Signals:
        changed: A limit was changed.
    """

    changed = Signal()

    def __init__(self, balance: Balance | None, parent: QWidget | None = None) -> None:
        """Creates empty fields; `balance` is the one of the account, where it is known."""
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.credits = self._field(
            mark("Credits"),
            tr(
                "Stops before more credits are charged, less refunds. What is refunded before it "
                "stops, or before you continue it, may be spent on the rest"
            ),
        )
        self.requests = self._field(mark("Requests"), tr("Stops before more requests are sent"))
        self.balance = self._field(mark("Balance to leave"), "")
        self.show_balance(balance)

    def limits(self) -> SweepLimits:
        """Returns the limits; those that cannot be read are None."""
        requests = _number(self.requests)
        return SweepLimits(
            credits=_number(self.credits),
            requests=None if requests is None else int(requests),
            min_balance=_number(self.balance),
        )

    def show_balance(self, balance: Balance | None) -> None:
        """Says what the balance of the account is; None if that is not known."""
        text: str = mark("Stops before the balance falls below it.")
        if balance is not None:
            text = sentences(text, mark("Now {balance}.", balance=format_credits(balance.total)))
        self.balance.setToolTip(tr(text))

    def set_limits(self, limits: SweepLimits) -> None:
        values = (limits.credits, limits.requests, limits.min_balance)
        for field, value in zip(self._fields(), values, strict=True):
            field.setText("" if value is None else format_typed(value))

    def issue(self) -> str:
        """Returns which field is no limit, as a sentence; empty if all can be read."""
        for field in self._fields():
            if field.text().strip() and _number(field) is None:
                return tr(
                    "{field}: this is no number from 0 up to a million million.",
                    field=field.accessibleName(),
                )
        return ""

    def _fields(self) -> tuple[QLineEdit, QLineEdit, QLineEdit]:
        return self.credits, self.requests, self.balance

    def _field(self, name: str, tooltip: str) -> QLineEdit:
        field = LineEdit(self)
        field.setAccessibleName(tr("Limit: {name}", name=lower_label(name)))
        field.setPlaceholderText(tr(_NO_LIMIT))
        field.setToolTip(tooltip)
        field.textChanged.connect(lambda _text: self.changed.emit())
        head = label(tr(name), "label", self)
        head.setBuddy(field)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(field)
        self._row.addLayout(column, 1)
        return field


def _number(field: QLineEdit) -> float | None:
    """Returns a number that is not negative; None for none, and for another text."""
    try:
        number = parse_decimal(field.text())
    except ValueError:
        return None
    return number if 0 <= number < _MAX else None
