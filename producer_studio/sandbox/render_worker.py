"""Worker process that renders one order after another, until the server closes the pipe.

Only this process imports numpy and av, so that the server starts at once and responds during
rendering.
"""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection, wait
from typing import Any

#: Low priority, where the system supports it.
NICENESS = 10


def run_worker(pipe: Connection) -> None:
    """Responds to each order on the pipe with `{"done": …}` or `{"problem": text}`.

    The server ends it by closing the pipe, or by dying in any way.
    """
    # Ctrl+C in a terminal reaches the whole group; the server ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_die_with_parent, name="parent watch", daemon=True).start()
    # Use one core only; numpy's libraries would use all.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    # Imported here because the server imports this module too, and must not load numpy.
    from producer_studio.sandbox.order_rendering import InvalidRenderOrder, execute_order

    while True:
        try:
            order: dict[str, Any] = pipe.recv()
        except EOFError:
            return
        try:
            answer: dict[str, Any] = {"done": execute_order(order)}
        except InvalidRenderOrder as problem:
            answer = {"problem": str(problem)}
        pipe.send(answer)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        # Unfinished files have names that are never read.
        os._exit(1)
