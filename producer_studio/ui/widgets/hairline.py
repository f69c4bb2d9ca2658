"""Separator of one pixel."""

from PySide6.QtWidgets import QFrame, QWidget


class Hairline(QFrame):
    """Separator line, horizontal or vertical."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "hairline")
        self.setProperty("upright", vertical)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
