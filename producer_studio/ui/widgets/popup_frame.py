"""Frame of popups: a raised card with rounded corners."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from producer_studio.ui.widgets.menu import POPUP_FLAGS, clip_corners, fill_corners
from producer_studio.ui.widgets.screen_reader import expose_popup


class PopupFrame(QFrame):
    """Popup that closes when the user clicks elsewhere or presses Escape.

    Attributes:
        card: Where its content goes.
    """

    def __init__(self, name: str, radius: int, parent: QWidget) -> None:
        """Creates a hidden popup.

        Args:
            name: Accessible name.
            radius: Of its corners, in logical pixels.
        """
        super().__init__(parent, POPUP_FLAGS)
        self._radius = radius
        expose_popup(self)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self.card = QFrame(self)
        self.card.setProperty("surface", "raised")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_corners(self, self._radius)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill_corners(self)
        super().paintEvent(event)
