"""The loop that the window runs on."""

import asyncio
import gc

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from producer_studio.providers.http import timeouts as module
from producer_studio.providers.http.timeouts import deadline


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
