"""Threads for calls that wait for the sound server, which may never answer.

PulseAudio's library gives up after half a minute. The window goes on meanwhile, and ends.
"""

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal

from producer_studio.ui.playback.media_backend import without_backend_warning

if TYPE_CHECKING:
    from producer_studio.ui.playback.feeder import Feeder

_WAIT_S = 1.0


class FeedingThread(QThread):
    """Runs the event loop of a feeder, which it closes at its end."""

    def __init__(self, feeder: "Feeder") -> None:
        super().__init__()
        self._feeder = feeder
        feeder.moveToThread(self)

    def run(self) -> None:
        self.exec()
        self._feeder.end()

    def end(self) -> None:
        """Ends the thread; one that waits for the sound server is left to end later."""
        self.quit()
        if not self.wait(round(_WAIT_S * 1000)):
            _left_running.append(self)


class DeviceLoader(QThread):
    """Makes Qt connect to the system's sound, once in a process.

    The thread goes on until the end of the process: Qt's connection belongs to it.

    Signals:
        loaded: `QMediaDevices` can be used without waiting.
    """

    loaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_started = False
        self._done = threading.Event()

    def is_loaded(self) -> bool:
        """Starts at the first call, and waits for a second."""
        if not self._is_started:
            self._is_started = True
            if sys.platform == "linux":
                self.start()
                _left_running.append(self)
                self._done.wait(_WAIT_S)
            else:
                # There is no server to wait for, and Qt expects to be called by the main thread.
                self._load()
        return self._done.is_set()

    def run(self) -> None:
        self._load()
        self.exec()

    def _load(self) -> None:
        # Start-up cost: a window that plays nothing does not load it.
        from PySide6.QtMultimedia import QMediaDevices

        with without_backend_warning():
            QMediaDevices.audioOutputs()
        self._done.set()
        self.loaded.emit()


device_loader = DeviceLoader()
_left_running: list[FeedingThread | DeviceLoader] = []
"""A thread must not be destroyed while it runs."""


def _end_threads() -> None:
    """Ends the process at once if a thread still waits: destroying its objects would wait, too."""
    for thread in _left_running:
        thread.quit()
    if not [thread for thread in _left_running if not thread.wait(round(_WAIT_S * 1000))]:
        return
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(0)


# Called before the function of PySide that destroys all objects, as that was registered earlier.
atexit.register(_end_threads)
