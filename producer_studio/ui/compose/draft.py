"""Keeps what is being written, half a second after the last stroke."""

from PySide6.QtCore import QObject, QTimer

from producer_studio.studio.drafts import Drafts
from producer_studio.ui.compose.form import Form
from producer_studio.ui.tasks import Tasks

QUIET_MS = 500


class DraftKeeper(QObject):
    """Saves the form when the hands rest; an unchanged form is not written again."""

    def __init__(self, drafts: Drafts, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._tasks = tasks
        self._form = Form()
        self._saved: Form | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)

    async def load(self) -> Form | None:
        """The draft of the last run; None when there is none."""
        found = await self._drafts.load()
        if found is None:
            return None
        self._saved = self._form = Form.from_json(found)
        return self._form

    def note(self, form: Form) -> None:
        """Remembers the form as it is, to be saved soon."""
        self._form = form
        self._quiet.start()

    async def flush(self) -> None:
        """Saves now what is not saved yet; needed before the studio closes."""
        self._quiet.stop()
        while self._form != self._saved and (self._saved is not None or self._form != Form()):
            form = self._form
            await self._drafts.save(form.to_json())
            self._saved = form

    def _on_quiet(self) -> None:
        if not self._tasks.start("save draft", self.flush()):
            # The last save is still under way; come back for what was written since.
            self._quiet.start()
