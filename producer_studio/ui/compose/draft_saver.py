"""Keeps what is being written, half a second after the last stroke."""

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from producer_studio.domain.errors import Fault
from producer_studio.domain.strength import Strength
from producer_studio.studio.drafts import Drafts
from producer_studio.ui.compose.form_set import FormSet
from producer_studio.ui.tasks import Tasks

QUIET_MS = 500
LONGEST_MS = 3000


class DraftKeeper(QObject):
    """Saves the forms when the hands rest, or after three seconds of writing without a rest.

    Unchanged forms are not written again. That saving fails is told once, not at every stroke.
    """

    def __init__(self, drafts: Drafts, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._tasks = tasks
        self._forms = FormSet()
        self._saved: FormSet | None = None
        self._told = False
        self._since = QElapsedTimer()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)

    async def load(self, strengths: Mapping[str, Strength] | None = None) -> FormSet | None:
        """The drafts of the last run; None when there is none.

        Args:
            strengths: The active account's own ranges, where it has some.
        """
        found = await self._drafts.load()
        if found is None:
            return None
        self._saved = self._forms = FormSet.from_json(found, strengths or {})
        return self._forms

    def note(self, forms: FormSet) -> None:
        """Remembers the forms as they are, to be saved soon."""
        self._forms = forms
        if not self._quiet.isActive():
            self._since.start()
        if self._since.elapsed() < LONGEST_MS:
            self._quiet.start()

    async def flush(self) -> None:
        """Saves now what is not saved yet; needed before the studio closes."""
        self._quiet.stop()
        first = FormSet()
        while self._forms != self._saved and (self._saved is not None or self._forms != first):
            forms = self._forms
            await self._drafts.save(forms.to_json())
            self._saved = forms
            self._told = False

    def _on_quiet(self) -> None:
        if not self._tasks.start("save draft", self.flush(), failed=self._on_failed):
            # The last save is still under way; come back for what was written since.
            self._quiet.start()

    def _on_failed(self, fault: Fault) -> None:
        if not self._told:
            self._told = True
            self._tasks.report(fault)
