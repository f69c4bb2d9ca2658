"""Credits that neither the ledger nor a learnt price explains, and what could explain them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.reconciliations import AccountReconciliation
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.label import label

_MAX_LINES = 5
"""Number of latest explanations that are shown; the command line lists all."""


class UnexplainedCredits(QWidget):
    """One line for each account whose balance and ledger differ; it opens what could explain it."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._shown: list[tuple[AccountName, str, tuple[str, ...]]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    def show_accounts(self, accounts: Sequence[AccountReconciliation]) -> None:
        """Shows the lines of these accounts; those that are open stay open."""
        shown = [
            (one.account, one.summary(), tuple(one.explanations()))
            for one in accounts
            if one.summary()
        ]
        if shown == self._shown:
            return
        before = self.sections()
        expanded = {
            account
            for (account, _, _), section in zip(self._shown, before, strict=True)
            if section.is_expanded
        }
        for section in before:
            section.hide()
            section.setParent(None)
            section.deleteLater()
        self._shown = shown
        for account, summary, explanations in shown:
            title = tr(summary) if len(accounts) == 1 else f"{account} · {tr(summary)}"
            section = Collapsible(self._style, title, self)
            for text in explanations[-_MAX_LINES:]:
                section.body.addWidget(label(tr(text), "secondary", section, wrap=True))
            more = len(explanations) - _MAX_LINES
            if more > 0:
                section.body.addWidget(
                    label(
                        tr(
                            "and {left} earlier; “producer-studio ledger --unexplained” lists all",
                            left=more,
                        ),
                        "caption",
                        section,
                        wrap=True,
                    )
                )
            if account in expanded:
                section.expand()
            self._column.addWidget(section)
        self.setVisible(bool(shown))

    def sections(self) -> list[Collapsible]:
        """Returns the lines, in order."""
        items = [self._column.itemAt(place) for place in range(self._column.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [one for one in widgets if isinstance(one, Collapsible)]
