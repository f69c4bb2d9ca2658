"""Starts, tracks, reports and cancels every asyncio task of the window."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.user_files import find_known_error
from producer_studio.translation import mark, tr

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")
GENERIC_ERROR = mark("An error occurred in Producer Studio. Your clips are safe.")


class Tasks(QObject):
    """Runs the window's tasks, each under a name that can run only once at a time.

    Signals:
        error_reported: Level, message and details of an error in a task.
        internal_error_reported: A message about an internal error; it is logged and so recorded.
        running_changed: A name, and whether it runs now; for buttons that wait.
    """

    error_reported = Signal(str, str, str)
    internal_error_reported = Signal(str)
    running_changed = Signal(str, bool)

    def __init__(
        self, loop: asyncio.AbstractEventLoop | None = None, parent: QObject | None = None
    ) -> None:
        """Uses the given loop, or the one that runs when the first task starts."""
        super().__init__(parent)
        self._loop = loop
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._changes: set[str] = set()
        self._is_closed = False

    def start(
        self,
        name: str,
        work: Coroutine[Any, Any, _Result],
        *,
        on_result: Callable[[_Result], object] | None = None,
        on_error: Callable[[ServiceError], object] | None = None,
        is_change: bool = False,
    ) -> bool:
        """Starts a coroutine unless the same name runs already.

        Args:
            name: The action, such as "generate" or "peaks 12"; identifies duplicates.
            work: A coroutine that has not been started.
            on_result: Called on the loop with the result.
            on_error: Called with a `ServiceError` instead of showing a notice.
            is_change: Whether it is a change that the user asked for: `finish_changes` waits for it
                before the window closes.

        Returns:
            Whether it was started; if not, the coroutine is closed unused.
        """
        if self._is_closed or name in self._tasks:
            work.close()
            return False
        loop = self._loop or asyncio.get_running_loop()
        task = loop.create_task(self._run(name, work, on_result, on_error), name=name)
        self._tasks[name] = task
        if is_change:
            self._changes.add(name)
        task.add_done_callback(lambda ended: self._on_ended(name, ended, work))
        self.running_changed.emit(name, True)
        return True

    def restart(
        self,
        name: str,
        work: Coroutine[Any, Any, _Result],
        *,
        on_result: Callable[[_Result], object] | None = None,
        on_error: Callable[[ServiceError], object] | None = None,
        is_change: bool = False,
    ) -> bool:
        """Cancels the running task of that name and starts this one: for searches while typing."""
        self.cancel(name)
        return self.start(name, work, on_result=on_result, on_error=on_error, is_change=is_change)

    def is_running(self, name: str) -> bool:
        return name in self._tasks

    def cancel(self, name: str) -> None:
        """Cancels the task of that name, if it runs; its `on_result` is not called."""
        task = self._tasks.pop(name, None)
        self._changes.discard(name)
        if task is not None:
            task.cancel()
            self.running_changed.emit(name, False)

    async def wait(self, prefix: str) -> None:
        """Waits for the running tasks whose names begin so; their errors are reported as usual."""
        running = [task for name, task in self._tasks.items() if name.startswith(prefix)]
        if running:
            await asyncio.wait(running)

    async def finish_changes(self, timeout_s: float = 10.0) -> None:
        """Waits for the changes, and those that their results start; called before `close`.

        Args:
            timeout_s: Longest wait, in seconds: one may read from a disk that does not respond.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while running := [self._tasks[name] for name in self._changes & self._tasks.keys()]:
                    await asyncio.wait(running)

    async def close(self) -> None:
        """Cancels all tasks, waits for their end, and rejects new ones."""
        self._is_closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def report_error(self, error: BaseException) -> None:
        """Shows an error in a notice: known ones by their message, others as an internal error."""
        known = find_known_error(error)
        if known is not None:
            self.error_reported.emit("bad", tr(known.message), _details(known))
            return
        _log.error("Unexpected error in the window", exc_info=error)
        self.internal_error_reported.emit(tr(GENERIC_ERROR))

    async def _run(
        self,
        name: str,
        work: Coroutine[Any, Any, _Result],
        on_result: Callable[[_Result], object] | None,
        on_error: Callable[[ServiceError], object] | None,
    ) -> None:
        try:
            result = await work
            if on_result is not None and self._is_current(name) and not _is_deleted(on_result):
                on_result(result)
        except Exception as problem:  # noqa: BLE001 - the last handler: reported and logged
            known = find_known_error(problem)
            if known is None or on_error is None or _is_deleted(on_error):
                self.report_error(known or problem)
            elif self._is_current(name):
                on_error(known)

    def _is_current(self, name: str) -> bool:
        return self._tasks.get(name) is asyncio.current_task()

    def _on_ended(
        self, name: str, task: asyncio.Task[None], work: Coroutine[Any, Any, object]
    ) -> None:
        work.close()  # never started if the task was cancelled before its first step
        if self._tasks.get(name) is task:
            del self._tasks[name]
            self._changes.discard(name)
            self.running_changed.emit(name, False)


def _is_deleted(callback: Callable[..., object]) -> bool:
    """Whether the callback belongs to a widget that was deleted meanwhile."""
    owner = getattr(callback, "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)


def _details(error: ServiceError) -> str:
    lines = []
    if error.service_words:
        lines.append(error.service_words)
    if error.status:
        lines.append(tr("HTTP status {status}", status=str(error.status)))
    if error.trace_id:
        lines.append(tr("Reference for the service's support: {id}", id=error.trace_id))
    return "\n".join(lines)
