"""The process that renders: one order after another, until the server's end of the pipe closes.

Only this process imports numpy and av, so that the server starts at once and answers while
music is being made.
"""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection, wait
from typing import Any

#: Politeness towards everything else on the machine, where the system knows such a thing.
NICENESS = 10


def run_worker(pipe: Connection) -> None:
    """Answers each order on the pipe with `{"done": …}` or `{"problem": text}`.

    The server ends it: by closing the pipe, or by dying in any way at all.
    """
    # Ctrl+C in a terminal reaches the whole group; the server ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_die_with_parent, name="parent watch", daemon=True).start()
    # One core is the promise; numpy's libraries would take them all.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    # Here and not above: the server imports this module too, and must not load numpy.
    from producer_studio.sandbox.rendering import InvalidRenderOrder, execute_order

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
        # Whatever is half-rendered has a name that nothing will ever read.
        os._exit(1)
