"""The window's thread during twenty jobs at once: what it does there, not how fast.

The figures are `python3 -m tests.performance stalls`.
"""

from tests.performance.stalls import JOBS, storm

_ALLOWED = (
    # Does not wait: asyncio's sockets are non-blocking.
    ("socket.connect", "_sock_connect"),
    # Once a run: the process that measures is started; all talk with it is awaited.
    ("subprocess.Popen", "create_subprocess_exec"),
    ("open", "create_subprocess_exec"),
    # Once a run, when the desktop is asked whether it likes motion.
    ("import", "_ask_portal"),
    # PySide looks into the source of a module when it is first named on this thread.
    ("open", "getsource"),
)


def _is_allowed(event: str, name: str, stack: str) -> bool:
    if event == "import" and name.startswith("PySide6.QtDBus"):
        return True
    return any(event == one and place in stack for one, place in _ALLOWED)


def test_nothing_that_waits_runs_on_the_windows_thread() -> None:
    found = storm(JOBS, together=False, at_once=True)
    assert found["states"] == {"done": JOBS}
    assert all(moment["playable"] is not None for moment in found["moments"])
    waits = [seen for seen in found["opened"] if not _is_allowed(*seen)]
    assert waits == []
    # The watch itself ran: one tick every 5 ms, and fewer under load.
    assert len(found["held_ms"]) > 100
