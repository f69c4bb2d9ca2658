"""Receiving of one file to disk, with its size and its type checked."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.errors import MediaRejected
from producer_studio.files.file_types import is_text
from producer_studio.providers.base import DownloadedFile, LinkExpired, MediaKind, ProgressCallback
from producer_studio.providers.downloads.download_errors import (
    PAGE_MESSAGE,
    RAW_LIMIT_BYTES,
    ROBOT_MESSAGE,
    create_missing_file_error,
    create_status_error,
    create_truncated_error,
    create_wrong_type_error,
)
from producer_studio.providers.downloads.partial_download import PartialDownload, ResumeInfo
from producer_studio.providers.http.challenge_page import is_challenge_page
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_body import BodyTooLarge, ResponseBody, UndecodableBody
from producer_studio.providers.http.server_time import parse_server_time
from producer_studio.providers.local_audio_file import HEAD_BYTES, UNKNOWN, MediaType, sniff
from producer_studio.translation import mark

if TYPE_CHECKING:
    import httpx


BLOCK_BYTES = 64 * 1024
# As many digits as any real size has: Python rejects much longer numbers.
_SIZE_PATTERN = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE_PATTERN = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)")
_GZIP_MAGIC = b"\x1f\x8b"

_PAGE_S = 5.0
"""Timeout for a page that explains why a file is not delivered; it is used only in the message."""


class FileReceiver:
    """Receives one file to disk."""

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
            raise create_status_error(Response(status, headers, await read_error_page(response)))
        if status == 206:
            if span is None or span[1] is None or int(span[1]) != offset:
                if offset:
                    return None
                raise create_wrong_type_error(self._kind, b"")
            if offset and _is_other_version(headers, whole, resume_info):
                return None
            total = whole
        else:
            offset = 0
            length = headers.get("content-length", "")
            total = int(length) if _SIZE_PATTERN.fullmatch(length) else None
        if is_gzipped(headers):
            if offset:
                return None
            # The length is that of the compressed data, of which no range can be requested.
            total = None
        if total is not None and total > self._limit:
            await asyncio.to_thread(self.partial.discard)
            raise self._create_too_large_error()
        validator = _validator(headers.get("etag", ""), headers.get("last-modified", ""))
        validator = "" if is_gzipped(headers) else validator
        if offset:
            validator = validator or resume_info.validator
        await asyncio.to_thread(
            self.partial.begin, offset, ResumeInfo(url_without_query, validator, total)
        )
        size = await self._read(response, offset, total)
        if total is not None and size < total:
            raise create_truncated_error()
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
            if is_first and chunk.startswith(_GZIP_MAGIC) and is_gzipped(response.headers):
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
                raise create_truncated_error(str(error)) from error
            yield bytes(packed.data)
            packed.data.clear()
        if packed is not None and not packed.is_complete:
            raise create_truncated_error()

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
            raise create_missing_file_error(200, headers)
        found = await self._check_type(await asyncio.to_thread(self.partial.read_head), b"")
        await asyncio.to_thread(self.partial.finish)
        return DownloadedFile(self.partial.target, found.content_type, found.extension, size)

    async def _check_type(self, head: bytes, body: bytes) -> MediaType:
        found = sniff(head, self._kind)
        # Audio may begin with some zero padding, but not with a whole block of it.
        is_blank = found is UNKNOWN and bool(body) and not any(body)
        if found is None or is_blank:
            await asyncio.to_thread(self.partial.discard)
            refused = create_wrong_type_error(self._kind, (body or head)[:RAW_LIMIT_BYTES])
            raise self._create_page_error(refused, body) if head and is_text(head) else refused
        return found

    def _report_progress(self, size: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(size, total)

    def _create_page_error(self, rejection: MediaRejected, body: bytes) -> LinkExpired:
        """Creates the error for a page sent instead of the file, which is often temporary."""
        error = LinkExpired(rejection.message, raw=rejection.raw, status=200)
        error.server_time = parse_server_time(self._headers)
        error.reason = ROBOT_MESSAGE if is_challenge_page(body) else PAGE_MESSAGE
        return error

    def _create_too_large_error(self) -> MediaRejected:
        return MediaRejected(
            mark(
                "The file is larger than {limit} MB and was not downloaded. The clip's details are "
                "kept.",
                limit=str(round(self._limit / 1_000_000)),
            )
        )


def _is_other_version(
    headers: Mapping[str, str], total: int | None, resume_info: ResumeInfo
) -> bool:
    """Whether a part is of another version of the file than the bytes before it.

    Some servers ignore If-Range. Two versions must not be joined (RFC 9110, 15.3.7.3).
    """
    is_etag = resume_info.validator.startswith('"')
    mark = headers.get("etag" if is_etag else "last-modified", "").removeprefix("W/")
    has_other_size = total is not None and resume_info.total not in {None, total}
    return has_other_size or (bool(mark) and mark != resume_info.validator)


def _validator(etag: str, modified: str) -> str:
    """Returns the value for If-Range: a strong ETag, else a date (RFC 9110, 13.1.5)."""
    return modified if not etag or etag.startswith("W/") else etag


def is_gzipped(headers: Mapping[str, str]) -> bool:
    """Whether the headers declare gzip. Stores may send other encodings, which mean nothing."""
    return headers.get("content-encoding", "").strip().lower() in {"gzip", "x-gzip"}


async def read_error_page(response: "httpx.Response") -> bytes:
    """Reads the first bytes of a page that came with an error; empty when it is not a page."""
    if "html" not in response.headers.get("content-type", "").lower():
        return b""
    import httpx  # start-up cost, see `client_factory.load_httpx`

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
