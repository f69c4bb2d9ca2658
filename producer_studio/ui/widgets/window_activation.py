"""Brings a window to the front."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_ACTIVATION_VARIABLE = "XDG_ACTIVATION_TOKEN"


def show_in_front(widget: QWidget, activation_token: str = "") -> None:
    """Shows the window of a widget in front of all others, if the desktop lets it.

    Args:
        activation_token: Token with which the desktop allows it; empty for none.
    """
    if activation_token:
        # Qt reads it from there when it requests activation from the compositor.
        os.environ[_ACTIVATION_VARIABLE] = activation_token
    shown = widget.window()
    shown.setWindowState(shown.windowState() & ~Qt.WindowState.WindowMinimized)
    shown.show()
    shown.raise_()
    shown.activateWindow()
