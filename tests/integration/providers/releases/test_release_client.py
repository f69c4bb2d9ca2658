"""Asking the address: what is sent, and how far it is followed."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    RequestRejected,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.providers.downloads.downloader import REDIRECT_LIMIT
from producer_studio.providers.releases.release_client import LIMIT_BYTES, fetch_announcement

pytestmark = pytest.mark.anyio
AGENT = "producer-studio/0.1.0"
Serving = Callable[..., Any]
Answer = Callable[..., bytes]


async def test_the_request_says_nothing_but_its_version(serving: Serving, answer: Answer) -> None:
    async with serving(answer(200, b"{}")) as server:
        assert await fetch_announcement(f"{server.url}/a/latest.json?channel=x#y", AGENT) == b"{}"
    (request,) = server.requests
    first, *lines = request.strip().splitlines()
    assert first == "GET /a/latest.json?channel=x HTTP/1.1"
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert headers.pop("user-agent") == AGENT
    assert set(headers) == {"host", "accept", "accept-encoding", "cache-control", "connection"}


async def test_its_own_name_in_the_answer_is_left_there(serving: Serving, answer: Answer) -> None:
    body = f'{{"name": "{AGENT}"}}'.encode()
    async with serving(answer(200, body)) as server:
        assert await fetch_announcement(server.url, AGENT) == body


@pytest.mark.parametrize(
    "url",
    [
        "",
        "latest.json",
        "http://studio.example/latest.json",
        "https://user:word@studio.example/latest.json",
        "file:///etc/passwd",
        "ftp://studio.example/latest.json",
    ],
)
async def test_an_address_that_will_not_do_is_not_asked(url: str) -> None:
    with pytest.raises(RequestRejected, match="must start with https"):
        await fetch_announcement(url, AGENT)


@pytest.mark.parametrize("status", [204, 304, 400, 404, 410, 418, 500, 503])
async def test_a_refusal_is_told(status: int, serving: Serving, answer: Answer) -> None:
    async with serving(answer(status, b"sorry" if status > 304 else b"")) as server:
        with pytest.raises(ServiceUnavailable, match=f"HTTP {status}"):
            await fetch_announcement(server.url, AGENT)


async def test_a_redirect_is_followed(serving: Serving, answer: Answer) -> None:
    async with serving(
        answer(302, Location="/releases/9.2.0/latest.json"), answer(200, b"{}")
    ) as server:
        assert await fetch_announcement(f"{server.url}/latest.json", AGENT) == b"{}"
    assert [one.split()[1] for one in server.requests] == [
        "/latest.json",
        "/releases/9.2.0/latest.json",
    ]
    assert all(f"User-Agent: {AGENT}" in one for one in server.requests)


async def test_redirects_end(serving: Serving, answer: Answer) -> None:
    async with serving(answer(307, Location="/again")) as server:
        with pytest.raises(InvalidResponse, match="in a circle"):
            await fetch_announcement(server.url, AGENT)
    assert len(server.requests) == REDIRECT_LIMIT + 1


@pytest.mark.parametrize(
    "location",
    ["http://studio.example/", "file:///etc/passwd", "https://a:b@studio.example/", "https://["],
)
async def test_a_redirect_to_an_unsafe_place_is_not_followed(
    location: str, serving: Serving, answer: Answer
) -> None:
    async with serving(answer(302, Location=location)) as server:
        with pytest.raises(InvalidResponse, match="redirects to an unsafe address"):
            await fetch_announcement(server.url, AGENT)
    assert len(server.requests) == 1


async def test_a_huge_answer_is_not_read(serving: Serving, answer: Answer) -> None:
    async with serving(answer(200, b" " * (LIMIT_BYTES + 1))) as server:
        with pytest.raises(InvalidResponse, match="far larger"):
            await fetch_announcement(server.url, AGENT)


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_read(
    serving: Serving, answer: Answer
) -> None:
    packed = gzip.compress(bytes(100 * LIMIT_BYTES))
    assert len(packed) < LIMIT_BYTES
    async with serving(answer(200, packed, Content_Encoding="gzip")) as server:
        with pytest.raises(InvalidResponse, match="far larger"):
            await fetch_announcement(server.url, AGENT)


async def test_an_answer_that_never_ends_is_given_up(serving: Serving, answer: Answer) -> None:
    async with serving(answer(200, b"{", length=100)) as server:
        with pytest.raises(Unreachable, match="cannot be reached now"):
            await fetch_announcement(server.url, AGENT, total_s=5.0)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    held = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match="cannot be reached now"):
            await fetch_announcement(f"http://127.0.0.1:{port}/", AGENT, total_s=0.3)
        held.set()


async def test_nobody_there_is_told(serving: Serving, answer: Answer) -> None:
    async with serving(answer(200)) as server:
        url = server.url
    with pytest.raises(Unreachable) as caught:
        await fetch_announcement(url, AGENT)
    assert "127.0.0.1" in caught.value.message
    assert "charged" not in caught.value.message
