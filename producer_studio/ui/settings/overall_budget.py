"""Budgets of all accounts together, in the settings."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from producer_studio.domain.errors import RequestRejected
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, tr
from producer_studio.translation.numbers import format_typed
from producer_studio.ui.settings.form_fields import (
    create_labelled_control,
    create_line_edit,
    parse_number,
)
from producer_studio.ui.widgets.label import label

_NO_NUMBER = mark("A budget is a number of credits, 0 or more, or empty.")


class OverallBudget(QWidget):
    """Two fields, for a month and a day; a changed one is stored when it is left."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.monthly = create_line_edit(tr("Monthly budget of all accounts"), tr("no limit"), self)
        self.daily = create_line_edit(tr("Daily budget of all accounts"), tr("no limit"), self)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(
            create_labelled_control(tr("Monthly budget of all accounts"), self.monthly, self), 1
        )
        row.addLayout(
            create_labelled_control(tr("Daily budget of all accounts"), self.daily, self), 1
        )
        self.problem = label("", "bad", self, wrap=True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.show_stored()
        self.monthly.editingFinished.connect(lambda: self._store("monthly_budget", self.monthly))
        self.daily.editingFinished.connect(lambda: self._store("daily_budget", self.daily))

    def show_stored(self) -> None:
        """Shows the stored budgets."""
        monthly, daily = self._studio.accounts.overall_budget()
        self.monthly.setText("" if monthly is None else format_typed(monthly))
        self.daily.setText("" if daily is None else format_typed(daily))

    def _store(self, name: str, edit: QLineEdit) -> None:
        try:
            value = parse_number(edit, _NO_NUMBER, name)
            self._studio.preferences.change(**{name: value})
        except (RequestRejected, ValueError):
            self.problem.setText(tr(_NO_NUMBER))
            self.problem.show()
        else:
            self.problem.hide()
