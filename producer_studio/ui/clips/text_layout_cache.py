"""Cache of text layouts, so that painting a row does no text shaping."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText

from producer_studio.ui.widgets.label import PARAGRAPH_CHARS, shorten
from producer_studio.ui.widgets.lru_cache import LruCache

_MAX_ENTRIES = 400
"""About 5 kB each; a screenful of rows has about 60, of cards 100."""


class TextLayoutCache:
    """LRU cache of elided texts by text, font and width.

    One per font: computing a font's key costs more than the look-up.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._layouts: LruCache[tuple[str, int], tuple[QStaticText, float]] = LruCache(_MAX_ENTRIES)

    def get(self, text: str, room: int) -> tuple[QStaticText, float]:
        """Returns the text layout and its width in logical pixels."""
        # Cut before shaping: titles and error messages of services may have any length.
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
            self._layouts.put(key, found)
        return found

    def break_lines(self, text: str, room: int, max_lines: int) -> tuple[str, ...]:
        """Breaks the text at spaces into at most `max_lines` lines; the last has the rest."""
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
        """Draws one line around a vertical centre; returns its width."""
        laid, width = self.get(text, room)
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(left, middle - self.metrics.height() / 2), laid)
        return width
