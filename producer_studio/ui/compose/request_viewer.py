"""Builds the preview of the request that the compose form would send."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.generate_command import generate_command
from producer_studio.domain.request_preview import RequestPreview
from producer_studio.studio.studio import Studio
from producer_studio.translation import tr
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.operation_forms import OperationForms
from producer_studio.ui.compose.source_planner import SourcePlanner
from producer_studio.ui.tasks import Tasks


class RequestViewer(QObject):
    """Reads the form, and has its request built as a press of Generate would.

    Signals:
        built: The preview, and the line of `producer-studio generate` for the form.
        rejected: The form cannot be sent; the reason, as a sentence.
    """

    built = Signal(object, str)
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

    def build(self) -> None:
        """Builds the request of the first take; does nothing without an account."""
        account = self._active_account.account
        if account is None:
            return
        form = self._forms.current()
        recipe = form.to_recipe(self._active_account.accepted_fields(form.operation))
        takes = form.sent_takes
        register = recipe.source is not None and self._source_planner.must_register
        command = generate_command(recipe, account.name, takes, register=register)

        def on_built(preview: RequestPreview) -> None:
            self.built.emit(preview, command)

        def on_error(fault: ServiceError) -> None:
            self.rejected.emit(tr(fault.message))

        self._tasks.restart(
            "build a request",
            self._studio.previews.preview(recipe, account.name, draws_seed=True),
            on_result=on_built,
            on_error=on_error,
        )
