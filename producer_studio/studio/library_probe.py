"""Checks whether the disk of a library responds at all, before and while something waits for it."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from producer_studio.domain.errors import LibraryUnresponsive
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.translation import mark

T = TypeVar("T")

log = logging.getLogger(__name__)

_TIMEOUT_S = 10.0
"""Time for a disk to spin up, or a network drive to be connected."""

_WORK_TIMEOUT_S = 60.0
"""Time for a disk that is written to as fast as it can."""

_INTERVAL_S = 1.0
_CANCEL_TIMEOUT_S = 5.0


async def check_disk_responds(folder: Path, timeout_s: float = _TIMEOUT_S) -> None:
    """Checks that a folder, which need not exist, can be looked up in a limited time.

    Raises:
        LibraryUnresponsive: The disk does not respond.
    """

    def look_up() -> None:
        # Opening the library reports the reason.
        with contextlib.suppress(OSError):
            folder.stat()
            if hasattr(os, "statvfs"):
                # Unlike the state of a folder, network drives do not cache this.
                os.statvfs(folder)

    # A thread of its own: it may wait until the end of the process.
    pool = WorkerPool(1, "library-probe")
    try:
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().run_in_executor(pool, look_up)
    except TimeoutError as error:
        raise LibraryUnresponsive(
            mark(
                "The disk of the library “{folder}” does not respond. If it is a network drive, "
                "check the connection and try again; or choose another library. Nothing was "
                "changed.",
                folder=folder,
            )
        ) from error
    finally:
        pool.shutdown(wait=False)


async def close_if_responsive(
    folder: Path, close: Callable[[], Awaitable[None]], timeout_s: float = _TIMEOUT_S
) -> None:
    """Waits for the end of `close` as long as a folder's disk responds.

    Otherwise a disk that stops to respond would keep the program from ending. What is not finished
    is continued at the next start, as after a kill.
    """
    closing = asyncio.ensure_future(close())
    watching = asyncio.create_task(_wait_until_unresponsive(folder, timeout_s))
    try:
        await asyncio.wait({closing, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel([watching])
        if not closing.done():
            closing.cancel()
            await asyncio.wait({closing}, timeout=_CANCEL_TIMEOUT_S)
    if closing.done() and not closing.cancelled():
        closing.result()
    else:
        log.warning("Closed without waiting for a disk that does not respond")


async def finish_if_responsive(
    folders: Sequence[Path], work: Coroutine[Any, Any, T], timeout_s: float = _WORK_TIMEOUT_S
) -> T:
    """Waits for work in other threads as long as the disks of the folders respond.

    The threads may go on until the end of the process.

    Raises:
        LibraryUnresponsive: One of them does not respond any more.
    """
    working = asyncio.create_task(work)
    watching = [asyncio.create_task(_watch(folder, timeout_s)) for folder in folders]
    try:
        await asyncio.wait({working, *watching}, return_when=asyncio.FIRST_COMPLETED)
        for one in watching:
            if one.done() and not working.done():
                one.result()
    finally:
        working.cancel()
        await _cancel(watching)
    return await working


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancels tasks, and waits for their ends.

    One that is left to the next turn of the loop would be resumed while Qt processes its events
    inside another task, which asyncio refuses.
    """
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _watch(folder: Path, timeout_s: float) -> NoReturn:
    while True:
        await asyncio.sleep(_INTERVAL_S)
        await check_disk_responds(folder, timeout_s)


async def _wait_until_unresponsive(folder: Path, timeout_s: float) -> None:
    with contextlib.suppress(LibraryUnresponsive):
        await _watch(folder, timeout_s)
