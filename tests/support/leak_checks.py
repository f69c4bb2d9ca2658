"""Checks after each test: no unexpected error in the log, no thread, timer or window left over."""

import asyncio
import logging
import sys
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QTimer

_JOIN_S = 30.0
"""Longest wait in seconds for a thread that is about to end; it is over as soon as it ends."""

_POOL_PREFIX = "asyncio_"
"""Names of the threads of asyncio's default executor, which live as long as their loop."""


class ErrorLog(logging.Handler):
    """Collects records of level ERROR and above, and asyncio's warnings about lost tasks."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.ERROR and record.name != "asyncio":
            return
        # A transport that is closed polls its process, and the thread that waits for the process as
        # well then finds none: `BaseSubprocessTransport.close`.
        if record.name == "asyncio" and record.msg.startswith("Unknown child process pid"):
            return
        # Python 3.11 logs the cancelled connection of a test's server when its loop ends.
        error = record.exc_info[1] if record.exc_info else None
        if record.name != "asyncio" or not isinstance(error, asyncio.CancelledError):
            self._records.append(record)

    def pop_messages(self) -> list[str]:
        """Returns the collected records as texts, and forgets them."""
        records, self._records = self._records, []
        formatter = logging.Formatter("%(name)s %(levelname)s: %(message)s")
        return [formatter.format(record) for record in records]


def check_log(item: pytest.Item, messages: list[str]) -> None:
    """Fails a test for unexpected errors.

    Expected are those of a test that reads the log (`caplog`) or is marked with `logs_errors` and a
    reason.
    """
    expected = "caplog" in getattr(item, "fixturenames", ()) or item.get_closest_marker(
        "logs_errors"
    )
    if messages and not expected:
        pytest.fail("Unexpected errors in the log:\n" + "\n".join(messages), pytrace=False)


def check_threads(item: pytest.Item, before: Collection[threading.Thread]) -> None:
    """Fails if threads were started and do not end.

    Pools of a fixture with a wider scope start their threads late: the mark `keeps_threads` names
    how those begin.
    """
    mark = item.get_closest_marker("keeps_threads")
    kept = (_POOL_PREFIX, *(mark.args if mark else ()))
    started = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.name.startswith(kept)
    ]
    for thread in started:
        # Another thread may be about to start it, and it cannot be joined before.
        thread._started.wait(_JOIN_S)  # type: ignore[attr-defined]
        thread.join(_JOIN_S)
    left = [thread.name for thread in started if thread.is_alive()]
    if left:
        pytest.fail(f"Threads that were not ended: {', '.join(left)}", pytrace=False)


def active_timers(timer_type: "type[QTimer]") -> "list[QTimer]":
    """Returns the active timers that belong to a widget or to a part of one.

    Only those that Python has created: a search in the widgets would create wrappers for timers of
    Qt's own, which stay when Qt deletes the timers.
    """
    from shiboken6 import getAllValidWrappers  # PySide6 is absent where the unit tests run alone

    return [
        timer
        for timer in getAllValidWrappers()
        if isinstance(timer, timer_type) and timer.isActive() and _is_in_widget(timer)
    ]


def _is_in_widget(part: "QObject | None") -> bool:
    while part is not None:
        if part.isWidgetType():
            return True
        part = part.parent()
    return False


def check_windows() -> None:
    """Fails if a window is open, or a timer in any widget is active.

    Widgets that wait for their deletion are deleted first.
    """
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QEvent, QTimer  # absent as above
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    windows = QApplication.topLevelWidgets()
    visible = [type(window).__name__ for window in windows if window.isVisible()]
    if visible:
        pytest.fail(f"Windows that were not closed: {', '.join(visible)}", pytrace=False)
    owners = [type(timer.parent()).__name__ for timer in active_timers(QTimer)]
    if owners:
        pytest.fail(f"Active timers of {', '.join(owners)}", pytrace=False)
