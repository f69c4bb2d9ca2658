"""Signals of the system, handled in Qt's event loop."""

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class SignalHandler(QObject):
    """Turns SIGTERM and SIGINT into a callback on the event loop.

    Python runs its handlers between two bytecodes, and an idle Qt loop runs none; the byte that the
    interpreter immediately writes into a socket wakes it.
    """

    def __init__(self, request_exit: Callable[[], object]) -> None:
        super().__init__()
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._before = signal.set_wakeup_fd(self._far.fileno())
        self._handlers = {
            number: signal.signal(number, lambda *_: request_exit())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)

    def close(self) -> None:
        """Restores the previous handlers."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()

    def _on_byte(self) -> None:
        # Reading is enough: on the return into Python the handlers run.
        self._near.recv(4096)
