"""Sizes and places of windows on the screen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_DEFAULT_FRAME_SIZE = QSize(8, 40)
"""Title bar and borders while the desktop has not told theirs yet, in logical pixels."""


def available_size(window: QWidget) -> QSize:
    """Largest size of a window, without its frame, that its screen has room for."""
    frame = (
        window.frameGeometry().size() - window.size() if window.isVisible() else _DEFAULT_FRAME_SIZE
    )
    return window.screen().availableGeometry().size() - frame


def keep_on_screen(window: QWidget) -> None:
    """Move a visible window that reaches over an edge of its screen, as one that has grown.

    Where it is taller than the screen, its top stays in view. Wayland places windows by itself.
    """
    if not window.isVisible():
        return
    room, frame = window.screen().availableGeometry(), window.frameGeometry()
    left = max(room.left(), min(frame.left(), room.right() + 1 - frame.width()))
    top = max(room.top(), min(frame.top(), room.bottom() + 1 - frame.height()))
    if (left, top) != (frame.left(), frame.top()):
        window.move(left, top)
