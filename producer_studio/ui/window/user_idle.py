"""Waits for a moment in which nobody is busy with the window."""

import asyncio

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

QUIET_MS = 3000
"""Without a key, a button or the wheel for so long, and nobody is busy."""

_INPUT = frozenset(
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


async def quiet(quiet_ms: int = QUIET_MS) -> None:
    """Returns when there has been no input for a while, counted from now."""
    await _Listener(quiet_ms).heard_nothing()


class _Listener(QObject):
    """Sees every input while it waits, and none before or after."""

    def __init__(self, quiet_ms: int) -> None:
        super().__init__()
        self._quiet = asyncio.Event()
        self._timer = QTimer(self, singleShot=True, interval=quiet_ms)
        self._timer.timeout.connect(self._quiet.set)

    async def heard_nothing(self) -> None:
        app = QApplication.instance()
        assert app is not None  # noqa: S101 - there is a window
        app.installEventFilter(self)
        self._timer.start()
        try:
            await self._quiet.wait()
        finally:
            self._timer.stop()
            app.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._timer.start()
        return False
