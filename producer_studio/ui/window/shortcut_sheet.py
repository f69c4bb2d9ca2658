"""F1: the keys at a glance."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label
from producer_studio.ui.window.shortcuts import KEYS

_WIDTH = 600


class ShortcutSheet(FormDialog):
    """Lists the keys of the window, in the system's own notation."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Keys", _WIDTH, parent)
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
        self.content.setSpacing(14)
        self.content.addWidget(label("Keys", "title", self))
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        close.setFocus()
