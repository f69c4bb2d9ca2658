"""Generates lyrics through the service and inserts them into the editor ("Write for me")."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.active_account import ActiveAccount
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics_request import LyricsRequest, lyrics_prompt
from producer_studio.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class DraftLyrics:
    """Accessors for the lyrics in each operation's form, shown or not.

    Attributes:
        read: Returns the lyrics of an operation.
        write: Replaces the lyrics of an operation.
        show: Shows the form of an operation.
    """

    read: Callable[[Operation], str]
    write: Callable[[Operation, str], None]
    show: Callable[[Operation], None]


class LyricsGeneration(QObject):
    """Inserts generated lyrics into the operation for which they were requested.

    Never overwrites text that the user wrote in the meantime: then the lyrics are suggested
    instead.
    """

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        view: FormView,
        active_account: ActiveAccount,
        drafts: DraftLyrics,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._target_operation = Operation.CREATE
        self._view = view
        self._active_account = active_account
        self._lyrics_at_request = ""
        self._last_request = (Recipe(operation=Operation.LYRICS), AccountName(""))
        self._request = LyricsRequest(studio, tasks, self)
        self._request.state_changed.connect(self.update_button)
        self._request.lyrics_received.connect(self._on_lyrics_received)
        self._request.failed.connect(self._on_request_failed)
        self._request.duplicate_found.connect(self._on_duplicate_found)
        view.lyrics.generation_requested.connect(lambda: self.start())

    def update_button(self) -> None:
        """Updates the button from the account and the form."""
        reason = self._active_account.unavailable_reason(Operation.LYRICS)
        if not reason and not self._create_prompt():
            reason = "Write a sound or a title first: the lyrics are based on it."
        lyrics = self._view.lyrics
        lyrics.set_generation_state(
            reason, self._active_account.lyrics_tooltip(), busy=self._request.is_busy
        )

    def start(self, prompt: str = "") -> None:
        """Requests lyrics from a description, or else from the content of the form."""
        account = self._active_account.account
        prompt = prompt or self._create_prompt()
        if (
            account is None
            or not prompt
            or self._active_account.unavailable_reason(Operation.LYRICS)
        ):
            return
        shown = self._view.operation
        self._target_operation = Operation.CREATE if shown is Operation.LYRICS else shown
        self._lyrics_at_request = self._drafts.read(self._target_operation)
        view = self._view
        recipe = Recipe(
            operation=Operation.LYRICS,
            prompt=prompt,
            title=view.title.text().strip(),
            sound=view.sound.text().strip(),
            webhook_url=view.advanced.webhook.text().strip(),
        )
        self._last_request = (recipe, account.name)
        self._request.send(recipe, account.name)

    def close(self) -> None:
        self._request.close()

    def _create_prompt(self) -> str:
        return lyrics_prompt(self._view.title.text(), self._view.sound.text())

    def _on_lyrics_received(self, lyrics: str) -> None:
        drafts, target = self._drafts, self._target_operation
        show_suggestion = self._view.suggestion.show_suggestion
        shown = self._view.operation is target
        untouched = drafts.read(target) == self._lyrics_at_request
        if untouched and (shown or not self._lyrics_at_request.strip()):
            drafts.write(target, lyrics)
            if not shown:
                show_suggestion(
                    "The lyrics are in the form.", "Show them", lambda: drafts.show(target)
                )
            return

        def use() -> None:
            drafts.show(target)
            drafts.write(target, lyrics)

        show_suggestion("Your lyrics are ready.", "Use them", use)

    def _on_duplicate_found(self, message: str) -> None:
        recipe, account = self._last_request
        self._view.suggestion.show_suggestion(
            message,
            "Send again",
            lambda: self._request.send(recipe, account, allow_duplicate=True),
            costs_credits=True,
        )

    def _on_request_failed(self, reason: str) -> None:
        self._view.suggestion.show_suggestion(f"No lyrics were written. {reason}")
