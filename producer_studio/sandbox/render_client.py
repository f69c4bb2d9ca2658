"""Client of the worker process that renders audio."""

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from producer_studio.sandbox.render_worker import run_worker

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)


class RenderError(Exception):
    """The order cannot be executed; the message contains the reason."""


class Renderer:
    """Queue of orders for one worker process.

    The worker is started before it is needed, and restarted if it dies.
    """

    def __init__(self) -> None:
        # One thread, because the pipe carries one order at a time; the queue is that of the
        # executor.
        self._executor = ThreadPoolExecutor(1, "render queue")
        self._process: SpawnProcess | None = None
        self._process_lock = threading.Lock()
        self._pipe: Connection | None = None
        self._closed = False

    def start(self) -> None:
        """Starts the worker without waiting for it."""
        self._executor.submit(self._ensure_worker)

    async def render(self, order: dict[str, Any], on_started: Callable[[], None]) -> Any:  # noqa: ANN401
        """Queues an order and waits for its result.

        Args:
            order: See `rendering.py`.
            on_started: Called on this event loop when the worker begins.

        Raises:
            RenderError: The order cannot be executed, or kills the worker twice.
        """
        loop = asyncio.get_running_loop()

        def begin_and_wait() -> dict[str, Any]:
            loop.call_soon_threadsafe(on_started)
            return self._send_order(order)

        answer = await loop.run_in_executor(self._executor, begin_and_wait)
        if "problem" in answer:
            raise RenderError(answer["problem"])
        return answer["done"]

    def close(self) -> None:
        """Stops the worker at once; waiting orders are dropped."""
        self._closed = True
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._kill()
        # The thread ends its order by itself: the pipe is broken, and it starts no other worker.
        self._executor.shutdown(wait=True)
        self._kill()
        self._discard_worker()

    def _send_order(self, order: dict[str, Any]) -> dict[str, Any]:
        for _attempt in range(2):
            pipe = self._ensure_worker()
            try:
                pipe.send(order)
                answer: dict[str, Any] = pipe.recv()
            except (EOFError, OSError):
                if self._closed:
                    break
                log.warning("the rendering process ended unexpectedly")
                self._discard_worker()
            else:
                return answer
        return {"problem": "the rendering process ended unexpectedly"}

    def _kill(self) -> None:
        with self._process_lock:
            if self._process is not None:
                self._process.kill()

    def _discard_worker(self) -> None:
        with self._process_lock:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
        if process is not None:
            process.join()
            process.close()
        if pipe is not None:
            pipe.close()

    def _ensure_worker(self) -> Connection:
        with self._process_lock:
            if self._process is None or self._pipe is None:
                context = multiprocessing.get_context("spawn")
                self._pipe, theirs = context.Pipe()
                process = context.Process(
                    target=run_worker, args=(theirs,), name="demo studio rendering", daemon=True
                )
                process.start()
                self._process = process
                theirs.close()
            return self._pipe
