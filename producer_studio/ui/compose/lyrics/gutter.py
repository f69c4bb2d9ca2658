"""Column beside the lyrics with the syllables of each line and the letters of rhymes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from PySide6.QtCore import QPoint, QPointF, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QTextEdit, QWidget

from producer_studio.domain.lyrics.english import Pronunciations
from producer_studio.domain.lyrics.language import Language, detect_language
from producer_studio.domain.lyrics.rhymes import MAX_SECTION_LINES, create_endings, rhyme_letters
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.domain.lyrics.syllables import NO_PRONUNCIATIONS, count_syllables
from producer_studio.domain.lyrics.words import MAX_LINE_LENGTH
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style

_WIDTH_PX = 40
_TOOLTIP = mark("Syllables of each line as it is sung; lines with the same letter rhyme")


@dataclass(frozen=True, slots=True)
class LineMark:
    """Marks beside a line.

    Attributes:
        baseline: Its baseline in pixels.
        syllables: Number of its syllables; None where it is not known.
        rhyme: Letter of its rhyme; empty without one.
        is_folded: Whether lines below it are hidden.
    """

    baseline: float
    syllables: int | None
    rhyme: str
    is_folded: bool


class LyricsGutter(QWidget):
    """Narrow column that follows the editor line by line.

    Only the visible lines are counted and painted; the ends of the others of their sections, which
    may rhyme with them, are cached.

    Attributes:
        count_line: Counts the syllables of a line, given the language of the text; cached.

    Signals:
        english_shown: English lyrics were counted without a pronouncing dictionary.
    """

    english_shown = Signal()

    def __init__(self, editor: QTextEdit, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._style = style
        self.set_pronunciations(NO_PRONUNCIATIONS)
        self._restyle()
        style.changed.connect(self._restyle)
        self.setToolTip(tr(_TOOLTIP))
        editor.verticalScrollBar().valueChanged.connect(self._on_editor_changed)
        editor.document().contentsChange.connect(self._on_editor_changed)
        editor.document().documentLayout().update.connect(self._on_editor_changed)

    def set_pronunciations(self, pronunciations: Pronunciations) -> None:
        """Counts English lyrics by a dictionary from now on."""
        self._pronunciations = pronunciations
        self.count_line: Callable[[str, Language], int | None] = lru_cache(maxsize=2048)(
            partial(count_syllables, pronunciations=pronunciations)
        )
        self._endings = create_endings(pronunciations)
        self.update()

    def visible_marks(self) -> list[LineMark]:
        """Returns the marks of the visible lines."""
        editor = self._editor
        layout = editor.document().documentLayout()
        offset = self.mapFromGlobal(editor.viewport().mapToGlobal(QPoint(0, 0))).y()
        shift = offset - editor.verticalScrollBar().value()
        bottom = offset + editor.viewport().height()
        block = editor.cursorForPosition(QPoint(0, 0)).block()
        text = editor.toPlainText()
        language = detect_language(text)
        visible: list[tuple[QTextBlock, float]] = []
        while block.isValid():
            top = layout.blockBoundingRect(block).top() + shift
            if top > bottom:
                break
            if not block.isVisible():
                block = block.next()
                continue
            visible.append((block, top))
            block = block.next()
        if not visible:
            return []
        first, lines = _lines_of_sections(visible[0][0], visible[-1][0])
        letters = rhyme_letters(lines, language, self._endings)
        marks: list[LineMark] = []
        for block, top in visible:
            line = block.layout().lineAt(0)
            foot = top + line.y() + line.ascent() if line.isValid() else top
            sung = block.text()
            count = self.count_line(sung, language) if len(sung) <= MAX_LINE_LENGTH else None
            below = block.next()
            is_folded = below.isValid() and not below.isVisible()
            marks.append(LineMark(foot, count, letters[block.blockNumber() - first], is_folded))
        if language is Language.ENGLISH and text and self._pronunciations is NO_PRONUNCIATIONS:
            self.english_shown.emit()
        return marks

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._style.theme
        painter.setPen(theme.line)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.setFont(self._style.font(11, 400))
        metrics = painter.fontMetrics()
        for line in self.visible_marks():
            if line.syllables:
                words = str(line.syllables)
                left = self.width() - 7 - metrics.horizontalAdvance(words)
                painter.setPen(theme.text3)
                painter.drawText(QPointF(left, line.baseline), words)
            if line.is_folded:
                size = self._style.px(12)
                place = QRect(self.width() - 7 - size, 0, size, size)
                place.moveBottom(round(line.baseline) + 1)
                self._style.icon("chevron-right", "accent", 12).paint(painter, place)
            if line.rhyme:
                painter.setPen(theme.text2)
                painter.drawText(QPointF(self._style.px(7), line.baseline), line.rhyme)
        painter.end()

    def _restyle(self) -> None:
        self.setFixedWidth(self._style.px(_WIDTH_PX))

    def _on_editor_changed(self, *_: object) -> None:
        self.update()


def _lines_of_sections(first: QTextBlock, last: QTextBlock) -> tuple[int, list[str]]:
    """Returns the lines of the sections from one line to another one, and the first one's number.

    Of a section that is too long for rhymes there may be fewer lines, but still too many.
    """
    for _ in range(MAX_SECTION_LINES + 1):
        before = first.previous()
        if not before.isValid() or parse_section_name(first.text()) is not None:
            break
        first = before
    lines: list[str] = []
    block, beyond = first, 0
    while block.isValid() and beyond <= MAX_SECTION_LINES:
        text = block.text()
        if block.blockNumber() > last.blockNumber():
            if parse_section_name(text) is not None:
                break
            beyond += 1
        lines.append(text)
        block = block.next()
    return first.blockNumber(), lines
