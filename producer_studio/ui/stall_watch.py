"""Notices when the window's thread does not turn, and what it was busy with."""

import logging
import sys
import threading
import time
import traceback
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

log = logging.getLogger(__name__)

_TICK_MS = 5


@dataclass(frozen=True, slots=True)
class Stall:
    """One time the thread did not turn.

    Attributes:
        held_ms: For how long.
        stack: Where it stood when the limit was passed; empty when that was not seen.
    """

    held_ms: float
    stack: str = ""


class StallWatch(QObject):
    """Measures how long the window's thread is held, by a timer that should tick every 5 ms.

    For tests and measurements: ticking costs about half a percent of a core.

    Args:
        limit_ms: Longer holds are kept in `stalls`, with the stack if a second thread saw it.
    """

    def __init__(self, limit_ms: float = 50.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit_s = limit_ms / 1000
        self._last = time.perf_counter()
        self._held: list[float] = []
        self._stack = ""
        self._ended = threading.Event()
        self._window_thread = threading.get_ident()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._observer = threading.Thread(target=self._observe, name="stall watch", daemon=True)
        self.stalls: list[Stall] = []

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()
        self._observer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._ended.set()
        self._observer.join()

    @property
    def longest_ms(self) -> float:
        return max(self._held, default=0.0) * 1000

    def percentile_ms(self, share: float) -> float:
        """The hold that this share of all ticks stayed below, in milliseconds."""
        ordered = sorted(self._held)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

    def _on_tick(self) -> None:
        now = time.perf_counter()
        held = max(0.0, now - self._last - _TICK_MS / 1000)
        self._last = now
        self._held.append(held)
        if held > self._limit_s:
            stall = Stall(held * 1000, self._stack)
            self.stalls.append(stall)
            log.warning("The window was held for %.0f ms\n%s", stall.held_ms, stall.stack)
        self._stack = ""

    def _observe(self) -> None:
        while not self._ended.wait(self._limit_s / 4):
            if not self._stack and time.perf_counter() - self._last > self._limit_s:
                frame = sys._current_frames().get(self._window_thread)
                self._stack = "".join(traceback.format_stack(frame)[-12:]) if frame else ""
