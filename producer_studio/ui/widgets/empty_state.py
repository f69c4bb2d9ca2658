"""What an empty place says: why it is empty, and what to do next."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.literal_text import literal_text


class EmptyState(QWidget):
    """An icon, a line, a sentence and perhaps a button, in the middle of the room."""

    pressed = Signal()

    def __init__(
        self,
        look: Look,
        icon: str,
        title: str,
        text: str,
        parent: QWidget | None = None,
        *,
        action: str = "",
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(title, "strong", self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = label(text, "secondary", self, wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self._picture)
        column.addSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button = QPushButton(literal_text(action), self)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.pressed)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        look.changed.connect(self._draw)
        self._draw()

    def say(self, title: str, text: str, *, icon: str = "", action: str = "") -> None:
        """Other words for another reason."""
        self._icon = icon or self._icon
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(literal_text(action))
        self.button.setVisible(bool(action))
        self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(self._look.pixmap(self._icon, "text3", 28))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A centred label that wraps gets its height only if its width is known.
        width = max(120, min(self._look.px(280), self.width() - 48))
        self._text.ensurePolished()
        wrapped = self._text.fontMetrics().boundingRect(
            QRect(0, 0, width, 4000), Qt.TextFlag.TextWordWrap, self._text.text()
        )
        self._text.setFixedSize(width, wrapped.height() if self._text.text() else 0)
