"""Protocol that every dialect implements."""

import hashlib
from typing import Any, Protocol

from starlette.requests import Request
from starlette.routing import BaseRoute

from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.records import SandboxClip, SandboxTask
from producer_studio.sandbox.task_service import SandboxSettings, TaskService


class ApiProfile(Protocol):
    """One dialect, mounted under each of its prefixes; `""` is the root of the server.

    Attributes:
        service: Service of its accounts, see `account_name`; dialects of one service share it.
        help: Endpoints and prices, for `--help`.
    """

    name: str
    prefixes: tuple[str, ...]
    service: str
    help: str

    def routes(self) -> list[BaseRoute]:
        """Returns the endpoints, with paths relative to a prefix."""
        ...

    def fault_locations(self, method: str, path: str) -> frozenset[str] | None:
        """Returns the fault locations of a request; None for paths outside of this dialect."""
        ...

    def error_body(self, status: int) -> dict[str, Any]:
        """Returns this dialect's error body for the status of an injected fault."""
        ...

    def webhook_body(self, task: SandboxTask, clip: SandboxClip | None) -> bytes:
        """Returns the body of the webhook about a finished task."""
        ...


class ProfileFactory(Protocol):
    """Class of a profile, with the attributes that are known before the server runs."""

    name: str
    prefixes: tuple[str, ...]
    service: str
    help: str

    def __call__(
        self, task_service: TaskService, media_files: MediaFiles, settings: SandboxSettings
    ) -> ApiProfile: ...


def account_name(key: str, service: str = "") -> str:
    """Returns a name for the holder of a key at one service that is safe to store and show."""
    named = f"{service}:{key}" if service else key
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def request_origin(request: Request) -> str:
    """Returns scheme and host as sent by the client, so that links survive a change of port."""
    return f"{request.url.scheme}://{request.url.netloc}"
