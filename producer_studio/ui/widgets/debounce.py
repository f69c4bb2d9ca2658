"""Debounce: one call for many triggers in a row."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer


class Debounce(QObject):
    """Calls a function once, some time after the last of several triggers.

    Args:
        delay_ms: Milliseconds from the last trigger to the call; 0 for the next turn of the event
            loop.
        max_delay_ms: Milliseconds after which further triggers no longer postpone the call.
        restarts: Whether each trigger begins the delay anew; otherwise it runs from the first.
    """

    def __init__(
        self,
        callback: Callable[[], object],
        delay_ms: int,
        parent: QObject,
        *,
        max_delay_ms: int | None = None,
        restarts: bool = True,
    ) -> None:
        super().__init__(parent)
        self._max_delay_ms = max_delay_ms
        self._restarts = restarts
        self._is_closed = False
        self._since_first = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(callback)

    @property
    def is_pending(self) -> bool:
        """Whether the function will be called."""
        return self._timer.isActive()

    def trigger(self) -> None:
        """Calls the function after the delay."""
        if self._is_closed:
            return
        if not self._timer.isActive():
            self._since_first.start()
            self._timer.start()
        elif self._restarts and not self._is_late():
            self._timer.start()

    def cancel(self) -> None:
        """Drops the pending call; later triggers count again."""
        self._timer.stop()

    def close(self) -> None:
        """Drops the pending call, and ignores all later triggers."""
        self._is_closed = True
        self._timer.stop()

    def _is_late(self) -> bool:
        return self._max_delay_ms is not None and self._since_first.elapsed() >= self._max_delay_ms
