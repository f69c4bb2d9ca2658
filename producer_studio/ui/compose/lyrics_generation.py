"""Generates lyrics through the service and inserts them into the editor ("Write for me")."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, sentences, tr
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics_offers import LyricsOffers
from producer_studio.ui.tasks import Tasks

_BUSY_MESSAGE = mark("Other lyrics are still being written, so nothing was sent. Try again then.")
_MAX_PROMPT_CHARACTERS = 200
"""Limit of the strictest service, AceData Cloud, in characters (.github/docs/services.md)."""


class LyricsRequest(QObject):
    """Sends one lyrics request at a time and waits for its result.

    Signals:
        state_changed: A request began or ended.
        lyrics_received: The `Clip` with the lyrics.
        failed: The request failed; carries a message with the reason.
        duplicate_found: The same was requested just before; carries a message. Nothing was sent.
    """

    state_changed = Signal()
    lyrics_received = Signal(Clip)
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
            work = self._submit(recipe, account, allow_duplicate)
            self._tasks.start("write lyrics", work, is_change=True)

    async def _submit(self, recipe: Recipe, account: AccountName, allow_duplicate: bool) -> None:
        try:
            (job,) = await self._studio.jobs.submit(
                [recipe], account, refuse_duplicates=not allow_duplicate
            )
            self._job_id = job.id
        except DuplicateRequest as fault:
            self.duplicate_found.emit(tr(fault.message))
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
            self.failed.emit(
                tr(job.fault.message) if job.fault else tr("The service returned no lyrics.")
            )
        self.state_changed.emit()

    async def _emit_lyrics(self, job: Job) -> None:
        clips = await self._studio.clips.get_many(job.clips)
        written = next((clip for clip in clips if clip.lyrics.strip()), None)
        if written is not None:
            self.lyrics_received.emit(written)
        else:
            self.failed.emit(tr("The service sent no lyrics."))


def lyrics_prompt(title: str, sound: str) -> str:
    """Builds the prompt for the lyrics from the title and the sound in the form."""
    parts = [part.strip() for part in (title, sound) if part.strip()]
    prompt = ": ".join(parts)
    if len(prompt) <= _MAX_PROMPT_CHARACTERS:
        return prompt
    return prompt[:_MAX_PROMPT_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:")


class LyricsGeneration(QObject):
    """Requests lyrics, and offers them for the operation for which they were requested."""

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        view: FormView,
        active_account: ActiveAccount,
        offers: LyricsOffers,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._offers = offers
        self._target_operation = Operation.CREATE
        self._view = view
        self._active_account = active_account
        self._last_request = (Recipe(operation=Operation.LYRICS), AccountName(""))
        self._dismissals = 0
        self._request = LyricsRequest(studio, tasks, self)
        self._request.state_changed.connect(self.update_button)
        self._request.lyrics_received.connect(self._on_lyrics_received)
        self._request.failed.connect(self._on_request_failed)
        self._request.duplicate_found.connect(self._on_duplicate_found)
        view.lyrics.generation_requested.connect(lambda: self.start())

    def update_button(self) -> None:
        """Updates the button from the account and the form."""
        reason = tr(self._active_account.unavailable_reason(Operation.LYRICS))
        if not reason and not self._create_prompt():
            reason = tr("Write a sound or a title first: the lyrics are based on it.")
        lyrics = self._view.lyrics
        lyrics.set_generation_state(
            reason, self._active_account.lyrics_tooltip(), busy=self._request.is_busy
        )

    def start(self, prompt: str = "") -> bool:
        """Requests lyrics from a description, or else from the content of the form.

        Returns:
            False if nothing was requested, such as while other lyrics are being written.
        """
        account = self._active_account.account
        prompt = prompt or self._create_prompt()
        if (
            account is None
            or not prompt
            or self._active_account.unavailable_reason(Operation.LYRICS)
        ):
            return False
        if self._request.is_busy:
            self._view.suggestion.show_suggestion(_BUSY_MESSAGE)
            return False
        shown = self._view.operation
        self._target_operation = Operation.CREATE if shown is Operation.LYRICS else shown
        view = self._view
        recipe = Recipe(
            operation=Operation.LYRICS,
            prompt=prompt,
            title=view.title.text().strip(),
            sound=view.sound.text().strip(),
            webhook_url=view.advanced.webhook.text().strip(),
        )
        self._last_request = (recipe, account.name)
        self._dismissals = view.suggestion.dismissals
        self._request.send(recipe, account.name)
        return True

    def close(self) -> None:
        self._request.close()

    def _create_prompt(self) -> str:
        return lyrics_prompt(self._view.title.text(), self._view.sound.text())

    def _on_lyrics_received(self, clip: Clip) -> None:
        self._offers.announce(self._target_operation, clip)

    def _on_duplicate_found(self, message: str) -> None:
        recipe, account = self._last_request
        if self._dismissals != self._view.suggestion.dismissals:
            # The question would be about what is not shown any more, or another account's.
            self._view.suggestion.show_suggestion(message)
            return
        self._view.suggestion.show_suggestion(
            message,
            tr("Send again"),
            lambda: self._request.send(recipe, account, allow_duplicate=True),
            costs_credits=True,
        )

    def _on_request_failed(self, reason: str) -> None:
        self._view.suggestion.show_suggestion(sentences(mark("No lyrics were written."), reason))
