"""Keys of a comparison, and answers that name no clip."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label


class HintBar(QWidget):
    """Says which keys there are, and has the buttons for ties and for showing the names."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._icon = QLabel(self)
        self.keys_label = label("", "caption", self, wrap=True)
        self.tie_button = QPushButton("Tie", self)
        self.tie_button.setToolTip("All are equally good (T)")
        self.none_button = QPushButton("No difference", self)
        self.none_button.setToolTip("I hear no difference (N)")
        self.reveal_button = QPushButton("Show the names", self)
        self.reveal_button.setToolTip("Shows which take is which (R)")
        style.set_icon(self.reveal_button, "eye", "text2", 14)
        self._buttons = QWidget(self)
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.reveal_button, self.tie_button, self.none_button):
            button.setProperty("role", "chip")
            row.addWidget(button)
        row.addStretch(1)
        keys = QHBoxLayout()
        keys.setSpacing(7)
        keys.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        keys.addWidget(self.keys_label, 1)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self._lines.addLayout(keys, 1)
        self._lines.addWidget(self._buttons)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def show_state(self, count: int, *, blind: bool) -> None:
        """Shows the keys for a number of rows."""
        switch = f"Press 1–{count} to switch at the same moment of the song · "
        self.keys_label.setText(
            f"{switch if count > 1 else ''}Shift+1…5 to rate"
            " · Enter to keep · Del to discard, with Shift all others · L to loop"
        )
        self.reveal_button.setVisible(blind)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Places the buttons below the keys where both do not fit in a line."""
        words = self.keys_label.fontMetrics().horizontalAdvance(self.keys_label.text())
        fits = words + self._buttons.sizeHint().width() + 48 <= self.width()
        directions = QBoxLayout.Direction
        self._lines.setDirection(directions.LeftToRight if fits else directions.TopToBottom)

    def _update_icon(self) -> None:
        self._icon.setPixmap(self._style.pixmap("keyboard", "text3", 14))
