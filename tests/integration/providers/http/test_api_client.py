"""One attempt over a real socket, and what a broken one proves."""

import asyncio
import gzip
import json
import socket
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    NotAuthorised,
    OutcomeUnknown,
    ServiceError,
    Unreachable,
)
from producer_studio.providers.http import api_client, server_time
from producer_studio.providers.http.api_client import ApiClient

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]


def wire_to(url: str, transport: httpx.AsyncBaseTransport | None = None) -> ApiClient:
    return ApiClient(
        url, {"Authorization": "Bearer the-key"}, service="MusicAPI", transport=transport
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_an_answer_comes_back_whole_whatever_its_status(
    serving: Serving, answer: Build
) -> None:
    async with serving(answer(418, b"short and stout", X_Request_Id="r-1")) as server:
        wire = wire_to(server.url + "/")
        found = await wire.request("POST", "/pour", body=b"{}", headers={"X-More": "m"}, paid=True)
        await wire.close()
    assert (found.status, found.body) == (418, b"short and stout")
    assert found.header("X-REQUEST-ID") == "r-1"
    (request,) = server.requests
    assert request.startswith("POST /pour HTTP/1.1")
    assert request.endswith("{}")
    for line in ("Authorization: Bearer the-key", "X-More: m", "Content-Type: application/json"):
        assert line in request


@pytest.mark.parametrize("paid", [True, False])
async def test_no_connection_means_nothing_was_sent(paid: bool) -> None:
    wire = wire_to(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable, match="Could not connect to") as caught:
        await wire.request("POST", "/x", body=b"{}", paid=paid)
    await wire.close()
    # A failed look knows nothing of the request that was charged before it.
    assert ("Nothing was sent and nothing was charged" in caught.value.message) is paid


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, Unreachable)])
@pytest.mark.parametrize("part", ["nothing", "headers", "half", "nonsense"])
async def test_broken_after_sending(
    serving: Serving, answer: Build, reset: bytes, paid: bool, kind: type[ServiceError], part: str
) -> None:
    data = {
        "nothing": reset,
        "headers": answer(200, b"", length=10) + reset,
        "half": answer(200, b"12345", length=10),
        "nonsense": b"SSH-2.0-OpenSSH_9.2\r\n",
    }[part]
    async with serving(data) as server:
        wire = wire_to(server.url)
        with pytest.raises(kind) as caught:
            await wire.request("POST", "/x", body=b"{}", paid=paid)
        await wire.close()
    assert type(caught.value) is kind
    assert len(server.requests) == 1


async def test_a_refusal_stands_even_when_its_explanation_broke_off(
    serving: Serving, answer: Build, reset: bytes
) -> None:
    async with serving(answer(402, b'{"error":"Too', length=99) + reset) as server:
        wire = wire_to(server.url)
        found = await wire.request("POST", "/x", body=b"{}", paid=True)
        await wire.close()
    assert found.status == 402


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("status", [200, 202, 500])
async def test_an_answer_whose_json_is_whole_is_used_although_more_was_announced(
    serving: Serving, answer: Build, reset: bytes, paid: bool, status: int
) -> None:
    body = b'{"task_id": "t-1"}\n'
    async with serving(answer(status, body, length=99) + reset) as server:
        wire = wire_to(server.url)
        found = await wire.request("POST", "/x", body=b"{}", paid=paid)
        await wire.close()
    assert (found.status, found.body) == (status, body)


async def test_an_answer_whose_end_is_held_back_is_used_when_its_json_is_whole(
    monkeypatch: pytest.MonkeyPatch, serving: Serving, answer: Build
) -> None:
    monkeypatch.setattr(api_client, "PAID_TOTAL_TIMEOUT_S", 0.2)

    class HeldOpen(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b'{"task_id": "t-1"}'
            await asyncio.Event().wait()

    class Transport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=HeldOpen())

    wire = wire_to("https://api.example", Transport())
    found = await wire.request("POST", "/x", body=b"{}", paid=True)
    await wire.close()
    assert found.json == {"task_id": "t-1"}


