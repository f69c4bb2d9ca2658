import threading
import time

from pytestqt.qtbot import QtBot

from producer_studio.ui.stall_detector import Stall, StallDetector


def _compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        continue


def test_the_watch_sees_work_and_where_it_was_done(qtbot: QtBot) -> None:
    watch = StallDetector(limit_ms=40)
    watch.start()
    named: list[Stall] = []
    while not named:
        qtbot.wait(50)
        before = len(watch.stalls)
        _compute(0.2)
        qtbot.waitUntil(lambda before=before: len(watch.stalls) > before)
        # On a busy machine the window may have been blocked before, and its stack been taken then.
        named = [one for one in watch.stalls if "_compute" in one.stack]
    watch.stop()
    stall = named[0]
    assert stall.cpu_ms >= 195
    assert stall.blocked_ms >= stall.cpu_ms - 10
    assert watch.longest_ms >= stall.blocked_ms


def test_the_watch_tells_waiting_from_work(qtbot: QtBot) -> None:
    watch = StallDetector(limit_ms=40)
    watch.start()
    qtbot.wait(50)
    threading.Event().wait(0.2)

    def waits() -> list[Stall]:
        # On a busy machine there may be another, shorter one before.
        named = [one for one in watch.stalls if "test_the_watch_tells" in one.stack]
        return [one for one in named if one.blocked_ms >= 190]

    qtbot.waitUntil(lambda: bool(waits()))
    watch.stop()
    (stall,) = waits()
    assert stall.cpu_ms < stall.blocked_ms / 2
