"""A line of one pixel."""

from PySide6.QtWidgets import QFrame, QWidget


class Hairline(QFrame):
    """Parts two areas; upright or lying."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "hairline")
        self.setProperty("upright", vertical)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
