"""Fetching files from a real loopback server, with all that can go wrong on the way."""

import asyncio
import errno
import gzip
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from producer_studio.domain.errors import (
    MediaRejected,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
    StorageError,
    Unreachable,
)
from producer_studio.providers.base import DownloadedFile, LinkExpired, MediaKind
from producer_studio.providers.downloads.downloader import Downloader, download_file
from producer_studio.providers.downloads.file_receiver import BLOCK_BYTES
from producer_studio.providers.downloads.partial_download import PartialDownload

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]

SONG = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00" + bytes(n % 251 for n in range(3 * BLOCK_BYTES))
LIMIT = 10_000_000


class Shelf:
    """Serves one file with Range, ETag and If-Range; cuts it off after `cut` bytes, if set."""

    def __init__(self, answer: Build, file: bytes = SONG, etag: str = '"v1"') -> None:
        self.answer = answer
        self.file = file
        self.etag = etag
        self.cut: int | None = None

    def __call__(self, request: str) -> bytes:
        headers = {"ETag": self.etag} if self.etag else {}
        start = 0
        asked = re.search(r"(?im)^range: bytes=(\d+)-", request)
        held = re.search(r"(?im)^if-range: (.*?)\r?$", request)
        if asked and held and held[1] == self.etag:
            start = int(asked[1])
            if start >= len(self.file):
                return self.answer(416, b"", Content_Range=f"bytes */{len(self.file)}")
            span = f"bytes {start}-{len(self.file) - 1}/{len(self.file)}"
            headers["Content_Range"] = span
        rest = self.file[start:]
        status = 206 if "Content_Range" in headers else 200
        return self.answer(status, rest[: self.cut], length=len(rest), **headers)


