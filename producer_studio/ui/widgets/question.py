"""Dialog that asks before something that cannot be taken back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.button_keys import set_guarded
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.label import label, paragraph

_WIDTH = 440
_SPACE = 24


class Question(QDialog):
    """A title, an explanation, Cancel, and a button that does it.

    The keyboard begins at Cancel: a key that is pressed by habit does nothing.
    """

    def __init__(self, look: Look, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(look.px(_WIDTH))
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setDefault(True)
        self.act = QPushButton(action, self)
        self.act.setProperty("role", "danger")
        set_guarded(self.act)
        look.dress(self.act, "trash-2", "bad", 14)
        self.act.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SPACE, _SPACE, _SPACE, _SPACE)
        column.setSpacing(_SPACE // 2)
        column.addWidget(label(title, "title", self, wrap=True))
        column.addWidget(paragraph(text, "muted", self, leading=118))
        column.addSpacing(_SPACE // 2)
        column.addLayout(row)
        self.cancel.setFocus()
