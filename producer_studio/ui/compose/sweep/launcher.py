"""Opens the dialog of a sweep for the compose form, prices it and sends it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from producer_studio.domain.account import Account
from producer_studio.domain.errors import DuplicateRequest, ServiceError
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import sum_of_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.sweep import Sweep, axis_fields
from producer_studio.domain.takes import draw_seed
from producer_studio.domain.text import join_words
from producer_studio.studio.accounts.validation import endpoint_changed
from producer_studio.studio.events import BalanceChanged
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.operation_forms import OperationForms
from producer_studio.ui.compose.source_planner import SourcePlanner
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks

if TYPE_CHECKING:
    from producer_studio.ui.compose.sweep.dialog import SweepDialog

_TASK = "send a sweep"


class SweepLauncher(QObject):
    """Joins the dialog with the form, the prices and the queue.

    Signals:
        started: All of a sweep is written, and it is being sent (id of its press).
        rejected: There is nothing to sweep; the reason, as a sentence.
    """

    started = Signal(str)
    rejected = Signal(str)

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        forms: OperationForms,
        active_account: ActiveAccount,
        source_planner: SourcePlanner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._forms = forms
        self._active_account = active_account
        self._source_planner = source_planner
        self._is_confirmed = False
        self._checked_dialog: SweepDialog | None = None
        self._refresh: Callable[[], None] | None = None
        active_account.cost_changed.connect(self._on_cost_changed)
        active_account.changed.connect(self._on_cost_changed)
        unsubscribe = studio.events.subscribe(BalanceChanged, lambda _one: self._on_cost_changed())
        self.destroyed.connect(unsubscribe)

    def open_dialog(
        self, style: Style, window: QWidget, *, by_model: bool, sweep: Sweep | None = None
    ) -> "SweepDialog | None":
        """Opens the dialog for the form as it is; None if nothing of it can be swept.

        Args:
            by_model: Whether it begins with the models as its only axis.
            sweep: Axes and limits to begin with; None for a proposal.
        """
        from producer_studio.ui.compose.sweep.axis_editor import AxisOffer  # start-up cost
        from producer_studio.ui.compose.sweep.dialog import SweepDialog  # start-up cost

        account, capabilities = self._active_account.account, self._active_account.capabilities
        if account is None or capabilities is None:
            return None
        form = self._forms.current()
        fields = axis_fields(capabilities, form.operation)
        reason = self._active_account.unavailable_reason(form.operation)
        if not reason and by_model and "model" not in fields:
            reason = tr("This account offers no choice of models for this.")
        elif not reason and (not fields or form.operation is Operation.LYRICS):
            reason = tr("Nothing of this can be swept.")
        elif not reason and sweep is not None:
            lost = [axis.label for axis in sweep.axes if axis.field not in fields]
            if lost:
                reason = tr("{fields} cannot be varied with this account.", fields=join_words(lost))
        if reason:
            self.rejected.emit(tr(reason))
            return None
        recipe = form.to_recipe(self._active_account.accepted_fields(form.operation))
        offer = AxisOffer(
            fields=fields,
            models=[one for one in capabilities.models if one not in capabilities.refused_models],
            strengths={
                usual.name: capabilities.strengths.get(usual.name, usual)
                for usual in (*STRENGTHS, COVER_STRENGTH)
            },
            recipe=recipe,
        )
        dialog = SweepDialog(
            style,
            offer,
            by_model=by_model,
            balance=self._studio.balances.get(account.name),
            sweep=sweep,
            parent=window,
        )
        self._is_confirmed = False
        show = partial(self._show_plan, dialog, recipe, account)
        dialog.changed.connect(self._forget_confirmation)
        dialog.changed.connect(show)
        dialog.finished.connect(self._on_dialog_closed)
        self._refresh = show
        dialog.generate_requested.connect(
            partial(self._send, dialog, recipe, account, self._forms.submitted())
        )
        # Cancelled while it is still being checked: it is not sent.
        dialog.rejected.connect(self._cancel)
        show()
        dialog.open()
        return dialog

    def _cancel(self) -> None:
        self._checked_dialog = None
        self._tasks.cancel(_TASK)

    def _on_cost_changed(self) -> None:
        """The account, its balance, a price or a budget changed while the dialog is open."""
        if self._refresh is not None:
            self._refresh()

    def _on_dialog_closed(self) -> None:
        self._refresh = None

    def _forget_confirmation(self) -> None:
        """It was for another sweep."""
        self._is_confirmed = False

    def _is_still_active(self, account: Account) -> bool:
        """Whether an account is the active one, at the same service as before."""
        now = self._active_account.account
        if now is None or now.name != account.name:
            return False
        return not endpoint_changed(account, now)

    def _show_plan(self, dialog: "SweepDialog", recipe: Recipe, account: Account) -> None:
        if not self._is_still_active(account):
            # Removed or changed, also by another process: another account must not pay instead.
            dialog.show_outdated(
                mark(
                    "“{account}” was changed, or is not the account in use any more. Nothing was "
                    "sent. Close this, and open it again.",
                    account=account.name,
                )
            )
            return
        sweep = dialog.sweep()
        plan = self._studio.sweeps.plan(sweep, recipe, account.name)
        registers = self._registers(recipe)
        allowed = sweep.most_requests([price.high for price in plan.prices])
        before = [self._source_planner.registration_price] if registers else []
        total = sum_of_prices([*plan.prices[:allowed], *before])
        warning = "" if plan.issue else self._active_account.budget_warning(total)
        dialog.show_balance(self._studio.balances.get(account.name))
        dialog.show_plan(plan, total, len(before), warning)
        if self._checked_dialog is dialog:
            dialog.generate_button.setEnabled(False)

    def _registers(self, recipe: Recipe) -> bool:
        return recipe.source is not None and self._source_planner.must_register

    def _send(
        self, dialog: "SweepDialog", recipe: Recipe, account: Account, form: Mapping[str, Any]
    ) -> None:
        if not self._is_still_active(account):
            self._show_plan(dialog, recipe, account)
            return
        sweep = dialog.sweep()
        swept = {axis.field for axis in sweep.axes}
        accepted = self._active_account.accepted_fields(recipe.operation)
        if "seed" in accepted - swept and not recipe.seed:
            recipe = recipe.with_changes(seed=draw_seed())

        def on_sent(jobs: Sequence[Job]) -> None:
            self._checked_dialog = None
            press = jobs[0].press
            dialog.accept()
            if press is not None:
                self.started.emit(press)

        def on_failed(fault: ServiceError) -> None:
            self._checked_dialog = None
            dialog.generate_button.setEnabled(True)
            if dialog.sweep() != sweep or not self._is_still_active(account):
                # It was changed meanwhile: the error is about another one.
                self._show_plan(dialog, recipe, account)
            elif isinstance(fault, DuplicateRequest):
                self._is_confirmed = True
                dialog.ask_again(fault.message)
            else:
                dialog.show_error(fault.message)

        work = self._studio.sweeps.submit(
            sweep,
            recipe,
            account.name,
            form=form,
            register=self._registers(recipe),
            refuse_duplicates=not self._is_confirmed,
        )
        if self._tasks.start(_TASK, work, on_result=on_sent, on_error=on_failed):
            self._checked_dialog = dialog
            dialog.generate_button.setEnabled(False)
