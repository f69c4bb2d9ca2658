"""Offers lyrics of the library for the form, and applies what is accepted."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.lyrics.proposal import LyricsOffer, compare_sections
from producer_studio.domain.lyrics.versions import VersionReason
from producer_studio.domain.operation import Operation
from producer_studio.translation import tr
from producer_studio.ui.compose.form_view import FormView
from producer_studio.ui.compose.lyrics.version_keeper import VersionKeeper


@dataclass(frozen=True, slots=True)
class DraftLyrics:
    """Accessors for the lyrics in each operation's form, shown or not.

    Attributes:
        read: Returns the lyrics of an operation.
        write: Replaces the lyrics of an operation.
        show: Shows the form of an operation.
        change_form: Changes fields of the form that is shown, as one undo step.
    """

    read: Callable[[Operation], str]
    write: Callable[[Operation, str], None]
    show: Callable[[Operation], None]
    change_form: Callable[..., None]


class LyricsOffers(QObject):
    """Puts lyrics into an empty form, and asks for each section of one that has some."""

    def __init__(
        self, view: FormView, drafts: DraftLyrics, versions: VersionKeeper, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._drafts = drafts
        self._versions = versions

    def read(self, operation: Operation) -> str:
        """Returns the lyrics in an operation's form."""
        return self._drafts.read(operation)

    def announce(self, target: Operation, clip: Clip) -> None:
        """Offers lyrics that were just written: at once only where there are none yet."""
        show_suggestion = self._view.suggestion.show_suggestion
        if self._drafts.read(target).strip():
            show_suggestion(
                tr("Your lyrics are ready."), tr("Review…"), lambda: self.review(target, clip)
            )
            return
        self._accept(target, LyricsOffer(clip.lyrics.strip()))
        if target is not self._view.operation:
            show_suggestion(
                tr("The lyrics are in the form."),
                tr("Show them"),
                lambda: self._drafts.show(target),
            )
        elif clip.title.strip() and not self._view.title.text().strip():
            show_suggestion(
                tr("The lyrics are called “{title}”.", title=clip.title),
                tr("Use the title"),
                # The lyrics may have been edited since.
                lambda: self._drafts.change_form(title=clip.title),
            )

    def review(self, target: Operation, clip: Clip) -> None:
        """Shows the form and what lyrics would change in it; nothing to change is said."""
        self._drafts.show(target)
        view = self._view
        current, proposed = view.lyrics.text(), clip.lyrics.strip()
        if not current.strip():
            self._accept(target, LyricsOffer(proposed))
            view.suggestion.show_suggestion(tr("The lyrics are in the form."))
            return
        if current.strip() == proposed:
            view.suggestion.show_suggestion(tr("The form already has these lyrics."))
            return
        view.lyrics.show_review(
            compare_sections(current, proposed),
            (view.title.text(), clip.title),
            (view.sound.text(), clip.sound),
            lambda offer: self._accept(target, offer),
        )

    def _accept(self, target: Operation, offer: LyricsOffer) -> None:
        before = self._drafts.read(target)
        self._versions.keep(target, before, VersionReason.REPLACED)
        changes = {
            name: value
            for name, value in (("title", offer.title), ("sound", offer.sound))
            if value is not None
        }
        if changes:
            self._drafts.show(target)
            self._drafts.change_form(lyrics=offer.lyrics, **changes)
        else:
            self._drafts.write(target, offer.lyrics)
        self._versions.keep(target, offer.lyrics, VersionReason.ACCEPTED)
