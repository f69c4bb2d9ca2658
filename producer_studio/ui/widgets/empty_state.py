"""Empty state of a list or panel: why it is empty, and what to do next."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.text_format import literal_text


class EmptyState(QWidget):
    """Centred icon, title, description and optional button."""

    action_requested = Signal()

    def __init__(
        self,
        style: Style,
        icon: str,
        title: str,
        text: str,
        parent: QWidget | None = None,
        *,
        action: str = "",
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._icon_name = icon
        self._icon_label = QLabel(self)
        self._icon_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title_label = label(title, "strong", self)
        self._title_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text_label = label(text, "secondary", self, wrap=True)
        self._text_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self._icon_label)
        column.addSpacing(6)
        column.addWidget(self._title_label)
        column.addWidget(self._text_label, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button = QPushButton(literal_text(action), self)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.action_requested)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def set_content(self, title: str, text: str, *, icon: str = "", action: str = "") -> None:
        """Sets texts and button, such as for another reason."""
        self._icon_name = icon or self._icon_name
        self._title_label.setText(title)
        self._text_label.setText(text)
        self.button.setText(literal_text(action))
        self.button.setVisible(bool(action))
        self._update_icon()

    def _update_icon(self) -> None:
        self._icon_label.setPixmap(self._style.pixmap(self._icon_name, "text3", 28))
        self._resize_text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize_text()

    def _resize_text(self) -> None:
        # A centred label that wraps gets its height only if its width is known.
        width = max(120, min(self._style.px(280), self.width() - 48))
        self._text_label.ensurePolished()
        wrapped = self._text_label.fontMetrics().boundingRect(
            QRect(0, 0, width, 4000), Qt.TextFlag.TextWordWrap, self._text_label.text()
        )
        self._text_label.setFixedSize(width, wrapped.height() if self._text_label.text() else 0)
