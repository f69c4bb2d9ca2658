"""Single-line text fields that are filled by the program."""

from PySide6.QtWidgets import QLineEdit


def show_text(edit: QLineEdit, text: str) -> None:
    """Sets the text of a field and scrolls to its start.

    `QLineEdit.setText` leaves the cursor at the end, and a long title without its beginning.
    """
    edit.setText(text)
    edit.home(False)
