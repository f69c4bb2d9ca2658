"""Requests lyrics from the service and handles the result."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.studio.studio import Studio
from producer_studio.ui.tasks import Tasks

_MAX_PROMPT_CHARACTERS = 200
"""Limit of the strictest service, AceData Cloud, in characters (.github/docs/services.md)."""


class LyricsRequest(QObject):
    """Sends one lyrics request at a time and waits for its result.

    Signals:
        state_changed: A request began or ended.
        lyrics_received: The lyrics, as a string.
        failed: The request failed; carries a message with the reason.
        duplicate_found: The same was requested just before; carries a message. Nothing was sent.
    """

    state_changed = Signal()
    lyrics_received = Signal(str)
    failed = Signal(str)
    duplicate_found = Signal(str)

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._job_id: JobId | None = None
        self._is_sending = False
        self._unsubscribe: Callable[[], None] = studio.events.subscribe(
            JobChanged, self._on_job_changed
        )

    @property
    def is_busy(self) -> bool:
        return self._is_sending or self._job_id is not None

    def close(self) -> None:
        self._unsubscribe()

    def send(self, recipe: Recipe, account: AccountName, *, allow_duplicate: bool = False) -> None:
        """Requests lyrics; ignored while a request is running.

        Args:
            recipe: Of the lyrics; its title and sound are stored with them.
            allow_duplicate: Whether the user has confirmed that the same may be bought twice.
        """
        if not self.is_busy:
            self._is_sending = True
            self.state_changed.emit()
            self._tasks.start("write lyrics", self._submit(recipe, account, allow_duplicate))

    async def _submit(self, recipe: Recipe, account: AccountName, allow_duplicate: bool) -> None:
        try:
            (job,) = await self._studio.jobs.submit(
                [recipe], account, refuse_duplicates=not allow_duplicate
            )
            self._job_id = job.id
        except DuplicateRequest as fault:
            self.duplicate_found.emit(fault.message)
        finally:
            self._is_sending = False
            self.state_changed.emit()

    def _on_job_changed(self, change: JobChanged) -> None:
        job = change.job
        if job.id != self._job_id or not (job.state.is_finished or job.state is JobState.UNKNOWN):
            return
        self._job_id = None
        if job.state is JobState.DONE:
            self._tasks.start("fetch lyrics", self._emit_lyrics(job))
        elif job.state is not JobState.CANCELLED:
            self.failed.emit(job.fault.message if job.fault else "The service returned no lyrics.")
        self.state_changed.emit()

    async def _emit_lyrics(self, job: Job) -> None:
        clips = await self._studio.clips.get_many(job.clips)
        words = next((clip.lyrics for clip in clips if clip.lyrics.strip()), "")
        if words:
            self.lyrics_received.emit(words.strip())
        else:
            self.failed.emit("The service sent no lyrics.")


def lyrics_prompt(title: str, sound: str) -> str:
    """Builds the prompt for the lyrics from the title and the sound in the form."""
    parts = [part.strip() for part in (title, sound) if part.strip()]
    prompt = ": ".join(parts)
    if len(prompt) <= _MAX_PROMPT_CHARACTERS:
        return prompt
    return prompt[:_MAX_PROMPT_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:")
