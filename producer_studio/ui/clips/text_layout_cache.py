"""Laid-out texts, so that painting a row shapes no letter twice."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText

from producer_studio.ui.widgets.long_text import PARAGRAPH_CHARS, shorten

_MAX_ENTRIES = 400
"""Some 5 kB each; a screenful of rows has about 60, of cards 100."""


class TextLayoutCache:
    """Elided texts by their words, font and room; the least recently used go first.

    One per font: asking a font for its identity costs more than the look-up itself.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._layouts: OrderedDict[tuple[str, int], tuple[QStaticText, float]] = OrderedDict()

    def get(self, text: str, room: int) -> tuple[QStaticText, float]:
        """The laid-out text and its width in logical pixels."""
        # Cut before a letter is shaped: titles and errors of services may be of any length.
        text = shorten(text)
        key = (text, room)
        found = self._layouts.get(key)
        if found is None:
            shown = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            laid.prepare(font=self.font)
            found = (laid, self.metrics.horizontalAdvance(shown))
            self._layouts[key] = found
            if len(self._layouts) > _MAX_ENTRIES:
                self._layouts.popitem(last=False)
        else:
            self._layouts.move_to_end(key)
        return found

    def break_lines(self, text: str, room: int, max_lines: int) -> tuple[str, ...]:
        """The text broken at its spaces into at most so many lines; the last keeps the rest."""
        lines: list[str] = []
        words = shorten(text, PARAGRAPH_CHARS).split()
        while words and len(lines) < max_lines - 1:
            taken = 1
            while (
                taken < len(words)
                and self.metrics.horizontalAdvance(" ".join(words[: taken + 1])) <= room
            ):
                taken += 1
            lines.append(" ".join(words[:taken]))
            words = words[taken:]
        return (*lines, " ".join(words)) if words else tuple(lines)

    def draw(self, painter: QPainter, left: float, middle: float, text: str, room: int) -> float:
        """Draws one line around a middle height; returns its width."""
        laid, width = self.get(text, room)
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(left, middle - self.metrics.height() / 2), laid)
        return width
