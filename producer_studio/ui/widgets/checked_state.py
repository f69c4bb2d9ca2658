"""State of checkable buttons, as the user and as the program change it.

A screen reader's action toggles a button without clicking it: `toggled` is emitted and `clicked` is
not. What a checkable button does is therefore connected to `toggled`, and the program changes the
state without that signal.
"""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QAbstractButton


def set_checked(button: QAbstractButton, checked: bool) -> None:
    """Shows a state without emitting `toggled`, as the user does not change it."""
    with QSignalBlocker(button):
        button.setChecked(checked)


def connect_choice(button: QAbstractButton, callback: Callable[[], object]) -> None:
    """Calls back when the user chooses a button of an exclusive group."""
    button.toggled.connect(lambda checked: callback() if checked else None)
