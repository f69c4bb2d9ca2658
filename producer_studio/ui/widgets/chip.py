"""A small word that can be pressed, and taken away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.literal_text import literal_text


class Chip(QWidget):
    """A tag, a search term, an insert button.

    Signals:
        clicked: The word was pressed.
        removed: Its cross was pressed, or Delete or Backspace on it.
    """

    clicked = Signal()
    removed = Signal()

    def __init__(
        self,
        look: Look,
        text: str,
        parent: QWidget | None = None,
        *,
        icon: str = "",
        removable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._removable = removable
        self.button = QPushButton(literal_text(text), self)
        self.button.setProperty("role", "chip")
        self.button.setProperty("ringRadius", 6)
        self.button.setAccessibleName(text)
        self.button.clicked.connect(self.clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.button)
        if icon:
            look.dress(self.button, icon, "text2", 14)
        if removable:
            self.cross = IconButton(look, "x", f"Remove {text}", self, size=11, box=18)
            self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.cross.clicked.connect(self.removed)
            row.addWidget(self.cross)

    def text(self) -> str:
        return self._text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit()
            return
        super().keyPressEvent(event)
