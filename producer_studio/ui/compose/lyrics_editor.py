"""The words of the song, with sections in colour and syllables counted."""

from functools import lru_cache

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.lyrics import section_name, word_count
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import lyrics_note
from producer_studio.ui.compose.advice_line import NoteLine, NoteRoom
from producer_studio.ui.compose.field_frame import FieldFrame
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.compose.long_lyrics_delay import LONG_LYRICS, pause
from producer_studio.ui.compose.lyrics_gutter import LyricsGutter
from producer_studio.ui.compose.lyrics_highlighter import LyricsHighlighter
from producer_studio.ui.compose.multiline_edit import WordsEdit, character_offset, utf16_units
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.compose.section_marks import place_mark
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.literal_text import literal_text

_LINE_PX = 20
_LEAST_HEIGHT_PX = 124
_CROWDED = 1.15
_HOW = "One line for each breath. Lines such as [Verse] and [Chorus] shape the song."
_PLACEHOLDER = "[Verse 1]\nA line for each breath\n\n[Chorus]\nWhat everyone sings along"


# A stroke changes one line; the others are not counted again.
_words_in = lru_cache(maxsize=2048)(word_count)


@lru_cache(maxsize=2048)
def _is_mark(line: str) -> bool:
    return section_name(line) is not None


class LyricsEditor(QWidget):
    """Editor, marks to insert, and the button that asks the service for words.

    Signals:
        edited: The text changed.
        wished: "Write for me" was pressed.
    """

    edited = Signal()
    wished = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._unsung = False
        self._limit: int | None = None
        self._optional = False
        self._operation = Operation.CREATE
        self._pause = pause(self, self._advise)
        self.words = WordsEdit(look, _LINE_PX)
        self.words.setAccessibleName("Lyrics")
        self.words.invite(_PLACEHOLDER)
        self._highlighter = LyricsHighlighter(self.words.document(), look.theme.accent)
        self.head = FieldHead("Lyrics", self.words, look)
        self._frame = FieldFrame(look)
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 3, 1)
        inside.setSpacing(0)
        self._gutter = LyricsGutter(self.words, look, self._frame)
        inside.addWidget(self._gutter)
        column = QVBoxLayout()
        column.setContentsMargins(10, 8, 0, 1)
        column.addWidget(self.words)
        inside.addLayout(column, 1)
        self._note = NoteLine(look)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(5)
        whole.addWidget(self.head)
        whole.addLayout(self._chips())
        whole.addWidget(self._frame, 1)
        whole.addWidget(NoteRoom(look, self._note, 2))
        self.words.edited.connect(self._on_edited)
        look.changed.connect(self._restyle)
        self._restyle()
        self._on_edited()

    def text(self) -> str:
        return self.words.text()

    def suit(self, head: str, limit: int | None, operation: Operation, *, optional: bool) -> None:
        """What stands over the field, how many characters the account takes, and what it is for."""
        self.head.set_name(head)
        if operation is not self._operation:
            self._operation = operation
            self._advise()
        if (limit, optional) != (self._limit, self._optional):
            self._limit, self._optional = limit, optional
            self._count()

    def set_unsung(self, unsung: bool) -> None:
        """Dims the lyrics of an instrumental: they are kept, and not sent."""
        if unsung != self._unsung:
            self._unsung = unsung
            self._restyle()
            self._on_edited()

    def offer_writing(self, reason: str, tip: str, *, busy: bool) -> None:
        """Offers "Write for me", or says why it cannot be had.

        Args:
            reason: Empty when it is offered.
            tip: What it does and costs.
            busy: Whether lyrics are being written just now.
        """
        said = "The lyrics are being written." if busy else reason or tip
        self.write_for_me.setText("Writing…" if busy else "Write for me")
        self.write_for_me.setEnabled(not busy and not reason)
        self.write_for_me.setToolTip(said)
        self.write_for_me.setAccessibleDescription(said)

    def insert_section(self, name: str) -> None:
        """Puts a numbered mark at the cursor, as one step to undo."""
        text = self.words.text()
        cursor = character_offset(text, self.words.textCursor().position())
        placed = place_mark(text, cursor, name)
        self.words.put(placed.text, utf16_units(placed.text[: placed.cursor]))
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chips(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        self.chips: dict[str, QPushButton] = {}
        for name in ("Verse", "Chorus", "Bridge"):
            chip = QPushButton(literal_text(name))
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Add {name.lower()}")
            chip.setToolTip(f"Set a [{name}] mark where the cursor is")
            chip.clicked.connect(lambda _on=False, mark=name: self.insert_section(mark))
            self.chips[name] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self.write_for_me = QPushButton("Write for me")
        self.write_for_me.setProperty("role", "chip")
        self._look.dress(self.write_for_me, "wand-sparkles", "text2", 13)
        self.write_for_me.setAccessibleName("Write for me")
        self.write_for_me.clicked.connect(self.wished)
        set_guarded(self.write_for_me)
        row.addWidget(self.write_for_me)
        return row

    def _on_edited(self) -> None:
        self._count()
        if len(self.words.text()) < LONG_LYRICS:
            self._advise()
        else:
            self._pause.start()
        self.edited.emit()

    def _count(self) -> None:
        text = self.words.text()
        lines = text.split("\n")
        marks = sum(_is_mark(line) for line in lines)
        words = sum(_words_in(line) for line in lines)
        parts = [
            f"{number} {noun}{'' if number == 1 else 's'}"
            for number, noun in ((marks, "section"), (words, "word"))
            if number
        ]
        length = len(text.strip())
        over = self._limit is not None and length > self._limit and not self._unsung
        remark = limit_remark(length, self._limit) or " · ".join(parts)
        if self._optional and not text.strip():
            remark = "optional"
        if self._unsung:
            remark = "kept, not sent" if words else "not needed"
        self.head.set_remark(remark, bad=over)
        self._frame.set_invalid(over)

    def _advise(self) -> None:
        note = None if self._unsung else lyrics_note(self.words.text(), self._operation)
        self._note.show_note(note)
        self.words.setAccessibleDescription(note.text if note else _HOW)

    def _show_chips(self) -> None:
        """Large text leaves no room for a plus sign on each chip."""
        crowded = self._look.text_scale >= _CROWDED
        for chip in self.chips.values():
            self._look.dress(chip, "plus", "text2", 13)
            if crowded:
                chip.setIconSize(QSize(0, 13))

    def _restyle(self) -> None:
        self._show_chips()
        self._frame.setMinimumHeight(self._look.px(_LEAST_HEIGHT_PX))
        colour = self._look.theme.text3 if self._unsung else self._look.theme.accent
        self._highlighter.set_colour(colour)
        self.words.set_dimmed(self._unsung)
