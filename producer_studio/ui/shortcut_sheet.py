"""F1: the keys at a glance."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.look import Look
from producer_studio.ui.widgets.label import label
from producer_studio.ui.window_keys import KEYS


class ShortcutSheet(QDialog):
    """Lists the keys of the window, in the system's own notation."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        rows = (len(KEYS) + 1) // 2
        for place, key in enumerate(KEYS):
            row, side = place % rows, place // rows * 2
            native = QKeySequence(key.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(key.words, "", self), row, side)
            grid.addWidget(label(native, "kbd", self), row, side + 1, Qt.AlignmentFlag.AlignRight)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(label("Keys", "title", self))
        column.addLayout(grid)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(look.px(560))
