"""The receiver of reports, spoken to over real sockets."""

import asyncio
import hashlib
import hmac
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.providers.webhooks.receiver import (
    BODY_LIMIT_BYTES,
    MAX_CONNECTIONS,
    WebhookEndpoint,
    WebhookReceiver,
    create_token,
    webhook_path,
)
from producer_studio.providers.webhooks.verification import (
    ApiKeyVerifier,
    TimestampedVerifier,
    UnsignedVerifier,
    WebhookEvent,
)

pytestmark = pytest.mark.anyio

SECRET = "s3cret"
KEY = "afk_1"
News = list[tuple[str, WebhookEvent]]


class Desk:
    """A receiver with three accounts, and what it told."""

    def __init__(self, **more: float) -> None:
        self.told: News = []
        accounts = {
            "music": WebhookEndpoint(AccountName("Music"), TimestampedVerifier(SECRET)),
            "frame": WebhookEndpoint(AccountName("Frame"), ApiKeyVerifier(KEY)),
            "ace": WebhookEndpoint(
                AccountName("Ace"), UnsignedVerifier(lambda task: task == "t-1")
            ),
        }
        self.receiver = WebhookReceiver(
            0, accounts.get, lambda account, news: self.told.append((account, news)), **more
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.receiver.port}"

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> int:
        async with httpx.AsyncClient() as client:
            answer = await client.post(self.url + path, content=body, headers=headers)
        assert answer.content == b""
        assert answer.headers["connection"] == "close"
        return answer.status_code

    async def raw(self, *parts: bytes, end: bool = False) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.receiver.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        if end:
            writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer


@asynccontextmanager
async def listening(**more: float) -> AsyncIterator[Desk]:
    desk = Desk(**more)
    await desk.receiver.start()
    try:
        yield desk
    finally:
        await desk.receiver.close()


def music(body: bytes, *, at: float | None = None, name: str = "e-1") -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "X-Webhook-Signature": f"sha256={digest}",
        "X-Webhook-Timestamp": stamp,
        "X-Webhook-Id": name,
        "X-Webhook-Event": "song.completed",
    }


def frame(body: bytes) -> dict[str, str]:
    raw_key = hashlib.sha256(KEY.encode()).digest()
    digest = hmac.new(raw_key, body, hashlib.sha256).hexdigest()
    return {"X-Webhook-Signature": f"sha256={digest}", "X-Webhook-Event": "failed"}


BODY = b'{"code":200,"task_id":"t-1","data":[]}'


async def test_genuine_reports_are_told() -> None:
    async with listening() as desk:
        assert await desk.post("/hooks/music", BODY, music(BODY)) == 200
        job = b'{"jobId":"j-1"}'
        assert await desk.post("/hooks/frame?from=tunnel", job, frame(job)) == 200
        assert await desk.post("/hooks/ace", BODY) == 200
    assert desk.told == [
        ("Music", WebhookEvent(TaskId("t-1"), "song.completed")),
        ("Frame", WebhookEvent(TaskId("j-1"), "failed")),
        ("Ace", WebhookEvent(TaskId("t-1"))),
    ]


async def test_repetitions_and_idle_hints_are_taken_and_not_told() -> None:
    async with listening() as desk:
        for _ in range(3):
            assert await desk.post("/hooks/music", BODY, music(BODY)) == 200
        assert await desk.post("/hooks/ace", b'{"task_id":"unknown"}') == 200
    assert len(desk.told) == 1


async def test_what_is_not_genuine_is_turned_away() -> None:
    async with listening() as desk:
        assert await desk.post("/hooks/music", BODY) == 401
        assert await desk.post("/hooks/music", BODY + b" ", music(BODY)) == 401
        assert await desk.post("/hooks/music", BODY, music(BODY, at=time.time() - 3600)) == 401
        assert await desk.post("/hooks/music", BODY, frame(BODY)) == 401
        assert await desk.post("/hooks/frame", BODY, music(BODY)) == 401
    assert desk.told == []


async def test_nonsense_is_said_to_be_nonsense() -> None:
    async with listening() as desk:
        assert await desk.post("/hooks/music", b"hello", music(b"hello")) == 400
        assert await desk.post("/hooks/ace", b"[]") == 400
        assert (await desk.raw(b"GARBAGE\r\n\r\n")).startswith(b"HTTP/1.1 400")
        head = b"POST /hooks/ace HTTP/1.1\r\nHost: x\r\n"
        assert b" 400 " in await desk.raw(head + b"Content-Length: -5\r\n\r\n")
        assert b" 400 " in await desk.raw(b"POST / HTTP/1.1\r\n" + b"X: " + b"y" * 40_000)
        assert b" 400 " in await desk.raw(head + b"Content-Length: 50\r\n\r\nhalf", end=True)
        assert await desk.raw(end=True) == b""
    assert desk.told == []