@pytest.mark.parametrize("paid", [True, False])
async def test_what_came_of_a_broken_answer_is_kept(
    serving: Serving, answer: Build, reset: bytes, paid: bool
) -> None:
    body = b'{"task_id": "t-1", "key": "the-long-key", "more'
    async with serving(answer(200, body, length=99) + reset) as server:
        wire = ApiClient(server.url, {"X-API-Key": "the-long-key"}, service="MusicAPI")
        with pytest.raises(ServiceError) as caught:
            await wire.request("POST", "/x", body=b"{}", paid=paid)
        await wire.close()
    assert b"t-1" in caught.value.raw
    assert b"the-long-key" not in caught.value.raw


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "utf-8"])
async def test_plain_json_is_read_whatever_its_encoding_is_called(
    serving: Serving, answer: Build, encoding: str
) -> None:
    body = json.dumps({"task_id": "t-1"}).encode()
    async with serving(answer(200, body, Content_Encoding=encoding)) as server:
        wire = wire_to(server.url)
        assert (await wire.request("POST", "/x", paid=True)).body == body
        await wire.close()


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, Unreachable)])
async def test_an_answer_that_never_ends_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
    serving: Serving,
    answer: Build,
    paid: bool,
    kind: type[ServiceError],
) -> None:
    for name in ("TOTAL_TIMEOUT_S", "PAID_TOTAL_TIMEOUT_S"):
        monkeypatch.setattr(api_client, name, 0.05)

    class Forever(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    wire = wire_to("https://api.example", Forever())
    with pytest.raises(kind):
        await wire.request("POST", "/x", body=b"{}", paid=paid)
    await wire.close()


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, InvalidResponse)])
async def test_an_endless_body_is_not_read(
    serving: Serving, answer: Build, paid: bool, kind: type[ServiceError]
) -> None:
    async with serving(answer(200, b"x" * 5000)) as server:
        wire = ApiClient(server.url, {}, service="MusicAPI", limit_bytes=1000)
        with pytest.raises(kind) as caught:
            await wire.request("GET", "/x", paid=paid)
        await wire.close()
    assert caught.value.raw


ZEROS = gzip.compress(bytes(64 << 20), 9)
BOMB = gzip.compress(ZEROS, 9)
"""Two layers: 64 MB in less than a kilobyte."""


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, InvalidResponse)])
async def test_the_limit_counts_what_comes_out_of_the_decoder(
    serving: Serving, answer: Build, paid: bool, kind: type[ServiceError]
) -> None:
    assert len(ZEROS) < api_client.BODY_LIMIT_BYTES
    tracemalloc.start()
    async with serving(answer(200, ZEROS, Content_Encoding="gzip")) as server:
        wire = wire_to(server.url)
        with pytest.raises(kind, match="far larger than expected"):
            await wire.request("GET", "/x", paid=paid)
        await wire.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * api_client.BODY_LIMIT_BYTES


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip,gzip,gzip", "compress"])
@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, Unreachable)])
async def test_only_one_layer_that_was_asked_for_is_decoded(
    serving: Serving, answer: Build, encoding: str, paid: bool, kind: type[ServiceError]
) -> None:
    async with serving(answer(200, BOMB, Content_Encoding=encoding)) as server:
        wire = wire_to(server.url)
        with pytest.raises(kind) as caught:
            await wire.request("GET", "/x", paid=paid)
        await wire.close()
    assert "Content-Encoding" in caught.value.service_words
    assert "accept-encoding: gzip, deflate\r\n" in server.requests[0].lower()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZip", "deflate", "raw", "identity"])
async def test_a_body_is_decoded(serving: Serving, answer: Build, encoding: str) -> None:
    body = json.dumps({"lyrics": "la " * 20_000}).encode()
    raw = zlib.compressobj(wbits=-15)
    data = {
        "deflate": zlib.compress(body),
        "raw": raw.compress(body) + raw.flush(),
        "identity": body,
    }.get(encoding, gzip.compress(body))
    name = "deflate" if encoding == "raw" else encoding
    async with serving(answer(200, data, Content_Encoding=name)) as server:
        wire = wire_to(server.url)
        assert (await wire.request("GET", "/x")).body == body
        await wire.close()


async def test_a_damaged_encoding_is_a_broken_answer(serving: Serving, answer: Build) -> None:
    async with serving(answer(200, b"no gzip", Content_Encoding="gzip")) as server:
        wire = wire_to(server.url)
        with pytest.raises(OutcomeUnknown):
            await wire.request("POST", "/x", paid=True)
        await wire.close()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
async def test_a_refusal_stands_whatever_its_explanation_is_packed_in(
    serving: Serving, answer: Build, encoding: str
) -> None:
    async with serving(answer(402, ZEROS, Content_Encoding=encoding)) as server:
        wire = wire_to(server.url)
        assert (await wire.request("POST", "/x", paid=True)).status == 402
        await wire.close()


async def test_a_redirect_is_not_followed_with_the_key(serving: Serving, answer: Build) -> None:
    async with serving(answer(302, b"", Location="https://elsewhere.example/")) as server:
        wire = wire_to(server.url)
        assert (await wire.request("GET", "/x")).status == 302
        await wire.close()
    assert len(server.requests) == 1


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, serving: Serving, answer: Build
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    async with serving(answer(200, b"{}")) as server:
        wire = wire_to(server.url)
        assert (await wire.request("GET", "/x")).status == 200
        await wire.close()


@pytest.mark.parametrize("key", ["k\u00e4y", "a\nb", "a\u2014b"])
async def test_a_key_that_cannot_be_sent_is_said_so_and_not_shown(key: str) -> None:
    wire = ApiClient("https://api.example", {"Authorization": f"Bearer {key}"}, service="MusicAPI")
    with pytest.raises(NotAuthorised) as caught:
        await wire.request("GET", "/x")
    assert key not in str(caught.value.to_record())


