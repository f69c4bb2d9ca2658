"""Dialog with the keyboard shortcuts (F1)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label
from producer_studio.ui.window.shortcuts import Shortcut

_WIDTH = 600


class ShortcutSheet(FormDialog):
    """Lists the shortcuts of the window in the system's own notation."""

    def __init__(
        self, style: Style, shortcuts: Sequence[Shortcut], parent: QWidget | None = None
    ) -> None:
        super().__init__(style, "Keys", _WIDTH, parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        rows = (len(shortcuts) + 1) // 2
        for place, key in enumerate(shortcuts):
            row, side = place % rows, place // rows * 2
            native = QKeySequence(key.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(key.description, "", self), row, side)
            grid.addWidget(label(native, "kbd", self), row, side + 1, Qt.AlignmentFlag.AlignRight)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        self.content.setSpacing(14)
        self.content.addWidget(label("Keys", "title", self))
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(close)
        close.setFocus()
