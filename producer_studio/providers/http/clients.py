"""HTTP clients of the program: all of them trust the same certificates and use the same proxy."""

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
    """A client that follows no redirect and reads nothing of the environment by itself.

    Takes 80 ms the first time: call it in a thread.

    Args:
        proxy: What `proxy_for` says; None connects directly.
        timeout: None for the client's own.
        limits: Of connections; None for the client's own.
        headers: Sent with every request.
        transport: Another way to carry requests, for tests.

    Raises:
        Exception: Anything: the certificates, the proxy's address and the modules for it are looked
            at here. Whatever it is, nothing was sent.
    """
    load_httpx()
    import httpx  # start-up cost, see loading.py

    # Its own records name addresses, and signed media links are secrets for a while.
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
    import httpx  # start-up cost, see loading.py

    encrypted = address.startswith("https:")
    return httpx.Proxy(address, ssl_context=get_ssl_context() if encrypted else None)


class SendTracker:
    """Tells whether a request has begun to leave this computer.

    Give `extensions` to the request. What a proxy is asked first to make the connection does not
    count; nothing of the request is in it.
    """

    def __init__(self) -> None:
        self.has_begun = False
        self._streams: list[_Closable] = []

    @property
    def extensions(self) -> dict[str, object]:
        return {"trace": self._on_event}

    async def close_unused(self) -> None:
        """Closes what was connected for a request that never began.

        The client forgets a connection when the talk with a SOCKS proxy fails.
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
