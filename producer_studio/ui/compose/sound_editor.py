"""Editor for the style prompt, with a word count and advice below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Severity, check_sound, count_sound_words
from producer_studio.translation import ntr, ptr, tr
from producer_studio.ui.compose.field_parts import AdviceLine, AdviceSpace, FieldFrame, FieldHead
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.compose.multiline_field import limit_remark
from producer_studio.ui.style.style import Style

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
        self._limit: int | None = None
        self._operation = Operation.CREATE
        self.edit = MultilineEdit(style, _LINE_PX)
        self.edit.setAccessibleName(ptr("style prompt", "Sound"))
        self.edit.set_placeholder(
            tr(
                "Warm lofi hip hop with soft piano, vinyl crackle and brushed drums, "
                "late night, 84 BPM"
            )
        )
        self.head = FieldHead(ptr("style prompt", "Sound"), self.edit, style)
        self._frame = FieldFrame(style)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(11, _PADDING, 5, _PADDING)
        inside.addWidget(self.edit)
        self._advice = AdviceLine(style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._frame)
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

    def _on_edited(self) -> None:
        self._update_advice()
        self.edited.emit()

    def _update_advice(self) -> None:
        text = self.edit.text()
        length = len(text.strip())
        over = self._limit is not None and length > self._limit
        remark = limit_remark(length, self._limit)
        if not remark and (count := count_sound_words(text)):
            remark = ntr("{count} word", "{count} words", count)
        self.head.set_remark(remark, is_error=over)
        self._frame.set_invalid(over)
        issue = check_sound(text, self._operation)
        self._advice.show_issue(None if issue.severity is Severity.EMPTY else issue)
        self.edit.setAccessibleDescription(tr(issue.text))

    def _update_height(self) -> None:
        line = self.edit.line_px
        needed = round(self.edit.document().size().height() / line)
        self._frame.setFixedHeight(_LINES * line + 2 * _PADDING + 2)
        policy = Qt.ScrollBarPolicy
        self.edit.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if needed > _LINES else policy.ScrollBarAlwaysOff
        )
