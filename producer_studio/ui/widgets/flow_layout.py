"""Flow layout: wraps its items to several lines."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Places items from left to right at their own size, in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 5) -> None:
        super().__init__(parent)
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self._line_height = 0
        self.setContentsMargins(0, 0, 0, 0)

    def set_line_height(self, height: int) -> None:
        """Sets the minimum height of a line; lower items are centred in it."""
        self._line_height = height
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), applies_geometry=False)

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._arrange(box, applies_geometry=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, box: QRect, *, applies_geometry: bool) -> int:
        left, top, tall = box.x(), box.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), box.width())
            if left > box.x() and left + width > box.right() + 1:
                left, top, tall = box.x(), top + tall + self._gap, 0
            if applies_geometry:
                above = max(0, (self._line_height - size.height()) // 2)
                item.setGeometry(QRect(left, top + above, width, size.height()))
            left += width + self._gap
            tall = max(tall, size.height(), self._line_height)
        return top + tall - box.y()
