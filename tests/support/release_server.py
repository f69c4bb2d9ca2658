"""An address that announces releases, on this computer, and counts who asks."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.loopback_server import QuietHandler, serving


def document(version: str = "9.2.0", **changes: Any) -> dict[str, Any]:
    """An announcement as `latest.json` has it."""
    return {
        "format": 1,
        "version": version,
        "date": "2026-11-21",
        "page": f"https://studio.example/releases/{version}",
        "notes": ["Compare up to eight takes.", "The library opens faster."],
        "artefacts": [],
        "signature": "",
        **changes,
    }


def encoded(announcement: dict[str, Any]) -> bytes:
    return json.dumps(announcement).encode()


class Signer:
    """Holds a key, and signs announcements as a release does."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.private_key = base64.b64encode(self._key.private_bytes_raw()).decode()
        self.public_key = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def signed(self, announcement: dict[str, Any]) -> bytes:
        own = base64.b64encode(self._key.sign(encoded(announcement))).decode()
        return encoded({**announcement, "signature": own})


@dataclass
class Announcer:
    """What it says, and who has asked.

    Attributes:
        agents: The user agent of each request.
        headers: The names of the headers of each request, in lower case.
        asked: Set at a request; cleared by the test.
    """

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=lambda: encoded(document()))
    agents: list[str] = field(default_factory=list)
    headers: list[set[str]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def announcing() -> Iterator[Announcer]:
    """The address, on a free port."""
    announcer = Announcer()

    class Answers(QuietHandler):
        def do_GET(self) -> None:
            announcer.agents.append(self.headers["user-agent"])
            announcer.headers.append({name.lower() for name in self.headers})
            self.send_response(announcer.status)
            self.send_header("Content-Length", str(len(announcer.body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # one who reads no further than he must
                self.wfile.write(announcer.body)
            announcer.asked.set()

    with serving(Answers) as url:
        announcer.url = f"{url}/latest.json"
        yield announcer
