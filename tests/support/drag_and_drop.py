"""Drag and drop as the window system sends it."""

from PySide6.QtCore import QMimeData, QPointF, Qt, qVersion
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

# Qt 6.12 deprecates the constructor from whole pixels; the versions before it have no other.
_AT = QPointF(5, 5)
_HAS_EXACT_PLACES = int(qVersion().split(".")[1]) >= 12


def drop(widget: QWidget | QWindow, data: QMimeData, at: QPointF = _AT) -> bool:
    """Drags data into a widget, drops it there, and returns whether it was accepted."""
    how = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entered = QDragEnterEvent(at if _HAS_EXACT_PLACES else at.toPoint(), *how)
    dropped = QDropEvent(at, *how)
    dropped.ignore()
    # Qt passes a drop on only to what was entered before.
    QApplication.sendEvent(widget, entered)
    QApplication.sendEvent(widget, dropped)
    return dropped.isAccepted()
