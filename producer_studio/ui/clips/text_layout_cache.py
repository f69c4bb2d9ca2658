"""Cache of text layouts, so that painting a row does no text shaping."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText

from producer_studio.ui.widgets.label import PARAGRAPH_CHARS, shorten
from producer_studio.ui.widgets.lru_cache import LruCache

_MAX_ENTRIES = 400
"""About 5 kB each; a screenful of rows has about 60, of cards 100."""

_LEAST_HEAD = 0.3
"""Share of the room below which the head of a text is not shortened for its ending."""


class TextLayoutCache:
    """LRU cache of elided texts by text, font and width.

    One per font: computing a font's key costs more than the look-up.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._layouts: LruCache[tuple[str, int, str], tuple[QStaticText, float]] = LruCache(
            _MAX_ENTRIES
        )

    def get(self, text: str, room: int, ending: str = "") -> tuple[QStaticText, float]:
        """Returns the text layout and its width in logical pixels.

        Args:
            text: Elided where there is no room.
            room: Most pixels.
            ending: End of the text that is kept if the text is elided, such as " · take 2".
        """
        # Cut before shaping: titles and error messages of services may have any length.
        text = shorten(text)
        key = (text, room, ending)
        found = self._layouts.get(key)
        if found is None:
            shown = self._elide(text, room, ending)
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            laid.prepare(font=self.font)
            found = (laid, self.metrics.horizontalAdvance(shown))
            self._layouts.put(key, found)
        return found

    def _elide(self, text: str, room: int, ending: str) -> str:
        right = Qt.TextElideMode.ElideRight
        head = text.removesuffix(ending) if ending else text
        head_room = room - self.metrics.horizontalAdvance(ending)
        if head == text or head_room < room * _LEAST_HEAD or self._fits(text, room):
            return self.metrics.elidedText(text, right, room)
        return self.metrics.elidedText(head, right, head_room) + ending

    def _fits(self, text: str, room: int) -> bool:
        return self.metrics.horizontalAdvance(text) <= room

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

    def draw(
        self,
        painter: QPainter,
        left: float,
        middle: float,
        text: str,
        room: int,
        ending: str = "",
    ) -> float:
        """Draws one line around a vertical centre; returns its width. Arguments as of `get`."""
        laid, width = self.get(text, room, ending)
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(left, middle - self.metrics.height() / 2), laid)
        return width
