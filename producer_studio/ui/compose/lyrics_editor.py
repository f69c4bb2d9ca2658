"""Lyrics editor with highlighted sections and syllable counts."""

import re
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.lyrics.sections import count_words, parse_section_name
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import check_lyrics
from producer_studio.ui.compose.field_parts import AdviceLine, AdviceSpace, FieldFrame, FieldHead
from producer_studio.ui.compose.lyrics.gutter import LyricsGutter
from producer_studio.ui.compose.multiline_edit import MultilineEdit, character_offset, utf16_length
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.lyrics_highlighter import LyricsHighlighter
from producer_studio.ui.widgets.text_format import literal_text

_ALWAYS_NUMBERED = frozenset({"Verse"})


@dataclass(frozen=True, slots=True)
class MarkedLyrics:
    """Lyrics with a new mark, and the position of the cursor (a character offset)."""

    text: str
    cursor: int


def next_mark(text: str, name: str) -> str:
    """Returns a mark such as `[Verse 2]`; the first chorus or bridge has no number."""
    pattern = re.compile(rf"{re.escape(name)}(?:\s+(\d+))?", re.IGNORECASE)
    highest = 0
    for line in text.split("\n"):
        found = pattern.fullmatch(parse_section_name(line) or "")
        if found:
            highest = max(highest, int(found.group(1) or 1))
    if highest == 0 and name not in _ALWAYS_NUMBERED:
        return f"[{name}]"
    return f"[{name} {highest + 1}]"


def insert_mark(text: str, cursor: int, name: str) -> MarkedLyrics:
    """Inserts a mark at the cursor without ever splitting a line.

    The mark replaces an empty line, goes above the line when the cursor is at its start, and below
    it otherwise. One empty line separates it from the text before it.
    """
    lines = text.split("\n")
    row = text.count("\n", 0, cursor)
    column = cursor - (text.rfind("\n", 0, cursor) + 1)
    before, after = lines[:row], lines[row:]
    if not lines[row].strip():
        after = lines[row + 1 :]
    elif column > 0:
        before, after = lines[: row + 1], lines[row + 1 :]
    while before and not before[-1].strip():
        before.pop()
    head = [*before, ""] if before else []
    head.append(next_mark(text, name))
    cursor = len("\n".join(head)) + 1
    if not after or not after[0].strip():
        # An empty line to write on, separated from the text that follows.
        while after and not after[0].strip():
            after.pop(0)
        after = ["", "", *after] if after else [""]
    return MarkedLyrics("\n".join([*head, *after]), cursor)


LONG_LYRICS = 4000
"""Characters, about a hundred lines; longer lyrics are checked only when typing pauses."""

LONG_LYRICS_DELAY_MS = 120
_LINE_PX = 20
_MIN_HEIGHT_PX = 124
_LARGE_TEXT_SCALE = 1.15
_DESCRIPTION = "One line for each breath. Lines such as [Verse] and [Chorus] shape the song."
_PLACEHOLDER = "[Verse 1]\nA line for each breath\n\n[Chorus]\nWhat everyone sings along"


# A keystroke changes one line; the others are not counted again.
_count_words = lru_cache(maxsize=2048)(count_words)


@lru_cache(maxsize=2048)
def _is_section_mark(line: str) -> bool:
    return parse_section_name(line) is not None


