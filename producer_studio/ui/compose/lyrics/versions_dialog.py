"""Dialog of earlier versions of the lyrics, with what differs from the text in the form."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.comparison.word_diff import diff_words
from producer_studio.domain.lyrics.sections import count_words
from producer_studio.domain.lyrics.versions import LyricsVersion, VersionHistory, VersionReason
from producer_studio.domain.timestamps import to_local_time
from producer_studio.translation import mark, ntr, tr
from producer_studio.translation.dates import format_clock, format_short_date
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Dialog, create_scroll_area
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel

_WIDTH, _HEIGHT = 720, 560
_LIST_PX = 210
_EXPLANATION = mark(
    "Kept when lyrics are sent, accepted or replaced, and after five minutes of change. "
    "Coloured words would come back; struck out ones would go."
)
_REASONS = {
    VersionReason.EDITED: mark("Edited"),
    VersionReason.SENT: mark("Sent"),
    VersionReason.ACCEPTED: mark("Written for you"),
    VersionReason.REPLACED: mark("Replaced"),
}


class VersionsDialog(Dialog):
    """Lists the versions, newest first, and restores one.

    Signals:
        restored: The text of the version that was chosen.
    """

    restored = Signal(str)

    def __init__(
        self, style: Style, history: VersionHistory, current: str, parent: QWidget
    ) -> None:
        """Creates the dialog.

        Args:
            current: The text in the form.
        """
        super().__init__(style, tr("Versions of the lyrics"), parent)
        self._current = current
        self._versions = list(reversed(history.versions))
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Versions"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(style.px(_LIST_PX))
        for version in self._versions:
            QListWidgetItem(_describe(version), self.list)
        self._shown = QWidget(self)
        self._column = QVBoxLayout(self._shown)
        self._column.setContentsMargins(12, 4, 12, 4)
        self.restore_button = QPushButton(tr("Restore"), self)
        self.restore_button.setProperty("role", "primary")
        self.close_button = QPushButton(tr("Close"), self)
        self.restore_button.clicked.connect(self._on_restore)
        self.close_button.clicked.connect(self.reject)
        self.list.currentRowChanged.connect(self._show)
        self._build_layout()
        self.resize_within_screen(_WIDTH, _HEIGHT)
        self.restore_button.setEnabled(False)
        if self._versions:
            self.list.setCurrentRow(0)
            self.list.setFocus()
        else:
            self.close_button.setFocus()

    def _build_layout(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list)
        middle.addWidget(create_scroll_area(self._shown, self), 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.restore_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(tr("Versions of the lyrics"), "title", self))
        empty = tr("There are no versions yet: lyrics are kept when they are sent or replaced.")
        column.addWidget(paragraph(tr(_EXPLANATION) if self._versions else empty, "muted", self))
        column.addLayout(middle, 1)
        column.addLayout(row)

    def _show(self, place: int) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        version = self._versions[place]
        parts = diff_words(self._current, version.text)
        name = tr("Difference to {time}", time=_time_text(version))
        if version.text == self._current:
            self._column.addWidget(
                label(tr("This is the text in the form."), "secondary", self._shown)
            )
        self._column.addWidget(WordDiffLabel(self._style, name, parts, self._shown))
        self._column.addStretch(1)
        self.restore_button.setEnabled(version.text != self._current)

    def _on_restore(self) -> None:
        self.restored.emit(self._versions[self.list.currentRow()].text)
        self.accept()


def _describe(version: LyricsVersion) -> str:
    words = ntr("{count} word", "{count} words", count_words(version.text))
    return f"{_time_text(version)}\n{tr(_REASONS[version.reason])} · {words}"


def _time_text(version: LyricsVersion) -> str:
    at = to_local_time(version.at)
    return f"{format_short_date(at.date())}, {format_clock(at)}"
