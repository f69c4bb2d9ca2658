"""Multi-line editor for plain text."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QTextEdit, QWidget

from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.ui.compose.fixed_line_layout import FixedLineLayout
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dropped_files import has_files


class MultilineEdit(QTextEdit):
    """Plain-text editor with a fixed line height.

    Programmatic changes are part of the undo history; Tab moves the focus.

    Signals:
        edited: The text changed; formatting alone does not count.
    """

    edited = Signal()

    def __init__(self, style: Style, line_px: float, parent: QWidget | None = None) -> None:
        """Takes the line height in logical pixels at text size 100 %."""
        super().__init__(parent)
        self._style = style
        self._base_line_px = line_px
        self._is_dimmed = False
        self._text = ""
        self._undo_floor = 0
        # The undo floor before each swap of the whole form.
        self._swaps: list[int] = []
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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def text(self) -> str:
        return self._text

    def set_placeholder(self, text: str) -> None:
        """Sets the placeholder of the empty field; it may span several lines, unlike Qt's own."""
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

    def _show_cursor(self) -> None:
        """Scrolls the editor, and the form around it, so that the cursor is visible."""
        self.ensureCursorVisible()
        above: QWidget | None = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        form = above.widget() if above is not None else None
        if above is None or form is None:
            return
        cursor = self.cursorRect()
        place = self.viewport().mapTo(form, QPoint(0, cursor.center().y()))
        above.ensureVisible(place.x(), place.y(), 0, cursor.height())

    @property
    def line_px(self) -> int:
        """Line height in logical pixels at the current text size."""
        return self._style.px(self._base_line_px)

    def set_dimmed(self, dimmed: bool) -> None:
        """Dims text that is not used at the moment."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self._recolour()

    def load(self, text: str) -> None:
        """Shows a text and clears the undo history."""
        self.setPlainText(text)
        self._undo_floor = 0
        self._swaps.clear()

    def replace_text(self, text: str, cursor: int | None = None) -> None:
        """Replaces the text as one undo step; an unchanged prefix and suffix stay untouched.

        Args:
            text: The whole new text.
            cursor: Position of the cursor in UTF-16 units; the end of the change if None.
        """
        text = _as_shown(text)
        if text != self._text:
            end = self._change_text(text)
            cursor = end if cursor is None else cursor
        if cursor is not None:
            self._move_cursor(cursor)

    def replace_range(self, start: int, end: int, text: str) -> None:
        """Replaces a part of the text as one undo step, and moves the cursor behind it.

        The cursor is at the end of the whole part again when it is undone, even where the new text
        begins or ends like it.

        Args:
            start: First replaced character.
            end: Character after the last replaced one.
        """
        place = self._change_range(start, end, _as_shown(text))
        self._move_cursor(place)

    def _move_cursor(self, position: int) -> None:
        place = self.textCursor()
        place.setPosition(position)
        self.setTextCursor(place)
        self.ensureCursorVisible()

    def _change_text(self, text: str) -> int:
        """Makes one undo step of a change, even of none; returns the position of its end."""
        start, old_end, new_end = _find_difference(self._text, text)
        return self._change_range(start, old_end, text[start:new_end])

    def _change_range(self, start: int, end: int, text: str) -> int:
        """Makes one undo step of a change; returns the position of its end in UTF-16 units."""
        change = QTextCursor(self.document())
        change.setPosition(utf16_length(self._text[:start]))
        change.setPosition(utf16_length(self._text[:end]), QTextCursor.MoveMode.KeepAnchor)
        change.beginEditBlock()
        change.insertText(text)
        # Else Qt makes one step of it and of what is typed or deleted beside it.
        mark = QTextCharFormat()
        mark.setProperty(QTextFormat.Property.UserProperty, True)
        change.insertText(" ", mark)
        change.deletePreviousChar()
        change.endEditBlock()
        return change.position()

    def swap_text(self, text: str) -> None:
        """Replaces the text as part of a swap of the whole form, which is undone as a whole.

        Earlier undo steps stay below it: `has_own_undo` is false until the text is edited again.
        """
        self._swaps.append(self._undo_floor)
        self._change_text(_as_shown(text))
        self._move_cursor(0)
        self._clear_redo()
        self._undo_floor = self.document().availableUndoSteps()

    def add_first_swap(self) -> None:
        """Makes room for one more `undo_swap`, after those of all other swaps."""
        self._swaps.insert(0, 0)

    def has_own_undo(self) -> bool:
        """Whether the text was edited since the last swap of the whole form."""
        return self.document().availableUndoSteps() > self._undo_floor

    def undo_swap(self, text: str) -> None:
        """Undoes the last `swap_text`; `text` is the expected result."""
        floor = self._swaps.pop()
        written = self.has_own_undo()
        if not written:
            self.document().undo()
        self.replace_text(text)
        self._clear_redo()
        # Undo steps of another form's text do not belong to this form.
        steps = self.document().availableUndoSteps()
        self._undo_floor = steps if written else min(floor, steps)

    def _clear_redo(self) -> None:
        """Clears what could be redone: it belongs to the text of another form."""
        self.document().clearUndoRedoStacks(QTextDocument.Stacks.RedoStack)

    def sizeHint(self) -> QSize:
        """Returns a small size: the surrounding frame determines the actual one."""
        return QSize(120, 2 * self.line_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handles Shift+Enter like Enter: there is one kind of line end here."""
        before = self.textCursor().position()
        if event.matches(QKeySequence.StandardKey.InsertLineSeparator):
            self.insertPlainText("\n")
        else:
            super().keyPressEvent(event)
        if self.textCursor().position() != before:
            self._show_cursor()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._show_cursor()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pastes plain text with normalised line ends.

        Text beyond what any service accepts is left out: a log file of some megabytes, copied by
        accident, would be laid out for minutes.
        """
        if source.hasText():
            self.insertPlainText(_as_shown(source.text()[:MAX_FIELD_LENGTH]))
            self._show_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Preserves the scroll position and clears the selection, which would look like a focus."""
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
    """Returns the length of a text in UTF-16 units, in which Qt counts positions."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def character_offset(text: str, units: int) -> int:
    """Converts a UTF-16 offset to a character offset; the inverse of `utf16_length`."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


_SHOWN = str.maketrans(dict.fromkeys("\r\u2028\u2029\ufdd0\ufdd1", "\n") | {"\xa0": " "})
"""Replacements of characters that have another meaning in Qt's text documents."""


def _as_shown(text: str) -> str:
    """Returns a text from elsewhere, such as tags of Windows, as `QTextEdit.toPlainText` would."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def _find_difference(old: str, new: str) -> tuple[int, int, int]:
    """Returns the start of the first difference and the ends of the last one in both texts."""
    shared = min(len(old), len(new))
    start = 0
    while start < shared and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < shared - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return start, len(old) - tail, len(new) - tail
