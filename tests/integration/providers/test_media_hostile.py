"""Servers that mean harm and links that lead astray: refused with a reason, and nothing is left."""

import asyncio
import gzip
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from producer_studio.domain.errors import (
    MediaRejected,
    ServiceError,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.providers.base import DownloadedFile
from producer_studio.providers.downloads.downloader import Downloader
from producer_studio.providers.downloads.file_receiver import BLOCK_BYTES

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]

SONG = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00" + bytes(n % 251 for n in range(2 * BLOCK_BYTES))
LIMIT = 10_000_000


async def get(url: str, target: Path, fetcher: Downloader | None = None) -> DownloadedFile:
    fetch = (fetcher or Downloader()).download
    return await fetch(url, target, kind="audio", limit_bytes=LIMIT)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


class Talker:
    """A server that goes on talking until it is hung up on."""

    def __init__(self, head: bytes, more: bytes, pause: asyncio.Event | None = None) -> None:
        self.head = head
        self.more = more
        self.pause = pause
        self.sent = 0
        self.hung_up = asyncio.Event()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.head)
            while True:
                writer.write(self.more)
                await writer.drain()
                self.sent += len(self.more)
                if self.pause is not None:
                    await self.pause.wait()
                    return
        except OSError:
            self.hung_up.set()
        finally:
            writer.close()


@asynccontextmanager
async def talking(talker: Talker) -> AsyncIterator[Talker]:
    server = await asyncio.start_server(talker.serve, "127.0.0.1", 0)
    talker.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/song.m4a"
    async with server:
        yield talker
        if talker.pause is not None:
            talker.pause.set()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../evil.m4a", SONG)
    return file.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html>Sign in",
        b"\xef\xbb\xbf<html>",
        zipped(),
        gzip.compress(SONG),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.7",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"#!/bin/sh\nrm -rf ~\n",
        b"ftypM4A " * 100,
        b"\xff\xff\xff\xffftypM4A " + bytes(100),
        b"\x00\x00\x00\x00ftypM4A " + bytes(100),
    ],
)
async def test_what_is_called_sound_and_is_not(
    serving: Serving, answer: Build, tmp_path: Path, body: bytes
) -> None:
    disguise = answer(200, body, Content_Type="audio/mp4")
    async with serving(disguise) as server:
        with pytest.raises(MediaRejected, match="is not an audio file") as caught:
            await get(server.url + "/song.m4a", tmp_path / "song")
    assert caught.value.raw
    assert names_in(tmp_path) == []


