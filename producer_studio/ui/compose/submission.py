"""Submits the jobs of Generate and requests confirmation before an identical purchase."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import DuplicateRequest, ServiceError
from producer_studio.domain.ids import AccountName, PressId
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.translation import tr
from producer_studio.ui.compose.field_parts import SuggestionLine
from producer_studio.ui.tasks import Tasks


class Submission(QObject):
    """Submits presses of Generate; several may run at once, each as a task of its own.

    If the same recipes were submitted before, the suggestion line requests a confirmation that
    shows the price; confirming submits exactly the recipes of that press, seeds included.

    Signals:
        failed: Nothing was queued.
    """

    failed = Signal()

    def __init__(
        self, studio: Studio, tasks: Tasks, suggestion_line: SuggestionLine, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._suggestion_line = suggestion_line
        self._press_count = 0

    def send(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        *,
        form: Mapping[str, Any],
        repeats: PressId | None,
        register: bool,
        allow_duplicate: bool = False,
    ) -> None:
        """Queues the takes of one press.

        Args:
            form: The form as JSON, kept with the press.
            repeats: Press that is repeated with other seeds.
            register: Whether the source may be uploaded first.
            allow_duplicate: Whether the user has confirmed that the same may be bought twice.
        """
        self._press_count += 1
        self._suggestion_line.dismiss_question()
        dismissals = self._suggestion_line.dismissals

        def on_failed(fault: ServiceError) -> None:
            self.failed.emit()
            if (
                not isinstance(fault, DuplicateRequest)
                or dismissals != self._suggestion_line.dismissals
            ):
                # The question would be about what is not shown any more, or another account's.
                self._tasks.report_error(fault)
                return
            self._suggestion_line.show_suggestion(
                fault.message,
                tr("Send again"),
                lambda: self.send(
                    recipes,
                    account,
                    form=form,
                    repeats=repeats,
                    register=register,
                    allow_duplicate=True,
                ),
                costs_credits=True,
            )

        self._tasks.start(
            f"generate {self._press_count}",
            self._submit(
                recipes,
                account,
                form=form,
                repeats=repeats,
                register=register,
                allow_duplicate=allow_duplicate,
            ),
            on_error=on_failed,
            is_change=True,
        )

    async def _submit(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        *,
        form: Mapping[str, Any],
        repeats: PressId | None,
        register: bool,
        allow_duplicate: bool,
    ) -> None:
        jobs, source = self._studio.jobs, recipes[0].source
        if source is None:
            await jobs.submit(
                recipes,
                account,
                form=form,
                repeats=repeats,
                refuse_duplicates=not allow_duplicate,
            )
            return
        # The line below the source and the price beside the button served as confirmation.
        await jobs.submit_with_source(
            recipes,
            account,
            source,
            register=register,
            form=form,
            repeats=repeats,
            refuse_duplicates=not allow_duplicate,
        )
