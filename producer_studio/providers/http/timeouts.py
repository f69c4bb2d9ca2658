"""Timeouts that allow for the suspension of the computer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SUSPEND_THRESHOLD_S = 1.0
"""A timer that is later than this was delayed: by a suspended computer, or by a busy program."""

GRACE_S = 10.0
"""Additional time after that, to read data that has arrived in the meantime."""

_STEP_S = 5.0
"""Maximum between two checks of the clock: a loop may hold a cancelled timer until it is due."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError after so many seconds, as `asyncio.timeout` does.

    After a suspension the timers are due at the moment at which the response that arrived meanwhile
    can be read, and would discard it. So a late timer first allows some time to read it.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def start(due: float) -> None:
        nonlocal timer
        timer = loop.call_later(min(_STEP_S, due - loop.time()), check, due)

    def check(due: float) -> None:
        now = loop.time()
        if now < due:
            start(due)
        elif now - due > SUSPEND_THRESHOLD_S:
            start(now + GRACE_S)
        else:
            limit.reschedule(now)

    async with asyncio.timeout(None) as limit:
        start(loop.time() + seconds)
        try:
            yield
        finally:
            timer.cancel()


async def iterate_with_timeout(
    chunks: AsyncIterator[bytes], seconds: float
) -> AsyncIterator[bytes]:
    """Passes chunks on; raises TimeoutError where one takes longer than so many seconds."""
    while True:
        async with deadline(seconds):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
