"""Room at a service, in turn."""

import asyncio

import pytest

from producer_studio.domain.ids import AccountName
from producer_studio.studio.jobs.concurrency import AccountLimiter

pytestmark = pytest.mark.anyio

MINE, YOURS = AccountName("mine"), AccountName("yours")


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_waits_is_let_in_in_turn_and_a_new_limit_holds_at_once() -> None:
    limits = {MINE: 1, YOURS: 1}
    slots = AccountLimiter(lambda name: limits[name])
    inside: list[int] = []
    ends = [asyncio.Event() for _ in range(4)]

    async def job(number: int) -> None:
        async with slots.acquire(MINE):
            inside.append(number)
            await ends[number].wait()

    tasks = [asyncio.create_task(job(number)) for number in range(4)]
    await turns()
    assert inside == [0]
    async with slots.acquire(YOURS):
        inside.append(99)
    limits[MINE] = 2
    ends[0].set()
    await turns()
    assert inside == [0, 99, 1, 2]
    tasks[1].cancel()
    await turns()
    assert inside == [0, 99, 1, 2, 3]
    for end in ends:
        end.set()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_is_there_already_counts_and_is_never_kept_waiting() -> None:
    slots = AccountLimiter(lambda _: 1)
    with slots.count(MINE), slots.count(MINE):
        late = asyncio.create_task(slots.acquire(MINE).__aenter__())
        await turns()
        assert not late.done()
    await turns()
    assert late.done()


async def test_one_that_is_called_off_while_it_waits_takes_no_room() -> None:
    slots = AccountLimiter(lambda _: 1)
    with slots.count(MINE):
        late = asyncio.create_task(slots.acquire(MINE).__aenter__())
        await turns()
        late.cancel()
        await turns()
    async with asyncio.timeout(5), slots.acquire(MINE):
        assert late.cancelled()
