"""Dialog that asks for a name, such as that of a list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.studio.user_lists import MAX_LIST_NAME_LENGTH
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.text_format import literal_text

_WIDTH = 380


class NameDialog(FormDialog):
    """Asks for a name; its button is enabled while there is one, or if none is needed.

    Signals:
        named: The name, as typed.
    """

    named = Signal(str)

    def __init__(
        self,
        style: Style,
        title: str,
        name: str,
        action: str,
        parent: QWidget,
        note: str = "",
        *,
        is_optional: bool = False,
    ) -> None:
        """Creates the dialog.

        Args:
            name: Name to begin with.
            action: Text of the button.
            note: What is named, below the field.
            is_optional: Whether an empty name is allowed.
        """
        super().__init__(style, title, _WIDTH, parent)
        self.edit = LineEdit(name, self)
        self.edit.setAccessibleName(tr("Name"))
        self.edit.setMaxLength(MAX_LIST_NAME_LENGTH)
        self.edit.selectAll()
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.ok_button = QPushButton(literal_text(action), self)
        self.ok_button.setProperty("role", "primary")
        self.ok_button.setDefault(True)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(self.edit)
        if note:
            self.content.addWidget(label(note, "secondary", self, wrap=True))
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.ok_button)
        self.edit.textChanged.connect(
            lambda text: self.ok_button.setEnabled(is_optional or bool(text.strip()))
        )
        self.ok_button.setEnabled(is_optional or bool(name.strip()))
        self.cancel_button.clicked.connect(self.reject)
        self.ok_button.clicked.connect(self._on_ok)
        self.edit.setFocus()

    def _on_ok(self) -> None:
        name = self.edit.text()
        self.accept()
        self.named.emit(name)
