"""Badge that can be pressed."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import badge_size, draw_badge, elided_badge
from producer_studio.ui.widgets.literal_text import literal_text


class BadgeButton(QAbstractButton):
    """Badge that can be pressed; without a text it shows a plus."""

    def __init__(self, style: Style, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._text = ""
        self.setText(text)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 5)
        style.changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        """Sets the text; an ampersand in it does not become a mnemonic."""
        self._text = text
        super().setText(literal_text(text))
        self.updateGeometry()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        size = badge_size(self._style, self.text())
        return size if self.text() else QSize(27, size.height())

    def shown_text(self) -> str:
        """Text as it is painted, elided to the width of the badge."""
        return elided_badge(self._style, self.text(), self.width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.theme.hover)
            painter.drawRoundedRect(self.rect(), 5, 5)
        draw_badge(painter, self._style, self.rect(), self.shown_text(), outlined=True)
        if not self.text():
            icon = self._style.pixmap("plus", "text2", 12)
            painter.drawPixmap((self.width() - 12) // 2, (self.height() - 12) // 2, icon)
        painter.end()
