"""Label of a text with its differences from another one."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from producer_studio.domain.comparison.word_diff import DiffPart, PartKind, fold_same_lines
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import PARAGRAPH_CHARS, break_long_words, shorten

_SPOKEN = {
    # Translators: read aloud by screen readers, among the words of a text that was changed.
    PartKind.ADDED: mark("added: {words};"),
    PartKind.REMOVED: mark("removed: {words};"),
}


class WordDiffLabel(QLabel):
    """Shows words that are added in the accent colour, and those that are removed struck out."""

    def __init__(self, style: Style, name: str, parts: Sequence[DiffPart], parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._parts = fold_same_lines(list(parts))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", "value")
        words = " ".join(map(_spoken_text, self._parts))
        self.setAccessibleName(f"{name}: {shorten(words)}")
        style.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        length = 0
        shown: list[str] = []
        for part in self._parts:
            text = shorten(part.text, max(0, PARAGRAPH_CHARS - length))
            if shown and not text[:1].isspace():
                text = f" {text}"  # the first word of a text has no space before it
            length += len(text)
            shown.append(self._html(text, part.kind))
            if length >= PARAGRAPH_CHARS:
                break
        self.setText(f'<p style="line-height: 130%; margin: 0">{"".join(shown)}</p>')

    def _html(self, text: str, kind: PartKind) -> str:
        words = text.lstrip()
        space = escape(text[: len(text) - len(words)]).replace("\n", "<br>")
        inside = escape(break_long_words(words)).replace("\n", "<br>")
        if kind is PartKind.ADDED:
            colour = self._style.colour("accent").name()
            return f'{space}<span style="color: {colour}; font-weight: 600">{inside}</span>'
        if kind is PartKind.REMOVED:
            colour = self._style.colour("text3").name()
            return f'{space}<s style="color: {colour}">{inside}</s>'
        return space + inside


def _spoken_text(part: DiffPart) -> str:
    words = part.text.strip()
    return tr(_SPOKEN[part.kind], words=words) if part.kind in _SPOKEN else words
