"""Work on long lyrics that can wait until the hands rest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LONG_LYRICS = 4000
"""Characters, about a hundred lines; from here on advice is given in the pauses of writing."""

_DELAY_MS = 120


def debounced(parent: QObject, callback: Callable[[], None]) -> QTimer:
    """A timer that does some work once after the last of several starts."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(_DELAY_MS)
    timer.timeout.connect(callback)
    return timer
