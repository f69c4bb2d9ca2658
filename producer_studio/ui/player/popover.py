"""Popover above the player bar."""

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.popup_frame import PopupFrame

_GAP = 10
_RADIUS = 8
_ROOM_ABOVE = 140
_LEAST_HEIGHT = 200


class Popover(PopupFrame):
    """Popover above a button of the bar.

    Signals:
        closed: The popover was hidden.
    """

    closed = Signal()

    def __init__(self, style: Style, name: str, size: QSize, parent: QWidget) -> None:
        super().__init__(name, _RADIUS, parent)
        self._style = style
        self._size = size
        self._button: QWidget | None = None

    def open_above(self, button: QWidget) -> None:
        """Opens above the bar, centred at the button's right edge, and inside the window."""
        self._button = button
        self._place()
        self.show()

    def content_height(self, width: int) -> int | None:  # noqa: ARG002 - for those that need it
        """Returns the height in pixels that the content of the card needs; None for any."""
        return None

    def fit_content(self) -> None:
        """Makes it as high as its content now needs, if it is open."""
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        button = self._button
        if button is None:
            return
        window = button.window()
        room = max(_LEAST_HEIGHT, window.height() - _ROOM_ABOVE)
        width = min(self._style.px(self._size.width()), window.width() - 2 * _GAP)
        self.card.ensurePolished()
        frame = self.card.contentsMargins()
        needed = self.content_height(width - frame.left() - frame.right())
        height = min(self._style.px(self._size.height()), room)
        if needed is not None:
            height = min(height, needed + frame.top() + frame.bottom())
        self.setFixedSize(width, height)
        right = button.mapTo(window, QPoint(button.width(), 0))
        bar = self.parentWidget()
        top = bar.mapTo(window, QPoint(0, 0)).y() if bar is not None else right.y()
        left = min(right.x() - self.width() // 2, window.width() - self.width() - _GAP)
        left = max(_GAP, left)
        self.move(window.mapToGlobal(QPoint(left, max(_GAP, top - self.height() - _GAP))))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
