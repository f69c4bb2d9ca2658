"""Factory of the program's HTTP clients, which share certificates and proxy."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from producer_studio.providers.http.certificates import get_ssl_context
from producer_studio.providers.http.lazy_httpx import load_httpx

if TYPE_CHECKING:
    import httpx

USER_AGENT = "producer-studio"


def create_http_client(
    proxy: str | None,
    *,
    timeout: "httpx.Timeout | None" = None,
    limits: "httpx.Limits | None" = None,
    headers: Mapping[str, str] | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> "httpx.AsyncClient":
    """Creates a client that follows no redirect and reads no environment variables itself.

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
    import httpx  # start-up cost, see lazy_httpx.py

    # httpx's own log records contain URLs, and signed media links are secrets until they expire.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        headers=dict(headers or {}),
        verify=get_ssl_context(),
        proxy=_create_proxy(proxy) if proxy else None,
        trust_env=False,
        follow_redirects=False,
        timeout=timeout or httpx.Timeout(5.0),
        limits=limits or httpx.Limits(max_connections=100, max_keepalive_connections=20),
        transport=transport,
    )


def _create_proxy(address: str) -> "httpx.Proxy":
    import httpx  # start-up cost, see lazy_httpx.py

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