async def get(url: str, target: Path, kind: MediaKind = "audio", **more: Any) -> DownloadedFile:
    return await download_file(
        url, target, kind=kind, limit_bytes=more.pop("limit_bytes", LIMIT), **more
    )


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), BLOCK_BYTES // 3):
        yield data[start : start + BLOCK_BYTES // 3]


async def test_a_file_arrives_whole(serving: Serving, answer: Build, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    target = tmp_path / "song"
    async with serving(Shelf(answer)) as server:
        found = await get(
            server.url + "/a.m4a?sig=1", target, progress=lambda n, all_: told.append((n, all_))
        )
    assert found == DownloadedFile(target, "audio/mp4", ".m4a", len(SONG))
    assert target.read_bytes() == SONG
    assert files_in(tmp_path) == ["song"]
    assert told[0] == (0, len(SONG))
    assert told[-1] == (len(SONG), len(SONG))
    assert told == sorted(told)
    assert "accept-encoding: identity" in server.requests[0].lower()
    assert "authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("word", ["", "identity", "Identity", "aws-chunked", "utf-8", "gzip"])
async def test_a_word_that_is_no_encoding_does_not_cost_the_file(
    serving: Serving, answer: Build, tmp_path: Path, word: str
) -> None:
    async with serving(answer(200, SONG, Content_Encoding=word)) as server:
        found = await get(server.url + "/a", tmp_path / "song")
    assert found.path.read_bytes() == SONG


async def test_a_packed_file_is_unpacked(serving: Serving, answer: Build, tmp_path: Path) -> None:
    whole = answer(200, gzip.compress(SONG), Content_Encoding="gzip", ETag='"v"')
    half = answer(200, gzip.compress(SONG)[:900], Content_Encoding="gzip", ETag='"v"')
    async with serving(half, whole) as server:
        with pytest.raises(Unreachable, match="ended early"):
            await get(server.url + "/a", tmp_path / "song")
        found = await get(server.url + "/a", tmp_path / "song")
    assert found.path.read_bytes() == SONG
    assert "range:" not in server.requests[1].lower()


async def test_a_packed_file_is_limited(serving: Serving, answer: Build, tmp_path: Path) -> None:
    packed = gzip.compress(SONG + bytes(LIMIT))
    async with serving(answer(200, packed, Content_Encoding="gzip")) as server:
        with pytest.raises(MediaRejected, match="larger than"):
            await get(server.url + "/a", tmp_path / "song")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_packed_page_is_a_page(
    serving: Serving, answer: Build, tmp_path: Path, encoding: str
) -> None:
    page = b"<!doctype html><html><title>Just a moment...</title></html>"
    body = gzip.compress(page) if encoding == "gzip" else page
    async with serving(answer(200, body, Content_Encoding=encoding)) as server:
        with pytest.raises(LinkExpired) as caught:
            await get(server.url + "/a", tmp_path / "song")
    assert "for a bot" in caught.value.reason


async def test_a_cut_download_goes_on_with_a_renewed_link(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer)
    async with serving(shelf) as server:
        shelf.cut = BLOCK_BYTES + 100
        with pytest.raises(Unreachable, match="next attempt resumes it"):
            await get(server.url + "/a?sig=1", target)
        assert target.read_bytes() == SONG[: BLOCK_BYTES + 100]
        shelf.cut = 50
        with pytest.raises(Unreachable):
            await get(server.url + "/a?sig=2", target)
        assert target.stat().st_size == BLOCK_BYTES + 150
        shelf.cut = None
        found = await get(server.url + "/a?sig=3", target)
    assert target.read_bytes() == SONG
    assert found.size == len(SONG)
    assert not PartialDownload(target).sidecar.exists()
    assert f"range: bytes={BLOCK_BYTES + 150}-" in server.requests[2].lower()


async def test_a_file_that_changed_meanwhile_is_fetched_afresh(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer)
    async with serving(shelf) as server:
        shelf.cut = BLOCK_BYTES
        with pytest.raises(Unreachable):
            await get(server.url + "/a", target)
        shelf.cut, shelf.etag, shelf.file = None, '"v2"', SONG[: 2 * BLOCK_BYTES] + b"other"
        await get(server.url + "/a", target)
    assert target.read_bytes() == shelf.file


@pytest.mark.parametrize(
    ("before", "after", "file"),
    [
        ({"ETag": '"v1"'}, {"ETag": '"v2"'}, SONG[::-1]),
        ({"Last_Modified": "Mon, 30 Nov 2026 10:00:00 GMT"}, {}, SONG[::-1] + b"longer"),
        (
            {"Last_Modified": "Mon, 30 Nov 2026 10:00:00 GMT"},
            {"Last_Modified": "Mon, 30 Nov 2026 10:02:00 GMT"},
            SONG[::-1],
        ),
    ],
    ids=["etag", "size", "date"],
)
async def test_a_server_that_ignores_if_range_joins_no_two_versions(
    serving: Serving,
    answer: Build,
    tmp_path: Path,
    before: dict[str, str],
    after: dict[str, str],
    file: bytes,
) -> None:
    target = tmp_path / "song"
    file = SONG[:64] + file[64:]

    def shelf(request: str) -> bytes:
        if len(server.requests) == 1:
            return answer(200, SONG[:BLOCK_BYTES], length=len(SONG), **before)
        asked = re.search(r"(?im)^range: bytes=(\d+)-", request)
        if not asked:
            return answer(200, file, **after)
        start = int(asked[1])
        span = f"bytes {start}-{len(file) - 1}/{len(file)}"
        return answer(206, file[start:], Content_Range=span, **after)

    async with serving(shelf) as server:
        with pytest.raises(Unreachable):
            await get(server.url + "/a", target)
        await get(server.url + "/a", target)
    assert target.read_bytes() == file


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
async def test_without_a_strong_validator_nothing_is_pieced_together(
    serving: Serving, answer: Build, tmp_path: Path, etag: str
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer, etag=etag)
    async with serving(shelf) as server:
        shelf.cut = BLOCK_BYTES
        with pytest.raises(Unreachable):
            await get(server.url + "/a", target)
        shelf.cut = None
        await get(server.url + "/a", target)
    assert target.read_bytes() == SONG
    assert "range:" not in server.requests[1].lower()


async def test_another_address_is_another_file(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer)
    async with serving(shelf) as server:
        shelf.cut = BLOCK_BYTES
        with pytest.raises(Unreachable):
            await get(server.url + "/a", target)
        shelf.cut = None
        await get(server.url + "/b", target)
    assert "range:" not in server.requests[1].lower()


async def test_all_bytes_but_a_sidecar_left_behind(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    async with serving(Shelf(answer)) as server:
        target.write_bytes(SONG)
        mark = {"place": server.url + "/a", "validator": '"v1"', "total": len(SONG)}
        PartialDownload(target).sidecar.write_text(json.dumps(mark))
        assert (await get(server.url + "/a", target)).size == len(SONG)
    assert len(server.requests) == 1
    assert not PartialDownload(target).sidecar.exists()


@pytest.mark.parametrize(
    "sidecar", [b"", b"{}", b"[]", b"\xff", b'{"place":1,"validator":"x","total":"y"}']
)
async def test_a_broken_sidecar_starts_afresh(
    serving: Serving, answer: Build, tmp_path: Path, sidecar: bytes
) -> None:
    target = tmp_path / "song"
    target.write_bytes(b"something else")
    PartialDownload(target).sidecar.write_bytes(sidecar)
    async with serving(Shelf(answer)) as server:
        await get(server.url + "/a", target)
    assert target.read_bytes() == SONG


@pytest.mark.parametrize("content_range", ["bytes 7-9/10", "bytes */x", "lines 1-2/3", ""])
async def test_a_server_that_sends_another_part_is_asked_for_all(
    serving: Serving, answer: Build, tmp_path: Path, content_range: str
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer)
    async with serving(shelf) as server:
        shelf.cut = BLOCK_BYTES
        with pytest.raises(Unreachable):
            await get(server.url + "/a", target)
        shelf.cut = None
        server.answers = [answer(206, b"xyz", Content_Range=content_range), shelf]
        await get(server.url + "/a", target)
    assert target.read_bytes() == SONG


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, LinkExpired),
        (403, LinkExpired),
        (404, LinkExpired),
        (410, LinkExpired),
        (429, RateLimited),
        (500, ServiceUnavailable),
        (503, ServiceUnavailable),
        (202, LinkExpired),
        (204, LinkExpired),
        (400, LinkExpired),
        (405, LinkExpired),
        (451, LinkExpired),
    ],
)
async def test_statuses(
    serving: Serving, answer: Build, tmp_path: Path, status: int, kind: type[ServiceError]
) -> None:
    async with serving(answer(status, b"", Retry_After="4")) as server:
        with pytest.raises(kind) as caught:
            await get(server.url + "/a", tmp_path / "song")
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.retry_after_s == 4
    assert files_in(tmp_path) == []


