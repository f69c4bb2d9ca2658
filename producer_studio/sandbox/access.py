"""Who may talk to the sandbox: no web page, and only those who know the key of this run."""

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
"""Web pages cannot send a header of their own to another address unless that one agrees."""

OWNER_ACCOUNT = "demo"
"""Whose account the key of a run opens: keys come and go, tasks and credits stay."""

_LINE_LIMIT = 4096
_HOST = re.compile(r"(?:\[(?P<address>[^\]]+)\]|(?P<name>[^:\[\]@/]+))(?::[0-9]*)?")


class HostCheckMiddleware:
    """ASGI middleware that answers only those who call this computer by its own name.

    A web page reaches the loopback by a name of its own whose address it changes (DNS rebinding);
    its browser then says that name.
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
    """Whether a Host header names the loopback, at whatever port."""
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
    """What the program that starts the sandbox writes on its standard input, as a line of JSON.

    Attributes:
        key: The only one that is accepted in this run.
        secret: By which the sandbox proves that it is the one which was started; never sent.
    """

    key: str
    secret: str


def read_startup_credentials() -> StartupCredentials:
    """Reads the line, and nothing behind it.

    Raises:
        OSError: There is none.
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
    """Answers a challenge, so that whoever started the sandbox knows it from a stranger.

    Attributes:
        secret: What both know.
        url: Where the sandbox is; in the answer, so that nobody can pass a challenge on to it.
    """

    secret: str
    url: str

    def routes(self) -> list[BaseRoute]:
        return [Route("/handshake/{challenge}", self._prove_identity, methods=["GET"])]

    async def _prove_identity(self, request: Request) -> Response:
        text = f"{self.url} {request.path_params['challenge']}"
        return PlainTextResponse(hmac.digest(self.secret.encode(), text.encode(), "sha256").hex())
