"""Syntax highlighter for `[Section]` lines."""

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from producer_studio.domain.lyrics.sections import parse_section_name


class LyricsHighlighter(QSyntaxHighlighter):
    """Formats section marks in bold and in one colour; Qt calls it only for changed lines."""

    def __init__(self, document: QTextDocument, colour: QColor) -> None:
        super().__init__(document)
        self._format = QTextCharFormat()
        self._format.setFontWeight(QFont.Weight.DemiBold)
        self._format.setForeground(colour)

    def set_colour(self, colour: QColor) -> None:
        if self._format.foreground().color() != colour:
            self._format.setForeground(colour)
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if parse_section_name(text) is not None:
            self.setFormat(0, len(text) + sum(sign > "\uffff" for sign in text), self._format)
