"""A pool that works like any other, and ends although a thread does not."""

import asyncio
import subprocess
import sys
import threading

import pytest

from producer_studio.files.worker_pool import WorkerPool


def test_it_runs_at_once_what_its_threads_allow() -> None:
    pool = WorkerPool(3, "test")
    gate = threading.Barrier(3)
    futures = [
        pool.submit(lambda: (gate.wait(10), threading.current_thread().name)[1]) for _ in "abc"
    ]
    assert len({future.result(10) for future in futures}) == 3
    assert [pool.submit(pow, 2, number).result(10) for number in range(4)] == [1, 2, 4, 8]
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(print)


def test_what_is_raised_comes_back_and_what_was_asked_for_is_done() -> None:
    pool = WorkerPool(1, "test")
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(10)
    done: list[int] = []
    for number in range(20):
        pool.submit(done.append, number)
    pool.shutdown()
    assert done == list(range(20))


def test_a_call_that_was_cancelled_is_not_made() -> None:
    pool = WorkerPool(1, "test")
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(10)

    pool.submit(hold)
    assert begun.wait(10)
    made: list[int] = []
    waiting = pool.submit(made.append, 1)
    assert waiting.cancel()
    go.set()
    pool.shutdown()
    assert made == []


def test_an_idle_thread_is_told_once_until_its_next_call() -> None:
    idle = threading.Semaphore(0)
    told: list[str] = []

    def on_idle() -> None:
        told.append(threading.current_thread().name)
        idle.release()

    pool = WorkerPool(1, "test", on_idle=on_idle, idle_after_s=0.01)
    assert pool.submit(pow, 2, 3).result(10) == 8
    assert idle.acquire(timeout=10)
    assert not idle.acquire(timeout=0.2)
    assert pool.submit(pow, 2, 4).result(10) == 16
    assert idle.acquire(timeout=10)
    pool.shutdown()
    assert told == ["test_0", "test_0"]


def test_it_works_with_the_threads_that_the_system_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    pool, go, begun = WorkerPool(2, "test"), threading.Event(), threading.Event()
    first = pool.submit(lambda: (begun.set(), go.wait(10))[1])
    assert begun.wait(10)
    with monkeypatch.context() as patches:
        patches.setattr(threading.Thread, "start", refuse)
        second = pool.submit(pow, 2, 3)
        with pytest.raises(RuntimeError, match="new thread"):
            WorkerPool(2, "other").submit(pow, 2, 3)
    go.set()
    assert (first.result(10), second.result(10)) == (True, 8)
    pool.shutdown()


def test_a_loop_takes_it() -> None:
    async def work() -> str:
        asyncio.get_running_loop().set_default_executor(WorkerPool(2, "files"))
        return await asyncio.to_thread(lambda: threading.current_thread().name)

    assert asyncio.run(work()).startswith("files")


_BLOCKED = """
import asyncio, threading
from producer_studio.files.worker_pool import WorkerPool

async def run():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(WorkerPool(2, "files", shutdown_timeout_s=0.1))
    begun = asyncio.Event()

    def never():
        loop.call_soon_threadsafe(begun.set)
        threading.Event().wait()

    reading = asyncio.create_task(asyncio.to_thread(never))
    await begun.wait()
    reading.cancel()

asyncio.run(run())
print("ended")
"""


def test_a_process_ends_although_a_thread_is_blocked() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _BLOCKED], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
