"""The queue before the worker process, with the real worker."""

import asyncio
import contextlib
import multiprocessing
import threading
from collections.abc import AsyncIterator

import pytest

from producer_studio.sandbox.render_client import Renderer, RenderError

pytestmark = pytest.mark.anyio

LYRICS = {"job": "lyrics", "prompt": "a goodbye to a small town", "seed": "1"}
NO_AUDIO = {"job": "decode", "file": "/nowhere/at/all", "seed": "1", "title": "x"}
#: An order that the worker does not know ends it, as a crash of a codec would.
DEADLY = {"job": "explode"}


@contextlib.asynccontextmanager
async def rendering() -> AsyncIterator[Renderer]:
    before = set(threading.enumerate())
    renderer = Renderer()
    renderer.start()
    try:
        yield renderer
    finally:
        renderer.close()
        assert multiprocessing.active_children() == []
        started = set(threading.enumerate()) - before
        assert not [thread for thread in started if "render" in thread.name]


async def test_orders_are_carried_out_in_turn() -> None:
    begun: list[int] = []
    async with rendering() as renderer:
        results = await asyncio.gather(
            *(renderer.render(LYRICS, lambda number=n: begun.append(number)) for n in range(3))
        )
    assert begun == [0, 1, 2]
    assert results[0] == results[1] == results[2]
    assert results[0].keys() == {"title", "lyrics", "sound"}


async def test_a_problem_is_told_and_the_worker_lives() -> None:
    async with rendering() as renderer:
        with pytest.raises(RenderError, match="not audio"):
            await renderer.render(NO_AUDIO, lambda: None)
        assert (await renderer.render(LYRICS, lambda: None))["lyrics"]


async def test_a_dead_worker_is_replaced() -> None:
    async with rendering() as renderer:
        await renderer.render(LYRICS, lambda: None)
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        assert (await renderer.render(LYRICS, lambda: None))["lyrics"]


async def test_an_order_that_kills_the_worker_twice_is_given_up() -> None:
    async with rendering() as renderer:
        with pytest.raises(RenderError, match="ended unexpectedly"):
            await renderer.render(DEADLY, lambda: None)
        assert (await renderer.render(LYRICS, lambda: None))["lyrics"]


async def test_it_can_be_closed_at_any_moment() -> None:
    renderer = Renderer()
    renderer.start()
    renderer.close()
    renderer.close()
