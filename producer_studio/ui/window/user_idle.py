"""Waits for a moment in which nobody is busy with the window."""

import asyncio

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

IDLE_MS = 3000
"""Without a key, a button or the wheel for so long, and nobody is busy."""

_INPUT_EVENTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.DragEnter,
        QEvent.Type.Drop,
    }
)


async def wait_until_idle(idle_ms: int = IDLE_MS) -> None:
    """Returns when there has been no input for a while, counted from now."""
    await _IdleDetector(idle_ms).wait()


class _IdleDetector(QObject):
    """Sees every input while it waits, and none before or after."""

    def __init__(self, idle_ms: int) -> None:
        super().__init__()
        self._idle = asyncio.Event()
        self._timer = QTimer(self, singleShot=True, interval=idle_ms)
        self._timer.timeout.connect(self._idle.set)

    async def wait(self) -> None:
        app = QApplication.instance()
        assert app is not None  # noqa: S101 - there is a window
        app.installEventFilter(self)
        self._timer.start()
        try:
            await self._idle.wait()
        finally:
            self._timer.stop()
            app.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT_EVENTS:
            self._timer.start()
        return False
