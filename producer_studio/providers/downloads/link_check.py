"""Checks of links: whether they deliver a file, and how large it is; nothing is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from producer_studio.domain.errors import Unreachable
from producer_studio.providers.downloads.address_translation import Resolver
from producer_studio.providers.downloads.download_errors import create_download_error
from producer_studio.providers.downloads.downloader import REDIRECT_LIMIT, REDIRECT_STATUSES
from producer_studio.providers.downloads.partial_download import ResumeInfo, remove_query
from producer_studio.providers.downloads.route_client import create_route_client, send_request
from producer_studio.providers.downloads.url_safety import find_safe_route, resolve_host
from producer_studio.translation import mark


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
    status, _headers = await _request(url, method, allow_loopback_http, resolver)
    return status in {200, 206}


@dataclass(frozen=True, slots=True)
class LinkSize:
    """Response of a server about a link, before a download.

    Attributes:
        is_gone: Whether it reports that the file does not exist, or no longer.
        size_bytes: Size of the file; None if the server does not state it.
    """

    is_gone: bool = False
    size_bytes: int | None = None


async def request_size(
    url: str, *, allow_loopback_http: bool = False, resolver: Resolver = resolve_host
) -> LinkSize:
    """Requests the size of a file with HEAD; free.

    A signature is often valid for GET alone: then nothing is known, not even that the link is dead.

    Raises:
        MediaRejected: The link must not be followed.
        Unreachable: The server cannot be reached, or is temporarily unavailable.
    """
    status, headers = await _request(url, "HEAD", allow_loopback_http, resolver)
    length = headers.get("content-length", "")
    # The length of compressed data says nothing about the file, and an empty one is not there yet.
    is_plain = headers.get("content-encoding", "identity").strip().lower() in {"", "identity"}
    if status != 200 or not is_plain or not _LENGTH.fullmatch(length):
        return LinkSize(is_gone=status in {404, 410})
    return LinkSize(size_bytes=int(length) or None)


_LENGTH = re.compile(r"[0-9]{1,15}")


async def _request(
    url: str, method: str, allow_loopback_http: bool, resolver: Resolver
) -> tuple[int, Mapping[str, str]]:
    """Returns the status and the headers at the end of all redirects; 404 if they do not end."""
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
                    status, headers = response.status_code, response.headers
                    location = headers.get("location", "")
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            raise create_download_error(
                error, url, route.proxy, mark("The server of this file cannot be reached now.")
            ) from error
        if status in REDIRECT_STATUSES and location:
            url = urljoin(url, location)
            continue
        if status == 429 or status >= 500:
            raise Unreachable(mark("The server of this file is unavailable now."), status=status)
        return status, headers
    return 404, {}
