"""The preview of a request is the request, but for its secrets."""

import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from producer_studio.domain.errors import RequestRejected, ServiceError
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import (
    KEY_VARIABLE,
    WEBHOOK_SECRET_VARIABLE,
    RequestPreview,
)
from producer_studio.providers.acedata.client import AceDataClient
from producer_studio.providers.apiframe.client import ApiframeClient
from producer_studio.providers.base import Provider, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.musicapi.client import MusicApiClient, find_dialect
from tests.support.streaming_transport import StreamingTransport

pytestmark = pytest.mark.anyio

KEY = "sk-0123456789abcdef"
SECRET = "whsec-0123456789abcdef"
HOOK = WebhookTarget("https://example.com/hook?token=5ec2e7", SECRET)
SONG = Recipe(
    sound="tape loops", lyrics="[Verse]\nA “quoted” line\\", title="T", model="FUZZ-2.0", seed="7",
    lyrics_strength=0.4, cover_url="https://example.com/a.jpg?sig=5ec2e7",
)  # fmt: skip
COVER = SONG.with_changes(
    operation=Operation.COVER, source_remote=RemoteId("clip-1"), cover_strength=0.9
)

CLIENTS: dict[str, tuple[dict[str, str], Callable[[ApiClient], Provider], Recipe]] = {
    "musicapi-2026-02": (
        {"Authorization": f"Bearer {KEY}"},
        lambda api: MusicApiClient(api, find_dialect("musicapi-2026-02")),
        COVER,
    ),
    "musicapi-2026-05": (
        {"Authorization": f"Bearer {KEY}"},
        lambda api: MusicApiClient(api, find_dialect("musicapi-2026-05")),
        COVER,
    ),
    "aimusicapi-2026-04": (
        {"Authorization": f"Bearer {KEY}"},
        lambda api: MusicApiClient(api, find_dialect("aimusicapi-2026-04")),
        SONG,
    ),
    "acedata": (
        {"Authorization": f"Bearer {KEY}"},
        lambda api: AceDataClient(api, None, has_key=True, demo=False),
        COVER,
    ),
    "apiframe": ({"X-API-Key": KEY}, ApiframeClient, SONG),
}


def client(name: str, sent: list[httpx.Request]) -> tuple[Provider, Recipe]:
    def refuse(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(400, json={"error": "no"})

    headers, create, recipe = CLIENTS[name]
    api = ApiClient(
        "https://api.example/", headers, service="S", secrets=[SECRET],
        transport=StreamingTransport(refuse),
    )  # fmt: skip
    return create(api), recipe


@pytest.mark.parametrize("name", CLIENTS)
async def test_the_preview_is_what_is_sent(name: str) -> None:
    sent: list[httpx.Request] = []
    provider, recipe = client(name, sent)
    preview = provider.preview(recipe, idempotency_key="one", webhook=HOOK)
    assert sent == []
    with pytest.raises(ServiceError):
        await provider.submit(recipe, idempotency_key="one", webhook=HOOK)
    (request,) = sent
    assert (preview.method, preview.url) == (request.method, str(request.url))
    headers = {key.lower(): value for key, value in preview.headers.items()}
    by_transport = {"host", "content-length", "connection"}
    assert {
        key: value.replace(KEY, KEY_VARIABLE)
        for key, value in request.headers.items()
        if key not in by_transport
    } == headers
    text = request.content.decode().replace(SECRET, WEBHOOK_SECRET_VARIABLE)
    for address in ("https://example.com/hook", "https://example.com/a.jpg"):
        text = text.replace(f"{address}?token=5ec2e7", f"{address}?…")
        text = text.replace(f"{address}?sig=5ec2e7", f"{address}?…")
    assert json.loads(text) == preview.body
    await provider.close()


@pytest.mark.parametrize("name", CLIENTS)
def test_no_secret_is_in_a_preview(name: str) -> None:
    provider, recipe = client(name, [])
    # A key that was pasted into the wrong field is a secret there, too.
    recipe = recipe.with_changes(lyrics=f"[Verse]\n{KEY} and {SECRET}")
    preview = provider.preview(recipe, idempotency_key="", webhook=HOOK)
    for text in (str(preview), json.dumps(preview.to_json()), preview.to_curl(), *preview.lines()):
        assert KEY not in text
        assert SECRET not in text
        assert "5ec2e7" not in text


def test_what_is_not_sent_has_no_preview() -> None:
    provider, _ = client("apiframe", [])
    with pytest.raises(RequestRejected, match="Nothing was sent"):
        provider.preview(Recipe(), idempotency_key="")


def test_a_preview_of_an_account_without_a_key() -> None:
    api = ApiClient("https://api.example", {"X-API-Key": ""}, service="S")
    preview: RequestPreview = ApiframeClient(api, has_key=False).preview(SONG, idempotency_key="")
    assert preview.headers["X-API-Key"] == KEY_VARIABLE
    assert replace(preview, notes=("n",)).to_json()["notes"] == ["n"]
