"""Text layout with a fixed line height."""

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QPainterPath,
    QPalette,
    QTextBlock,
    QTextDocument,
    QTextFrame,
    QTextLayout,
    QTextOption,
)

from producer_studio.ui.widgets.label import has_endless_word

_UNLIMITED_PX = 1 << 20


class FixedLineLayout(QAbstractTextDocumentLayout):
    """Wraps a document's text at its page width; every line has the same height.

    The document itself has no block formats: a format for the line height would belong to the text,
    be lost with new lines, and swallow Enter in an empty line. Invisible blocks take no height.
    Lists, tables, frames and images are not drawn.

    Args:
        line_px: Line height in logical pixels.
    """

    def __init__(self, document: QTextDocument, line_px: int) -> None:
        super().__init__(document)
        self._line_px = line_px
        self._size = QSizeF()

    def set_line_px(self, line_px: int) -> None:
        """Changes the line height."""
        if line_px != self._line_px:
            self._line_px = line_px
            self.documentChanged(0, 0, self.document().characterCount())

    def documentChanged(self, position: int, _removed: int, added: int) -> None:  # noqa: N802
        """Updates the layout after a change; `position` and `added` count UTF-16 units."""
        document = self.document()
        block = document.findBlock(position)
        last = document.findBlock(position + added)
        while block.isValid():
            self._layout_block(block)
            if block == last:
                break
            block = block.next()
        size = self.documentSize()
        if size != self._size:
            self._size = size
            self.documentSizeChanged.emit(size)
        # Repaints everything in view: the signal with a rectangle cannot be emitted from Python.
        self.update.emit()

    def draw(self, painter: QPainter, context: QAbstractTextDocumentLayout.PaintContext) -> None:
        clip = QRectF(context.clip)
        top = clip.top() if clip.isValid() else 0.0
        bottom = clip.bottom() if clip.isValid() else self.documentSize().height()
        block = self._block_at(top)
        painter.setPen(context.palette.color(QPalette.ColorRole.Text))
        while block.isValid():
            position = self._block_position(block)
            if position.y() > bottom:
                break
            layout = block.layout()
            if block.isVisible():
                layout.draw(painter, position, _selections(block, context), clip)
            cursor = _cursor_offset(block, context.cursorPosition)
            if cursor is not None and block.isVisible():
                layout.drawCursor(painter, position, cursor, 1)
            block = block.next()

    def hitTest(  # noqa: N802
        self, point: QPointF | QPoint | QPainterPath.Element, accuracy: Qt.HitTestAccuracy
    ) -> int:
        """Returns the position of the character at a point; -1 where an exact hit is missed."""
        assert isinstance(point, QPointF)  # noqa: S101 - Qt itself passes nothing else
        exact = accuracy is Qt.HitTestAccuracy.ExactHit
        if exact and not 0 <= point.y() < self.documentSize().height():
            return -1
        block = self._block_at(point.y())
        number = math.floor(point.y() / self._line_px) - block.firstLineNumber()
        line = block.layout().lineAt(min(max(number, 0), block.lineCount() - 1))
        if exact and not line.naturalTextRect().contains(point - self._block_position(block)):
            return -1
        return block.position() + line.xToCursor(point.x())

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:  # noqa: N802
        if not block.isValid():
            return QRectF()
        height = block.lineCount() * self._line_px
        return QRectF(self._block_position(block), QSizeF(self.documentSize().width(), height))

    def frameBoundingRect(self, _frame: QTextFrame) -> QRectF:  # noqa: N802
        return QRectF(QPointF(), self.documentSize())

    def documentSize(self) -> QSizeF:  # noqa: N802
        document = self.document()
        return QSizeF(max(0.0, document.pageSize().width()), document.lineCount() * self._line_px)

    def pageCount(self) -> int:  # noqa: N802
        return 1

    def _layout_block(self, block: QTextBlock) -> None:
        document = self.document()
        width = document.pageSize().width()
        layout = block.layout()
        option = document.defaultTextOption()
        if has_endless_word(block.text()):
            option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        count = 0
        while (line := layout.createLine()).isValid():
            line.setLeadingIncluded(True)
            line.setLineWidth(width if width > 0 else _UNLIMITED_PX)
            # The rest of the height is above the letters.
            line.setPosition(QPointF(0, (count + 1) * self._line_px - line.height()))
            count += 1
        layout.endLayout()
        block.setLineCount(max(1, count) if block.isVisible() else 0)

    def _block_position(self, block: QTextBlock) -> QPointF:
        return QPointF(0, block.firstLineNumber() * self._line_px)

    def _block_at(self, y: float) -> QTextBlock:
        document = self.document()
        line = min(max(math.floor(y / self._line_px), 0), document.lineCount() - 1)
        return document.findBlockByLineNumber(line)


def _selections(
    block: QTextBlock, context: QAbstractTextDocumentLayout.PaintContext
) -> list[QTextLayout.FormatRange]:
    """Returns the parts of the selections that lie in a block, its line end included."""
    ranges = []
    for selection in context.selections:
        start = selection.cursor.selectionStart() - block.position()
        end = selection.cursor.selectionEnd() - block.position()
        if start < block.length() and end > 0 and end > start:
            part = QTextLayout.FormatRange()
            part.start, part.length = start, end - start
            part.format = selection.format
            ranges.append(part)
    return ranges


def _cursor_offset(block: QTextBlock, position: int) -> int | None:
    """Returns the cursor's position in a block; None when it is elsewhere or hidden."""
    if position < -1:
        # Qt's encoding of a cursor inside the preedit text of an input method.
        layout = block.layout()
        shown = bool(layout.preeditAreaText())
        return layout.preeditAreaPosition() - (position + 2) if shown else None
    return position - block.position() if block.contains(position) else None
