"""Text fields of several lines that show any text at once."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from producer_studio.domain.field_reader import MAX_TEXT_LENGTH
from producer_studio.ui.widgets.dropped_files import has_files
from producer_studio.ui.widgets.label import has_endless_word

_BREAK_ANYWHERE = QTextOption.WrapMode.WrapAnywhere
_BREAK_AT_WORDS = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


class PlainTextEdit(QPlainTextEdit):
    """Plain text field that breaks endless words anywhere, since Qt takes seconds for those."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def show_text(self, text: str) -> None:
        """Shows another text, and clears the undo history."""
        self.setWordWrapMode(_BREAK_ANYWHERE if has_endless_word(text) else _BREAK_AT_WORDS)
        self.setPlainText(text)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pastes a text; without what is beyond the longest one that the library reads.

        Eight megabytes, such as a log file that was copied by accident, take minutes.
        """
        text = source.text()
        if len(text) > MAX_TEXT_LENGTH:
            text = text[:MAX_TEXT_LENGTH]
            source = QMimeData()
            source.setText(text)
        if has_endless_word(text):
            self.setWordWrapMode(_BREAK_ANYWHERE)
        super().insertFromMimeData(source)
