"""A studio with a style and a loop, driven step by step by the tests of the window's parts."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from producer_studio.studio.studio import Studio
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.leak_checks import active_timers

T = TypeVar("T")
LONGEST_WAIT_S = 120.0
_TURNS = 3
"""Turns of the loop after which posted events, layouts and what they start have been seen."""
_SHORT_MS = 150
"""Delays up to this many milliseconds end a burst of events; longer ones are about time itself."""


@dataclass
class UiBench:
    """Studio, tasks, loop and style of a test; subclasses add the widget that they test."""

    studio: Studio
    tasks: Tasks
    loop: asyncio.AbstractEventLoop
    style: Style

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end."""
        return self.loop.run_until_complete(work)

    def until(self, condition: Callable[[], bool]) -> None:
        """Processes events of Qt and asyncio until a condition holds."""

        async def watch() -> None:
            while not condition():
                QApplication.processEvents()
                await asyncio.sleep(0.005)

        self.run(asyncio.wait_for(watch(), LONGEST_WAIT_S))

    def settle(self) -> None:
        """Processes events until nothing is under way: no task, and no delayed call of a widget."""
        self.until(lambda: not self.tasks._tasks and not _has_pending_timer())
        for _ in range(_TURNS):
            self.press(QApplication.processEvents)
        self.until(lambda: not self.tasks._tasks and not _has_pending_timer())

    def press(self, action: Callable[[], object]) -> None:
        """Calls a function as Qt does in the program: from inside the running loop."""

        async def call() -> None:
            action()

        self.run(call())


def collect_notices(tasks: Tasks) -> list[str]:
    """Returns the list to which the texts of reported errors are added."""
    notices: list[str] = []
    tasks.error_reported.connect(lambda _level, text, _details: notices.append(text))
    tasks.internal_error_reported.connect(notices.append)
    return notices


def _has_pending_timer() -> bool:
    return any(
        timer.isSingleShot() and timer.interval() <= _SHORT_MS for timer in active_timers(QTimer)
    )
