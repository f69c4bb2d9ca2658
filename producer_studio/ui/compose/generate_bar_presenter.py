"""Presenter of the Generate bar: action, price, duration, and the issue that prevents a press."""

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.generate_bar import GenerateBar
from producer_studio.ui.compose.source_clip import SourceClip
from producer_studio.ui.compose.source_plan import SourcePlanner
from producer_studio.ui.operation_labels import (
    OPERATION_ICONS,
    OPERATIONS_WITHOUT_TAKES,
    action_label,
)


class GenerateBarPresenter:
    """Shows on the Generate bar what a form would do and cost."""

    def __init__(
        self,
        bar: GenerateBar,
        active_account: ActiveAccount,
        source_clip: SourceClip,
        source_planner: SourcePlanner,
    ) -> None:
        self._bar = bar
        self._active_account = active_account
        self._source_clip = source_clip
        self._source_planner = source_planner
        self._shown_cost_key: tuple[Operation, str, int] | None = None

    def show_issue(self, form: Form, issue: Issue | None) -> None:
        """Enables the button, or shows the issue that prevents a press."""
        of_the_service = issue is not None and issue.field in {"operation", "model"}
        self._bar.set_state(
            connected=self._active_account.account is not None,
            issue=issue,
            can_retry=of_the_service and self._active_account.is_marked_unavailable(form),
        )

    def update_after_edit(self, form: Form) -> None:
        """Shows price and action again where this edit may have changed them."""
        if self._shown_cost_key != (form.operation, form.model, form.takes):
            self.show_cost(form)
        if form.operation is Operation.REPLACE:
            self.show_action(form)

    def show_cost(self, form: Form) -> None:
        """Shows the price of all takes and their usual duration."""
        self._shown_cost_key = (form.operation, form.model, form.takes)
        if self._active_account.account is None:
            self._bar.show_no_account()
            return
        price, typical_s = self._active_account.estimate_cost(form)
        takes = 1 if form.operation in OPERATIONS_WITHOUT_TAKES else form.takes
        before = self._source_planner.registration_price if form.operation.needs_source else 0.0
        demo = self._active_account.is_demo
        self._bar.show_cost(price, takes, typical_s, is_demo=demo, registration_price=before)

    def show_action(self, form: Form) -> None:
        """Shows the action of the button; for a replaced section with its length."""
        operation = form.operation
        length = None
        if operation is Operation.REPLACE and form.starts_at_s is not None:
            clip = self._source_clip.clip
            song_s = clip.duration_s if clip is not None else 0.0
            end = form.ends_at_s or song_s
            if song_s:
                end = min(end, song_s)
            length = end - form.starts_at_s if end > form.starts_at_s else None
        self._bar.show_operation(
            action_label(operation, length),
            OPERATION_ICONS[operation],
            allows_takes=operation not in OPERATIONS_WITHOUT_TAKES,
        )
