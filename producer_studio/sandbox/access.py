"""Access control of the sandbox: Host header check, startup credentials, identity proof."""

import hmac
import ipaddress
import os
import re
import sys
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

CONTROL_HEADER = "X-Sandbox-Control"
"""Web pages cannot send a custom header to another origin without its permission (CORS)."""

OWNER_ACCOUNT = "demo"
"""Account of the key of a run: keys change with each run, tasks and credits persist."""

_LINE_LIMIT = 4096
_HOST = re.compile(r"(?:\[(?P<address>[^\]]+)\]|(?P<name>[^:\[\]@/]+))(?::[0-9]*)?")


class HostCheckMiddleware:
    """ASGI middleware that rejects requests whose Host header is not the loopback.

    In DNS rebinding, a web page resolves its own host name to the loopback; the Host header then
    contains that name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_loopback_host(_host_header(scope)):
            body = {"error": "The sandbox answers at 127.0.0.1 and localhost only."}
            await JSONResponse(body, 421)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_loopback_host(host: str) -> bool:
    """Whether a Host header names the loopback, at any port."""
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        return False
    name = (found["address"] or found["name"]).rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _host_header(scope: Scope) -> str:
    found = [value for name, value in scope["headers"] if name == b"host"]
    return found[0].decode("latin-1") if len(found) == 1 else ""


class StartupCredentials(msgspec.Struct, frozen=True):
    """Credentials that the parent process writes to standard input, as a line of JSON.

    Attributes:
        key: The only key that is accepted in this run.
        secret: Secret with which the sandbox proves its identity; never sent.
    """

    key: str
    secret: str


def read_startup_credentials() -> StartupCredentials:
    """Reads exactly one line from standard input and parses it.

    Raises:
        OSError: The line is missing or invalid.
    """
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < _LINE_LIMIT:
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            break
        line += byte
    try:
        found = msgspec.json.decode(bytes(line), type=StartupCredentials)
    except msgspec.MsgspecError as error:
        raise OSError(f"standard input has no introduction: {error}") from error
    if not found.key or not found.secret:
        raise OSError("standard input has an introduction without a key or a secret")
    return found


@dataclass(frozen=True, slots=True)
class IdentityProof:
    """Challenge–response endpoint that proves the server's identity to its parent process.

    Attributes:
        secret: Shared secret.
        url: URL of the sandbox; part of the response, so that a challenge cannot be relayed to it.
    """

    secret: str
    url: str

    def routes(self) -> list[BaseRoute]:
        return [Route("/handshake/{challenge}", self._prove_identity, methods=["GET"])]

    async def _prove_identity(self, request: Request) -> Response:
        text = f"{self.url} {request.path_params['challenge']}"
        return PlainTextResponse(hmac.digest(self.secret.encode(), text.encode(), "sha256").hex())
