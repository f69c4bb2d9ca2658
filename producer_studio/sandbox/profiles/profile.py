"""What the sandbox asks of a dialect."""

import hashlib
from typing import Any, Protocol

from starlette.routing import BaseRoute

from producer_studio.sandbox.records import Clip, Task


class Profile(Protocol):
    """One dialect, mounted under each of its prefixes; `""` is the root of the server."""

    name: str
    prefixes: tuple[str, ...]

    def routes(self) -> list[BaseRoute]:
        """The endpoints, with paths relative to a prefix."""
        ...

    def places(self, method: str, path: str) -> frozenset[str] | None:
        """The words by which faults name a request; None when it is not of this dialect."""
        ...

    def error_body(self, status: int) -> dict[str, Any]:
        """What this dialect says at a status that a fault has chosen."""
        ...

    def notice(self, task: Task, clip: Clip | None) -> bytes:
        """The body of the webhook about a finished task."""
        ...


def account_of(key: str) -> str:
    """A name for the holder of a key that is safe to store and show."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]
