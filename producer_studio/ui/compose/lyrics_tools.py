"""Joins the lyrics editor with the studio: dictionary, versions, offers, pace of singing."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from producer_studio.domain.form import Form
from producer_studio.domain.job import JobState
from producer_studio.domain.lyrics.versions import VersionReason
from producer_studio.domain.operation import Operation
from producer_studio.domain.sung_length import SungPace
from producer_studio.studio.events import JobChanged
from producer_studio.studio.pronunciations import PronouncingDictionary, load_pronunciations
from producer_studio.studio.studio import Studio
from producer_studio.studio.sung_pace import read_sung_pace
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics.version_keeper import VersionKeeper
from producer_studio.ui.compose.lyrics_offers import DraftLyrics, LyricsOffers
from producer_studio.ui.tasks import Tasks


class LyricsTools(QObject):
    """Reads the dictionary and the pace of the user's clips when there are lyrics to count.

    Attributes:
        versions: Keeps versions of the lyrics.
        offers: Offers lyrics for the form.
    """

    def __init__(
        self, studio: Studio, tasks: Tasks, view: FormView, drafts: DraftLyrics, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._view = view
        self._dictionary: PronouncingDictionary | None = None
        self._is_dictionary_requested = False
        self._pace: SungPace | None = None
        self._is_pace_stale = True
        self.versions = VersionKeeper(studio.lyrics_versions, tasks, drafts.read, self)
        self.offers = LyricsOffers(view, drafts, self.versions, self)
        lyrics = view.lyrics
        lyrics.gutter.english_shown.connect(self._load_dictionary)
        lyrics.edit.edited.connect(self._on_lyrics_edited)
        lyrics.outline_button.toggled.connect(
            lambda shown: studio.preferences.change(lyrics_outline=shown)
        )
        lyrics.version_chosen.connect(self._restore)
        lyrics.versions_requested.connect(
            lambda: self.versions.load(view.operation, lyrics.show_versions)
        )
        view.edited.connect(self._show_pace)
        self._unsubscribe: Callable[[], None] = studio.events.subscribe(
            JobChanged, self._on_job_changed
        )

    def close(self) -> None:
        """Unsubscribes from the studio's events."""
        self._unsubscribe()

    def keep_sent(self) -> None:
        """Keeps the lyrics that are being sent."""
        self.versions.keep(self._view.operation, self._view.lyrics.text(), VersionReason.SENT)

    def keep_replaced(self, form: Form) -> None:
        """Keeps the lyrics of a form that another one was written in place of."""
        self.versions.keep(form.operation, form.lyrics, VersionReason.REPLACED)

    def _restore(self, text: str) -> None:
        """Shows an earlier text, as one undo step; the one before is kept."""
        self.versions.keep(self._view.operation, self._view.lyrics.text(), VersionReason.REPLACED)
        self._view.lyrics.edit.replace_text(text, 0)

    def _on_lyrics_edited(self) -> None:
        self.versions.note_edit(self._view.operation)
        lyrics = self._view.lyrics
        if lyrics.outline is None and self._studio.preferences.value.lyrics_outline:
            lyrics.show_outline(True)
        if self._is_pace_stale and lyrics.text().strip():
            self._is_pace_stale = False
            self._tasks.start("read sung pace", self._read_pace(), on_result=self._on_pace_read)

    def _on_job_changed(self, change: JobChanged) -> None:
        self._is_pace_stale |= change.job.state is JobState.DONE

    def _load_dictionary(self) -> None:
        # Once: it is asked for at each paint until it is there.
        if not self._is_dictionary_requested:
            self._is_dictionary_requested = True
            self._tasks.start("load pronunciations", self._read_dictionary())

    async def _read_dictionary(self) -> PronouncingDictionary:
        if self._dictionary is None:
            self._dictionary = await load_pronunciations()
            self._view.lyrics.gutter.set_pronunciations(self._dictionary)
        return self._dictionary

    async def _read_pace(self) -> SungPace | None:
        await self._tasks.wait("load pronunciations")
        return await read_sung_pace(self._studio.clips, await self._read_dictionary())

    def _on_pace_read(self, pace: SungPace | None) -> None:
        self._pace = pace
        self._show_pace()

    def _show_pace(self) -> None:
        if self._pace is not None:
            self._view.lyrics.set_pace(self._pace, _asked_length_s(self._view.form(1)))


def _asked_length_s(form: Form) -> float | None:
    if form.operation is Operation.EXTEND:
        return form.length_s
    if form.operation is Operation.REPLACE and form.ends_at_s is not None:
        return form.ends_at_s - (form.starts_at_s or 0.0)
    return None
