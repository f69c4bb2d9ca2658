"""Confirmation dialog for actions that cannot be undone."""

from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.literal_text import literal_text

_WIDTH = 440


class Confirmation(FormDialog):
    """Confirmation with title, explanation, Cancel and an action button.

    The focus is on Cancel: a key that is pressed by habit does nothing.
    """

    def __init__(self, style: Style, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(style, title, _WIDTH, parent)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button = QPushButton(literal_text(action), self)
        self.confirm_button.setProperty("role", "danger")
        set_guarded(self.confirm_button)
        style.set_icon(self.confirm_button, "trash-2", "bad", 14)
        self.confirm_button.clicked.connect(self.accept)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(paragraph(text, "muted", self, line_height=118))
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.confirm_button)
        self.cancel_button.setFocus()
