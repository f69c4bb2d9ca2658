"""Detects stalls of the event loop in the window's thread and measures their causes."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

log = logging.getLogger(__name__)

_TICK_MS = 5
_STACK_LINES = 14


@dataclass(frozen=True, slots=True)
class Stall:
    """One stall of the event loop.

    Attributes:
        blocked_ms: Its duration.
        cpu_ms: CPU time of the thread in that time: our own work.
        queued_ms: Time in which the thread was runnable without a core, because other programs used
            them all; 0 where the system does not report it. The remaining time was spent waiting
            for a lock (also the GIL) or for a file.
        stack: Stack when the limit was exceeded; empty when it was not sampled.
    """

    blocked_ms: float
    cpu_ms: float = 0.0
    queued_ms: float = 0.0
    stack: str = ""

    @property
    def own_ms(self) -> float:
        """Duration without the time caused by other programs."""
        return max(0.0, self.blocked_ms - self.queued_ms)


class StallDetector(QObject):
    """Measures how long the window's thread is blocked, by a timer that should tick every 5 ms.

    For tests and measurements: ticking costs about half a percent of a core.

    Args:
        limit_ms: Longer stalls are stored in `stalls`, with the stack if a second thread sampled
            it.
    """

    def __init__(self, limit_ms: float = 50.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit_s = limit_ms / 1000
        self._last = time.perf_counter()
        self._last_cpu = self._last_queued = 0.0
        self._queue: _RunQueueClock | None = None
        self._blocked: list[float] = []
        self._own: list[float] = []
        self._stack = ""
        self._is_stopped = threading.Event()
        self._window_thread = threading.get_ident()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._observer = threading.Thread(target=self._observe, name="stall watch", daemon=True)
        self.stalls: list[Stall] = []

    def start(self) -> None:
        """Starts watching the calling thread."""
        self._window_thread = threading.get_ident()
        self._queue = _RunQueueClock()
        self._last, self._last_cpu, self._last_queued = self._read_clocks()
        self._timer.start()
        self._observer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._is_stopped.set()
        self._observer.join()
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    @property
    def blocked_ms(self) -> Sequence[float]:
        """Blocked time of every tick, in milliseconds."""
        return [held * 1000 for held in self._blocked]

    @property
    def own_ms(self) -> Sequence[float]:
        """Blocked times without the time in which other programs used all cores."""
        return [own * 1000 for own in self._own]

    @property
    def longest_ms(self) -> float:
        return max(self._blocked, default=0.0) * 1000

    def _read_clocks(self) -> tuple[float, float, float]:
        queued = self._queue.waited_s() if self._queue is not None else 0.0
        return time.perf_counter(), time.thread_time(), queued

    def _on_tick(self) -> None:
        now, cpu, queued = self._read_clocks()
        held = max(0.0, now - self._last - _TICK_MS / 1000)
        waited = min(held, queued - self._last_queued)
        stall = Stall(held * 1000, (cpu - self._last_cpu) * 1000, waited * 1000, self._stack)
        self._last, self._last_cpu, self._last_queued = now, cpu, queued
        self._blocked.append(held)
        self._own.append(held - waited)
        if held > self._limit_s:
            self.stalls.append(stall)
            log.warning(
                "Window was blocked for %.0f ms: %.0f ms of CPU time, %.0f ms waiting for a "
                "core\n%s",
                stall.blocked_ms,
                stall.cpu_ms,
                stall.queued_ms,
                stall.stack,
            )
        self._stack = ""

    def _observe(self) -> None:
        while not self._is_stopped.wait(self._limit_s / 4):
            if not self._stack and time.perf_counter() - self._last > self._limit_s:
                frame = sys._current_frames().get(self._window_thread)
                lines = traceback.format_stack(frame)[-_STACK_LINES:] if frame else []
                self._stack = "".join(lines)


class _RunQueueClock:
    """Time in which one thread was runnable without a core, in seconds; Linux only."""

    def __init__(self) -> None:
        try:
            self._file: int | None = os.open(
                f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY
            )
        except OSError:
            self._file = None

    def waited_s(self) -> float:
        if self._file is None:
            return 0.0
        # Three numbers: nanoseconds run, nanoseconds waited for a core, turns.
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
