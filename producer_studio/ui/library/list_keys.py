"""Keys of the clip list."""

import sys
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.widgets.star_rating import rating_from_key

NAVIGATION_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})
OPEN_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
# A Mac's keyboard has no other key for deletion.
TRASH_KEYS = frozenset(
    {Qt.Key.Key_Delete} | ({Qt.Key.Key_Backspace} if sys.platform == "darwin" else set())
)
_VERTICAL_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
_HORIZONTAL_KEYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
_SIGNS = frozenset({Qt.Key.Key_Plus, Qt.Key.Key_Minus})
# Plus is typed with Shift on many layouts.
_SIGN_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_UNMODIFIED = frozenset({Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier})


def while_visible(
    widget: QWidget, actions: Mapping[str, Callable[[], object]]
) -> dict[str, Callable[[], object]]:
    """Returns actions that do nothing while another view hides which clips they would change."""

    def act(action: Callable[[], object]) -> None:
        if widget.isVisible():
            action()

    return {name: partial(act, action) for name, action in actions.items()}


def overrides_shortcut(event: QEvent, *, is_grid: bool, on_group: bool, compares: bool) -> bool:
    """Whether the list handles a key that would otherwise be a shortcut of the window.

    Args:
        on_group: Whether the current row is a group.
        compares: Whether clips can be compared.
    """
    if not isinstance(event, QKeyEvent):
        return False
    # In the grid they move to the next card, on a group they open and close it; otherwise they are
    # the window's seek keys.
    if event.key() in _HORIZONTAL_KEYS and (is_grid or (on_group and _is_plain(event))):
        return True
    return rating_from_key(event) is not None or (compares and is_compare_key(event))


def is_compare_key(event: QKeyEvent) -> bool:
    """Whether a key is Ctrl+Enter."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in OPEN_KEYS and modifiers == Qt.KeyboardModifier.ControlModifier


def is_keep_key(event: QKeyEvent) -> bool:
    """Whether a key keeps the best take of a group and moves the others to the trash."""
    # The keypad has one of these keys, too.
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in TRASH_KEYS and modifiers == Qt.KeyboardModifier.ShiftModifier


def group_state_from_key(event: QKeyEvent, *, is_grid: bool) -> bool | None:
    """Returns whether a key opens a group or closes it; None for every other key.

    In the grid, where Left and Right go to the next card, plus and minus do.
    """
    if event.key() in _SIGNS and not event.modifiers() & ~_SIGN_MODIFIERS:
        return event.key() == Qt.Key.Key_Plus
    if is_grid or event.key() not in _HORIZONTAL_KEYS or not _is_plain(event):
        return None
    return event.key() == Qt.Key.Key_Right


def _is_plain(event: QKeyEvent) -> bool:
    return event.modifiers() in _UNMODIFIED


def moves_by_one(event: QKeyEvent, *, is_grid: bool) -> bool:
    """Whether an unmodified key moves to a neighbour: up or down, in the grid to the side too."""
    keys = _VERTICAL_KEYS | _HORIZONTAL_KEYS if is_grid else _VERTICAL_KEYS
    return event.key() in keys and _is_plain(event)
