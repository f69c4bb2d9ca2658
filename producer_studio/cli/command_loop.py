"""Event loop of a command."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from producer_studio.files.loop_threads import set_loop_threads

T = TypeVar("T")

_THREADS = 8


def run_in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end, as `asyncio.run` does.

    A file on a disk that does not respond cannot prevent the command from ending.
    """

    async def run() -> T:
        set_loop_threads(asyncio.get_running_loop(), _THREADS, "command")
        return await work

    return asyncio.run(run())
