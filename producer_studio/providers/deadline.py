"""Timeout that the sleep of the computer does not use up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ASLEEP_S = 1.0
"""A timer that is later than this was held up: by the computer's sleep, or by a busy program."""

GRACE_S = 10.0
"""After that, for what has arrived in the meantime to be read."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError after so many seconds, as `asyncio.timeout` does.

    After a sleep the timers are due at the same moment at which the answer that came meanwhile can
    be read, and would throw it away. So a timer that is late gives what arrived a moment first.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def start(wait_s: float) -> None:
        nonlocal timer
        timer = loop.call_later(wait_s, check, loop.time() + wait_s)

    def check(due: float) -> None:
        if loop.time() - due > ASLEEP_S:
            start(GRACE_S)
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        start(seconds)
        try:
            yield
        finally:
            timer.cancel()


async def each_within(chunks: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """Passes chunks on; raises TimeoutError where one takes longer than so many seconds."""
    while True:
        async with deadline(seconds):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
