"""Gutter beside the lyrics with syllables per line."""

from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTextEdit, QWidget

from producer_studio.domain.lyrics import count_syllables, has_kana, is_english
from producer_studio.ui.style.style import Style

_count_syllables = lru_cache(maxsize=2048)(count_syllables)
_detect_english = lru_cache(maxsize=8)(is_english)


class LyricsGutter(QWidget):
    """Narrow column that follows the editor line by line.

    Only the visible lines are counted and painted, so that the cost does not depend on the length
    of the text.
    """

    def __init__(self, editor: QTextEdit, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._style = style
        self._restyle()
        style.changed.connect(self._restyle)
        self.setToolTip("Syllables per line, in supported languages")
        editor.verticalScrollBar().valueChanged.connect(self._on_editor_changed)
        editor.document().contentsChange.connect(self._on_editor_changed)
        editor.document().documentLayout().update.connect(self._on_editor_changed)

    def visible_counts(self) -> list[tuple[float, int | None]]:
        """Returns the baseline of each visible line in pixels and its syllables where known."""
        editor = self._editor
        layout = editor.document().documentLayout()
        offset = self.mapFromGlobal(editor.viewport().mapToGlobal(QPoint(0, 0))).y()
        shift = offset - editor.verticalScrollBar().value()
        bottom = offset + editor.viewport().height()
        block = editor.cursorForPosition(QPoint(0, 0)).block()
        text = editor.toPlainText()
        english, japanese = _detect_english(text), has_kana(text)
        counts: list[tuple[float, int | None]] = []
        while block.isValid():
            top = layout.blockBoundingRect(block).top() + shift
            if top > bottom:
                break
            line = block.layout().lineAt(0)
            foot = top + line.y() + line.ascent() if line.isValid() else top
            counts.append(
                (foot, _count_syllables(block.text(), english=english, japanese=japanese))
            )
            block = block.next()
        return counts

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._style.theme
        painter.setPen(theme.line)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.setFont(self._style.font(11, 400))
        painter.setPen(theme.text3)
        metrics = painter.fontMetrics()
        for foot, count in self.visible_counts():
            if count:
                words = str(count)
                left = self.width() - 7 - metrics.horizontalAdvance(words)
                painter.drawText(QPointF(left, foot), words)
        painter.end()

    def _restyle(self) -> None:
        self.setFixedWidth(self._style.px(27))

    def _on_editor_changed(self, *_: object) -> None:
        self.update()
