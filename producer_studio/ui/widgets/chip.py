"""Chip: a short label that can be pressed and removed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.literal_text import literal_text


class Chip(QWidget):
    """Chip for a tag, a search term or an insertion.

    Signals:
        clicked: The label was pressed.
        remove_requested: The cross was pressed, or Delete or Backspace on the chip.
    """

    clicked = Signal()
    remove_requested = Signal()

    def __init__(
        self,
        style: Style,
        text: str,
        parent: QWidget | None = None,
        *,
        icon: str = "",
        removable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._is_removable = removable
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
            style.set_icon(self.button, icon, "text2", 14)
        if removable:
            self.remove_button = IconButton(style, "x", f"Remove {text}", self, size=11, box=18)
            self.remove_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.remove_button.clicked.connect(self.remove_requested)
            row.addWidget(self.remove_button)

    def text(self) -> str:
        return self._text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_removable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)
