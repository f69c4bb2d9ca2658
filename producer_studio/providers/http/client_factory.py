"""Factory of the program's HTTP clients: certificates, proxy, timeouts."""

import asyncio
import importlib
import importlib.util
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

from producer_studio.providers.http.certificates import get_ssl_context
from producer_studio.providers.http.response_body import ACCEPT_ENCODING

if TYPE_CHECKING:
    import httpx


_PRELOADED_MODULES = ("httpcore._backends.anyio", "anyio._backends._asyncio")
"""Modules that httpx would import at the first connection, on the event loop: 40 ms and more."""


def load_httpx() -> None:
    """Imports httpx; 60 ms and more, so it is called in a thread, before any other import of it.

    Its command-line program is omitted: that alone imports three other packages and takes longer
    than the rest, while it blocks the window. httpx itself works without it.
    """
    absent = cast("dict[str, Any]", sys.modules)
    absent.setdefault("httpx._main", None)
    if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
        # httpx tries to import it a dozen times per request, each time through all folders of
        # modules.
        absent["sniffio"] = None
    import httpx  # noqa: F401 - start-up cost

    for name in _PRELOADED_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


SUSPEND_THRESHOLD_S = 1.0
"""A timer that is later than this was delayed: by a suspended computer, or by a busy program."""

GRACE_S = 10.0
"""Additional time after that, to read data that has arrived in the meantime."""

_STEP_S = 5.0
"""Maximum between two checks of the clock: a loop may hold a cancelled timer until it is due."""


@asynccontextmanager
async def deadline(
    seconds: float, *, unless: Callable[[], bool] = lambda: False
) -> AsyncIterator[None]:
    """Raises TimeoutError after so many seconds, as `asyncio.timeout` does.

    After a suspension the timers are due at the moment at which the response that arrived meanwhile
    can be read, and would discard it. So a late timer first allows some time to read it.

    Args:
        seconds: How long.
        unless: Asked when they are over; True lets the block continue without a limit.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def start(due: float) -> None:
        nonlocal timer
        timer = loop.call_later(min(_STEP_S, due - loop.time()), check, due)

    def check(due: float) -> None:
        now = loop.time()
        if now < due:
            start(due)
        elif now - due > SUSPEND_THRESHOLD_S:
            start(now + GRACE_S)
        elif not unless():
            limit.reschedule(now)

    async with asyncio.timeout(None) as limit:
        start(loop.time() + seconds)
        try:
            yield
        finally:
            timer.cancel()


async def iterate_with_timeout(
    chunks: AsyncIterator[bytes], seconds: float
) -> AsyncIterator[bytes]:
    """Passes chunks on; raises TimeoutError where one takes longer than so many seconds."""
    while True:
        async with deadline(seconds):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk


USER_AGENT = "producer-studio"

CLIENT_HEADERS: Mapping[str, str] = {
    "User-Agent": USER_AGENT,
    "Accept": "application/json",
    "Accept-Encoding": ACCEPT_ENCODING,
}
"""Headers of every request to the API of a service."""


def create_http_client(
    proxy: str | None,
    *,
    timeout: "httpx.Timeout | None" = None,
    limits: "httpx.Limits | None" = None,
    headers: Mapping[str, str] | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> "httpx.AsyncClient":
    """Creates a client that follows no redirect, stores no cookie and reads no variables itself.

    Takes 80 ms the first time: call it in a thread.

    Args:
        proxy: Result of `find_proxy`; None connects directly.
        timeout: None for the default of 5 s.
        limits: Limits of connections; None for the defaults.
        headers: Sent with every request.
        transport: Other transport for the requests, for tests.

    Raises:
        Exception: Any: the certificates, the proxy's address and the modules for it are loaded
            here. In every case nothing was sent.
    """
    load_httpx()
    from http.cookiejar import CookieJar, DefaultCookiePolicy  # start-up cost, as httpx

    import httpx  # start-up cost, see `client_factory.load_httpx`

    # httpx's own log records contain URLs, and signed media links are secrets until they expire.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        headers=dict(headers or {}),
        verify=get_ssl_context(),
        proxy=_create_proxy(proxy) if proxy else None,
        trust_env=False,
        # A single bad cookie would make every later request fail.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        timeout=timeout or httpx.Timeout(5.0),
        limits=limits or httpx.Limits(max_connections=100, max_keepalive_connections=20),
        transport=transport,
    )


def _create_proxy(address: str) -> "httpx.Proxy":
    import httpx  # start-up cost, see `client_factory.load_httpx`

    encrypted = address.startswith("https:")
    return httpx.Proxy(address, ssl_context=get_ssl_context() if encrypted else None)


class SendTracker:
    """Records whether a request has begun to leave this computer.

    Pass `extensions` to the request. The requests to a proxy that establish the connection do not
    count; they contain nothing of the request.
    """

    def __init__(self) -> None:
        self.has_begun = False
        self._streams: list[_Closable] = []

    @property
    def extensions(self) -> dict[str, object]:
        return {"trace": self._on_event}

    async def close_unused(self) -> None:
        """Closes the connections made for a request that never began.

        The client leaks a connection when the handshake with a SOCKS proxy fails.
        """
        if not self.has_begun:
            for stream in self._streams:
                await stream.aclose()

    async def _on_event(self, name: str, details: Mapping[str, object]) -> None:
        if name.endswith("connect_tcp.complete"):
            self._streams.append(cast("_Closable", details["return_value"]))
        elif name.endswith("send_request_headers.started"):
            request = details.get("request")
            self.has_begun = self.has_begun or getattr(request, "method", b"") != b"CONNECT"


class _Closable(Protocol):
    async def aclose(self) -> None: ...
