"""Editor for the style prompt, with a word count and advice below."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue, Severity, check_sound, count_sound_words
from producer_studio.domain.prompt_hints import Hint
from producer_studio.domain.sound_phrases import add_word, remove_word
from producer_studio.translation import ntr, ptr, tr
from producer_studio.ui.compose.field_parts import AdviceLine, AdviceSpace, FieldFrame, FieldHead
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from producer_studio.ui.compose.sound.palette import SoundPalette

_LINE_PX = 18
_LINES = 3
_PADDING = 9


class SoundEditor(QWidget):
    """Editor of three lines, so that the layout below does not move; longer text scrolls.

    Signals:
        edited: The text changed.
    """

    edited = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._limit: int | None = None
        self._operation = Operation.CREATE
        self._hint: Issue | None = None
        self.edit = MultilineEdit(style, _LINE_PX)
        self.edit.setAccessibleName(ptr("style prompt", "Sound"))
        self.edit.set_placeholder(
            tr(
                "Warm lofi hip hop with soft piano, vinyl crackle and brushed drums, "
                "late night, 84 BPM"
            )
        )
        self.head = FieldHead(ptr("style prompt", "Sound"), self.edit, style)
        self.words_button = IconButton(style, "tag", tr("Words for the sound"), size=14, box=22)
        self.words_button.clicked.connect(self.open_palette)
        self.head.add_button(self.words_button)
        self.palette_popup: SoundPalette | None = None
        self.frame = FieldFrame(style)
        inside = QVBoxLayout(self.frame)
        inside.setContentsMargins(11, _PADDING, 5, _PADDING)
        inside.addWidget(self.edit)
        self._advice = AdviceLine(style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.frame)
        column.addWidget(AdviceSpace(style, self._advice, 2))
        self.edit.edited.connect(self._on_edited)
        self.edit.document().documentLayout().documentSizeChanged.connect(self._update_height)
        style.changed.connect(self._update_height)
        self._update_height()
        self._on_edited()

    def text(self) -> str:
        return self.edit.text()

    def configure(self, head: str, limit: int | None, operation: Operation) -> None:
        """Sets the heading, the character limit of the account and the operation."""
        self.head.set_name(head)
        if (limit, operation) != (self._limit, self._operation):
            self._limit, self._operation = limit, operation
            self._update_advice()

    def show_hint(self, hint: Hint | None) -> None:
        """Shows a hint where there is nothing else to advise; None for no hint."""
        issue = Issue(Severity.EMPTY, hint.text) if hint is not None else None
        if issue != self._hint:
            self._hint = issue
            self._update_advice()

    def open_palette(self) -> "SoundPalette":
        """Opens the words to choose from, beside the field."""
        from producer_studio.ui.compose.sound.palette import SoundPalette  # start-up cost

        popup = SoundPalette(self._style, self)
        popup.show_text(self.edit.text())
        popup.word_toggled.connect(self._toggle_word)
        popup.undo_requested.connect(self._undo_word)
        popup.redo_requested.connect(self.edit.redo)
        popup.closed.connect(partial(self._on_palette_closed, popup))
        self.palette_popup = popup
        popup.open_beside(self.frame)
        return popup

    def _on_palette_closed(self, popup: "SoundPalette") -> None:
        if self.palette_popup is popup:
            self.palette_popup = None
            self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def _toggle_word(self, word: str, is_wanted: bool) -> None:
        """Adds or removes a word, as one undo step."""
        change = add_word if is_wanted else remove_word
        self.edit.replace_text(change(self.edit.text(), word))

    def _undo_word(self) -> None:
        if self.edit.has_own_undo():
            self.edit.undo()

    def _on_edited(self) -> None:
        self._update_advice()
        if self.palette_popup is not None:
            self.palette_popup.show_text(self.edit.text())
        self.edited.emit()

    def _update_advice(self) -> None:
        text = self.edit.text()
        length = len(text.strip())
        over = self._limit is not None and length > self._limit
        remark = limit_remark(length, self._limit)
        count = 0 if remark else count_sound_words(text)
        if count:
            remark = ntr("{count} word", "{count} words", count)
        self.head.set_remark(remark, is_error=over)
        self.frame.set_invalid(over)
        issue = check_sound(text, self._operation)
        if issue.severity in {Severity.GOOD, Severity.EMPTY} and count and self._hint is not None:
            issue = self._hint
        shown = issue if issue is self._hint or issue.severity is not Severity.EMPTY else None
        self._advice.show_issue(shown)
        self.edit.setAccessibleDescription(tr(issue.text))

    def _update_height(self) -> None:
        line = self.edit.line_px
        needed = round(self.edit.document().size().height() / line)
        self.frame.setFixedHeight(_LINES * line + 2 * _PADDING + 2)
        policy = Qt.ScrollBarPolicy
        self.edit.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if needed > _LINES else policy.ScrollBarAlwaysOff
        )
