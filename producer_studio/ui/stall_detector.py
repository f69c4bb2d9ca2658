"""Notices when the window's thread does not turn, what it was busy with, and who kept it."""

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
    """One time the thread did not turn.

    Attributes:
        held_ms: For how long.
        cpu_ms: How long it computed in that time: our own work.
        queued_ms: How long it could have run and had no core, because others used them all; 0
            where the system does not say. What is neither of the two was spent waiting for a lock
            (also Python's own) or for a file.
        stack: Where it stood when the limit was passed; empty when that was not seen.
    """

    blocked_ms: float
    cpu_ms: float = 0.0
    queued_ms: float = 0.0
    stack: str = ""

    @property
    def own_ms(self) -> float:
        """What was not the fault of other programs."""
        return max(0.0, self.blocked_ms - self.queued_ms)


class StallDetector(QObject):
    """Measures how long the window's thread is held, by a timer that should tick every 5 ms.

    For tests and measurements: ticking costs about half a percent of a core.

    Args:
        limit_ms: Longer holds are kept in `stalls`, with the stack if a second thread saw it.
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
        """Begins to watch the thread that calls this."""
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
        """Every hold, one a tick, in milliseconds."""
        return [held * 1000 for held in self._blocked]

    @property
    def own_ms(self) -> Sequence[float]:
        """The same without the time in which other programs had all cores."""
        return [own * 1000 for own in self._own]

    @property
    def longest_ms(self) -> float:
        return max(self._blocked, default=0.0) * 1000

    def percentile_ms(self, share: float) -> float:
        """The hold that this share of all ticks stayed below, in milliseconds."""
        ordered = sorted(self._blocked)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

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
                "The window was held for %.0f ms: %.0f ms of work, %.0f ms without a core\n%s",
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
    """How long one thread could have run and had no core, in seconds; Linux counts it."""

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
