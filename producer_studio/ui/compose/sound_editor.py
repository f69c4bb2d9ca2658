"""The style prompt, with its words counted and advice under it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, sound_note, sound_words
from producer_studio.ui.compose.advice_line import NoteLine, NoteRoom
from producer_studio.ui.compose.field_frame import FieldFrame
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.compose.multiline_edit import WordsEdit
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.style.style import Look

_LINE_PX = 18
_LINES = 3
_PADDING = 9


class SoundEditor(QWidget):
    """Always three lines high, so that nothing below moves while somebody writes; then it scrolls.

    Signals:
        edited: The text changed.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit: int | None = None
        self._operation = Operation.CREATE
        self.words = WordsEdit(look, _LINE_PX)
        self.words.setAccessibleName("Sound")
        self.words.invite(
            "Warm lofi hip hop with soft piano, vinyl crackle and brushed drums, late night, 84 BPM"
        )
        self.head = FieldHead("Sound", self.words, look)
        self._frame = FieldFrame(look)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(11, _PADDING, 5, _PADDING)
        inside.addWidget(self.words)
        self._note = NoteLine(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._frame)
        column.addWidget(NoteRoom(look, self._note, 2))
        self.words.edited.connect(self._on_edited)
        self.words.document().documentLayout().documentSizeChanged.connect(self._fit)
        look.changed.connect(self._fit)
        self._fit()
        self._on_edited()

    def text(self) -> str:
        return self.words.text()

    def suit(self, head: str, limit: int | None, operation: Operation) -> None:
        """What stands over the field, how many characters the account takes, and what it is for."""
        self.head.set_name(head)
        if (limit, operation) != (self._limit, self._operation):
            self._limit, self._operation = limit, operation
            self._advise()

    def _on_edited(self) -> None:
        self._advise()
        self.edited.emit()

    def _advise(self) -> None:
        text = self.words.text()
        count, length = sound_words(text), len(text.strip())
        over = self._limit is not None and length > self._limit
        words = f"{count} word{'' if count == 1 else 's'}" if count else ""
        self.head.set_remark(limit_remark(length, self._limit) or words, bad=over)
        self._frame.set_invalid(over)
        note = sound_note(text, self._operation)
        self._note.show_note(None if note.advice is Advice.EMPTY else note)
        self.words.setAccessibleDescription(note.text)

    def _fit(self) -> None:
        line = self.words.line_px
        needed = round(self.words.document().size().height() / line)
        self._frame.setFixedHeight(_LINES * line + 2 * _PADDING + 2)
        policy = Qt.ScrollBarPolicy
        self.words.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if needed > _LINES else policy.ScrollBarAlwaysOff
        )
