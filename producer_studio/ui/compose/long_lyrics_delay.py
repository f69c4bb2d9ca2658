"""Debounces work on long lyrics until typing pauses."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LONG_LYRICS = 4000
"""Characters, about a hundred lines; longer lyrics are checked only when typing pauses."""

_DELAY_MS = 120


def debounced(parent: QObject, callback: Callable[[], None]) -> QTimer:
    """Creates a timer that runs a callback once after the last of several starts."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(_DELAY_MS)
    timer.timeout.connect(callback)
    return timer
