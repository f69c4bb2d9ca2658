"""Event loop of a command."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from producer_studio.files.worker_pool import WorkerPool

T = TypeVar("T")

_THREADS = 8


def run_in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end, as `asyncio.run` does.

    A file on a disk that does not respond cannot prevent the command from ending.
    """

    async def run() -> T:
        asyncio.get_running_loop().set_default_executor(WorkerPool(_THREADS, "command"))
        return await work

    return asyncio.run(run())