CHALLENGE = b"<!doctype html><title>Just a moment...</title>"


@pytest.mark.parametrize(
    ("status", "kind", "headers", "body"),
    [
        (200, LinkExpired, {}, CHALLENGE),
        (403, LinkExpired, {}, CHALLENGE),
        (405, LinkExpired, {"X_Amzn_Waf_Action": "captcha"}, b""),
        (202, LinkExpired, {"X_Amzn_Waf_Action": "challenge"}, b""),
        (403, LinkExpired, {"Cf_Mitigated": "challenge"}, b""),
        (429, ServiceUnavailable, {}, CHALLENGE),
        (503, ServiceUnavailable, {}, CHALLENGE),
    ],
)
async def test_challenge_pages_are_told_as_such(
    serving: Serving,
    answer: Build,
    tmp_path: Path,
    status: int,
    kind: type[ServiceError],
    headers: dict[str, str],
    body: bytes,
) -> None:
    page = answer(status, body, Content_Type="text/html; charset=UTF-8", **headers)
    async with serving(page) as server:
        with pytest.raises(kind) as caught:
            await get(server.url + "/a", tmp_path / "song")
    told = caught.value.reason if isinstance(caught.value, LinkExpired) else caught.value.message
    assert "mistook this program for a bot" in told
    assert "VPN" in told
    assert files_in(tmp_path) == []


