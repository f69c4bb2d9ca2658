"""Work on long lyrics that can wait until the hands rest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LONG_LYRICS = 4000
"""Characters, about a hundred lines; from here on advice is given in the pauses of writing."""

_REST_MS = 120


def pause(parent: QObject, work: Callable[[], None]) -> QTimer:
    """A timer that does some work once after the last of several starts."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(_REST_MS)
    timer.timeout.connect(work)
    return timer
