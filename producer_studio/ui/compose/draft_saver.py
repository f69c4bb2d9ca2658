"""Saves the draft half a second after the last keystroke."""

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject

from producer_studio.domain.errors import ServiceError, StorageError
from producer_studio.domain.strength import Strength
from producer_studio.studio.drafts import Drafts
from producer_studio.ui.compose.form_set import FormSet
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.debounce import Debounce

log = logging.getLogger(__name__)

SAVE_DELAY_MS = 500
MAX_SAVE_DELAY_MS = 3000


class DraftSaver(QObject):
    """Saves the forms when typing pauses, or after three seconds of uninterrupted typing.

    Unchanged forms are not written again. A failure to save is reported once, not at every
    keystroke.
    """

    def __init__(self, drafts: Drafts, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._tasks = tasks
        self._forms = FormSet()
        self._saved_forms: FormSet | None = None
        self._failure_reported = False
        self._debounce = Debounce(
            self._start_save, SAVE_DELAY_MS, self, max_delay_ms=MAX_SAVE_DELAY_MS
        )

    async def load(self, strengths: Mapping[str, Strength] | None = None) -> FormSet | None:
        """Loads the drafts of the last run; None when there are none.

        Args:
            strengths: The active account's own ranges, where it has some.
        """
        found = await self._drafts.load()
        if found is None:
            return None
        self._saved_forms = self._forms = FormSet.from_json(found, strengths or {})
        return self._forms

    def schedule_save(self, forms: FormSet) -> None:
        """Schedules the forms to be saved soon."""
        self._forms = forms
        self._debounce.trigger()

    async def flush_before_close(self) -> None:
        """Saves pending changes if the library can be written.

        If it cannot, that was reported while the text was written, and is no reason not to close.
        """
        try:
            await self.flush()
        except StorageError as error:
            log.warning("The draft could not be saved: %s", error)

    async def flush(self) -> None:
        """Saves pending changes now.

        Raises:
            StorageError: The library cannot be written.
        """
        self._debounce.cancel()
        first = FormSet()
        while self._forms != self._saved_forms and (
            self._saved_forms is not None or self._forms != first
        ):
            forms = self._forms
            await self._drafts.save(forms.to_json())
            self._saved_forms = forms
            self._failure_reported = False

    def _start_save(self) -> None:
        if not self._tasks.start("save draft", self.flush(), on_error=self._on_save_failed):
            # The last save is still running; retry later for the changes made since.
            self._debounce.trigger()

    def _on_save_failed(self, error: ServiceError) -> None:
        if not self._failure_reported:
            self._failure_reported = True
            self._tasks.report_error(error)
