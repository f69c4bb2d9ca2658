"""Form controls of the settings: labelled controls, numbers, and fields for secrets."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.errors import RequestRejected
from producer_studio.translation import Message, mark, tr
from producer_studio.translation.numbers import parse_decimal
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.text_format import literal_text


def create_line_edit(name: str, placeholder: str, parent: QWidget) -> QLineEdit:
    """Creates a single-line text field."""
    edit = LineEdit(parent)
    edit.setAccessibleName(name)
    edit.setPlaceholderText(placeholder)
    return edit


def create_labelled_control(text: str, control: QWidget, parent: QWidget) -> QVBoxLayout:
    """Creates a control with its label above it."""
    column = QVBoxLayout()
    column.setSpacing(6)
    head = label(text, "label", parent)
    head.setBuddy(control)
    column.addWidget(head)
    column.addWidget(control)
    return column


def create_small_button(text: str, parent: QWidget, role: str = "chip") -> QPushButton:
    """Creates a small button for a card's corner."""
    button = QPushButton(literal_text(text), parent)
    button.setProperty("role", role)
    button.setProperty("ringRadius", 6)
    button.setAutoDefault(False)
    return button


def parse_number(edit: QLineEdit, message: Message, field: str) -> float | None:
    """Parses the number in a field; None for an empty one.

    Args:
        message: Says that it must be a number.
        field: Name of the value that is rejected.

    Raises:
        RequestRejected: It is not a number.
    """
    text = edit.text().strip()
    if not text:
        return None
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise RequestRejected(message, field=field) from error


_TOGGLE_TEXTS = {
    mark("Key"): (mark("Show the key"), mark("Hide the key")),
    mark("Platform token"): (mark("Show the platform token"), mark("Hide the platform token")),
    mark("Secret key"): (mark("Show the secret key"), mark("Hide the secret key")),
    mark("Webhook secret"): (mark("Show the webhook secret"), mark("Hide the webhook secret")),
}
"""Names of the button beside a secret, by the English name of the secret."""


class SecretField(QWidget):
    """Field for a secret, hidden by default; the secret is passed on and never stored here."""

    def __init__(
        self, style: Style, name: Message, placeholder: str, parent: QWidget | None = None
    ) -> None:
        """Creates the field of a secret, whose name is one of `_TOGGLE_TEXTS`."""
        super().__init__(parent)
        self._show_text, self._hide_text = _TOGGLE_TEXTS[name]
        self.edit = create_line_edit(tr(name), placeholder, self)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_button = IconButton(
            style, "eye", tr(self._show_text), self, box=34, checkable=True
        )
        self.show_button.toggled.connect(self._on_show_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.show_button)
        self.setFocusProxy(self.edit)

    def text(self) -> str:
        return self.edit.text().strip()

    def clear(self) -> None:
        self.edit.clear()

    def _on_show_toggled(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.edit.setEchoMode(modes.Normal if shown else modes.Password)
        self.show_button.set_icon("eye-off" if shown else "eye")
        self.show_button.set_name(tr(self._hide_text if shown else self._show_text))
