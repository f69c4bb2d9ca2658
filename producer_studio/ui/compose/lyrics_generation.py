"""The way from "Write for me" to lyrics in the editor."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.active_account import Offering
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics_request import LyricsWriter, lyrics_prompt
from producer_studio.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class DraftLyrics:
    """The lyrics in each operation's form, shown or not.

    Attributes:
        read: Those of an operation.
        write: Puts others there.
        show: Shows the form of an operation.
    """

    read: Callable[[Operation], str]
    write: Callable[[Operation, str], None]
    show: Callable[[Operation], None]


class LyricsWish(QObject):
    """Brings the lyrics to the operation for which they were asked.

    Never writes over what the user wrote meanwhile: then the lyrics are offered instead.
    """

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        view: FormView,
        offering: Offering,
        drafts: DraftLyrics,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._target = Operation.CREATE
        self._view = view
        self._offering = offering
        self._before = ""
        self._asked = (Recipe(operation=Operation.LYRICS), AccountName(""))
        self._writer = LyricsWriter(studio, tasks, self)
        self._writer.state_changed.connect(self.refresh)
        self._writer.written.connect(self._on_written)
        self._writer.failed.connect(self._on_failed)
        self._writer.asked_before.connect(self._on_asked_before)
        view.lyrics.wished.connect(lambda: self.ask())

    def refresh(self) -> None:
        """Brings the button up to date with the account and with what is on the desk."""
        reason = self._offering.reason_against(Operation.LYRICS)
        if not reason and not self._prompt():
            reason = "Write a sound or a title first: it says what the song is about."
        lyrics = self._view.lyrics
        lyrics.offer_writing(reason, self._offering.writing_tip(), busy=self._writer.busy)

    def ask(self, prompt: str = "") -> None:
        """Asks for lyrics about what was described, or else about what is on the desk."""
        account = self._offering.account
        prompt = prompt or self._prompt()
        if account is None or not prompt or self._offering.reason_against(Operation.LYRICS):
            return
        shown = self._view.operation
        self._target = Operation.CREATE if shown is Operation.LYRICS else shown
        self._before = self._drafts.read(self._target)
        view = self._view
        recipe = Recipe(
            operation=Operation.LYRICS,
            prompt=prompt,
            title=view.title.text().strip(),
            sound=view.sound.text().strip(),
            webhook_url=view.more.webhook.text().strip(),
        )
        self._asked = (recipe, account.name)
        self._writer.ask(recipe, account.name)

    def close(self) -> None:
        self._writer.close()

    def _prompt(self) -> str:
        return lyrics_prompt(self._view.title.text(), self._view.sound.text())

    def _on_written(self, lyrics: str) -> None:
        drafts, target = self._drafts, self._target
        offer = self._view.offer.offer
        shown = self._view.operation is target
        untouched = drafts.read(target) == self._before
        if untouched and (shown or not self._before.strip()):
            drafts.write(target, lyrics)
            if not shown:
                offer("The lyrics are in the form.", "Show them", lambda: drafts.show(target))
            return

        def use() -> None:
            drafts.show(target)
            drafts.write(target, lyrics)

        offer("The lyrics you asked for are ready.", "Use them", use)

    def _on_asked_before(self, words: str) -> None:
        recipe, account = self._asked
        self._view.offer.offer(
            words, "Ask again", lambda: self._writer.ask(recipe, account, again=True), spends=True
        )

    def _on_failed(self, why: str) -> None:
        self._view.offer.offer(f"No lyrics this time. {why}")
