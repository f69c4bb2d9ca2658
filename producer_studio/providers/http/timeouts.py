"""Timeout that the sleep of the computer does not use up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SUSPEND_THRESHOLD_S = 1.0
"""A timer that is later than this was held up: by the computer's sleep, or by a busy program."""

GRACE_S = 10.0
"""After that, for what has arrived in the meantime to be read."""

_STEP_S = 5.0
"""At most between two looks at the clock: a loop may keep a cancelled timer until it is due."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError after so many seconds, as `asyncio.timeout` does.

    After a sleep the timers are due at the same moment at which the answer that came meanwhile can
    be read, and would throw it away. So a timer that is late gives what arrived a moment first.
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