async def test_a_response_reaches_who_sends_too_much_or_has_ended_sending() -> None:
    head = b"POST /hooks/other HTTP/1.1\r\nHost: x\r\n"
    async with listening() as desk:
        assert b" 400 " in await desk.raw(head + b"X: " + b"y" * 400_000)
        assert b" 400 " in await desk.raw(b"\0" * 400_000)
        body = b"x" * (BODY_LIMIT_BYTES + 400_000)
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        assert b" 404 " in await desk.raw(head + length + body)
        assert b" 404 " in await desk.raw(head + b"Content-Length: 0\r\n\r\n", end=True)
        assert b" 400 " in await desk.raw(head, end=True)


@pytest.mark.parametrize(
    "path", ["/", "/hooks", "/hooks/", "/hooks/other", "/hooks/music/", "/x/hooks/music", "/music"]
)
async def test_elsewhere_there_is_nothing(path: str) -> None:
    async with listening() as desk:
        assert await desk.post(path, BODY, music(BODY)) == 404
    assert desk.told == []


async def test_only_posts_are_heard() -> None:
    async with listening() as desk, httpx.AsyncClient() as client:
        for method in ("GET", "PUT", "DELETE", "OPTIONS"):
            answer = await client.request(method, f"{desk.url}/hooks/ace")
            assert answer.status_code == 405


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_without_end_is_not_kept(chunked: bool) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT_BYTES // 50_000 + 2):
            yield b"x" * 50_000

    async with listening() as desk, httpx.AsyncClient() as client:
        content = endless() if chunked else b"x" * (BODY_LIMIT_BYTES + 1)
        answer = await client.post(f"{desk.url}/hooks/ace", content=content)
        assert answer.status_code == 413
        fits = json.dumps({"task_id": "t-1", "x": "y" * (BODY_LIMIT_BYTES - 100)}).encode()
        assert await desk.post("/hooks/ace", fits) == 200


async def test_whoever_waits_to_be_asked_for_the_body_is_asked() -> None:
    async with listening() as desk:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.receiver.port)
        head = f"POST /hooks/ace HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n"
        writer.write(head.encode() + b"Expect: 100-continue\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        writer.write(BODY)
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
    assert len(desk.told) == 1


async def test_a_report_in_many_small_pieces() -> None:
    head = f"POST /hooks/ace HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n\r\n"
    whole = head.encode() + BODY
    async with listening() as desk:
        pieces = (whole[at : at + 7] for at in range(0, len(whole), 7))
        assert b" 200 " in await desk.raw(*pieces)
    assert len(desk.told) == 1


async def test_who_says_nothing_is_not_waited_for() -> None:
    async with listening(timeout_s=0.05) as desk:
        assert await desk.raw() == b""
        assert await desk.raw(b"POST /hooks/ace HTTP/1.1\r\n") == b""
        assert await desk.post("/hooks/ace", BODY) == 200


async def test_who_comes_on_top_is_turned_away() -> None:
    async with listening() as desk:
        crowd = [
            await asyncio.open_connection("127.0.0.1", desk.receiver.port)
            for _ in range(MAX_CONNECTIONS)
        ]
        assert await desk.raw() == b""
        for _, writer in crowd:
            writer.close()
        for reader, writer in crowd:
            # Closed at the other end as well before the next is asked for.
            await reader.read()
            await writer.wait_closed()
        assert await desk.post("/hooks/ace", BODY) == 200


async def test_closing_cuts_off_and_frees_the_port() -> None:
    desk = Desk()
    await desk.receiver.start()
    port = desk.receiver.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /hooks/ace HTTP/1.1\r\n")
    await writer.drain()
    assert await desk.post("/hooks/ace", BODY) == 200
    await desk.receiver.close()
    await desk.receiver.close()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    again = WebhookReceiver(port, lambda _: None, lambda *_: None)
    await again.start()
    assert again.port == port
    await again.close()


async def test_a_port_that_is_taken_is_named() -> None:
    async with listening() as desk:
        other = WebhookReceiver(desk.receiver.port, lambda _: None, lambda *_: None)
        with pytest.raises(RequestRejected, match=f"port {desk.receiver.port}") as caught:
            await other.start()
        assert caught.value.field == "webhook_port"
        await other.close()
    with pytest.raises(RequestRejected):
        await WebhookReceiver(70_000, lambda _: None, lambda *_: None).start()


async def test_it_listens_on_this_computer_alone_and_takes_no_signals() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    async with listening() as desk:
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
        server = desk.receiver._server
        assert server is not None
        assert [one.getsockname()[0] for one in server.sockets] == ["127.0.0.1"]
        await desk.receiver.start()
        assert desk.receiver._server is server


def test_tokens_cannot_be_guessed_and_need_no_quoting() -> None:
    tokens = {create_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 32 and token.replace("-", "").replace("_", "").isalnum()
               for token in tokens)  # fmt: skip
    assert webhook_path("abc") == "/hooks/abc"
