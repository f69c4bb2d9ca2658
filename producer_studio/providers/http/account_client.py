"""HTTP client of one account, replaced when no connection could be made with it."""

import asyncio
from typing import TYPE_CHECKING

from producer_studio.providers.http.certificates import get_ssl_context
from producer_studio.providers.http.client_factory import (
    CLIENT_HEADERS,
    create_http_client,
    load_httpx,
)
from producer_studio.providers.http.proxies import find_proxy

if TYPE_CHECKING:
    import ssl

    import httpx

# When the server closes an idle connection just as it is used again, the response seems to be lost
# after sending. Servers keep idle connections open for 5 s and more, so ours are closed well
# before.
KEEP_ALIVE_S = 2.0


class AccountClient:
    """Creates the client at the first request; it has one connection pool.

    Args:
        base_url: URL of the API; decides about the proxy.
        transport: Other transport for the requests, for tests.

    Attributes:
        proxy: Proxy of the current client; None for a direct connection, and before the first one.
    """

    def __init__(self, base_url: str, transport: "httpx.AsyncBaseTransport | None") -> None:
        self.proxy: str | None = None
        self._base_url = base_url
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._context: ssl.SSLContext | None = None
        self._replaced: list[httpx.AsyncClient] = []
        self._may_be_outdated = False
        self._lock = asyncio.Lock()

    async def get(self) -> "httpx.AsyncClient":
        """Returns the client.

        Raises:
            Exception: Any: it cannot be created. Nothing was sent.
        """
        async with self._lock:
            if self._may_be_outdated:
                self._may_be_outdated = False
                if self._client is not None and (
                    # After a failed handshake behind a proxy it keeps the connection, and ten of
                    # them are its limit.
                    self.proxy is not None or await asyncio.to_thread(self._is_outdated)
                ):
                    # Other requests may still be under way with it.
                    self._replaced.append(self._client)
                    self._client = None
            if self._client is None:
                self._client = await asyncio.to_thread(self._create)
            return self._client

    def check_settings(self) -> None:
        """Makes the next request use the current settings, as no connection could be made.

        On some systems a proxy is switched on and off at any time, and the user may have added a
        certificate as a message suggested.
        """
        self._may_be_outdated = self._transport is None

    async def close_replaced(self) -> None:
        """Closes former clients; no request may be under way."""
        while self._replaced:
            await self._replaced.pop().aclose()

    async def close(self) -> None:
        """Closes the connections, also during a request."""
        client, self._client = self._client, None
        if client is not None:
            self._replaced.append(client)
        await self.close_replaced()

    def _is_outdated(self) -> bool:
        return find_proxy(self._base_url) != self.proxy or get_ssl_context() is not self._context

    def _create(self) -> "httpx.AsyncClient":
        self.proxy = None if self._transport is not None else find_proxy(self._base_url)
        load_httpx()
        import httpx  # start-up cost, see `client_factory.load_httpx`

        self._context = get_ssl_context()
        return create_http_client(
            self.proxy,
            headers=CLIENT_HEADERS,
            limits=httpx.Limits(
                max_connections=10, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE_S
            ),
            transport=self._transport,
        )
