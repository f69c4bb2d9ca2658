"""A service on this computer that answers whatever a test gives it, in any dialect."""

import contextlib
import io
import json
import math
import struct
import threading
import time
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.loopback_server import QuietHandler, serving

SUBMITS = ("/create", "/v2/music/generate")
LOOKS = ("/task/", "/v2/jobs/")


@dataclass(frozen=True)
class Reply:
    """One answer; a body that is not bytes is sent as JSON."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class HostileService:
    """Each list gives its answers one by one, and its last again and again.

    Attributes:
        url: Where it listens.
        requests: Method, path and time of all that was asked.
        media: Replies to downloads by their path, in place of a second of a tone.
        head_status: What every HEAD is answered with; many signatures are good for GET alone.
        busiest: The most downloads that were under way at a time.
    """

    submits: list[Reply] = field(default_factory=list)
    looks: list[Reply] = field(default_factory=list)
    media: dict[str, Reply] = field(default_factory=dict)
    url: str = ""
    head_status: int = 501
    requests: list[tuple[str, str, float]] = field(default_factory=list)
    busiest: int = 0
    _downloads: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def times(self, method: str, part: str) -> list[float]:
        """When something was asked for, by a part of its path."""
        return [at for verb, path, at in self.requests if verb == method and part in path]

    def reply(self, method: str, path: str) -> Reply:
        with self._lock:
            self.requests.append((method, path, time.monotonic()))
            if any(part in path for part in SUBMITS):
                return _next(self.submits)
            if any(part in path for part in LOOKS):
                return _next(self.looks)
        if path.startswith("/media/"):
            return self.media.get(path) or self._download()
        if path.endswith(("/get-credits", "/v2/me")):
            return Reply({"credits": 100, "team": {"credits": 100}})
        return Reply({"error": "Not found"}, 404)

    def _download(self) -> Reply:
        with self._lock:
            self._downloads += 1
            self.busiest = max(self.busiest, self._downloads)
        # Long enough for all that are allowed at a time to be here together.
        time.sleep(0.05)
        with self._lock:
            self._downloads -= 1
        return Reply(SONG, headers={"Content-Type": "audio/wav"})


def _next(replies: list[Reply]) -> Reply:
    return replies.pop(0) if len(replies) > 1 else replies[0]


def song() -> bytes:
    """One second of a tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        tone = (int(9000 * math.sin(at / 8)) for at in range(22_050))
        sound.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return file.getvalue()


SONG = song()


@contextlib.contextmanager
def hostile_service() -> Iterator[HostileService]:
    """The service, on a free port."""
    service = HostileService()

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_HEAD(self) -> None:
            self.send_response(service.head_status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer("POST")

        def _answer(self, method: str) -> None:
            reply = service.reply(method, self.path)
            self.send_response(reply.status)
            headers: dict[str, Any] = {"Content-Type": "application/json"}
            headers |= reply.headers | {"Content-Length": str(len(reply.data))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.data)

    with serving(Handler) as service.url:
        yield service
