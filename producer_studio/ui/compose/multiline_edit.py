"""A field for several lines of plain words."""

from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from producer_studio.ui.compose.line_layout import FixedLineLayout
from producer_studio.ui.style.style import Style


class MultilineEdit(QTextEdit):
    """Plain text with an airy line, undo across programmatic changes, and Tab to leave.

    Signals:
        edited: The text differs from what it was; formatting alone does not count.
    """

    edited = Signal()

    def __init__(self, style: Style, line_px: float, parent: QWidget | None = None) -> None:
        """Takes the distance between lines in logical pixels at text size 100 %."""
        super().__init__(parent)
        self._style = style
        self._base_line_px = line_px
        self._is_dimmed = False
        self._text = ""
        self._undo_floor = 0
        # For each change of the whole desk: the floor before it, and whether this text changed.
        self._swaps: list[tuple[int, bool]] = []
        self._placeholder = ""
        self.setProperty("role", "bare")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._line_layout = FixedLineLayout(self.document(), self.line_px)
        self.document().setDocumentLayout(self._line_layout)
        self.textChanged.connect(self._on_text_changed)
        style.changed.connect(self._restyle)

    def text(self) -> str:
        return self._text

    def set_placeholder(self, text: str) -> None:
        """Says in an empty field what could be there; in several lines, unlike Qt's own."""
        self._placeholder = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._placeholder or not self.document().isEmpty():
            return
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.setPen(self._style.theme.text3)
        width = self.viewport().width()
        foot = self.line_px - self.fontMetrics().descent()
        line = 0
        for paragraph in self._placeholder.split("\n"):
            layout = QTextLayout(paragraph, self.font())
            layout.beginLayout()
            while (part := layout.createLine()).isValid():
                part.setLineWidth(width)
                words = paragraph[part.textStart() : part.textStart() + part.textLength()]
                painter.drawText(QPointF(0, line * self.line_px + foot), words)
                line += 1
            layout.endLayout()
        painter.end()

    @property
    def line_px(self) -> int:
        """The distance between lines at the text size in force."""
        return self._style.px(self._base_line_px)

    def set_dimmed(self, dimmed: bool) -> None:
        """Writes in a quiet colour what is not used at the moment."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self._recolour()

    def load(self, text: str) -> None:
        """Shows a text as the beginning of the history: there is nothing to undo."""
        self.setPlainText(text)
        self._undo_floor = 0
        self._swaps.clear()

    def replace_text(self, text: str, cursor: int | None = None) -> None:
        """Replaces the text as one step that Undo takes back; keeps what is the same.

        Args:
            text: The whole new text.
            cursor: Where the cursor goes, counted in UTF-16 units; the end of the change if None.
        """
        old = self._text
        if text != old:
            start, old_end, new_end = _find_difference(old, text)
            change = QTextCursor(self.document())
            change.setPosition(utf16_length(old[:start]))
            change.setPosition(utf16_length(old[:old_end]), QTextCursor.MoveMode.KeepAnchor)
            change.insertText(text[start:new_end])
            if cursor is None:
                cursor = change.position()
        if cursor is not None:
            place = self.textCursor()
            place.setPosition(cursor)
            self.setTextCursor(place)
            self.ensureCursorVisible()

    def swap_text(self, text: str) -> None:
        """Like `put`, as part of a change of the whole desk, which is undone as a whole.

        Steps from before stay below it: `has_own_undo` is false until something new is written.
        """
        self._swaps.append((self._undo_floor, text != self._text))
        self.replace_text(text, 0)
        self._undo_floor = self.document().availableUndoSteps()

    def has_own_undo(self) -> bool:
        """Whether something was written since the last change of the whole desk."""
        return self.document().availableUndoSteps() > self._undo_floor

    def undo_swap(self, text: str) -> None:
        """Undoes the last `exchange`; `text` is what must stand there afterwards."""
        floor, changed = self._swaps.pop()
        written = self.has_own_undo()
        if changed and not written:
            self.document().undo()
        self.replace_text(text)
        # Steps of another form's words are not this form's.
        steps = self.document().availableUndoSteps()
        self._undo_floor = steps if written else min(floor, steps)

    def sizeHint(self) -> QSize:
        """Small: the frame around it decides."""
        return QSize(120, 2 * self.line_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift+Enter begins a new line like Enter: there is one kind of line end here."""
        if event.matches(QKeySequence.StandardKey.InsertLineSeparator):
            self.insertPlainText("\n")
            self.ensureCursorVisible()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pastes words alone, with the line ends of this program."""
        if source.hasText():
            text = source.text().replace("\r\n", "\n").replace("\r", "\n")
            self.insertPlainText(text.replace("\u2028", "\n").replace("\u2029", "\n"))
            self.ensureCursorVisible()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keeps the view where it is; a selection would look like a focus of its own."""
        super().focusOutEvent(event)
        if event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.MouseFocusReason,
        }:
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def _on_text_changed(self) -> None:
        text = self.toPlainText()
        if text != self._text:
            self._text = text
            self.edited.emit()

    def _restyle(self) -> None:
        self._recolour()
        self._line_layout.set_line_px(self.line_px)

    def _recolour(self) -> None:
        ink = self._style.theme.text3.name()
        self.setStyleSheet(f"color: {ink};" if self._is_dimmed else "")


def utf16_length(text: str) -> int:
    """How long a text is for Qt, whose positions count UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def character_offset(text: str, units: int) -> int:
    """The reverse of `utf16_units`: characters in the first `units` UTF-16 units of a text."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def _find_difference(old: str, new: str) -> tuple[int, int, int]:
    """Start of the first difference, and the end of the last one in the old and new text."""
    shared = min(len(old), len(new))
    start = 0
    while start < shared and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < shared - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return start, len(old) - tail, len(new) - tail
