"""Fields as the settings have them: a name over a control, and secrets that can be shown."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.literal_text import literal_text


def entry(name: str, placeholder: str, parent: QWidget) -> QLineEdit:
    """A line to type in."""
    made = QLineEdit(parent)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def labelled(words: str, control: QWidget, parent: QWidget) -> QVBoxLayout:
    """A control with its name over it."""
    column = QVBoxLayout()
    column.setSpacing(6)
    head = label(words, "label", parent)
    head.setBuddy(control)
    column.addWidget(head)
    column.addWidget(control)
    return column


def small_button(text: str, parent: QWidget, role: str = "chip") -> QPushButton:
    """A button for a card's corner."""
    made = QPushButton(literal_text(text), parent)
    made.setProperty("role", role)
    made.setProperty("ringRadius", 6)
    made.setAutoDefault(False)
    return made


class SecretEntry(QWidget):
    """A secret, hidden until it is asked for. It is only ever passed on, never stored here."""

    def __init__(
        self, look: Look, name: str, placeholder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        what = name.lower()
        self._what = what
        self.edit = entry(name, placeholder, self)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_secret = IconButton(look, "eye", f"Show the {what}", self, box=34, checkable=True)
        self.show_secret.toggled.connect(self._on_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.show_secret)
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        return self.edit.text().strip()

    def clear(self) -> None:
        self.edit.clear()

    def _on_toggled(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.edit.setEchoMode(modes.Normal if shown else modes.Password)
        self.show_secret.draw("eye-off" if shown else "eye")
        self.show_secret.rename(f"{'Hide' if shown else 'Show'} the {self._what}")
