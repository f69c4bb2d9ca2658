"""Dialog of a sweep: one or two axes, the grid with its price, and limits."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from producer_studio.domain.credits import Balance
from producer_studio.domain.price import Price
from producer_studio.domain.sweep import AxisValue, Sweep
from producer_studio.domain.sweep_limits import reached_balance
from producer_studio.studio.jobs.sweeps import SweepPlan
from producer_studio.translation import mark, ntr, sentences, tr
from producer_studio.ui.clips.sweep_limits import SweepLimitFields
from producer_studio.ui.compose.sweep.axis_editor import AxisEditor, AxisOffer
from producer_studio.ui.compose.sweep.axis_values import COLUMNS, ROWS
from producer_studio.ui.compose.sweep.grid_preview import GridPreview, cells_text
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.keyboard import guard_hint, set_guarded
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.text_format import literal_text

_WIDTH = 640
_MOST_MODELS, _GRID_MODELS = 6, 3
"""Number of models that are checked at first, alone and in a grid."""
_INTRODUCTION = mark(
    "One press with a request for each cell. Everything else is as in the form, also the seed, so "
    "that the takes differ in the axes alone."
)


class SweepDialog(FormDialog):
    """Edits a sweep. Nothing is sent before the button with the price is pressed.

    Signals:
        changed: An axis or a limit was changed; `show_plan` is expected.
        generate_requested: Send the sweep.
    """

    changed = Signal()
    generate_requested = Signal()

    def __init__(
        self,
        style: Style,
        offer: AxisOffer,
        *,
        by_model: bool,
        balance: Balance | None,
        sweep: Sweep | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Creates the dialog.

        Args:
            by_model: Whether it begins with the models as its only axis.
            balance: Balance of the account, where it is known.
            sweep: Axes and limits to begin with; None for a proposal.
        """
        title = tr("Takes by model") if by_model else tr("Sweep")
        super().__init__(style, title, _WIDTH, parent)
        fields = list(offer.fields)
        first = "model" if by_model or "model" in fields else fields[0]
        second = "" if by_model else next((one for one in fields if one != first), "")
        if "weirdness" in fields and second:
            second = "weirdness"
        most = _MOST_MODELS if by_model else _GRID_MODELS
        given: list[tuple[str, Sequence[AxisValue]]] = [(first, ()), (second, ())]
        if sweep is not None:
            given = [*((axis.field, axis.values) for axis in sweep.axes), ("", ())]
        (first, row_values), (second, column_values) = given[:2]
        self.rows = AxisEditor(
            style,
            ROWS,
            offer,
            chosen=first,
            values=row_values,
            most_checked=most,
            parent=self,
        )
        self.columns = AxisEditor(
            style,
            COLUMNS,
            offer,
            chosen=second,
            values=column_values,
            is_optional=True,
            parent=self,
        )
        self.preview_label = label("", "section", self)
        self.preview = GridPreview(style, self)
        self._balance = balance
        self.limits = SweepLimitFields(balance, self)
        if sweep is not None:
            self.limits.set_limits(sweep.limits)
        self.status = label("", "bad", self, wrap=True)
        self._error = ""
        self._question_timer = QTimer(self, singleShot=True)
        self.warning_label = label("", "warn", self, wrap=True)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.generate_button = QPushButton(tr("Generate"), self)
        self.generate_button.setProperty("role", "primary")
        set_guarded(self.generate_button)
        style.set_icon(self.generate_button, "sparkles", "accent_ink", 16, filled=True)
        self.generate_button.clicked.connect(self._on_generate_clicked)
        self.price_label = label("", "muted", self)
        self._build(title)
        for part in (self.rows, self.columns, self.limits):
            part.changed.connect(self._on_part_changed)
        self.cancel_button.setFocus()

    def sweep(self) -> Sweep:
        """Returns the axes and the limits as they are now; unreadable limits are None."""
        axes = [editor.axis() for editor in (self.rows, self.columns)]
        return Sweep(
            axes=tuple(axis for axis in axes if axis is not None), limits=self.limits.limits()
        )

    def show_balance(self, balance: Balance | None) -> None:
        """Takes over the balance of the account, where it is known, for the next `show_plan`."""
        self._balance = balance
        self.limits.show_balance(balance)

    def show_plan(self, plan: SweepPlan, total: Price, extra_requests: int, warning: str) -> None:
        """Shows the cells, the price of all that the limits allow, and what prevents it.

        Args:
            total: Price of the requests that the limits allow, with the upload of the source.
            extra_requests: Requests beside those of the cells, such as this upload.
            warning: What to say about the budgets; empty for nothing.
        """
        highest = [price.high for price in plan.prices]
        allowed = plan.sweep.most_requests(highest)
        covered = self._count_covered(plan.sweep, highest)
        issue = plan.issue or self._limit_issue(plan, allowed)
        if not issue and not covered:
            allowed = 0
            issue = self._balance_issue(plan.sweep, highest[0])
        self.preview.show_cells(plan.sweep, plan.prices, allowed)
        self.preview_label.setVisible(bool(plan.prices))
        is_partly_known = any(price.is_known for price in plan.prices)
        self.preview_label.setText(
            tr("Credits for each request")
            if plan.price.is_known
            else tr("Credits for each request, where they are known")
            if is_partly_known
            else tr("Requests; their price is unknown")
        )
        shown = tr(issue) or self._error
        self.status.setText(shown)
        self.status.setVisible(bool(shown))
        self.warning_label.setText(tr(warning))
        self.warning_label.setVisible(bool(warning) and not shown)
        self.generate_button.setEnabled(not issue)
        self._show_count(allowed + extra_requests if allowed else 0, total)
        self.generate_button.setAccessibleDescription(guard_hint())
        self.generate_button.setToolTip(guard_hint())
        parts = [tr(total.source_text())] if allowed else []
        if allowed < plan.sweep.size:
            parts.insert(0, cells_text(allowed, plan.sweep.size))
        if covered < allowed:
            # The one at the time of each request counts, so more of them may be sent.
            parts.insert(0, tr("the balance now is enough for {covered}", covered=covered))
        if extra_requests and allowed:
            parts.append(tr("the upload of the source included"))
        self.price_label.setText(" · ".join(part for part in parts if part))
        self.fit_to_content()

    def show_outdated(self, reason: str) -> None:
        """Shows why this can no longer be sent at all; `show_plan` ends it."""
        self.status.setText(tr(reason))
        self.status.setVisible(True)
        self.warning_label.hide()
        self.generate_button.setEnabled(False)
        self.fit_to_content()
        self.scroll_to(self.status)

    def show_error(self, message: str) -> None:
        """Shows why nothing was sent, until something else is entered."""
        message = self._error = tr(message)
        self.status.setText(message)
        self.status.setVisible(True)
        self.warning_label.hide()
        self.scroll_to(self.status)

    def ask_again(self, question: str) -> None:
        """Shows a question that another press of the button confirms."""
        self._question_timer.start(QApplication.doubleClickInterval())
        self.show_error(sentences(question, mark("Press the button again to send it anyway.")))

    def _on_part_changed(self) -> None:
        self._error = ""
        self.changed.emit()

    def _on_generate_clicked(self) -> None:
        # The second half of a double-click: the question has not been read.
        if not self._question_timer.isActive():
            self.generate_requested.emit()

    def _show_count(self, count: int, total: Price) -> None:
        """Shows on the button how many requests it sends at most, and at which price."""
        text = (
            tr("Generate {count} · {amount}", count=count, amount=total.amount_text())
            if count
            else tr("Generate")
        )
        spoken = (
            ntr(
                "Generate {count} request, {price}",
                "Generate {count} requests, {price}",
                count,
                price=total.text(),
            )
            if count
            else tr("Generate")
        )
        self.generate_button.setText(literal_text(text))
        self.generate_button.setAccessibleName(spoken)

    def _count_covered(self, sweep: Sweep, prices: Sequence[float | None]) -> int:
        if self._balance is None:
            return len(prices)
        return sweep.limits.count_covered(self._balance.total, prices)

    def _balance_issue(self, sweep: Sweep, price: float | None) -> str:
        """Returns that the balance allows no request; empty where it is unknown or enough."""
        least = sweep.limits.min_balance
        if self._balance is None or least is None:
            return ""
        reason = reached_balance(least, self._balance.total, price)
        return tr("Nothing can be sent: {reason}.", reason=reason) if reason else ""

    def _limit_issue(self, plan: SweepPlan, allowed: int) -> str:
        if unreadable := self.limits.issue():
            return unreadable
        if plan.sweep.limits.credits is not None and not plan.price.is_known:
            return tr(
                "The price is unknown, so a limit of credits cannot be kept. Limit the requests."
            )
        return "" if allowed else tr("These limits allow no request.")

    def _build(self, title: str) -> None:
        self.content.setSpacing(14)
        self.content.addWidget(label(title, "title", self))
        self.content.addWidget(paragraph(tr(_INTRODUCTION), "muted", self, line_height=118))
        self.content.addWidget(self.rows)
        self.content.addWidget(self.columns)
        self.content.addWidget(self.preview_label)
        self.content.addWidget(self.preview)
        self.content.addWidget(label(tr("Limits, at which it stops"), "section", self))
        self.content.addWidget(self.limits)
        self.content.addWidget(self.status)
        self.content.addWidget(self.warning_label)
        self.content.addStretch(1)
        self.button_row.addWidget(self.price_label, 1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.generate_button)
