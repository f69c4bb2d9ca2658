"""Labelled multi-line text field with a character count."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.compose.field_parts import FieldFrame, FieldHead
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.style.style import Style

_LINE_PX = 18
_LINES = 2
_PADDING = 9
_LIMIT_WARNING_SHARE = 0.8


class MultilineField(QWidget):
    """Multi-line text field with a label and a character limit.

    Signals:
        edited: The text changed.
    """

    edited = Signal()

    def __init__(
        self, style: Style, name: str, placeholder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._limit: int | None = None
        self._is_optional = False
        self.edit = MultilineEdit(style, _LINE_PX)
        self.edit.setAccessibleName(name)
        self.edit.set_placeholder(placeholder)
        self.edit.setAccessibleDescription(placeholder)
        self.head = FieldHead(name, self.edit, style)
        self._frame = FieldFrame(style)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(11, _PADDING, 5, _PADDING)
        inside.addWidget(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._frame)
        self.edit.edited.connect(self._on_edited)
        style.changed.connect(self._update_height)
        self._update_height()

    def text(self) -> str:
        return self.edit.text()

    def show_text(self, text: str) -> None:
        """Shows the text of another form; undo in the field must not bring this one's back."""
        if text != self.edit.text():
            self.edit.load(text)

    def set_limit(self, limit: int | None, *, optional: bool) -> None:
        """Sets the character limit of the account, and whether the field may stay empty."""
        self._limit = limit
        self._is_optional = optional
        self._update_count()

    def _on_edited(self) -> None:
        self._update_count()
        self.edited.emit()

    def _update_count(self) -> None:
        length = len(self.edit.text().strip())
        over = self._limit is not None and length > self._limit
        self.head.set_remark(
            limit_remark(length, self._limit) or (tr("optional") if self._is_optional else ""),
            is_error=over,
        )
        self._frame.set_invalid(over)

    def _update_height(self) -> None:
        self._frame.setFixedHeight(_LINES * self.edit.line_px + 2 * _PADDING + 2)


def limit_remark(length: int, limit: int | None) -> str:
    """Formats a count such as "190 of 200" from four fifths of the limit on; empty below."""
    return (
        tr("{length} of {limit}", length=length, limit=limit)
        if limit is not None and length >= limit * _LIMIT_WARNING_SHARE
        else ""
    )
