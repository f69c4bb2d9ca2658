"""Check whether the disk of a library responds at all, before anything waits for it."""

import asyncio
import contextlib
from pathlib import Path

from producer_studio.domain.errors import LibraryUnresponsive
from producer_studio.files.worker_pool import WorkerPool

_TIMEOUT_S = 10.0
"""Time for a disk to spin up, or a network drive to be connected."""


async def check_disk_responds(folder: Path, timeout_s: float = _TIMEOUT_S) -> None:
    """Checks that a folder, which need not exist, can be looked up in a limited time.

    Raises:
        LibraryUnresponsive: The disk does not respond.
    """

    def look_up() -> None:
        # Opening the library reports the reason.
        with contextlib.suppress(OSError):
            folder.stat()

    # A thread of its own: it may wait until the end of the process.
    pool = WorkerPool(1, "library-probe")
    try:
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().run_in_executor(pool, look_up)
    except TimeoutError as error:
        raise LibraryUnresponsive(
            f"The disk of the library “{folder}” does not respond. If it is a network drive, check "
            "the connection and try again; or choose another library. Nothing was changed."
        ) from error
    finally:
        pool.shutdown(wait=False)
