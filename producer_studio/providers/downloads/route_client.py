"""Requests for files, over a route whose addresses were checked."""

import asyncio
from typing import TYPE_CHECKING

from producer_studio.domain.errors import Unreachable
from producer_studio.providers.downloads.partial_download import ResumeInfo
from producer_studio.providers.downloads.url_safety import DownloadRoute
from producer_studio.providers.http.api_client import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from producer_studio.providers.http.client_factory import (
    USER_AGENT,
    SendTracker,
    create_http_client,
    load_httpx,
)
from producer_studio.translation import mark

if TYPE_CHECKING:
    import httpx


async def create_route_client(
    route: DownloadRoute, transport: "httpx.AsyncBaseTransport | None"
) -> "httpx.AsyncClient":
    """Creates the HTTP client for one route.

    Raises:
        Unreachable: It cannot be created; nothing is lost.
    """
    try:
        return await asyncio.to_thread(_create_client, route.proxy, transport)
    except Exception as error:
        # Settings of the system fail in many ways, and nothing was sent without a client.
        raise Unreachable(
            mark(
                "The download could not start. Nothing is lost. Check the network settings of this "
                "computer."
            ),
            service_words=str(error),
        ) from error


def _create_client(
    proxy: str | None, transport: "httpx.AsyncBaseTransport | None"
) -> "httpx.AsyncClient":
    load_httpx()
    import httpx  # start-up cost, see `client_factory.load_httpx`

    return create_http_client(
        proxy, timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S), transport=transport
    )


async def send_request(
    client: "httpx.AsyncClient",
    route: DownloadRoute,
    offset: int,
    resume_info: ResumeInfo,
    method: str = "GET",
) -> "httpx.Response":
    """Sends the request to the first of the checked addresses that accepts a connection."""
    import httpx  # start-up cost, see `client_factory.load_httpx`

    url = httpx.URL(route.url)
    headers = {
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Host": url.netloc.decode("ascii"),
    }
    if offset:
        headers |= {"Range": f"bytes={offset}-", "If-Range": resume_info.validator}
    extensions: dict[str, object] = {"sni_hostname": url.raw_host.decode("ascii")}
    targets = [url.copy_with(host=address) for address in route.addresses] or [url]
    for number, target in enumerate(targets, 1):
        send_tracker = SendTracker()
        request = client.build_request(
            method, target, headers=headers, extensions=extensions | send_tracker.extensions
        )
        try:
            return await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if number == len(targets):
                raise
        except (httpx.HTTPError, httpx.StreamError, OSError):
            raise
        except Exception as error:
            # A handshake with something that is no SOCKS proxy raises errors that are not httpx's
            # own.
            if route.proxy is None:
                raise
            raise httpx.ProxyError(str(error)) from error
        finally:
            await send_tracker.close_unused()
    raise AssertionError("a route has at least one address")
