"""Receives webhooks, for the tests of every dialect."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.support.loopback_server import QuietHandler, serving


class Delivery(NamedTuple):
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers each delivery with the next of `statuses`, then with 200."""

    def __init__(self) -> None:
        self.deliveries: queue.Queue[Delivery] = queue.Queue()
        self.statuses: list[int] = []
        receiver = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                receiver.deliveries.put(Delivery(headers, body))

        self.handler = Handler
        self.url = ""


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver at work on a port of its own."""
    one = Receiver()
    with serving(one.handler) as url:
        one.url = f"{url}/hook"
        yield one