async def test_a_stream_without_end_is_cut_at_the_limit(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    first = b"%x\r\n%b\r\n" % (len(SONG), SONG)
    async with talking(Talker(head + first, b"10000\r\n" + bytes(65536) + b"\r\n")) as talker:
        with pytest.raises(MediaRejected, match="larger than 10 MB"):
            await get(talker.url, tmp_path / "song")
        await talker.hung_up.wait()
    assert names_in(tmp_path) == []


async def test_100_mb_of_zeros_are_refused_at_the_first_of_them(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: audio/mp4\r\nContent-Length: 9999999\r\n\r\n"
    async with talking(Talker(head, bytes(BLOCK_BYTES))) as talker:
        with pytest.raises(MediaRejected, match="is not an audio file") as caught:
            await get(talker.url, tmp_path / "song")
        await talker.hung_up.wait()
    assert caught.value.raw == bytes(4096)
    assert names_in(tmp_path) == []


async def test_100_mb_said_to_come_are_refused_before_they_come(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    async with serving(answer(200, SONG, length=100_000_000)) as server:
        with pytest.raises(MediaRejected, match="larger than 10 MB"):
            await get(server.url + "/song.m4a", tmp_path / "song")
    assert names_in(tmp_path) == []


async def test_a_trickle_does_not_hold_a_clip_up_for_ever(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"
    talker = Talker(head, SONG, asyncio.Event())
    async with talking(talker):
        with pytest.raises(Unreachable, match="was interrupted"):
            await get(talker.url, tmp_path / "song", Downloader(block_s=0.2))
    # What came whole before is kept for the next attempt.
    assert (tmp_path / "song").read_bytes() == SONG[: (tmp_path / "song").stat().st_size]


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: 1\r\n", b"HTTP/1.1 100 Go\r\n\r\n"])
async def test_who_never_answers_is_not_waited_for(tmp_path: Path, head: bytes) -> None:
    async with talking(Talker(head, b"", asyncio.Event())) as talker:
        with pytest.raises(Unreachable):
            await get(talker.url, tmp_path / "song", Downloader(head_s=0.2))
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "file://127.0.0.1/etc/passwd",
        "FILE:/etc/passwd",
        "data:audio/mp4;base64,AAAA",
        "javascript:alert(1)",
        "gopher://127.0.0.1/",
        "//10.0.0.1/a",
        "https://192.168.1.1/a",
        "https://[fd00::1]/a",
        "https://[::ffff:10.0.0.1]/a",
        "https://[64:ff9b::a00:1]/a",
        "https://3232235777/a",
        "https://0xa.0.0.1/a",
        "https://10.1/a",
        "https://0/a",
        "http://[",
        "https://\x00",
        "https://user:word@127.0.0.1/a",
        "http://127.0.0.1:99999/a",
        "https://" + "a" * 70_000,
    ],
)
async def test_where_a_redirect_may_not_lead(
    serving: Serving, answer: Build, tmp_path: Path, location: str
) -> None:
    async with serving(answer(302, b"", Location=location)) as server:
        with pytest.raises((MediaRejected, Unreachable)) as caught:
            await get(server.url + "/song.m4a", tmp_path / "song")
    # Bytes that no header may have end the answer before it is one.
    broken = "\x00" in location or len(location) > 65_536
    assert isinstance(caught.value, Unreachable if broken else MediaRejected)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1"])
async def test_a_name_that_leads_inside_is_not_connected_to(
    serving: Serving, answer: Build, tmp_path: Path, inside: str
) -> None:
    asked: list[str] = []

    async def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return [inside]

    async with serving(answer(302, b"", Location="https://cdn.example/a")) as server:
        with pytest.raises(MediaRejected, match="private network"):
            await get(server.url + "/song.m4a", tmp_path / "song", Downloader(resolver))
        assert len(server.requests) == 1
    # A private IPv6 address may be a translated one: the prefix of the network is looked up.
    assert asked == ["cdn.example", *["ipv4only.arpa"] * (":" in inside)]
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.sh",
        "/etc/evil",
        "C:\\\\evil.exe",
        "x" * 300,
        "song\\u202egpj.exe",
        "..",
    ],
)
async def test_what_a_server_calls_a_file_decides_nothing(
    serving: Serving, answer: Build, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    disposition = f'attachment; filename="{name}"'
    async with serving(answer(200, SONG, Content_Disposition=disposition)) as server:
        found = await get(f"{server.url}/a/..%2f..%2fevil.m4a", folder / "song")
    assert found.path == folder / "song"
    assert names_in(tmp_path) == ["library", "song"]


async def test_packed_answers_are_not_unpacked(
    serving: Serving, answer: Build, tmp_path: Path
) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    async with serving(answer(200, bomb, Content_Encoding="gzip")) as server:
        with pytest.raises(MediaRejected, match="is not an audio file"):
            await get(server.url + "/song.m4a", tmp_path / "song")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": f"bytes 0-1/{'9' * 5000}"},
        {"Content_Range": f"bytes {'9' * 5000}-1/7"},
        {"Content_Range": "bytes 0-1/\u0663"},
        {"Retry_After": "9" * 5000},
        {"ETag": "x" * 50_000},
        {"Last_Modified": "\xff"},
    ],
)
@pytest.mark.parametrize("status", [200, 206, 416, 503])
async def test_headers_that_are_no_headers(
    serving: Serving, tmp_path: Path, status: int, headers: dict[str, str]
) -> None:
    def build(_: str) -> bytes:
        lines = [f"HTTP/1.1 {status} Word", "Connection: close", f"Content-Length: {len(SONG)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + SONG

    async with serving(build) as server:
        try:
            found = await get(server.url + "/song.m4a", tmp_path / "song")
        except (MediaRejected, ServiceUnavailable, Unreachable):
            assert names_in(tmp_path) == []
        else:
            assert found.path.read_bytes() == SONG


RAW = st.binary(max_size=200) | st.builds(
    lambda status, headers, body: (
        b"HTTP/1.1 %d X\r\n" % status
        + b"".join(b"%b: %b\r\n" % pair for pair in headers)
        + b"\r\n"
        + body
    ),
    st.sampled_from([200, 204, 206, 301, 302, 304, 403, 416, 429, 500, 999]),
    st.lists(
        st.tuples(
            st.sampled_from(
                [b"Content-Length", b"Content-Range", b"Location", b"Transfer-Encoding",
                 b"Content-Encoding", b"ETag", b"Retry-After"]
            ),
            st.binary(max_size=20)
            | st.sampled_from([b"chunked", b"bytes 0-9/10", b"10", b"gzip", b"//[", b"/again"]),
        ),
        max_size=3,
    ),
    st.sampled_from([b"", SONG[:100], b"0\r\n\r\n", b"ffffffffff\r\n", b"-1\r\n"]) | st.binary(),
)  # fmt: skip


async def _answered(raw: bytes, folder: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/song.m4a"
        try:
            found = await get(url, folder / "song")
        except ServiceError:
            return
    assert found.path == folder / "song"


def _run(work: Awaitable[None]) -> None:
    async def main() -> None:
        await work

    asyncio.run(main())


@settings(max_examples=60)
@given(RAW)
def test_whatever_a_server_says_only_known_faults_come_out(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    _run(_answered(raw, folder))
    assert {path.name for path in folder.iterdir()} <= {"song", "song.part"}


async def _nowhere(host: str, port: int) -> list[str]:
    raise OSError("no such name")


@settings(max_examples=200)
@given(
    st.text(st.characters(codec=None))
    | st.builds(
        "{}://{}/{}".format,
        st.sampled_from(["https", "http", "file"]),
        st.text(st.characters(codec=None), max_size=20),
        st.text(st.characters(codec=None), max_size=20),
    )
)
@example("https://[")
@example("https://\u2100/")
@example("https://\ud800/")
@example("https://a.\x00b/")
@example("https://127.0.0.1:port/")
def test_whatever_a_link_is_only_known_faults_come_out(
    tmp_path_factory: pytest.TempPathFactory, url: str
) -> None:
    folder = tmp_path_factory.mktemp("link")

    async def follow() -> None:
        with pytest.raises(ServiceError):
            await get(url, folder / "song", Downloader(_nowhere))

    _run(follow())
    assert list(folder.iterdir()) == []
