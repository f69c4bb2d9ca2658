"""Thread pool for file operations whose shutdown an unresponsive disk cannot block."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SHUTDOWN_TIMEOUT_S = 5.0
"""Seconds that shutdown waits for running calls."""

IDLE_AFTER_S = 2.0
"""Seconds without a call after which a thread is idle."""


class WorkerPool(ThreadPoolExecutor):
    """Thread pool whose shutdown, and that of the interpreter, wait for a limited time.

    The interpreter joins the threads of the base class without a timeout at exit; a read from a
    network drive that is gone, or from a pipe without a writer, would block the exit forever. These
    threads are daemons. It is a `ThreadPoolExecutor` because event loops accept no other type.
    """

    def __init__(
        self,
        threads: int,
        name: str,
        shutdown_timeout_s: float | None = SHUTDOWN_TIMEOUT_S,
        *,
        on_idle: Callable[[], None] | None = None,
        idle_after_s: float = IDLE_AFTER_S,
    ) -> None:
        """Creates a pool.

        Args:
            threads: Maximum number of threads.
            name: Name of the threads.
            shutdown_timeout_s: How long `shutdown` waits; None for as long as it takes. The exit of
                the interpreter never waits for the threads themselves.
            on_idle: Called in each thread that has had no call for a while after its last one, once
                until its next one. It must not raise.
            idle_after_s: Seconds until then.
        """
        super().__init__(threads, name)
        self._limit = threads
        self._name = name
        self._shutdown_timeout_s = shutdown_timeout_s
        self._on_idle = on_idle
        self._idle_after_s = idle_after_s
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._submit_lock = threading.Lock()
        self._workers: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        self._is_shut_down = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Queues a call.

        Raises:
            RuntimeError: The pool is shut down.
        """
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - passed on to the future
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._submit_lock:
            if self._is_shut_down:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._calls.put(run)
            if not self._idle.acquire(blocking=False) and len(self._workers) < self._limit:
                worker = threading.Thread(
                    target=self._work, name=f"{self._name}_{len(self._workers)}", daemon=True
                )
                try:
                    worker.start()
                except RuntimeError:
                    # No memory for another thread: the call waits for one of those that exist.
                    if not self._workers:
                        raise
                else:
                    self._workers.append(worker)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Rejects further calls, and waits a limited time for the existing ones.

        Args:
            wait: Whether to wait at all.
            cancel_futures: Unused parameter of the base class. Queued calls are still executed, if
                time allows.
        """
        del cancel_futures  # part of the base class; queued calls are never dropped
        with self._submit_lock:
            if not self._is_shut_down:
                self._is_shut_down = True
                for _ in self._workers:
                    self._calls.put(None)
        if not wait:
            return
        if self._shutdown_timeout_s is None:
            for worker in self._workers:
                worker.join()
            return
        until = time.monotonic() + self._shutdown_timeout_s
        for worker in self._workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        # None: until the next call, however long that takes.
        timeout_s: float | None = None
        while True:
            try:
                order = self._calls.get(timeout=timeout_s)
            except Empty:
                timeout_s = None
                if self._on_idle is not None:
                    self._on_idle()
                continue
            if order is None:
                return
            order()
            timeout_s = None if self._on_idle is None else self._idle_after_s
            # Releases all objects of the call before waiting for the next one.
            del order
            self._idle.release()