@pytest.mark.parametrize("url", ["", "http://", "gopher://x", "https://[::", "http://a b"])
async def test_an_address_that_is_none(url: str) -> None:
    wire = wire_to(url)
    with pytest.raises(Unreachable):
        await wire.request("POST", "/x", body=b"{}", paid=True)
    await wire.close()


async def test_a_closed_wire_sends_nothing(serving: Serving, answer: Build) -> None:
    async with serving(answer(200)) as server:
        wire = wire_to(server.url)
        await wire.close()
        with pytest.raises(Unreachable):
            await wire.request("POST", "/x", body=b"{}", paid=True)
    assert server.requests == []


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, Unreachable)])
async def test_closing_during_a_request_ends_it_with_a_fault(
    paid: bool, kind: type[ServiceError]
) -> None:
    asked = asyncio.Event()
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        wire = wire_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        task = asyncio.create_task(wire.request("POST", "/x", body=b"{}", paid=paid))
        await asked.wait()
        await wire.close()
        with pytest.raises(kind):
            await task
        await gone.wait()


async def test_a_connection_that_the_server_let_go_is_not_used_for_a_paid_request(
    serving: Serving,
) -> None:
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as server:
        wire = wire_to(server.url)
        for number in range(3):
            found = await wire.request("POST", f"/{number}", body=b"{}", paid=True)
            assert found.status == 200
            await server.closed.wait()
            server.closed.clear()
        await wire.close()
    assert len(server.requests) == 3


async def test_requests_at_a_time_share_one_client(serving: Serving, answer: Build) -> None:
    async with serving(answer(200, b"{}")) as server:
        wire = wire_to(server.url)
        found = await asyncio.gather(*(wire.request("GET", f"/{n}") for n in range(8)))
        assert [one.status for one in found] == [200] * 8
        await wire.close()
    assert len(server.requests) == 8


async def test_cancelling_goes_through(serving: Serving) -> None:
    asked = asyncio.Event()

    class Forever(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError

    wire = wire_to("https://api.example", Forever())
    task = asyncio.create_task(wire.request("POST", "/x", body=b"{}", paid=True))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wire.close()


async def test_nothing_of_the_key_is_logged(
    caplog: pytest.LogCaptureFixture, serving: Serving, answer: Build
) -> None:
    caplog.set_level("DEBUG")
    async with serving(answer(200, b"{}")) as server:
        wire = wire_to(server.url)
        await wire.request("GET", "/x?signature=secret")
        await wire.close()
    assert "the-key" not in caplog.text
    assert "secret" not in caplog.text


def test_a_provider_costs_no_import_before_its_first_request() -> None:
    program = (
        "import sys\n"
        "from producer_studio.domain.account import Account, Service\n"
        "from producer_studio.domain.ids import AccountName\n"
        "from producer_studio.providers import registry\n"
        "from producer_studio.providers.downloads import downloader\n"
        "from producer_studio.providers.http import retry\n"
        "account = Account(name=AccountName('a'), service=Service.MUSICAPI, profile='')\n"
        "assert registry.create_provider(account, 'k').capabilities().models\n"
        "print([name for name in ('httpx', 'msgspec', 'numpy') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_client_is_loaded_without_its_command_line() -> None:
    program = (
        "import sys\n"
        "from producer_studio.providers.http.client_factory import load_httpx\n"
        "load_httpx()\n"
        "import httpx\n"
        "httpx.AsyncClient()\n"
        "print([name for name in ('rich', 'click', 'pygments') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


async def test_the_service_itself_is_asked_and_no_cache(serving: Serving, answer: Build) -> None:
    old = answer(200, b"{}", Date="Mon, 30 Nov 2026 10:00:00 GMT", Age="7200")
    async with serving(old) as server:
        wire = wire_to(server.url)
        await wire.request("GET", "/list")
        now = wire.clock.now()
        await wire.close()
    assert "Cache-Control: no-cache" in server.requests[0]
    assert now is not None
    assert now >= datetime(2026, 11, 30, 12, tzinfo=UTC)


async def test_a_date_at_the_end_of_time_does_not_lose_an_answer(
    serving: Serving, answer: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = answer(200, b'{"task_id": "t1"}', Date="Fri, 31 Dec 9999 23:59:59 GMT")
    async with serving(last) as server:
        wire = wire_to(server.url)
        await wire.request("GET", "/list")
        moment = server_time.boot_time_s()
        monkeypatch.setattr(server_time, "boot_time_s", lambda: moment + 5.0)
        found = await wire.request("POST", "/create", body=b"{}", paid=True)
        await wire.close()
    assert found.json == {"task_id": "t1"}
    assert wire.clock.now() is None


async def test_no_cookie_is_sent_back(serving: Serving, answer: Build) -> None:
    """One that cannot be sent would end the watching of every task."""
    spoilt = answer(200, b"{}", Set_Cookie="session=caf\xe9; Path=/")
    async with serving(spoilt) as server:
        wire = wire_to(server.url)
        for _ in range(2):
            assert (await wire.request("GET", "/task/t1")).json == {}
        await wire.close()
    assert len(server.requests) == 2
    assert "cookie:" not in server.requests[1].lower()
