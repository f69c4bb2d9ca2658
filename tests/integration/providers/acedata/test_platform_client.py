"""AceData Cloud's platform over a real socket."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    NotAuthorised,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    StorageError,
    Unreachable,
)
from producer_studio.providers.acedata.platform import PlatformClient
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.multipart import MultipartForm
from producer_studio.providers.local_audio_file import LocalAudioFile
from tests.support.streaming_transport import StreamingTransport

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]
SOUND = b"ID3 as text " * 60_000


def platform_at(url: str) -> PlatformClient:
    return PlatformClient(
        ApiClient(url, {"Authorization": "Bearer the-token"}, service="AceData Cloud")
    )


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / ('\u202eR\u00e9glage \u97f3\u697d "; x ' + "l" * 150 + ".MP3")
    path.write_bytes(SOUND)
    return path


async def test_a_file_goes_up_whole(serving: Serving, answer: Build, sound: Path) -> None:
    url = "https://cdn.example/sound.mp3"
    async with serving(answer(200, json.dumps({"file_url": url}).encode())) as server:
        platform = platform_at(server.url)
        hosted = await platform.upload(sound)
        await platform.delete(hosted.handle)
        await platform.close()
    assert (hosted.url, hosted.handle) == (url, "")
    (request,) = server.requests
    head, _, body = request.partition("\r\n\r\n")
    assert head.startswith("POST /api/v1/files/ HTTP/1.1")
    assert "Authorization: Bearer the-token" in head
    assert "Transfer-Encoding" not in head
    boundary = re.findall(r"Content-Type: multipart/form-data; boundary=(\w+)", head)[0]
    assert body == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="sound.mp3"\r\n'
        f"Content-Type: audio/mpeg\r\n\r\n{SOUND.decode()}\r\n--{boundary}--\r\n"
    )


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"error":{"code":"invalid_token","message":"No."}}', NotAuthorised),
        (403, b'{"error":{"code":"token_mismatched"}}', NotAuthorised),
        (413, b"<html>", RequestRejected),
        (429, b"{}", RateLimited),
        (500, b"{}", ServiceUnavailable),
        (200, b"<html>", InvalidResponse),
        (200, b"{}", InvalidResponse),
        (200, b'{"file_url":null}', InvalidResponse),
        (200, b'{"file_url":"/relative.mp3"}', InvalidResponse),
        (200, b'{"file_url":"http://cdn.example/a.mp3"}', InvalidResponse),
    ],
)
async def test_what_comes_instead_of_an_address(
    serving: Serving, answer: Build, sound: Path, status: int, body: bytes, kind: type[ServiceError]
) -> None:
    async with serving(answer(status, body)) as server:
        platform = platform_at(server.url)
        with pytest.raises(kind) as caught:
            await platform.upload(sound)
        await platform.close()
    assert type(caught.value) is kind
    if kind is NotAuthorised:
        assert "platform token" in caught.value.message
        assert caught.value.field == "platform_token"


async def test_a_connection_that_breaks_may_be_tried_again(
    serving: Serving, sound: Path, reset: bytes
) -> None:
    async with serving(reset) as server:
        platform = platform_at(server.url)
        with pytest.raises(Unreachable, match="Checking again is free"):
            await platform.upload(sound)
        await platform.close()


@pytest.mark.parametrize("name", ["shorter.mp3", "gone.mp3"])
async def test_a_file_that_changes_meanwhile_is_not_sent(tmp_path: Path, name: str) -> None:
    (tmp_path / "shorter.mp3").write_bytes(b"ID3")
    arrived: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        return httpx.Response(200)

    transport = StreamingTransport(take)
    wire = ApiClient("https://api.example", {}, service="AceData Cloud", transport=transport)
    sound = LocalAudioFile(tmp_path / name, 9, "audio/mpeg", "sound.mp3")
    with pytest.raises(StorageError, match="could not be read completely"):
        await wire.send_form("/files", MultipartForm(sound))
    await wire.close()
    assert arrived == []


async def test_only_sound_is_sent(serving: Serving, answer: Build, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear diary")
    async with serving(answer(200, b"{}")) as server:
        platform = platform_at(server.url)
        for path in (letter, tmp_path / "gone.mp3"):
            with pytest.raises(RequestRejected) as caught:
                await platform.upload(path)
            assert caught.value.field == "audio_file"
        await platform.close()
    assert server.requests == []


@pytest.mark.parametrize(
    ("items", "total"),
    [
        ([], 0),
        ([{"remaining_amount": 5}], 5),
        ([{"remaining_amount": "5.5"}, {"remaining_amount": 1}], 6.5),
        ([{"remaining_amount": 5, "service": None}, {"remaining_amount": None}], 5),
        (
            [
                {"remaining_amount": 90, "service": {"alias": "suno", "title": "Suno Music"}},
                {"remaining_amount": 4, "service": {"alias": "producer", "title": "Producer"}},
            ],
            4,
        ),
        (
            [{"remaining_amount": 90, "service": "suno"}, {"remaining_amount": 4, "service": "x"}],
            94,
        ),
    ],
)
async def test_the_balance(
    serving: Serving, answer: Build, items: list[dict[str, object]], total: float
) -> None:
    body = json.dumps({"items": items, "count": len(items)}).encode()
    async with serving(answer(200, body)) as server:
        platform = platform_at(server.url)
        assert (await platform.fetch_balance()).total == total
        await platform.close()
    assert server.requests[0].startswith("GET /api/v1/applications/?user_id=me ")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b"{}", NotAuthorised),
        (502, b"<html>", ServiceUnavailable),
        (200, b"{}", InvalidResponse),
        (200, b'{"items":[{}]}', InvalidResponse),
        (200, b'{"items":[{"remaining_amount":"much"}]}', InvalidResponse),
        (200, b'{"items":[{"remaining_amount":[1]}]}', InvalidResponse),
    ],
)
async def test_a_balance_that_cannot_be_read(
    serving: Serving, answer: Build, status: int, body: bytes, kind: type[ServiceError]
) -> None:
    async with serving(answer(status, body)) as server:
        platform = platform_at(server.url)
        with pytest.raises(kind):
            await platform.fetch_balance()
        await platform.close()


async def test_the_user_is_asked_for_once(serving: Serving, answer: Build) -> None:
    body = json.dumps({"items": [{"user_id": ""}, {"user_id": "u-7"}]}).encode()
    async with serving(answer(200, body)) as server:
        platform = platform_at(server.url)
        assert [await platform.fetch_user_id(), await platform.fetch_user_id()] == ["u-7", "u-7"]
        await platform.close()
    assert len(server.requests) == 1
