"""Folded sections of the lyrics: only their marks are visible."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCursor

from producer_studio.domain.lyrics.outline import OutlinePart, parse_outline
from producer_studio.ui.compose.multiline_edit import MultilineEdit


class SectionFolding(QObject):
    """Hides the lines below marks; the text itself, and what can be undone, stay as they are.

    The cursor skips folded lines when it comes from beside them, and unfolds them otherwise. A
    section whose lines are partly hidden after an edit is unfolded.

    Signals:
        changed: A section was folded or unfolded.
    """

    changed = Signal()

    def __init__(self, edit: MultilineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._last_block = 0
        self._is_any_folded = False
        edit.textChanged.connect(self._repair)
        edit.cursorPositionChanged.connect(self._on_cursor_moved)

    def is_folded(self, part: OutlinePart) -> bool:
        """Whether the lines of a section are hidden."""
        below = self._block(part.first_row + 1)
        return bool(part.name) and below.isValid() and not below.isVisible()

    def set_folded(self, index: int, folded: bool) -> None:
        """Folds or unfolds a section, if it has lines below its mark."""
        parts = parse_outline(self._edit.text())
        if not parts[index].name or self.is_folded(parts[index]) == folded:
            return
        if folded:
            first, last = self._rows_below(parts, index)
            cursor = self._edit.textCursor()
            if first <= cursor.blockNumber() < last:
                self._move_cursor(self._block(parts[index].first_row))
        self._set_visible(parts, index, not folded)
        self.changed.emit()

    def states(self) -> list[bool]:
        """Returns whether each section is folded."""
        return [self.is_folded(part) for part in parse_outline(self._edit.text())]

    def restore(self, states: Sequence[bool]) -> None:
        """Folds the sections of a changed text.

        Args:
            states: Whether each section is folded.
        """
        parts = parse_outline(self._edit.text())
        for index, folded in enumerate(states[: len(parts)]):
            if parts[index].name and self.is_folded(parts[index]) != folded:
                self._set_visible(parts, index, not folded)
        self.changed.emit()

    def _repair(self) -> None:
        if not self._is_any_folded:
            return
        parts = parse_outline(self._edit.text())
        self._is_any_folded = False
        for index, part in enumerate(parts):
            first, last = self._rows_below(parts, index)
            below = {self._block(row).isVisible() for row in range(first, last)}
            is_hidden = below == {False} and bool(part.name)
            self._is_any_folded |= is_hidden
            if False in below and not is_hidden:
                self._set_visible(parts, index, True)
        if not self._edit.document().begin().isVisible():
            self._show_block(self._edit.document().begin())

    def _rows_below(self, parts: Sequence[OutlinePart], index: int) -> tuple[int, int]:
        part = parts[index]
        is_last = index == len(parts) - 1
        end = self._edit.document().blockCount() if is_last else parts[index + 1].first_row
        return part.first_row + bool(part.name), end

    def _set_visible(self, parts: Sequence[OutlinePart], index: int, visible: bool) -> None:
        first, last = self._rows_below(parts, index)
        for row in range(first, last):
            self._block(row).setVisible(visible)
        self._is_any_folded |= not visible
        self._lay_out(self._block(parts[index].first_row), self._block(last - 1))

    def _show_block(self, block: QTextBlock) -> None:
        block.setVisible(True)
        self._lay_out(block, block)

    def _lay_out(self, first: QTextBlock, last: QTextBlock) -> None:
        length = last.position() + last.length() - first.position()
        self._edit.document().markContentsDirty(first.position(), length)

    def _block(self, row: int) -> QTextBlock:
        return self._edit.document().findBlockByNumber(row)

    def _on_cursor_moved(self) -> None:
        block = self._edit.textCursor().block()
        before, self._last_block = self._last_block, block.blockNumber()
        if block.isVisible():
            return
        is_beside = abs(block.blockNumber() - before) == 1
        if is_beside and (target := self._next_visible(block, before < block.blockNumber())):
            self._move_cursor(target)
            return
        parts = parse_outline(self._edit.text())
        index = max(
            (place for place, part in enumerate(parts) if part.first_row <= block.blockNumber()),
            default=0,
        )
        self._set_visible(parts, index, True)
        self.changed.emit()

    def _next_visible(self, block: QTextBlock, downwards: bool) -> QTextBlock | None:
        while block.isValid() and not block.isVisible():
            block = block.next() if downwards else block.previous()
        return block if block.isValid() else None

    def _move_cursor(self, block: QTextBlock) -> None:
        cursor = self._edit.textCursor()
        cursor.setPosition(block.position())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        self._edit.setTextCursor(cursor)
