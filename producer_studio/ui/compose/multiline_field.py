"""A few lines of plain words under a name, counted against a limit."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.ui.compose.field_frame import FieldFrame
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.compose.multiline_edit import WordsEdit
from producer_studio.ui.style.style import Look

_LINE_PX = 18
_LINES = 2
_PADDING = 9
_NEAR = 0.8


class WordsField(QWidget):
    """Signals:
    edited: The text changed.
    """

    edited = Signal()

    def __init__(
        self, look: Look, name: str, invitation: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._limit: int | None = None
        self._optional = False
        self.words = WordsEdit(look, _LINE_PX)
        self.words.setAccessibleName(name)
        self.words.invite(invitation)
        self.words.setAccessibleDescription(invitation)
        self.head = FieldHead(name, self.words, look)
        self._frame = FieldFrame(look)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(11, _PADDING, 5, _PADDING)
        inside.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._frame)
        self.words.edited.connect(self._on_edited)
        look.changed.connect(self._fit)
        self._fit()

    def text(self) -> str:
        return self.words.text()

    def show_text(self, text: str) -> None:
        if text != self.words.text():
            self.words.put(text, 0)

    def set_limit(self, limit: int | None, *, optional: bool) -> None:
        """How many characters the account takes, and whether the field may stay empty."""
        self._limit = limit
        self._optional = optional
        self._count()

    def _on_edited(self) -> None:
        self._count()
        self.edited.emit()

    def _count(self) -> None:
        length = len(self.words.text().strip())
        over = self._limit is not None and length > self._limit
        self.head.set_remark(
            limit_remark(length, self._limit) or ("optional" if self._optional else ""), bad=over
        )
        self._frame.set_invalid(over)

    def _fit(self) -> None:
        self._frame.setFixedHeight(_LINES * self.words.line_px + 2 * _PADDING + 2)


def limit_remark(length: int, limit: int | None) -> str:
    """Such as "190 of 200", from four fifths of the limit on; empty before."""
    return f"{length} of {limit}" if limit is not None and length >= limit * _NEAR else ""
