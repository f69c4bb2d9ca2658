"""The loop that the window runs on."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from producer_studio.providers.http import client_factory as module
from producer_studio.providers.http.client_factory import deadline
from producer_studio.ui.event_loop import QtEventLoop


def _timers() -> set[int]:
    """Identities of the timers that were cancelled and are still there."""
    gc.collect()
    handles = [one for one in gc.get_objects() if isinstance(one, asyncio.Handle)]
    return {id(one) for one in handles if one.cancelled()}


async def _timers_left_by_deadlines() -> set[int]:
    others = _timers()
    for _ in range(60):
        async with deadline(3600):
            await asyncio.sleep(0)
    await asyncio.sleep(0.3)
    return _timers() - others


def test_an_answer_in_time_leaves_no_timer_for_an_hour(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This loop keeps a cancelled timer until it is due, and each look at a task brings some."""
    monkeypatch.setattr(module, "_STEP_S", 0.05)
    loop = qasync.QEventLoop(qapp)
    try:
        assert loop.run_until_complete(_timers_left_by_deadlines()) == set()
    finally:
        loop.close()


@pytest.mark.usefixtures("qapp")
def test_a_generator_that_is_left_early_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: faults.append(found.exc_value))

    async def run() -> bool:
        closed = asyncio.Event()

        async def chunks() -> AsyncIterator[bytes]:
            try:
                yield b"first"
                yield b"second"
            finally:
                await asyncio.sleep(0)
                closed.set()

        async for _ in chunks():
            break
        return await asyncio.wait_for(closed.wait(), 5)

    before = sys.get_asyncgen_hooks()
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(QApplication.instance())) as runner:
        assert runner.run(run())
    assert faults == []
    assert sys.get_asyncgen_hooks() == before
