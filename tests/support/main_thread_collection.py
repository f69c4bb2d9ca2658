"""Garbage collection in the main thread only, as in the window (`ui.garbage_collection`)."""

import gc
import sys


def collect_in_this_thread() -> None:
    """Switches automatic collection off once Qt is loaded, and collects what is due.

    The modules that are loaded by then are never examined again.
    """
    if "PySide6.QtCore" not in sys.modules:
        return
    from producer_studio.ui.garbage_collection import collect_due_generation  # Qt may be absent

    if gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.disable()
    collect_due_generation()
