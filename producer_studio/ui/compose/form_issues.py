"""Issues of a form: those of the account, of its source, and of the recipe itself."""

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.form import Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.domain.recipe_validation import validate
from producer_studio.translation import mark
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.source_clip_reader import SourceClipReader
from producer_studio.ui.compose.source_planner import SourcePlanner


class FormIssues:
    """Finds the issues of a form for the active account and the source clip."""

    def __init__(
        self,
        active_account: ActiveAccount,
        source_clip: SourceClipReader,
        source_planner: SourcePlanner,
    ) -> None:
        self._active_account = active_account
        self._source_clip = source_clip
        self._source_planner = source_planner

    def find(self, form: Form) -> list[Issue]:
        """Returns all issues; the first is the one to show."""
        operation = form.operation
        reason = self._active_account.unavailable_reason(operation)
        if reason:
            return [Issue(Severity.BLOCKING, reason, "operation")]
        account, capabilities = self._active_account.account, self._active_account.capabilities
        if capabilities is None:
            capabilities = Capabilities(operations={operation: Capability(operation=operation)})
        recipe = form.to_recipe(self._active_account.accepted_fields(operation))
        clip = self._source_clip.clip
        unreachable = self._source_planner.blocking_issue() if operation.needs_source else None
        if operation.needs_source and self._source_clip.is_reading:
            unreachable = Issue(Severity.EMPTY, mark("Reading the clip…"), "source")
        if form.operation is Operation.UPLOAD and form.audio_file:
            unreachable = self._active_account.upload_issue()
        first = [unreachable] if unreachable is not None else []
        return first + validate(
            recipe,
            capabilities,
            account.service.label if account is not None else mark("this service"),
            clip.duration_s if clip is not None and clip.id == form.source else 0.0,
        )
