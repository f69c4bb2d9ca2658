"""Keys of the clip list."""

import sys

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from producer_studio.ui.widgets.keyboard import top_row_digit

NAVIGATION_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})
OPEN_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
# A Mac's keyboard has no other key for deletion.
TRASH_KEYS = frozenset(
    {Qt.Key.Key_Delete} | ({Qt.Key.Key_Backspace} if sys.platform == "darwin" else set())
)
_VERTICAL_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
_HORIZONTAL_KEYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
_UNMODIFIED = frozenset({Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier})
_MAX_STARS = 5


def overrides_shortcut(event: QEvent, *, is_grid: bool) -> bool:
    """Whether the list handles a key that would otherwise be a shortcut of the window."""
    if not isinstance(event, QKeyEvent):
        return False
    # In the grid they move to the next card; otherwise they are the window's seek keys.
    return (is_grid and event.key() in _HORIZONTAL_KEYS) or rating_from_key(event) is not None


def moves_by_one(event: QKeyEvent, *, is_grid: bool) -> bool:
    """Whether an unmodified key moves to a neighbour: up or down, in the grid to the side too."""
    keys = _VERTICAL_KEYS | _HORIZONTAL_KEYS if is_grid else _VERTICAL_KEYS
    return event.key() in keys and event.modifiers() in _UNMODIFIED


def rating_from_key(event: QKeyEvent) -> int | None:
    """Returns the rating that a key represents; None for every other key."""
    if event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
        return None
    digit = top_row_digit(event)
    return digit if digit is not None and digit <= _MAX_STARS else None
