"""Webhooks as a real receiver gets them."""

import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from tests.unit.sandbox.musician import Musician

PROMPT = "a bittersweet goodbye to a small town"


class Delivery(NamedTuple):
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers each delivery with the next of `statuses`, then with 200."""

    def __init__(self) -> None:
        self.deliveries: queue.Queue[Delivery] = queue.Queue()
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                receiver.deliveries.put(Delivery(headers, body))

            def log_message(self, *_args: object) -> None:
                """Quiet: the tests look at the deliveries."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    thread = threading.Thread(target=one.server.serve_forever, args=(0.01,))
    thread.start()
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()


def test_a_signed_delivery(musician: Musician, receiver: Receiver) -> None:
    task_id = musician.submit(
        "lyrics-create", prompt=PROMPT, webhook_url=receiver.url, webhook_secret="s3cret"
    )
    headers, body = receiver.deliveries.get(timeout=20)
    signed = headers["x-webhook-timestamp"].encode() + b"." + body
    expected = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={expected}"
    assert headers["x-webhook-id"] == headers["idempotency-key"]
    assert headers["x-webhook-event"] == "song.completed"
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert (told["code"], told["message"], told["task_id"]) == (200, "success", task_id)
    assert told["data"][0]["lyrics"]


def test_a_failed_task_is_told_unsigned_without_a_secret(
    musician: Musician, receiver: Receiver
) -> None:
    musician.submit("create", task_type="create_music", sound="test", webhook_url=receiver.url)
    headers, body = receiver.deliveries.get(timeout=20)
    assert "x-webhook-signature" not in headers
    assert headers["x-webhook-event"] == "song.failed"
    told = json.loads(body)
    assert (told["code"], told["data"], told["message"]) == (500, [], "Task failed")


def test_a_delivery_that_is_not_acknowledged_comes_again(
    musician: Musician, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    musician.submit("lyrics-create", prompt=PROMPT, webhook_url=receiver.url)
    first = receiver.deliveries.get(timeout=20)
    second = receiver.deliveries.get(timeout=20)
    assert first.headers["x-webhook-id"] == second.headers["x-webhook-id"]
    assert first.body == second.body
