"""Determines how the active account can access the source clip."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.studio.jobs.source_resolver import (
    KnownSource,
    RegistrationRequired,
    SourcePlan,
    SourceUnavailable,
)
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark
from producer_studio.ui.tasks import Tasks

_PLAN_TASK = "plan the source"


class SourcePlanner(QObject):
    """Queries the studio once per clip, account and operation; free.

    Signals:
        changed: The plan is known now, or is queried again.
    """

    changed = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._request_key: tuple[str, str, str, Operation, object] | None = None
        self._plan: SourcePlan | None = None

    def request_plan(
        self, clip: Clip | None, account: AccountName | None, operation: Operation
    ) -> None:
        """Follows the form; a plan that is known locally is used at once."""
        if clip is None or account is None or not operation.needs_source:
            self._request_key = self._plan = None
            self._tasks.cancel(_PLAN_TASK)
            return
        service = self._studio.accounts.service_name(account)
        request_key = (clip.id, account, service, operation, clip.registered)
        if request_key == self._request_key:
            return
        self._request_key, self._plan = request_key, None
        self._tasks.cancel(_PLAN_TASK)
        known = clip.find_remote_id(account, service)
        if known is not None:
            self._plan = KnownSource(*known)
            return
        self._tasks.start(
            _PLAN_TASK,
            self._studio.jobs.plan_source(clip.id, account, operation),
            on_result=self._on_plan_ready,
            on_error=self._on_plan_failed,
        )

    @property
    def registration_price(self) -> Price:
        """Price of registering the clip first; 0 if that is not needed."""
        return self._plan.price if isinstance(self._plan, RegistrationRequired) else Price.stated(0)

    @property
    def must_register(self) -> bool:
        return isinstance(self._plan, RegistrationRequired)

    def plan_issue(self) -> Issue | None:
        """Returns an issue to show about the source before it is used; None when there is none."""
        if isinstance(self._plan, RegistrationRequired):
            return Issue(Severity.WEAK, self._plan.message, "source")
        if isinstance(self._plan, SourceUnavailable):
            return Issue(Severity.BLOCKING, self._plan.message, "source")
        return None

    def blocking_issue(self) -> Issue | None:
        """Returns why the source cannot be used, or cannot be used yet; None when it can."""
        if isinstance(self._plan, SourceUnavailable):
            return Issue(Severity.BLOCKING, self._plan.message, "source")
        if self._request_key is not None and self._plan is None:
            return Issue(
                Severity.EMPTY, mark("Checking how this account can access the clip…"), "source"
            )
        return None

    def _on_plan_ready(self, plan: SourcePlan) -> None:
        self._plan = plan
        self.changed.emit()

    def _on_plan_failed(self, error: ServiceError) -> None:
        self._plan = SourceUnavailable(error.message)
        self.changed.emit()