async def test_a_page_of_an_error_that_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producer_studio.providers.downloads.file_receiver._PAGE_S", 0.1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 403 No\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<html>"
        )
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LinkExpired):
            await get(f"http://127.0.0.1:{port}/a", tmp_path / "song")


@pytest.mark.parametrize("framed", [True, False], ids=["with a length", "without a length"])
async def test_an_empty_file_is_not_there_yet(
    serving: Serving, answer: Build, tmp_path: Path, framed: bool
) -> None:
    date = {"Date": "Sun, 29 Nov 2026 01:02:03 GMT"}
    empty = b"HTTP/1.1 200 Fine\r\nDate: " + date["Date"].encode() + b"\r\n\r\n"
    async with serving(answer(200, b"", **date) if framed else empty) as server:
        with pytest.raises(LinkExpired) as caught:
            await get(server.url + "/a", tmp_path / "song")
    assert caught.value.server_time == datetime(2026, 11, 29, 1, 2, 3, tzinfo=UTC)
    assert files_in(tmp_path) == []


async def test_an_expired_link_keeps_what_came(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    shelf = Shelf(answer)
    shelf.cut = BLOCK_BYTES
    async with serving(shelf, answer(403), Shelf(answer)) as server:
        with pytest.raises(Unreachable):
            await get(server.url + "/a?sig=1", target)
        with pytest.raises(LinkExpired):
            await get(server.url + "/a?sig=1", target)
        await get(server.url + "/a?sig=2", target)
    assert target.read_bytes() == SONG
    assert f"range: bytes={BLOCK_BYTES}-" in server.requests[2].lower()


@pytest.mark.parametrize(
    "body", [b"<!doctype html><html>Sign in", b'{"error":"expired"}', b"", b"\x00" * 100_000]
)
@pytest.mark.parametrize("kind", ["audio", "image", "video", "zip"])
async def test_what_is_not_media_is_refused_and_not_kept(
    serving: Serving, answer: Build, tmp_path: Path, body: bytes, kind: MediaKind
) -> None:
    async with serving(answer(200, body, Content_Type="audio/mp4")) as server:
        with pytest.raises(MediaRejected) as caught:
            await get(server.url + "/a", tmp_path / "song", kind)
    assert caught.value.raw == body[:4096] or body == b""
    assert files_in(tmp_path) == []


async def test_too_large_by_its_own_word_or_in_truth(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    chunk = b"%x\r\n%b\r\n" % (len(SONG), SONG)
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 3
    async with serving(Shelf(answer), endless) as server:
        for _ in range(2):
            with pytest.raises(MediaRejected, match="larger than"):
                await get(server.url + "/a", tmp_path / "song", limit_bytes=len(SONG) - 1)
    assert files_in(tmp_path) == []


async def test_a_file_of_unknown_length(serving: Serving, tmp_path: Path) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = chunked + b"%x\r\n%b\r\n0\r\n\r\n" % (len(SONG), SONG)
    told: list[int | None] = []
    async with serving(whole) as server:
        await get(server.url + "/a", tmp_path / "song", progress=lambda _, all_: told.append(all_))
    assert (tmp_path / "song").read_bytes() == SONG
    assert set(told) == {None}


async def test_redirects_are_followed_and_bounded(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    async with serving(
        answer(302, b"", Location="/next"), answer(307, b"", Location="?q=1"), Shelf(answer)
    ) as server:
        await get(server.url + "/a", tmp_path / "song")
        assert [request.split()[1] for request in server.requests] == ["/a", "/next", "/next?q=1"]
        server.answers = [answer(301, b"", Location="/again")]
        with pytest.raises(MediaRejected, match="without end"):
            await get(server.url + "/a", tmp_path / "song")
    assert len(server.requests) == 3 + 6


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://10.0.0.1/a", "https://169.254.169.254/", "ftp://x/"]
)
async def test_every_step_of_a_redirect_is_checked(
    serving: Serving, answer: Build, tmp_path: Path, location: str
) -> None:
    async with serving(answer(302, b"", Location=location)) as server:
        with pytest.raises(MediaRejected, match="not followed"):
            await get(server.url + "/a", tmp_path / "song")


async def test_a_link_elsewhere_cannot_lead_to_this_machine(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    async def public(host: str, port: int) -> list[str]:
        return ["93.184.215.14"]

    async with serving(Shelf(answer)) as server:
        transport = httpx.MockTransport(
            lambda _: httpx.Response(302, headers={"location": server.url + "/a"})
        )
        with pytest.raises(MediaRejected, match="points at this computer"):
            await Downloader(public, transport).download(
                "https://cdn.example/a", tmp_path / "song", kind="audio", limit_bytes=LIMIT
            )
    assert server.requests == []


async def test_a_name_is_connected_to_where_it_was_checked(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []

    async def public(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "93.184.215.15"]

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "93.184.215.14":
            raise httpx.ConnectError("no route")
        return httpx.Response(200, content=in_pieces(SONG))

    await Downloader(public, httpx.MockTransport(respond)).download(
        "https://cdn.example:8443/a.m4a?s=1", tmp_path / "song", kind="audio", limit_bytes=LIMIT
    )
    assert [request.url.host for request in seen] == ["93.184.215.14", "93.184.215.15"]
    assert seen[1].headers["host"] == "cdn.example:8443"
    assert seen[1].extensions["sni_hostname"] == "cdn.example"
    assert seen[1].url.port == 8443


async def test_loopback_is_refused_for_an_account_elsewhere(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    async with serving(Shelf(answer)) as server:
        with pytest.raises(MediaRejected, match="this computer"):
            await get(server.url + "/a", tmp_path / "song", allow_loopback_http=False)
    assert server.requests == []


async def test_a_server_that_is_not_what_it_says(tmp_path: Path) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"this is not TLS\r\n")
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await get(f"https://127.0.0.1:{port}/a", tmp_path / "song")
    assert files_in(tmp_path) == []


async def test_cancelled_midway_it_goes_on_later(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    target = tmp_path / "song"
    half = 2 * BLOCK_BYTES
    got_half = asyncio.Event()

    class Stuck(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield SONG[:half]
            got_half.set()
            await asyncio.Event().wait()

    headers = {"etag": '"v1"', "content-length": str(len(SONG))}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=Stuck()))
    async with serving(Shelf(answer)) as server:
        stuck = Downloader(transport=transport).download(
            server.url + "/a", target, kind="audio", limit_bytes=LIMIT
        )
        task = asyncio.create_task(stuck)
        await got_half.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert target.read_bytes() == SONG[:half]
        await get(server.url + "/a", target)
    assert target.read_bytes() == SONG
    assert f"range: bytes={half}-" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "cannot be written"),
        (errno.EROFS, "cannot be written"),
        (errno.EIO, "could not be saved"),
    ],
)
async def test_a_disk_that_refuses(
    monkeypatch: pytest.MonkeyPatch,
    serving: Serving,
    answer: Build,
    tmp_path: Path,
    number: int,
    sentence: str,
) -> None:
    def full(*_: object, **__: object) -> Any:
        raise OSError(number, "no")

    async with serving(Shelf(answer)) as server:
        monkeypatch.setattr(Path, "open", full)
        with pytest.raises(StorageError, match=sentence):
            await get(server.url + "/a", tmp_path / "song")


async def test_a_missing_folder_is_not_made(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    async with serving(Shelf(answer)) as server:
        with pytest.raises(StorageError, match="Check that the folder exists"):
            await get(server.url + "/a", tmp_path / "gone" / "song")
    assert files_in(tmp_path) == []
