"""Settings: the credits, month by month."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.credits import credits_text
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job
from producer_studio.studio.accounts.ledger import LedgerLine, Totals
from producer_studio.studio.calendar import month_text, this_month
from producer_studio.studio.events import AccountsChanged, BalanceChanged, JobChanged
from producer_studio.ui.settings.ledger_table import (
    ACCOUNT,
    NOTE,
    SONG,
    LedgerTable,
    number_text,
)
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.combo_box import Combo
from producer_studio.ui.widgets.label import ElidedLabel, label

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_MONTHS = 12
_READ = "read the ledger"
_MOST_LOST = 20
_HEADS = ("Account", "Expected", "Charged", "Refunded", "Spent", "Balance")


class LedgerPage(QWidget):
    """Totals of each account, what was charged without a clip, and every line of the book."""

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self.month = Combo("Month", self, small=True)
        self.account = Combo("Account", self, small=True)
        self.export = QPushButton("Export CSV…", self)
        self.export.setAutoDefault(False)
        look.dress(self.export, "download", "text1", 14)
        self.totals = Card(self)
        self._totals = QGridLayout(self.totals)
        self.lost = Card(self)
        self._lost = QVBoxLayout(self.lost)
        self.table = LedgerTable()
        self.view = QTableView(self)
        self._none = label("Nothing was asked for in this month.", "secondary", self)
        self._lay_out()
        self._fill_choices()
        self.month.activated.connect(self.refresh)
        self.account.activated.connect(self.refresh)
        self.export.clicked.connect(self._on_export)
        events = studio.events
        self.destroyed.connect(events.subscribe(JobChanged, self._on_job_changed))
        self.destroyed.connect(events.subscribe(BalanceChanged, lambda _event: self.refresh()))
        self.destroyed.connect(events.subscribe(AccountsChanged, self._on_accounts_changed))
        self.refresh()

    def refresh(self) -> None:
        """Reads the book again."""
        self._tasks.restart(_READ, self._read())

    async def save(self, target: Path) -> None:
        """Writes the lines that are shown, for other programs.

        Raises:
            StorageFault: The file cannot be written.
        """
        await self._studio.ledger.save_csv(target, self._account(), self._month())

    async def _read(self) -> None:
        ledger, month, account = self._studio.ledger, self._month(), self._account()
        totals = await ledger.totals(month)
        lost = await ledger.charged_without_clip(account)
        lines = await ledger.lines(account, month)
        self._show_totals([one for one in totals if account in {None, one.account}])
        self._show_lost(lost)
        self._show_lines(lines)

    def _month(self) -> date:
        return date.fromisoformat(self.month.currentData())

    def _account(self) -> AccountName | None:
        name = str(self.account.currentData())
        return AccountName(name) if name else None

    def _fill_choices(self) -> None:
        month = this_month()
        for _ in range(_MONTHS):
            self.month.addItem(month_text(month), month.isoformat())
            month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
        self._fill_accounts()

    def _fill_accounts(self) -> None:
        chosen = self.account.currentData()
        self.account.clear()
        self.account.addItem("All accounts", "")
        for account in self._studio.accounts.all():
            self.account.addItem(account.name, account.name)
        self.account.setCurrentIndex(max(0, self.account.findData(chosen)))

    def _show_totals(self, totals: Sequence[Totals]) -> None:
        _empty(self._totals)
        for column, head in enumerate(_HEADS):
            self._totals.addWidget(_cell(head, "caption", column), 0, column)
        for row, one in enumerate(totals, 1):
            numbers = (one.expected, one.charged, one.refunded, one.spent)
            unknown = f" + {one.unpriced} unknown" if one.unpriced else ""
            cells = [number_text(number) for number in numbers]
            cells[1] += unknown
            cells.append("—" if one.balance is None else number_text(one.balance))
            name = ElidedLabel(one.account, "medium")
            name.setAccessibleName(
                f"{one.account}: "
                + ", ".join(
                    f"{head.lower()} {cell}" for head, cell in zip(_HEADS[1:], cells, strict=True)
                )
            )
            self._totals.addWidget(name, row, 0)
            for column, cell in enumerate(cells, 1):
                self._totals.addWidget(_cell(cell, "value", column), row, column)
        self.totals.setVisible(bool(totals))

    def _show_lost(self, jobs: Sequence[Job]) -> None:
        _empty(self._lost)
        self.lost.setVisible(bool(jobs))
        self._lost.addWidget(label("Charged, but no clip came", "label"))
        for job in jobs[:_MOST_LOST]:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            words = f"{job.title} · {job.recipe.operation.label} · {job.account}"
            row.addWidget(ElidedLabel(words, "value"), 1)
            row.addWidget(label(credits_text(job.credits_charged), "warn"))
            task = f"Task {job.task_id}" if job.task_id else ""
            line.setToolTip(task)
            line.setAccessibleName(f"{words}, {credits_text(job.credits_charged)}. {task}")
            self._lost.addWidget(line)
        if len(jobs) > _MOST_LOST:
            more = f"and {len(jobs) - _MOST_LOST} more; the CSV has all of them"
            self._lost.addWidget(label(more, "caption"))

    def _show_lines(self, lines: Sequence[LedgerLine]) -> None:
        self.table.show_rows(lines)
        # Of one account alone the totals say which; songs need the room.
        accounts = {line.entry.account for line in lines}
        self.view.setColumnHidden(ACCOUNT, len(accounts) == 1)
        self.view.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self.export.setEnabled(bool(lines))

    def _lay_out(self) -> None:
        self._totals.setContentsMargins(14, 10, 14, 12)
        self._totals.setHorizontalSpacing(14)
        self._totals.setVerticalSpacing(5)
        self._totals.setColumnStretch(0, 1)
        self._lost.setContentsMargins(14, 10, 14, 12)
        self._lost.setSpacing(4)
        self.lost.hide()
        self.totals.hide()
        view = self.view
        view.setModel(self.table)
        view.setAccessibleName("Ledger")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self._look.px(26))
        view.horizontalHeader().setHighlightSections(False)
        modes = QHeaderView.ResizeMode
        view.horizontalHeader().setSectionResizeMode(modes.ResizeToContents)
        for section in (SONG, NOTE):
            view.horizontalHeader().setSectionResizeMode(section, modes.Stretch)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.month)
        top.addWidget(self.account)
        top.addStretch(1)
        top.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.totals)
        column.addWidget(self.lost)
        column.addWidget(view, 1)
        column.addWidget(self._none)
        column.addStretch(0)

    def _on_job_changed(self, event: JobChanged) -> None:
        if event.job.state.is_over or event.job.credits_charged is not None:
            self.refresh()

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        self._fill_accounts()
        self.refresh()

    def _on_export(self) -> None:
        dialog = QFileDialog(self, "Export the ledger")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Tables (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"credits-{self.month.currentData()[:7]}.csv")
        dialog.fileSelected.connect(
            lambda path: self._tasks.start("export the ledger", self.save(Path(path)))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _cell(text: str, role: str, column: int) -> QWidget:
    made = label(text, role)
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    made.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return made


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
