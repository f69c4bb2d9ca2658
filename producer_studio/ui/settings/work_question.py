"""Question before work for which the window closes its library."""

from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.text_format import literal_text

_WIDTH = 440


class WorkQuestion(FormDialog):
    """Says what is done, and asks; `accepted` means that it is to be done.

    The focus is on Cancel: a key that is pressed by habit does nothing.
    """

    def __init__(self, style: Style, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(style, title, _WIDTH, parent)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button = QPushButton(literal_text(action), self)
        self.confirm_button.setProperty("role", "primary")
        self.confirm_button.setProperty("fit", "small")
        set_guarded(self.confirm_button)
        self.confirm_button.clicked.connect(self.accept)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(paragraph(text, "muted", self, line_height=118))
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.confirm_button)
        self.cancel_button.setFocus()
