"""Sees what the window's thread does that could make it wait: files, databases, connections."""

import sys
import threading
import traceback
from typing import Any

_WATCHED = frozenset(
    {"open", "sqlite3.connect", "socket.connect", "socket.getaddrinfo", "import", "time.sleep"}
    | {"os.listdir", "os.mkdir", "os.remove", "os.rename", "os.scandir", "subprocess.Popen"}
)

_DEPTH = 8


class Sentry:
    """An audit hook on the thread that makes it; Python cannot take a hook away, so it can pause.

    Attributes:
        seen: What happened, as event, its first argument, and the innermost frames first.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self._thread = threading.get_ident()
        self._awake = False
        sys.addaudithook(self._on_event)

    def begin(self) -> None:
        self._awake = True

    def end(self) -> None:
        self._awake = False

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._awake or event not in _WATCHED or threading.get_ident() != self._thread:
            return
        if event == "import" and arguments[0] in sys.modules:
            return
        # Without the lines' text: reading sources would be a hold of our own making.
        frames = [frame for frame, _ in traceback.walk_stack(sys._getframe(1))][:_DEPTH]
        stack = [f"{one.f_code.co_filename}:{one.f_lineno} {one.f_code.co_name}" for one in frames]
        self.seen.append((event, str(arguments[0])[:200] if arguments else "", "\n".join(stack)))
