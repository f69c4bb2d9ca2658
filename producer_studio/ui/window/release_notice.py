"""What there is to say about a newer release: in the window's corner, and in the settings."""

from textwrap import shorten
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.release import Release
from producer_studio.studio.calendar import day_text
from producer_studio.studio.updates.installation import file_for, hint, size_text
from producer_studio.studio.updates.update_check import Standing
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.notices import NoticeBar, NoticeText

_NOTES_IN_BRIEF = 3
_NOTE_IN_BRIEF = 90


class ReleaseWords(QWidget):
    """Its day, what changed, how it would come to this computer, and a button to its page.

    Signals:
        dismissed: It is not to be mentioned again.
        left: The page was opened.
    """

    dismissed = Signal()
    left = Signal()

    def __init__(
        self,
        standing: Standing,
        release: Release,
        parent: QWidget | None = None,
        *,
        brief: bool = False,
    ) -> None:
        """Says it all, or in brief what fits a corner, with a button to be told no more."""
        super().__init__(parent)
        self.page = QPushButton("Open the page", self)
        self.page.setAutoDefault(False)
        self.not_now = QPushButton("Not now", self)
        self.not_now.setProperty("role", "ghost")
        self.not_now.setAutoDefault(False)
        self.not_now.setToolTip(f"{release.version} is not mentioned again")
        self._url = release.page
        self.page.setToolTip(release.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        when = f"{day_text(release.date)} · this is {standing.running}"
        if brief and not release.signed:
            when += " · not signed"
        column.addWidget(paragraph(when, "caption", self))
        if release.notes and brief:
            short = tuple(shorten(one, _NOTE_IN_BRIEF, placeholder="…") for one in release.notes)
            column.addLayout(self._notes(short, _NOTES_IN_BRIEF))
        elif release.notes:
            column.addLayout(self._notes(release.notes, len(release.notes)))
        how = hint(standing.how) if brief else _how(standing, release)
        column.addWidget(paragraph(how, "secondary", self))
        if not brief:
            column.addWidget(paragraph(_trust(release), "caption", self))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.page)
        buttons.addWidget(self.not_now)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.page.setVisible(bool(release.page))
        self.not_now.setVisible(brief)
        self.page.clicked.connect(self._on_page)
        self.not_now.clicked.connect(self.dismissed)

    def _notes(self, notes: tuple[str, ...], most: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(7)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        shown = notes if len(notes) <= most else notes[: most - 1]
        for row, note in enumerate(shown):
            grid.addWidget(label("•", "name", self), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(paragraph(note, "name", self), row, 1)
        left = len(notes) - len(shown)
        if left:
            grid.addWidget(label(f"and {left} more", "caption", self), len(shown), 1)
        return grid

    def _on_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._url))
        self.left.emit()


class ReleaseNotice(NoticeBar):
    """A newer release in the corner of the window; stays until it is answered or closed.

    Signals:
        dismissed: It is not to be mentioned again.
    """

    dismissed = Signal()

    def __init__(
        self, look: Look, standing: Standing, release: Release, parent: QWidget | None = None
    ) -> None:
        text = f"Producer Studio {release.version} is out"
        super().__init__(look, NoticeText("release", text), parent)
        self.title.setProperty("role", "strong")
        self.words = ReleaseWords(standing, release, self, brief=True)
        self.words.setContentsMargins(26, 0, 8, 3)
        inside = self.layout()
        assert inside is not None  # noqa: S101 - the base laid it out
        inside.addWidget(self.words)
        self.words.dismissed.connect(self.dismissed)
        self.words.dismissed.connect(self.closed)
        self.words.left.connect(self.closed)


def _how(standing: Standing, release: Release) -> str:
    file = file_for(release, standing.how)
    if file is None:
        return hint(standing.how)
    return f"{hint(standing.how)}\n{file.name} · {size_text(file.size_bytes)}"


def _trust(release: Release) -> str:
    words = "The announcement is signed." if release.signed else "The announcement is not signed."
    host = urlsplit(release.page).hostname
    return f"{words} Its page is at {host}." if host else words
