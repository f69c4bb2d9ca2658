"""Threads of an event loop: for its blocking calls, and others for looking up names of hosts."""

import asyncio
import socket
from functools import partial
from typing import Any

from producer_studio.files.worker_pool import WorkerPool

_NAME_THREADS = 32
"""More than there are requests at a time; each may wait half a minute for a server of names."""


class _LoopPool(WorkerPool):
    """Thread pool of a loop, with its threads for names, which nobody waits for."""

    def __init__(self, threads: int, name: str) -> None:
        super().__init__(threads, name)
        self.names = WorkerPool(_NAME_THREADS, f"{name}-names")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.names.shutdown(wait=False)
        super().shutdown(wait, cancel_futures=cancel_futures)


def set_loop_threads(loop: asyncio.AbstractEventLoop, threads: int, name: str) -> None:
    """Sets the threads of a loop; none of them prevents the program from ending.

    A server of names that does not respond would otherwise take all threads, and the files of the
    settings or of downloads would wait for it.

    Args:
        threads: Maximum number for blocking calls.
        name: Name of these threads.
    """
    pool = _LoopPool(threads, name)
    loop.set_default_executor(pool)

    async def getaddrinfo(host: str | None, port: str | int | None, **options: Any) -> Any:  # noqa: ANN401 - of the loop
        return await loop.run_in_executor(
            pool.names, partial(socket.getaddrinfo, host, port, **options)
        )

    loop.getaddrinfo = getaddrinfo  # type: ignore[assignment]
