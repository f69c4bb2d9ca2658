"""Dialog that asks before something that cannot be taken back."""

from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.literal_text import literal_text

_WIDTH = 440


class Question(FormDialog):
    """A title, an explanation, Cancel, and a button that does it.

    The keyboard begins at Cancel: a key that is pressed by habit does nothing.
    """

    def __init__(self, look: Look, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(look, title, _WIDTH, parent)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.reject)
        self.act = QPushButton(literal_text(action), self)
        self.act.setProperty("role", "danger")
        set_guarded(self.act)
        look.dress(self.act, "trash-2", "bad", 14)
        self.act.clicked.connect(self.accept)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(paragraph(text, "muted", self, leading=118))
        self.content.addStretch(1)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.act)
        self.cancel.setFocus()
