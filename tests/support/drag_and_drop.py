"""Drag and drop as the window system sends it."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, qVersion
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

# Qt 6.12 deprecates the constructor from whole pixels; the versions before it have no other.
_AT = QPointF(5, 5)
_ENTERED_AT = _AT if int(qVersion().split(".")[1]) >= 12 else QPoint(5, 5)


def drop(widget: QWidget, data: QMimeData, at: QPointF = _AT) -> bool:
    """Drags data into a widget, drops it there, and returns whether it was accepted."""
    how = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entered = QDragEnterEvent(_ENTERED_AT, *how)
    dropped = QDropEvent(at, *how)
    dropped.ignore()
    # Qt passes a drop on only to what was entered before.
    QApplication.sendEvent(widget, entered)
    QApplication.sendEvent(widget, dropped)
    return dropped.isAccepted()
