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
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Dialog, create_scroll_area
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel

_WIDTH, _HEIGHT = 720, 560
_LIST_PX = 210
_EXPLANATION = (
    "Kept when lyrics are sent, accepted or replaced, and after five minutes of change. "
    "Coloured words would come back; struck out ones would go."
)
_REASONS = {
    VersionReason.EDITED: "Edited",
    VersionReason.SENT: "Sent",
    VersionReason.ACCEPTED: "Written for you",
    VersionReason.REPLACED: "Replaced",
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
        super().__init__(style, "Versions of the lyrics", parent)
        self._current = current
        self._versions = list(reversed(history.versions))
        self.list = QListWidget(self)
        self.list.setAccessibleName("Versions")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(style.px(_LIST_PX))
        for version in self._versions:
            QListWidgetItem(_describe(version), self.list)
        self._shown = QWidget(self)
        self._column = QVBoxLayout(self._shown)
        self._column.setContentsMargins(12, 4, 12, 4)
        self.restore_button = QPushButton("Restore", self)
        self.restore_button.setProperty("role", "primary")
        self.close_button = QPushButton("Close", self)
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
        column.addWidget(label("Versions of the lyrics", "title", self))
        empty = "There are no versions yet: lyrics are kept when they are sent or replaced."
        column.addWidget(paragraph(_EXPLANATION if self._versions else empty, "muted", self))
        column.addLayout(middle, 1)
        column.addLayout(row)

    def _show(self, place: int) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        version = self._versions[place]
        parts = diff_words(self._current, version.text)
        name = f"Difference to {to_local_time(version.at):%d %b, %H:%M}"
        if version.text == self._current:
            self._column.addWidget(label("This is the text in the form.", "secondary", self._shown))
        self._column.addWidget(WordDiffLabel(self._style, name, parts, self._shown))
        self._column.addStretch(1)
        self.restore_button.setEnabled(version.text != self._current)

    def _on_restore(self) -> None:
        self.restored.emit(self._versions[self.list.currentRow()].text)
        self.accept()


def _describe(version: LyricsVersion) -> str:
    words = count_words(version.text)
    noun = "word" if words == 1 else "words"
    at = to_local_time(version.at)
    return f"{at:%d %b, %H:%M}\n{_REASONS[version.reason]} · {words} {noun}"
