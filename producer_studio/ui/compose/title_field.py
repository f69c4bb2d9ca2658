"""The title, which must not grow too long."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.domain.guidance import TITLE_LIMIT
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.look import Look

_NEAR = 65


class TitleField(QWidget):
    """Counts from 65 characters on and turns red over 80; what is typed is never cut off.

    Signals:
        edited: The title changed.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.edit = QLineEdit()
        self.edit.setAccessibleName("Title")
        self.edit.setPlaceholderText("Untitled")
        self.head = FieldHead("Title", self.edit, look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.edit)
        self.edit.textChanged.connect(self._on_changed)

    def text(self) -> str:
        return self.edit.text()

    def _on_changed(self, text: str) -> None:
        length = len(text.strip())
        over = length > TITLE_LIMIT
        remark = f"{length} of {TITLE_LIMIT}" if length >= _NEAR else ""
        self.head.set_remark(remark, bad=over)
        self.edit.setAccessibleDescription(remark)
        if bool(self.edit.property("invalid")) != over:
            self.edit.setProperty("invalid", over)
            self._look.restyle(self.edit)
        self.edited.emit()
