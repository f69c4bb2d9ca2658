"""Changes of the lyrics section by section, each one undo step of the editor."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from producer_studio.domain.lyrics.outline import (
    EditedLyrics,
    OutlinePart,
    duplicate_part,
    insert_mark,
    move_part,
    parse_outline,
    part_at,
    remove_part,
    rename_part,
)
from producer_studio.ui.compose.lyrics.folding import SectionFolding
from producer_studio.ui.compose.multiline_edit import MultilineEdit, character_offset, utf16_length

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def outline_step(event: QKeyEvent) -> int:
    """Returns −1 for Alt+Up, 1 for Alt+Down, and 0 for any other key."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers != Qt.KeyboardModifier.AltModifier:
        return 0
    return _STEPS.get(Qt.Key(event.key()), 0)


class SectionActions(QObject):
    """Moves, copies, folds, renames and removes sections of the text in an editor.

    Alt+Up and Alt+Down in the editor move the section with the cursor.

    Signals:
        changed: The sections, the one with the cursor, or what is folded changed.
    """

    changed = Signal()

    def __init__(self, edit: MultilineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.folding = SectionFolding(edit)
        self.folding.changed.connect(self.changed)
        edit.edited.connect(self.changed)
        edit.cursorPositionChanged.connect(self.changed)
        edit.installEventFilter(self)

    def parts(self) -> list[OutlinePart]:
        """Returns the sections of the text."""
        return parse_outline(self._edit.text())

    def current(self) -> int:
        """Returns the index of the section with the cursor."""
        return part_at(self.parts(), self._edit.textCursor().blockNumber())

    def go_to(self, index: int) -> None:
        """Puts the cursor into a section and scrolls to its mark; the focus stays."""
        document = self._edit.document()
        place = self._edit.textCursor()
        block = document.findBlockByNumber(self.parts()[index].first_row)
        bar = self._edit.verticalScrollBar()
        place.setPosition(block.position())
        self._edit.setTextCursor(place)
        bar.setValue(round(document.documentLayout().blockBoundingRect(block).top()))

    def insert(self, name: str) -> None:
        """Inserts a numbered mark at the cursor."""
        text = self._edit.text()
        cursor = character_offset(text, self._edit.textCursor().position())
        self._apply(insert_mark(text, cursor, name))

    def move(self, index: int, to: int) -> bool:
        """Moves a section to another place; returns false where there is none."""
        states = self.folding.states()
        if not (0 <= index < len(states) and 0 <= to < len(states)) or index == to:
            return False
        self._apply(move_part(self._edit.text(), index, to))
        states.insert(to, states.pop(index))
        self.folding.restore(states)
        return True

    def duplicate(self, index: int) -> None:
        """Copies a section behind itself."""
        self._edit_part(duplicate_part, index, lambda states: states.insert(index, states[index]))

    def remove(self, index: int) -> None:
        """Removes a section with its lines."""
        self._edit_part(remove_part, index, lambda states: states.pop(index))

    def rename(self, index: int, name: str) -> None:
        """Gives a section another mark."""
        if name.strip():
            states = self.folding.states()
            self._apply(rename_part(self._edit.text(), index, name))
            self.folding.restore(states)

    def toggle_fold(self, index: int) -> None:
        """Folds a section, or unfolds it."""
        self.folding.set_folded(index, not self.folding.is_folded(self.parts()[index]))

    def has_own_undo(self) -> bool:
        """Whether the text was edited since the last change of the whole form."""
        return self._edit.has_own_undo()

    def undo(self) -> None:
        """Undoes the last change of the text."""
        self._edit.undo()

    def redo(self) -> None:
        """Redoes the change of the text that was undone last."""
        self._edit.redo()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = outline_step(event)
        if step:
            index = self.current()
            self.move(index, index + step)
        return bool(step)

    def _edit_part(
        self,
        change: Callable[[str, int], EditedLyrics],
        index: int,
        keep: Callable[[list[bool]], object],
    ) -> None:
        states = self.folding.states()
        self._apply(change(self._edit.text(), index))
        keep(states)
        self.folding.restore(states)

    def _apply(self, edited: EditedLyrics) -> None:
        self._edit.replace_text(edited.text, utf16_length(edited.text[: edited.cursor]))
