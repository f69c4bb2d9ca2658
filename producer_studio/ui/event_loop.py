"""Event loop of the window: asyncio in Qt's loop, by qasync."""

import asyncio
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import qasync

T = TypeVar("T")


class QtEventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """Event loop with two properties of asyncio's own loops that qasync's lacks.

    It remains the running loop while qasync processes the last events after Qt's loop has ended:
    Python 3.14 refuses to wake a task when another loop, or none, is the running one; that task
    would never end, nor would the program.

    It closes asynchronous generators that nobody iterates to their end, such as the body of a
    response whose reader raised: Python itself cannot await what they do to clean up.
    """

    def run_forever(self) -> int:
        with self._generator_hooks():
            try:
                return int(super().run_forever())
            finally:
                asyncio._set_running_loop(self)

    def run_until_complete(self, future: Awaitable[T]) -> T:
        with self._generator_hooks():
            try:
                result: T = super().run_until_complete(future)
                return result
            finally:
                asyncio._set_running_loop(None)

    @contextmanager
    def _generator_hooks(self) -> Iterator[None]:
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        try:
            yield
        finally:
            sys.set_asyncgen_hooks(*before)
