"""Garbage collection in the thread of the window only.

Python collects cyclic garbage in whichever thread happens to allocate next. A QObject in such a
cycle would be destroyed in a thread that it does not live in, while the window's thread may be
using its timers and connections: the process can end with a segmentation fault. Shiboken moves only
the destruction of widgets to the main thread.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS: Final = 1000
_FULL_AFTER: Final = 10
"""Collections of the middle generation before all objects are examined."""


def collect_due_generation() -> int | None:
    """Collects the oldest generation that has reached its threshold, in the calling thread.

    The thresholds are those of the interpreter's automatic collection, which must be switched off.

    Returns:
        The generation, 0 to 2, or None if none was due.
    """
    young, middle, old = gc.get_count()
    young_limit, middle_limit, old_limit = gc.get_threshold()
    if young <= young_limit:
        return None
    generation = 0
    if middle > middle_limit:
        # Python 3.14 gives 0 as the third threshold.
        generation = 2 if old > (old_limit or _FULL_AFTER) else 1
    gc.collect(generation)
    return generation


class GarbageCollector(QObject):
    """Replaces automatic garbage collection while its parent exists.

    What exists already is never examined again: nearly all objects of the start live until the end.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        timer = QTimer(self, interval=_INTERVAL_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        timer.timeout.connect(collect_due_generation)
        timer.start()
