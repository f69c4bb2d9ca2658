"""Title field with a character limit."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.translation import tr
from producer_studio.ui.compose.field_parts import FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.line_edit import LineEdit

_LIMIT_WARNING_SHARE = 0.8


class TitleField(QWidget):
    """Shows a count near the limit and turns red above it; input is never truncated.

    Signals:
        edited: The title changed.
    """

    edited = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._limit = TITLE_LIMIT
        self.edit = LineEdit()
        self.edit.setAccessibleName(tr("Title"))
        self.edit.setPlaceholderText(tr("Untitled"))
        self.head = FieldHead(tr("Title"), self.edit, style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.edit)
        self.edit.textChanged.connect(self._on_text_changed)

    def text(self) -> str:
        return self.edit.text()

    def set_limit(self, limit: int | None) -> None:
        """Sets the character limit of the account; 80 where it has none."""
        limit = limit or TITLE_LIMIT
        if limit != self._limit:
            self._limit = limit
            self._update_count()

    def _on_text_changed(self, _text: str) -> None:
        self._update_count()
        self.edited.emit()

    def _update_count(self) -> None:
        length = len(self.text().strip())
        limit = self._limit
        over = length > limit
        remark = (
            tr("{length} of {limit}", length=length, limit=limit)
            if length >= limit * _LIMIT_WARNING_SHARE
            else ""
        )
        self.head.set_remark(remark, is_error=over)
        self.edit.setAccessibleDescription(remark)
        if bool(self.edit.property("invalid")) != over:
            self.edit.setProperty("invalid", over)
            self._style.restyle(self.edit)
