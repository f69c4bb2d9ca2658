"""Sizes and positions of windows on the screen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_DEFAULT_FRAME_SIZE = QSize(8, 40)
"""Size of title bar and borders until the window system reports it, in logical pixels."""


def available_size(window: QWidget) -> QSize:
    """Largest size of a window, without its frame, that fits its screen."""
    frame = (
        window.frameGeometry().size() - window.size() if window.isVisible() else _DEFAULT_FRAME_SIZE
    )
    return window.screen().availableGeometry().size() - frame


def keep_on_screen(window: QWidget) -> None:
    """Moves a visible window that extends beyond an edge of its screen, such as after growing.

    Where it is taller than the screen, its top stays visible. On Wayland the compositor places
    windows.
    """
    if not window.isVisible():
        return
    room, frame = window.screen().availableGeometry(), window.frameGeometry()
    left = max(room.left(), min(frame.left(), room.right() + 1 - frame.width()))
    top = max(room.top(), min(frame.top(), room.bottom() + 1 - frame.height()))
    if (left, top) != (frame.left(), frame.top()):
        window.move(left, top)
