"""An HTTP server on a free port of this computer, for as long as a test needs it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class QuietHandler(BaseHTTPRequestHandler):
    """Handler that prints no line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Prints nothing."""


@contextmanager
def serving(handler: Callable[..., Any], *, waits_for_requests: bool = True) -> Iterator[str]:
    """Serves with a handler in a thread; yields the URL without a slash at its end.

    Args:
        waits_for_requests: Whether requests under way are waited for at the end; else they end
            with the process.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = not waits_for_requests
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
