"""A file that is decoded by whoever waits for it."""

import threading
from collections.abc import Sequence
from inspect import GEN_CLOSED, getgeneratorstate

from producer_studio.audio.engine.source import Source, Span


class DirectSource(Source):
    """Decodes while it is waited for, in the order in which a thread would.

    What it holds depends only on the calls: not on what a thread has decoded meanwhile, from which
    frame, and whether it knows the end already. The file is opened at once.
    """

    def _start(self) -> None:
        self._work = self._steps()
        self._working = threading.Lock()
        next(self._work, None)

    def want(self, spans: Sequence[Span], kept: Sequence[Span] = ()) -> None:
        super().want(spans, kept)
        self._drop_unrequested()

    def wait(self, start: int, count: int) -> None:
        """Decodes until frames can be read, or the source is closed.

        Raises:
            LookupError: They were not asked for.
        """
        with self._working:
            while not self.has(start, count):
                if self._next_page() is None:
                    raise LookupError(f"frames {start} to {start + count} were not asked for")
                next(self._work, None)
        if self._is_closed:
            self._close_file()

    def close(self, wait_s: float) -> None:
        """Closes the file, after a wait that another thread may be in."""
        self.request_close()
        if self._working.acquire(timeout=wait_s):
            self._working.release()
            self._close_file()

    @property
    def is_running(self) -> bool:
        """Whether the file is open."""
        return getgeneratorstate(self._work) != GEN_CLOSED

    def request_close(self) -> None:
        """Closes the file, or lets the thread do it that waits."""
        super().request_close()
        self._close_file()

    def _close_file(self) -> None:
        if self._working.acquire(blocking=False):
            self._work.close()
            self._working.release()
