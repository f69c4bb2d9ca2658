"""Safe download of media files from links of a service, with resumption of interrupted attempts."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from producer_studio.domain.errors import ServiceUnavailable
from producer_studio.providers.base import DownloadedFile, LinkExpired, MediaKind, ProgressCallback
from producer_studio.providers.downloads.address_translation import Resolver
from producer_studio.providers.downloads.download_errors import (
    create_download_error,
    create_invalid_url_error,
)
from producer_studio.providers.downloads.file_receiver import FileReceiver
from producer_studio.providers.downloads.partial_download import ResumeInfo, remove_query
from producer_studio.providers.downloads.route_client import create_route_client, send_request
from producer_studio.providers.downloads.url_safety import find_safe_route, resolve_host
from producer_studio.providers.http.url_checks import is_loopback_url
from producer_studio.translation import mark

if TYPE_CHECKING:
    import httpx

REDIRECT_LIMIT = 5
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
HEAD_TIMEOUT_S = 60.0
"""Timeout for the response headers, from the first attempt to connect."""

BLOCK_TIMEOUT_S = 120.0
"""Timeout for each `BLOCK_BYTES` of a file; otherwise a slow server could block a clip forever."""


async def download_file(
    url: str,
    target: Path,
    *,
    kind: MediaKind,
    limit_bytes: int,
    progress: ProgressCallback | None = None,
    allow_loopback_http: bool = True,
) -> DownloadedFile:
    """Downloads a complete file of the right kind into `target`, or raises.

    Received bytes are preserved when the connection breaks, and the next call resumes after them. A
    target without its sidecar (`<name>.part`) is complete. Cancelling is safe at any time.

    Args:
        url: https; plain http only to this machine.
        target: Its folder must exist.
        kind: Checked by the first bytes; the file is not decoded here.
        limit_bytes: Larger files are rejected.
        progress: Called with the bytes on disk and the total, on the loop's thread.
        allow_loopback_http: Pass whether the account's own URL is on this machine. A link to
            another host may not redirect to this machine in any case.

    Raises:
        LinkExpired: Poll the task again for a new link.
        MediaRejected: Not such a file, too large, or not safe to follow.
        RateLimited, ServiceUnavailable, Unreachable: Retry; nothing is lost.
        StorageError: The disk cannot be written or read.
    """
    return await Downloader().download(
        url,
        target,
        kind=kind,
        limit_bytes=limit_bytes,
        progress=progress,
        allow_loopback_http=allow_loopback_http,
    )


class Downloader:
    """Implementation of `download_file`, with other resolvers, transports or timeouts for tests."""

    def __init__(
        self,
        resolver: Resolver = resolve_host,
        transport: "httpx.AsyncBaseTransport | None" = None,
        *,
        head_s: float = HEAD_TIMEOUT_S,
        block_s: float = BLOCK_TIMEOUT_S,
    ) -> None:
        self._resolver = resolver
        self._transport = transport
        self._head_s = head_s
        self._block_s = block_s

    async def download(
        self,
        url: str,
        target: Path,
        *,
        kind: MediaKind,
        limit_bytes: int,
        progress: ProgressCallback | None = None,
        allow_loopback_http: bool = True,
    ) -> DownloadedFile:
        """See `download_file`."""
        download = FileReceiver(target, kind, limit_bytes, progress, self._block_s)
        allow_loopback = allow_loopback_http and is_loopback_url(url)
        for resume in (True, False):
            offset, resume_info = (0, ResumeInfo(remove_query(url)))
            if resume:
                offset, resume_info = await asyncio.to_thread(
                    download.partial.load_resume_info, url
                )
            fetched = await self._follow_redirects(
                url, download, offset, resume_info, allow_loopback
            )
            if fetched is not None:
                return fetched
        raise ServiceUnavailable(
            mark("The download server cannot deliver the file now. Nothing is lost.")
        )

    async def _follow_redirects(
        self,
        url: str,
        download: "FileReceiver",
        offset: int,
        resume_info: ResumeInfo,
        allow_loopback: bool,
    ) -> DownloadedFile | None:
        """Follows the redirects. None when the stored bytes cannot be resumed: start from 0."""
        url_without_query = remove_query(url)
        for _ in range(REDIRECT_LIMIT + 1):
            route = await find_safe_route(
                url, allow_loopback=allow_loopback, resolver=self._resolver
            )
            client = await create_route_client(route, self._transport)
            # Start-up cost: imported in a thread by create_route_client, only looked up here.
            import httpx

            try:
                async with client:
                    async with asyncio.timeout(self._head_s):
                        response = await send_request(client, route, offset, resume_info)
                    try:
                        if response.status_code not in REDIRECT_STATUSES:
                            return await download.receive(
                                response, offset, resume_info, url_without_query
                            )
                        location = response.headers.get("location", "")
                    finally:
                        await response.aclose()
            except httpx.InvalidURL as error:
                raise create_invalid_url_error() from error
            except (httpx.HTTPError, httpx.StreamError, OSError) as error:
                raise create_download_error(
                    error,
                    url,
                    route.proxy,
                    mark(
                        "The download was interrupted. The part downloaded so far is kept, and the "
                        "next attempt resumes it."
                    ),
                ) from error
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise create_invalid_url_error() from error
        fault = LinkExpired(
            mark(
                "The link to this file redirects without end. The clip's details are kept; you can "
                "try again."
            )
        )
        fault.reason = mark("The link to this file redirects without end.")
        raise fault
