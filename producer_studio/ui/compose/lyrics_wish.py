"""The way from "Write for me" to lyrics in the editor."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.operation import Operation
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics_writer import LyricsWriter, lyrics_prompt
from producer_studio.ui.compose.offering import Offering
from producer_studio.ui.tasks import Tasks


class LyricsWish(QObject):
    """Never writes over what the user wrote meanwhile: then the lyrics are offered instead.

    Signals:
        create_requested: Show the lyrics on the desk: it has another operation at the moment.
    """

    create_requested = Signal()

    def __init__(
        self, studio: Studio, tasks: Tasks, view: FormView, offering: Offering, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._offering = offering
        self._before = ""
        self._writer = LyricsWriter(studio, tasks, self)
        self._writer.state_changed.connect(self.refresh)
        self._writer.written.connect(self._on_written)
        self._writer.failed.connect(self._on_failed)
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
        self._before = self._view.lyrics.text()
        self._writer.ask(prompt, account.name)

    def close(self) -> None:
        self._writer.close()

    def _prompt(self) -> str:
        return lyrics_prompt(self._view.title.text(), self._view.sound.text())

    def _on_written(self, lyrics: str) -> None:
        offer = self._view.offer.offer
        unseen = self._view.operation is Operation.LYRICS
        untouched = self._view.lyrics.text() == self._before
        if untouched and not (unseen and self._before.strip()):
            self._view.lyrics.words.put(lyrics, 0)
            if unseen:
                offer("The lyrics are on the desk.", "Show them", self.create_requested.emit)
            return

        def use() -> None:
            self._view.lyrics.words.put(lyrics, 0)
            if unseen:
                self.create_requested.emit()

        offer("The lyrics you asked for are ready.", "Use them", use)

    def _on_failed(self, why: str) -> None:
        self._view.offer.offer(f"No lyrics this time. {why}")
