"""Check that a public link delivers a file: sends GET or HEAD, and stores nothing."""

from typing import Literal
from urllib.parse import urljoin

from producer_studio.domain.errors import Unreachable
from producer_studio.providers.downloads.download_errors import create_download_error
from producer_studio.providers.downloads.downloader import REDIRECT_LIMIT, REDIRECT_STATUSES
from producer_studio.providers.downloads.partial_download import ResumeInfo, remove_query
from producer_studio.providers.downloads.route_client import create_route_client, send_request
from producer_studio.providers.downloads.url_safety import Resolver, find_safe_route, resolve_host


async def is_link_alive(
    url: str,
    *,
    allow_loopback_http: bool = False,
    resolver: Resolver = resolve_host,
    method: Literal["GET", "HEAD"] = "GET",
) -> bool:
    """Opens a link and closes it again; free.

    Args:
        url: As for `download_file`.
        allow_loopback_http: Whether requests to this machine are allowed.
        method: HEAD checks the link as a service does before a download (.github/docs/services.md).

    Returns:
        False when the server reports that the file does not exist, or no longer.

    Raises:
        MediaRejected: The link must not be followed.
        Unreachable: The server cannot be reached, or is temporarily unavailable.
    """
    for _ in range(REDIRECT_LIMIT + 1):
        route = await find_safe_route(url, allow_loopback=allow_loopback_http, resolver=resolver)
        client = await create_route_client(route, None)
        # Start-up cost: imported in a thread by create_route_client, only looked up here.
        import httpx

        try:
            async with client:
                response = await send_request(
                    client, route, 0, ResumeInfo(remove_query(url)), method
                )
                try:
                    status = response.status_code
                    location = response.headers.get("location", "")
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            raise create_download_error(
                error, url, route.proxy, "The server of this file cannot be reached now."
            ) from error
        if status in REDIRECT_STATUSES and location:
            url = urljoin(url, location)
            continue
        if status == 429 or status >= 500:
            raise Unreachable("The server of this file is unavailable now.", status=status)
        return status in {200, 206}
    return False
