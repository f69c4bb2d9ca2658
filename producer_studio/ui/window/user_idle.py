"""Waits until the user is idle."""

import asyncio

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from producer_studio.ui.widgets.debounce import Debounce

IDLE_MS = 3000
"""Milliseconds without keyboard, mouse button or wheel input until the user is idle."""

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
    """Returns after a period without input, counted from now."""
    await _IdleDetector(idle_ms).wait()


class _IdleDetector(QObject):
    """Event filter that observes all input while it waits."""

    def __init__(self, idle_ms: int) -> None:
        super().__init__()
        self._idle = asyncio.Event()
        self._debounce = Debounce(self._idle.set, idle_ms, self)

    async def wait(self) -> None:
        app = QApplication.instance()
        assert app is not None  # noqa: S101 - there is a window
        app.installEventFilter(self)
        self._debounce.trigger()
        try:
            await self._idle.wait()
        finally:
            self._debounce.cancel()
            app.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT_EVENTS:
            self._debounce.trigger()
        return False
