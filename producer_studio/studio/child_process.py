"""End of a child process, including its pipes."""

import asyncio
import contextlib
import logging

log = logging.getLogger(__name__)


async def end_process(process: asyncio.subprocess.Process, timeout_s: float) -> None:
    """Closes the input of a process, waits for its end, kills it if it is late, closes its pipes.

    Up to Python 3.13, `Process.wait` waits for the pipes as well, which a child of the process may
    hold open for ever; from 3.14 on it does not wait for them, and they would be left unclosed if
    the event loop ended now. Closing the transport closes them in every version.

    Args:
        timeout_s: Seconds after which it is killed; as long is waited for a killed process, which
            may wait for a dead drive in the kernel.
    """
    if process.stdin is not None:
        process.stdin.close()
    try:
        await _wait(process, timeout_s)
        if process.returncode is None:
            log.warning("Process %s did not stop and was killed", process.pid)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await _wait(process, timeout_s)
    finally:
        # Also where the wait was cancelled; a process that is still running is killed by this.
        process._transport.close()  # type: ignore[attr-defined]
        # The pipes are closed in the next turn of the loop.
        await asyncio.sleep(0)


async def _wait(process: asyncio.subprocess.Process, timeout_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), timeout_s)
