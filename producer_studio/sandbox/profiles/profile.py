"""What the sandbox asks of a dialect."""

import hashlib
from typing import Any, Protocol

from starlette.requests import Request
from starlette.routing import BaseRoute

from producer_studio.sandbox.records import SandboxClip, SandboxTask


class ApiProfile(Protocol):
    """One dialect, mounted under each of its prefixes; `""` is the root of the server."""

    name: str
    prefixes: tuple[str, ...]

    def routes(self) -> list[BaseRoute]:
        """The endpoints, with paths relative to a prefix."""
        ...

    def fault_locations(self, method: str, path: str) -> frozenset[str] | None:
        """The words by which faults name a request; None when it is not of this dialect."""
        ...

    def error_body(self, status: int) -> dict[str, Any]:
        """What this dialect says at a status that a fault has chosen."""
        ...

    def webhook_body(self, task: SandboxTask, clip: SandboxClip | None) -> bytes:
        """The body of the webhook about a finished task."""
        ...


#: The services with accounts of their own; the empty one is that of both musicapi dialects,
#: which are one service before and after a change.
SERVICES = ("", "aimusicapi", "acedata", "apiframe")


def account_name(key: str, service: str = "") -> str:
    """A name for the holder of a key at one service that is safe to store and show."""
    named = f"{service}:{key}" if service else key
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def request_origin(request: Request) -> str:
    """Scheme and host as the client wrote them, so that links live through a change of port."""
    return f"{request.url.scheme}://{request.url.netloc}"
