"""Safe download of media files from links of a service, with resumption of interrupted attempts."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from producer_studio.domain.errors import (
    CertificateRejected,
    MediaRejected,
    RateLimited,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.files.file_types import AUDIO_FORMAT_NAMES, is_text
from producer_studio.providers.base import DownloadedFile, LinkExpired, MediaKind, ProgressCallback
from producer_studio.providers.downloads.partial_download import (
    PartialDownload,
    ResumeInfo,
    remove_query,
)
from producer_studio.providers.downloads.url_safety import (
    DownloadRoute,
    Resolver,
    find_safe_route,
    resolve_host,
)
from producer_studio.providers.http.api_client import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Response
from producer_studio.providers.http.certificates import describe_certificate_error
from producer_studio.providers.http.clients import USER_AGENT, SendTracker, create_http_client
from producer_studio.providers.http.errors import is_challenge, is_challenge_page
from producer_studio.providers.http.lazy_httpx import load_httpx
from producer_studio.providers.http.proxies import remove_credentials
from producer_studio.providers.http.response_body import BodyTooLarge, ResponseBody, UndecodableBody
from producer_studio.providers.http.retry_after import parse_retry_after_s
from producer_studio.providers.http.server_time import parse_server_time
from producer_studio.providers.http.url_checks import is_loopback_url, split_url
from producer_studio.providers.media_types import HEAD_BYTES, UNKNOWN, MediaType, sniff

if TYPE_CHECKING:
    import httpx

BLOCK_BYTES = 64 * 1024
REDIRECT_LIMIT = 5
RAW_LIMIT_BYTES = 4096
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
HEAD_TIMEOUT_S = 60.0
"""Timeout for the response headers, from the first attempt to connect."""

BLOCK_TIMEOUT_S = 120.0
"""Timeout for each `BLOCK_BYTES` of a file; otherwise a slow server could block a clip forever."""

# As many digits as any real size has: Python rejects much longer numbers.
_SIZE_PATTERN = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE_PATTERN = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)")


_GZIP_MAGIC = b"\x1f\x8b"
_PAGE_S = 5.0
"""Timeout for a page that explains why a file is not delivered; it is used only in the message."""

_ROBOT_MESSAGE = (
    "What protects the server of the download took this program for a robot and let it not "
    "through. A VPN or a proxy is often the reason: switch it off or use another."
)
_PAGE_MESSAGE = (
    "The server of the download sent a page in place of the file, as one that is being mended does."
)


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
        download = _Download(target, kind, limit_bytes, progress, self._block_s)
        allow_loopback = allow_loopback_http and is_loopback_url(url)
        for resume in (True, False):
            offset, mark = (0, ResumeInfo(remove_query(url)))
            if resume:
                offset, mark = await asyncio.to_thread(download.partial.load_resume_info, url)
            fetched = await self._follow_redirects(url, download, offset, mark, allow_loopback)
            if fetched is not None:
                return fetched
        raise ServiceUnavailable(
            "The server of the download cannot deliver it now. Nothing is lost."
        )

    async def _follow_redirects(
        self,
        url: str,
        download: "_Download",
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
                raise _create_invalid_url_error() from error
            except (httpx.HTTPError, httpx.StreamError, OSError) as error:
                raise create_download_error(
                    error,
                    url,
                    route.proxy,
                    "The download broke off. What came so far was kept, and the next attempt goes "
                    "on from there.",
                ) from error
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise _create_invalid_url_error() from error
        fault = LinkExpired(
            "The link to this file leads from one address to the next without end. The clip's "
            "details are kept, and it can be tried again."
        )
        fault.reason = "The link to this file leads from one address to the next without end."
        raise fault


class _Download:
    """Download of one file to disk."""

    def __init__(
        self,
        target: Path,
        kind: MediaKind,
        limit: int,
        progress: ProgressCallback | None,
        block_s: float,
    ) -> None:
        self.partial = PartialDownload(target)
        self._block_s = block_s
        self._kind: MediaKind = kind
        self._limit = limit
        self._progress = progress
        self._headers: Mapping[str, str] = {}

    async def receive(
        self,
        response: "httpx.Response",
        offset: int,
        resume_info: ResumeInfo,
        url_without_query: str,
    ) -> DownloadedFile | None:
        """Receives a response that is not a redirect; None when the download cannot be resumed."""
        status, headers = response.status_code, response.headers
        span = _CONTENT_RANGE_PATTERN.match(headers.get("content-range", ""))
        whole = int(span[2]) if span and span[2].isdigit() else None
        if offset and status == 416:
            whole_here = whole == offset == resume_info.total
            return await self._finish(offset, headers) if whole_here else None
        self._headers = headers
        if status not in {200, 206}:
            raise _create_status_error(Response(status, headers, await _read_error_page(response)))
        if status == 206:
            if span is None or span[1] is None or int(span[1]) != offset:
                if offset:
                    return None
                raise _create_wrong_type_error(self._kind, b"")
            total = whole
        else:
            offset = 0
            length = headers.get("content-length", "")
            total = int(length) if _SIZE_PATTERN.fullmatch(length) else None
        if _is_gzipped(headers):
            if offset:
                return None
            # The length is that of the compressed data, of which no range can be requested.
            total = None
        if total is not None and total > self._limit:
            await asyncio.to_thread(self.partial.discard)
            raise self._create_too_large_error()
        validator = _validator(headers.get("etag", ""), headers.get("last-modified", ""))
        validator = "" if _is_gzipped(headers) else validator
        if offset:
            validator = validator or resume_info.validator
        await asyncio.to_thread(
            self.partial.begin, offset, ResumeInfo(url_without_query, validator, total)
        )
        size = await self._read(response, offset, total)
        if total is not None and size < total:
            raise _create_truncated_error()
        return await self._finish(size, headers)

    async def _read(self, response: "httpx.Response", size: int, total: int | None) -> int:
        self._report_progress(size, total)
        block = bytearray()
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(self._block_s) as pace:
                async for chunk in self._decompress(response):
                    block += chunk
                    if size + len(block) > self._limit:
                        block.clear()
                        await asyncio.to_thread(self.partial.discard)
                        raise self._create_too_large_error()
                    if len(block) >= BLOCK_BYTES:
                        size = await self._write(size, block, total)
                        pace.reschedule(clock() + self._block_s)
        except asyncio.CancelledError:
            # The disk is not waited for after a cancellation: the next attempt requests these bytes
            # again.
            block.clear()
            raise
        finally:
            if block:
                size = await self._write(size, block, total)
        return size

    async def _decompress(self, response: "httpx.Response") -> AsyncIterator[bytes]:
        """Iterates over the file's chunks; decompresses gzip that was sent without being requested.

        Raises:
            Unreachable: The compressed data is truncated or damaged.
        """
        packed: ResponseBody | None = None
        is_first = True
        async for chunk in response.aiter_raw():
            if is_first and chunk.startswith(_GZIP_MAGIC) and _is_gzipped(response.headers):
                packed = ResponseBody("gzip", self._limit)
            is_first = False
            if packed is None:
                yield chunk
                continue
            try:
                await asyncio.to_thread(packed.add, chunk)
            except BodyTooLarge as error:
                await asyncio.to_thread(self.partial.discard)
                raise self._create_too_large_error() from error
            except UndecodableBody as error:
                raise _create_truncated_error(str(error)) from error
            yield bytes(packed.data)
            packed.data.clear()
        if packed is not None and not packed.is_complete:
            raise _create_truncated_error()

    async def _write(self, size: int, block: bytearray, total: int | None) -> int:
        """Writes the block to disk and empties it; returns the new size on disk."""
        data = bytes(block)
        block.clear()
        if size == 0:
            await self._check_type(data[:HEAD_BYTES], data)
        await asyncio.to_thread(self.partial.write, size, data)
        self._report_progress(size + len(data), total)
        return size + len(data)

    async def _finish(self, size: int, headers: Mapping[str, str]) -> DownloadedFile:
        if size == 0:
            await asyncio.to_thread(self.partial.discard)
            raise _create_missing_file_error(200, headers)
        found = await self._check_type(await asyncio.to_thread(self.partial.read_head), b"")
        await asyncio.to_thread(self.partial.finish)
        return DownloadedFile(self.partial.target, found.content_type, found.extension, size)

    async def _check_type(self, head: bytes, body: bytes) -> MediaType:
        found = sniff(head, self._kind)
        # Audio may begin with some zero padding, but not with a whole block of it.
        is_blank = found is UNKNOWN and bool(body) and not any(body)
        if found is None or is_blank:
            await asyncio.to_thread(self.partial.discard)
            refused = _create_wrong_type_error(self._kind, (body or head)[:RAW_LIMIT_BYTES])
            raise self._create_page_error(refused, body) if head and is_text(head) else refused
        return found

    def _report_progress(self, size: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(size, total)

    def _create_page_error(self, rejection: MediaRejected, body: bytes) -> LinkExpired:
        """Creates the error for a page sent instead of the file, which is often temporary."""
        error = LinkExpired(rejection.message, raw=rejection.raw, status=200)
        error.server_time = parse_server_time(self._headers)
        error.reason = _ROBOT_MESSAGE if is_challenge_page(body) else _PAGE_MESSAGE
        return error

    def _create_too_large_error(self) -> MediaRejected:
        return MediaRejected(
            f"The file is larger than {self._limit / 1_000_000:.0f} MB and was not fetched. The "
            "clip's details are kept."
        )


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
        raise Unreachable(
            "The download could not begin. Nothing is lost. Check the network settings of this "
            "computer.",
            service_words=str(error),
        ) from error


def _create_client(
    proxy: str | None, transport: "httpx.AsyncBaseTransport | None"
) -> "httpx.AsyncClient":
    load_httpx()
    import httpx  # start-up cost, see lazy_httpx.py

    return create_http_client(
        proxy, timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S), transport=transport
    )


def create_download_error(
    error: Exception, url: str, proxy: str | None, default_message: str
) -> Unreachable:
    """Converts an error of the HTTP client, naming the certificate or the proxy if it is the cause.

    Args:
        default_message: The message for any other cause.
    """
    parts = split_url(url)
    server = f"the server of the download ({parts.hostname if parts else ''})"
    if problem := describe_certificate_error(error, server):
        return CertificateRejected(f"{problem} Nothing is lost.", service_words=str(error))
    import httpx  # start-up cost, see lazy_httpx.py

    if proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        default_message = (
            f"No connection to {server} could be made by way of the proxy "
            f"{remove_credentials(proxy)}. Nothing is lost. Check the proxy in the network "
            "settings of this computer."
        )
    return Unreachable(default_message, service_words=str(error))


async def send_request(
    client: "httpx.AsyncClient",
    route: DownloadRoute,
    offset: int,
    resume_info: ResumeInfo,
    method: str = "GET",
) -> "httpx.Response":
    """Sends the request to the first of the checked addresses that accepts a connection."""
    import httpx  # start-up cost, see lazy_httpx.py

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
            if route.proxy is None:
                raise
            # A handshake with something that is no SOCKS proxy raises errors that are not httpx's
            # own.
            raise httpx.ProxyError(str(error)) from error
        finally:
            await send_tracker.close_unused()
    raise AssertionError("a route has at least one place")


def _validator(etag: str, modified: str) -> str:
    """Returns the value for If-Range: a strong ETag, else a date (RFC 9110, 13.1.5)."""
    return modified if not etag or etag.startswith("W/") else etag


def _is_gzipped(headers: Mapping[str, str]) -> bool:
    """Whether the headers declare gzip. Stores may send other encodings, which mean nothing."""
    return headers.get("content-encoding", "").strip().lower() in {"gzip", "x-gzip"}


def _create_truncated_error(detail: str = "") -> Unreachable:
    return Unreachable(
        "The download ended early. What came so far was kept, and the next attempt goes on from "
        "there.",
        service_words=detail,
    )


def _create_missing_file_error(status: int, headers: Mapping[str, str]) -> LinkExpired:
    error = LinkExpired(
        "The server of the download does not have this file now, or its link has expired. Nothing "
        "is lost: a new link can be asked for.",
        status=status,
        retry_after_s=parse_retry_after_s(headers),
    )
    error.server_time = parse_server_time(headers)
    return error


async def _read_error_page(response: "httpx.Response") -> bytes:
    """Reads the first bytes of a page that came with an error; empty when it is not a page."""
    if "html" not in response.headers.get("content-type", "").lower():
        return b""
    import httpx  # start-up cost, see lazy_httpx.py

    body = bytearray()
    try:
        async with asyncio.timeout(_PAGE_S):
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= BLOCK_BYTES:
                    break
    except (TimeoutError, httpx.HTTPError, httpx.StreamError):
        # The part received is used; the status counts in any case.
        pass
    return bytes(body)


def _create_status_error(response: Response) -> Exception:
    status, headers = response.status, response.headers
    asked_s = parse_retry_after_s(headers)
    is_robot = is_challenge(response)
    if is_robot and (status >= 500 or status == 429):
        return ServiceUnavailable(
            f"{_ROBOT_MESSAGE} Nothing is lost.",
            status=status,
            retry_after_s=asked_s,
            raw=response.body[:RAW_LIMIT_BYTES],
        )
    if status == 429:
        return RateLimited(
            "The server of the download is busy. Nothing is lost. Try again later.",
            status=status,
            retry_after_s=asked_s,
        )
    if status >= 500 or status == 408:
        return ServiceUnavailable(
            "The server of the download cannot deliver it now. Nothing is lost. Try again later.",
            status=status,
            retry_after_s=asked_s,
        )
    # Stores respond so before a new file has reached them, and after its link has expired.
    error = _create_missing_file_error(status, headers)
    error.reason = _ROBOT_MESSAGE if is_robot else ""
    return error


def _create_invalid_url_error() -> MediaRejected:
    return MediaRejected(
        "The link to this file leads to something that is not a web address. The clip's details "
        "are kept. Ask the service's support about it."
    )


_MEDIA_LABELS: dict[MediaKind, str] = {
    "audio": f"sound, such as {AUDIO_FORMAT_NAMES}",
    "image": "a picture",
    "video": "a video",
    "zip": "an archive",
}


def _create_wrong_type_error(kind: MediaKind, raw: bytes) -> MediaRejected:
    return MediaRejected(
        f"What the link delivered is not {_MEDIA_LABELS[kind]}. The clip's details are kept, and "
        "it can be tried again.",
        raw=raw,
    )
