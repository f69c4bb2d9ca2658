"""Notice about a newer release, for the window's corner and the settings."""

from functools import partial
from textwrap import shorten
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.release import Release
from producer_studio.studio.updates.installation import (
    matching_artefact,
    size_text,
    update_instructions,
)
from producer_studio.studio.updates.update_check import UpdateStatus
from producer_studio.studio.utc_dates import day_text
from producer_studio.translation import mark, sentences, tr
from producer_studio.ui.external_programs import open_page
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import show_open_problem
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.notices import NoticeBar, NoticeText

_MAX_BRIEF_NOTES = 3
_MAX_BRIEF_NOTE_LENGTH = 90


class ReleaseDetails(QWidget):
    """Release date, changes, installation method, and a button that opens its page.

    Signals:
        dismissed: Do not show this release again.
        page_opened: The page was opened.
    """

    dismissed = Signal()
    page_opened = Signal()

    def __init__(
        self,
        style: Style,
        standing: UpdateStatus,
        release: Release,
        parent: QWidget | None = None,
        *,
        brief: bool = False,
    ) -> None:
        """Shows all details, or a brief version for a corner with a button to dismiss it."""
        super().__init__(parent)
        self._style = style
        self.page_button = QPushButton(tr("Open the page"), self)
        self.page_button.setAutoDefault(False)
        self.dismiss_button = QPushButton(tr("Not now"), self)
        self.dismiss_button.setProperty("role", "ghost")
        self.dismiss_button.setAutoDefault(False)
        self.dismiss_button.setToolTip(tr("Do not show {version} again", version=release.version))
        self._url = release.page
        self.page_button.setToolTip(release.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        facts = [day_text(release.date), tr("this is {version}", version=standing.running_version)]
        if brief and not release.signed:
            facts.append(tr("not signed"))
        column.addWidget(paragraph(" · ".join(facts), "caption", self))
        if release.notes and brief:
            short = tuple(
                shorten(one, _MAX_BRIEF_NOTE_LENGTH, placeholder="…") for one in release.notes
            )
            column.addLayout(self._notes_layout(short, _MAX_BRIEF_NOTES))
        elif release.notes:
            column.addLayout(self._notes_layout(release.notes, len(release.notes)))
        how = (
            tr(update_instructions(standing.installation))
            if brief
            else _update_instructions(standing, release)
        )
        column.addWidget(paragraph(how, "secondary", self))
        if not brief:
            column.addWidget(paragraph(_signature_text(release), "caption", self))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.page_button)
        buttons.addWidget(self.dismiss_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.page_button.setVisible(bool(release.page))
        self.dismiss_button.setVisible(brief)
        self.page_button.clicked.connect(self._on_page)
        self.dismiss_button.clicked.connect(self.dismissed)

    def _notes_layout(self, notes: tuple[str, ...], max_notes: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(7)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        shown = notes if len(notes) <= max_notes else notes[: max_notes - 1]
        for row, note in enumerate(shown):
            grid.addWidget(label("•", "name", self), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(paragraph(note, "name", self), row, 1)
        left = len(notes) - len(shown)
        if left:
            grid.addWidget(label(tr("and {left} more", left=left), "caption", self), len(shown), 1)
        return grid

    def _on_page(self) -> None:
        open_page(self._url, partial(show_open_problem, self._style, self))
        self.page_opened.emit()


class ReleaseNotice(NoticeBar):
    """Notice in the corner of the window; stays until the user handles or closes it.

    Signals:
        dismissed: Do not show this release again.
    """

    dismissed = Signal()

    def __init__(
        self, style: Style, standing: UpdateStatus, release: Release, parent: QWidget | None = None
    ) -> None:
        text = tr("Producer Studio {version} is out", version=release.version)
        super().__init__(style, NoticeText("release", text), parent)
        self.text_label.setProperty("role", "strong")
        self.details = ReleaseDetails(style, standing, release, self, brief=True)
        self.details.setContentsMargins(26, 0, 8, 3)
        inside = self.layout()
        assert inside is not None  # noqa: S101 - the base laid it out
        inside.addWidget(self.details)
        self.details.dismissed.connect(self.dismissed)
        self.details.dismissed.connect(self.closed)
        self.details.page_opened.connect(self.closed)


def _update_instructions(standing: UpdateStatus, release: Release) -> str:
    file = matching_artefact(release, standing.installation)
    instructions = tr(update_instructions(standing.installation))
    if file is None:
        return instructions
    return f"{instructions}\n{file.name} · {tr(size_text(file.size_bytes))}"


def _signature_text(release: Release) -> str:
    words = mark("The announcement is not signed.")
    if release.signed:
        words = mark("The announcement is signed.")
    host = urlsplit(release.page).hostname
    return tr(sentences(words, mark("Its page is at {host}.", host=host) if host else ""))
