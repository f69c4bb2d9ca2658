"""Settings page for the credit ledger, month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

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

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.model_record import ModelRecord
from producer_studio.domain.reconciliation import SeenRefund
from producer_studio.studio.accounts.ledger import LedgerLine, MonthTotals
from producer_studio.studio.accounts.reconciliations import AccountReconciliation
from producer_studio.studio.events import (
    AccountsChanged,
    BalanceChanged,
    JobChanged,
    OtherJobChanged,
)
from producer_studio.studio.utc_dates import this_month
from producer_studio.translation import join_texts, mark, tr
from producer_studio.translation.dates import format_month
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.ledger_table import (
    ACCOUNT_COLUMN,
    CLIP_COLUMN,
    NOTE_COLUMN,
    LedgerTable,
    LedgerView,
    number_text,
)
from producer_studio.ui.settings.model_record_list import ModelRecordList
from producer_studio.ui.settings.overall_budget import OverallBudget
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.settings.unexplained_credits import UnexplainedCredits
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.label import ElidedLabel, label

_MONTH_COUNT = 12
_READ_TASK = "read the ledger"
_MAX_CHARGED_WITHOUT_CLIP = 20
_MIN_LINES = 6
"""Height of the table in lines, its header included, however much is above it."""
_HEADERS = (
    mark("Account"),
    mark("Expected"),
    mark("Charged"),
    mark("Refunded"),
    mark("Spent"),
    mark("Balance"),
)


_SPOKEN_HEADS = (
    mark("expected"), mark("charged"), mark("refunded"), mark("spent"), mark("balance")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _LedgerContent:
    """Everything that the page shows of one month and account."""

    totals: Sequence[MonthTotals]
    charged_without_clip: Sequence[Job]
    lines: Sequence[LedgerLine]
    compared: Sequence[AccountReconciliation]
    records: Sequence[ModelRecord]


class LedgerPage(QWidget):
    """Totals of each account, charges without a clip, and every line of the ledger."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.month = ComboBox(tr("Month"), self, small=True)
        self.account = ComboBox(tr("Account"), self, small=True)
        self.export_button = QPushButton(tr("Export CSV…"), self)
        self.export_button.setAutoDefault(False)
        self._style.set_icon(self.export_button, "download", "text1", 14)
        self.totals_card = Card(self)
        self._totals_layout = QGridLayout(self.totals_card)
        self.budget = OverallBudget(context.studio, self)
        self.records = ModelRecordList(context.style, self)
        self.unexplained = UnexplainedCredits(context.style, self)
        self.charged_without_clip_card = Card(self)
        self._charged_without_clip_layout = QVBoxLayout(self.charged_without_clip_card)
        self.table = LedgerTable()
        self.view = LedgerView(self)
        self._empty_label = label(tr("No requests in this month."), "secondary", self)
        self._build()
        self._fill_choices()
        self.month.activated.connect(self.refresh)
        self.account.activated.connect(self.refresh)
        self.export_button.clicked.connect(self._on_export_clicked)
        events = self._studio.events
        self.destroyed.connect(events.subscribe(JobChanged, self._on_job_changed))
        self.destroyed.connect(events.subscribe(OtherJobChanged, self._on_job_changed))
        self.destroyed.connect(events.subscribe(BalanceChanged, lambda _event: self.refresh()))
        self.destroyed.connect(events.subscribe(AccountsChanged, self._on_accounts_changed))
        self.refresh()

    def refresh(self) -> None:
        """Reads the ledger again."""
        self._tasks.restart(_READ_TASK, self._read_ledger(), on_result=self._show_ledger)

    async def save_csv(self, target: Path) -> None:
        """Exports the displayed lines as CSV.

        Raises:
            StorageError: The file cannot be written.
        """
        await self._studio.ledger.save_csv(target, self._chosen_account(), self._chosen_month())

    async def _read_ledger(self) -> _LedgerContent:
        ledger, month, account = self._studio.ledger, self._chosen_month(), self._chosen_account()
        totals = await ledger.totals(month)
        lost = await ledger.list_charged_jobs_without_clip(account)
        lines = await ledger.lines(account, month)
        compared = await self._studio.reconciliations.of_month(month)
        return _LedgerContent(
            totals=[one for one in totals if account in {None, one.account}],
            charged_without_clip=lost,
            lines=lines,
            compared=[one for one in compared if account in {None, one.account}],
            records=await self._studio.model_records.all(account),
        )

    def _show_ledger(self, content: _LedgerContent) -> None:
        self.records.show_records(content.records, names_account=len(content.totals) > 1)
        self._show_totals(content.totals)
        self.unexplained.show_accounts(content.compared)
        refunds = {one.job: one for account in content.compared for one in account.result.refunds}
        self._show_charged_without_clip(content.charged_without_clip, refunds)
        self._show_lines(content.lines)

    def _chosen_month(self) -> date:
        return date.fromisoformat(self.month.currentData())

    def _chosen_account(self) -> AccountName | None:
        name = str(self.account.currentData())
        return AccountName(name) if name else None

    def _fill_choices(self) -> None:
        month = this_month()
        for _ in range(_MONTH_COUNT):
            self.month.addItem(format_month(month), month.isoformat())
            month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
        self._fill_accounts()

    def _fill_accounts(self) -> None:
        chosen = self.account.currentData()
        self.account.clear()
        self.account.addItem(tr("All accounts"), "")
        for account in self._studio.accounts.all():
            self.account.addItem(account.name, account.name)
        self.account.setCurrentIndex(max(0, self.account.findData(chosen)))

    def _show_totals(self, totals: Sequence[MonthTotals]) -> None:
        _clear_layout(self._totals_layout)
        heads = [tr(head) for head in _HEADERS]
        for column, head in enumerate(heads):
            self._totals_layout.addWidget(_create_cell(head, "caption", column), 0, column)
        for row, one in enumerate(totals, 1):
            numbers = (one.expected, one.charged, one.refunded, one.spent)
            unknown = tr(" + {count} unknown", count=one.unpriced) if one.unpriced else ""
            # 0 would be a guess where not a single price is known.
            cells = [number_text(number) if number or not unknown else "—" for number in numbers]
            cells[1] = number_text(one.charged) + unknown
            cells.append("—" if one.balance is None else number_text(one.balance))
            name = ElidedLabel(one.account, "medium")
            name.setAccessibleName(
                f"{one.account}: "
                + ", ".join(
                    f"{tr(head)} {cell}" for head, cell in zip(_SPOKEN_HEADS, cells, strict=True)
                )
            )
            self._totals_layout.addWidget(name, row, 0)
            for column, cell in enumerate(cells, 1):
                self._totals_layout.addWidget(_create_cell(cell, "value", column), row, column)
        self.totals_card.setVisible(bool(totals))

    def _show_charged_without_clip(
        self, jobs: Sequence[Job], refunds: Mapping[JobId, SeenRefund]
    ) -> None:
        _clear_layout(self._charged_without_clip_layout)
        self.charged_without_clip_card.setVisible(bool(jobs))
        self._charged_without_clip_layout.addWidget(
            label(tr("Charged, but no clip arrived"), "label")
        )
        for job in jobs[:_MAX_CHARGED_WITHOUT_CLIP]:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            operation = job.recipe.operation.label
            words = tr(join_texts((job.title, operation, job.account), " · "))
            row.addWidget(ElidedLabel(words, "value"), 1)
            amount = _describe_charge(job, refunds.get(job.id))
            row.addWidget(label(amount, "secondary" if job.id in refunds else "warn"))
            if job.is_undelivered:
                again = QPushButton(tr("Download again"), line)
                again.setAutoDefault(False)
                again.setToolTip(tr("Free: it was charged already"))
                again.setAccessibleName(tr("Download again, {title}", title=job.title))
                again.clicked.connect(partial(self._on_fetch_again_clicked, job.id))
                row.addWidget(again)
            task = tr("Task {id}", id=job.task_id) if job.task_id else ""
            line.setToolTip(task)
            line.setAccessibleName(f"{words}, {amount}. {task}")
            self._charged_without_clip_layout.addWidget(line)
        if len(jobs) > _MAX_CHARGED_WITHOUT_CLIP:
            more = tr(
                "and {left} more; export the CSV to see all",
                left=len(jobs) - _MAX_CHARGED_WITHOUT_CLIP,
            )
            self._charged_without_clip_layout.addWidget(label(more, "caption"))

    def _on_fetch_again_clicked(self, job_id: JobId) -> None:
        self._tasks.start(f"fetch {job_id} again", self._studio.job_actions.fetch_again(job_id))

    def _show_lines(self, lines: Sequence[LedgerLine]) -> None:
        self.table.set_rows(lines)
        # With a single account the totals name it, and titles need the space.
        accounts = {line.entry.account for line in lines}
        self.view.setColumnHidden(ACCOUNT_COLUMN, len(accounts) == 1)
        has_notes = any(line.entry.note or line.count > 1 for line in lines)
        self.view.setColumnHidden(NOTE_COLUMN, not has_notes)
        self.view.fit_notes()
        self.view.setVisible(bool(lines))
        self._empty_label.setVisible(not lines)
        self.export_button.setEnabled(bool(lines))

    def _build(self) -> None:
        self._totals_layout.setContentsMargins(14, 10, 14, 12)
        self._totals_layout.setHorizontalSpacing(14)
        self._totals_layout.setVerticalSpacing(5)
        self._totals_layout.setColumnStretch(0, 1)
        self._charged_without_clip_layout.setContentsMargins(14, 10, 14, 12)
        self._charged_without_clip_layout.setSpacing(4)
        self.charged_without_clip_card.hide()
        self.totals_card.hide()
        view = self.view
        view.setModel(self.table)
        view.setAccessibleName(tr("Ledger"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setTabKeyNavigation(False)
        # The end of a title tells takes apart.
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self._style.px(26))
        # Below that the page scrolls.
        view.setMinimumHeight(self._style.px(26) * _MIN_LINES)
        view.horizontalHeader().setHighlightSections(False)
        modes = QHeaderView.ResizeMode
        view.horizontalHeader().setSectionResizeMode(modes.ResizeToContents)
        view.horizontalHeader().setSectionResizeMode(CLIP_COLUMN, modes.Stretch)
        view.horizontalHeader().setSectionResizeMode(NOTE_COLUMN, modes.Fixed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.month)
        top.addWidget(self.account)
        top.addStretch(1)
        top.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.budget)
        column.addWidget(self.totals_card)
        column.addWidget(self.unexplained)
        column.addWidget(self.records)
        column.addWidget(self.charged_without_clip_card)
        column.addWidget(view, 1)
        column.addWidget(self._empty_label)
        column.addStretch(0)

    def _on_job_changed(self, event: JobChanged | OtherJobChanged) -> None:
        if event.job.state.is_finished or event.job.credits_charged is not None:
            self.refresh()

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        self._fill_accounts()
        self.refresh()

    def _on_export_clicked(self) -> None:
        dialog = QFileDialog(self, tr("Export the ledger"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(tr("Tables ({pattern})", pattern="*.csv"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"credits-{self.month.currentData()[:7]}.csv")
        dialog.fileSelected.connect(
            lambda path: self._tasks.start("export the ledger", self.save_csv(Path(path)))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _describe_charge(job: Job, refund: SeenRefund | None) -> str:
    """Returns what a job without a clip was charged, and whether the balance shows its refund."""
    if refund is None:
        return tr(format_credits(job.credits_charged))
    amount = format_credits(round(refund.credits, 2))
    if refund.gone:
        return tr("{amount}, probably refunded", amount=amount)
    return tr("{amount}, refunded", amount=amount)


def _create_cell(text: str, role: str, column: int) -> QWidget:
    made = label(text, role)
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    made.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return made


def _clear_layout(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


PAGE = SettingsPage(
    mark("Credits"),
    "coins",
    20,
    LedgerPage,
    lambda context, parent: LedgerPage(context.ui, parent),
    scrolls=True,
    manual_page="accounts",
)
