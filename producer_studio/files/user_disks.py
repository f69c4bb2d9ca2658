"""Calls that touch files which the user chose, on any disk, in threads of their own.

A disk that stops to respond keeps the threads that wait for it, perhaps for ever. In the default
executor of the event loop they would soon keep everything else waiting, such as the downloads of
results. Here each disk has a few threads, which end when they are not needed, so that a disk
cannot keep another one waiting either.
"""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from producer_studio.files.paths import absolute_path
from producer_studio.files.worker_pool import WorkerPool

P = ParamSpec("P")
T = TypeVar("T")

THREADS_PER_DISK = 8
_MAX_DISKS = 8
_OTHER_DISKS = "others"
"""Disks beyond the first ones share threads, so that their number is bounded."""

_QUEUE_TIMEOUT_S = 10.0
_MOUNTS = Path("/proc/self/mounts")


class DiskUnresponsive(TimeoutError):
    """A disk does not respond, such as a network drive that is not connected."""


async def run_on_user_disk(
    path: Path, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Calls a function that blocks, in a thread for the disk of a path.

    A call that has begun is waited for as long as it takes; it goes on if this is cancelled.

    Args:
        path: File or folder that the function touches; it need not exist.

    Raises:
        DiskUnresponsive: Too many calls wait for the disk already; the function was not called.
        Exception: As the function.
    """
    future = _pools.submit(_find_disk(path), partial(function, *args, **kwargs))
    call = asyncio.wrap_future(future)
    try:
        await asyncio.wait({call}, timeout=_QUEUE_TIMEOUT_S)
        if future.cancel():
            raise DiskUnresponsive(errno.ETIMEDOUT, "The disk does not respond", str(path))
        return await call
    finally:
        call.cancel()


class _DiskPools:
    """Thread pools by disk; each is there as long as it has calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[str, WorkerPool] = {}
        self._calls: dict[str, int] = {}

    def submit(self, disk: str, call: Callable[[], T]) -> "Future[T]":
        with self._lock:
            if disk not in self._pools and len(self._pools) >= _MAX_DISKS:
                disk = _OTHER_DISKS
            if disk not in self._pools:
                self._pools[disk] = WorkerPool(THREADS_PER_DISK, "user-disk")
            future = self._pools[disk].submit(call)
            self._calls[disk] = self._calls.get(disk, 0) + 1
        future.add_done_callback(partial(self._on_done, disk))
        return future

    def _on_done(self, disk: str, _future: "Future[Any]") -> None:
        with self._lock:
            self._calls[disk] -= 1
            if self._calls[disk]:
                return
            del self._calls[disk]
            pool = self._pools.pop(disk)
        pool.shutdown(wait=False)


_pools = _DiskPools()


def _find_disk(path: Path) -> str:
    """Returns a name of the disk that a path is on, by its text alone: a look-up could block."""
    path = Path(os.path.normpath(absolute_path(path)))
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        # On Windows a drive or a share; on macOS a folder of /Volumes.
        return path.anchor if path.drive else str(Path(*path.parts[:3]))
    points = {line.split(" ")[1].replace("\\040", " ") for line in lines}
    return next((str(one) for one in (path, *path.parents) if str(one) in points), "/")