class LyricsEditor(QWidget):
    """Editor with buttons for section marks and for generating lyrics.

    Signals:
        edited: The text changed.
        generation_requested: "Write for me" was pressed.
    """

    edited = Signal()
    generation_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._is_instrumental = False
        self._limit: int | None = None
        self._is_optional = False
        self._operation = Operation.CREATE
        self._delayed_advice = Debounce(self._update_advice, LONG_LYRICS_DELAY_MS, self)
        self.edit = MultilineEdit(style, _LINE_PX)
        self.edit.setAccessibleName("Lyrics")
        self.edit.set_placeholder(_PLACEHOLDER)
        self._highlighter = LyricsHighlighter(self.edit.document(), style.theme.accent)
        self.head = FieldHead("Lyrics", self.edit, style)
        self._frame = FieldFrame(style)
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 3, 1)
        inside.setSpacing(0)
        self.gutter = LyricsGutter(self.edit, style, self._frame)
        inside.addWidget(self.gutter)
        column = QVBoxLayout()
        column.setContentsMargins(10, 8, 0, 1)
        column.addWidget(self.edit)
        inside.addLayout(column, 1)
        self._advice = AdviceLine(style)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(5)
        whole.addWidget(self.head)
        whole.addLayout(self._build_buttons())
        whole.addWidget(self._frame, 1)
        whole.addWidget(AdviceSpace(style, self._advice, 2))
        self.edit.edited.connect(self._on_edited)
        style.changed.connect(self._restyle)
        self._restyle()
        self._on_edited()

    def text(self) -> str:
        return self.edit.text()

    def configure(
        self, head: str, limit: int | None, operation: Operation, *, optional: bool
    ) -> None:
        """Sets the heading, the character limit of the account and the operation."""
        self.head.set_name(head)
        if operation is not self._operation:
            self._operation = operation
            self._update_advice()
        if (limit, optional) != (self._limit, self._is_optional):
            self._limit, self._is_optional = limit, optional
            self._update_counts()

    def set_instrumental(self, instrumental: bool) -> None:
        """Dims the lyrics of an instrumental: they are preserved, but not sent."""
        if instrumental != self._is_instrumental:
            self._is_instrumental = instrumental
            self._restyle()
            self._on_edited()

    def set_generation_state(self, reason: str, tooltip: str, *, busy: bool) -> None:
        """Enables "Write for me", or shows why it is unavailable.

        Args:
            reason: Why it is unavailable; empty when it is available.
            tooltip: Description with the price.
            busy: Whether lyrics are being generated.
        """
        description = "The lyrics are being written." if busy else reason or tooltip
        self.write_button.setText("Writing…" if busy else "Write for me")
        self.write_button.setEnabled(not busy and not reason)
        self.write_button.setToolTip(description)
        self.write_button.setAccessibleDescription(description)

    def insert_section(self, name: str) -> None:
        """Inserts a numbered mark at the cursor, as one undo step."""
        text = self.edit.text()
        cursor = character_offset(text, self.edit.textCursor().position())
        marked = insert_mark(text, cursor, name)
        self.edit.replace_text(marked.text, utf16_length(marked.text[: marked.cursor]))
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        self.section_buttons: dict[str, QPushButton] = {}
        for name in ("Verse", "Chorus", "Bridge"):
            chip = QPushButton(literal_text(name))
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Add {name.lower()}")
            chip.setToolTip(f"Insert a [{name}] line at the cursor")
            chip.clicked.connect(lambda _on=False, mark=name: self.insert_section(mark))
            self.section_buttons[name] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self.write_button = QPushButton("Write for me")
        self.write_button.setProperty("role", "chip")
        self._style.set_icon(self.write_button, "wand-sparkles", "text2", 13)
        self.write_button.setAccessibleName("Write for me")
        self.write_button.clicked.connect(self.generation_requested)
        set_guarded(self.write_button)
        row.addWidget(self.write_button)
        return row

    def _on_edited(self) -> None:
        self._update_counts()
        if len(self.edit.text()) < LONG_LYRICS:
            self._update_advice()
        else:
            self._delayed_advice.trigger()
        self.edited.emit()

    def _update_counts(self) -> None:
        text = self.edit.text()
        lines = text.split("\n")
        marks = sum(_is_section_mark(line) for line in lines)
        words = sum(_count_words(line) for line in lines)
        parts = [
            f"{number} {noun}{'' if number == 1 else 's'}"
            for number, noun in ((marks, "section"), (words, "word"))
            if number
        ]
        length = len(text.strip())
        over = self._limit is not None and length > self._limit and not self._is_instrumental
        remark = limit_remark(length, self._limit) or " · ".join(parts)
        if self._is_optional and not text.strip():
            remark = "optional"
        if self._is_instrumental:
            remark = "kept, not sent" if words else "not needed"
        self.head.set_remark(remark, is_error=over)
        self._frame.set_invalid(over)

    def _update_advice(self) -> None:
        issue = None if self._is_instrumental else check_lyrics(self.edit.text(), self._operation)
        self._advice.show_issue(issue)
        self.edit.setAccessibleDescription(issue.text if issue else _DESCRIPTION)

    def _update_buttons(self) -> None:
        """Removes the plus sign from the chips when large text leaves no space for it."""
        crowded = self._style.text_scale >= _LARGE_TEXT_SCALE
        for chip in self.section_buttons.values():
            self._style.set_icon(chip, "plus", "text2", 13)
            if crowded:
                chip.setIconSize(QSize(0, 13))

    def _restyle(self) -> None:
        self._update_buttons()
        self._frame.setMinimumHeight(self._style.px(_MIN_HEIGHT_PX))
        colour = self._style.theme.text3 if self._is_instrumental else self._style.theme.accent
        self._highlighter.set_colour(colour)
        self.edit.set_dimmed(self._is_instrumental)
