"""Question before work for which the window closes its library."""

from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Confirmation


class WorkQuestion(Confirmation):
    """Confirmation of work that deletes nothing; `accepted` means that it is to be done."""

    def __init__(self, style: Style, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(style, title, text, action, parent, deletes=False)
