"""The client of AceData Cloud over a real socket: paths, tokens, lists and balances."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    NotAuthorised,
    OutcomeUnknown,
    RequestRejected,
)
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata import client
from producer_studio.providers.acedata.client import AceDataClient
from producer_studio.providers.base import AcceptedTask, Provider, RunningTask, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.uploads.host import find_upload_host

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def wire_to(url: str, token: str) -> ApiClient:
    return ApiClient(url, {"Authorization": f"Bearer {token}"}, service="AceData Cloud")


def account_at(url: str = "https://api.example", *, platform: bool = True) -> AceDataClient:
    place = wire_to(url, "platform-token") if platform else None
    return AceDataClient(wire_to(url, "api-token"), place, has_key=True, demo=False)


def said(answer: Build, body: object, status: int = 200) -> bytes:
    return answer(status, json.dumps(body).encode())


def body_of(request: str) -> Any:
    return json.loads(request.partition("\r\n\r\n")[2])


def test_it_is_a_provider() -> None:
    provider: Provider = account_at()
    assert provider.profile == "acedata"


async def test_a_song_is_sent_and_asked_after(serving: Serving, answer: Build) -> None:
    task = {"id": "t-1", "created_at": 1.5, "request": {}}
    async with serving(said(answer, {"task_id": "t-1"}), said(answer, task)) as server:
        account = account_at(server.url)
        recipe = Recipe(sound="rain")
        webhook = WebhookTarget("https://example.com/h", "hush")
        taken = await account.submit(recipe, idempotency_key="k", webhook=webhook)
        assert taken == AcceptedTask(TaskId("t-1"))
        assert await account.poll(TaskId("t-1"), recipe) == RunningTask()
        await account.close()
    submit, look = server.requests
    assert submit.startswith("POST /producer/audios HTTP/1.1")
    assert body_of(submit)["prompt"] == "rain"
    assert body_of(submit)["callback_url"] == "https://example.com/h"
    assert look.startswith("POST /producer/tasks HTTP/1.1")
    assert body_of(look) == {"action": "retrieve", "id": "t-1"}
    for request in server.requests:
        assert "Authorization: Bearer api-token" in request
        assert "hush" not in request


async def test_a_submit_that_breaks_may_have_been_taken(
    serving: Serving, answer: Build, reset: bytes
) -> None:
    async with serving(answer(200, b"", length=9) + reset) as server:
        account = account_at(server.url)
        with pytest.raises(OutcomeUnknown):
            await account.submit(Recipe(sound="rain"), idempotency_key="k")
        await account.close()
    assert len(server.requests) == 1


async def test_what_is_refused_or_has_no_key_is_not_sent(serving: Serving, answer: Build) -> None:
    async with serving(said(answer, {"task_id": "t"})) as server:
        account = account_at(server.url)
        with pytest.raises(RequestRejected):
            await account.submit(Recipe(sound="x" * 201), idempotency_key="k")
        without = AceDataClient(wire_to(server.url, ""), None, has_key=False, demo=False)
        with pytest.raises(NotAuthorised, match="no key for AceData Cloud"):
            await without.submit(Recipe(sound="x"), idempotency_key="k")
        with pytest.raises(NotAuthorised, match="no key for AceData Cloud"):
            await without.poll(TaskId("t"), Recipe())
        await account.close()
        await without.close()
    assert server.requests == []


async def test_lost_tasks_are_looked_for_by_the_user(serving: Serving, answer: Build) -> None:
    item = {"request": {"prompt": "rain"}, "created_at": NOON.timestamp() + 1}
    old = {"id": "old", "request": {}, "created_at": NOON.timestamp() - 4000}
    async with serving(
        said(answer, {"items": [{"remaining_amount": 3, "user_id": "u-1"}]}),
        said(answer, {"items": [{"id": "a"} | item, old], "count": 3}),
        said(answer, {"items": [{"id": "b"} | item], "count": 3}),
        said(answer, {"items": [], "count": 3}),
    ) as server:
        account = account_at(server.url)
        found = await account.list_tasks(NOON)
        await account.close()
    assert [(task.task, task.prompt) for task in found] == [("a", "rain"), ("b", "rain")]
    who, *pages = server.requests
    assert who.startswith("GET /api/v1/applications/?user_id=me ")
    assert "Bearer platform-token" in who
    bodies = [body_of(page) for page in pages]
    assert [body["offset"] for body in bodies] == [0, 2, 3]
    assert bodies[0] == {
        "action": "retrieve_batch", "user_id": "u-1", "offset": 0, "limit": 50,
        "created_at_min": NOON.timestamp() - 300,
    }  # fmt: skip
    assert all("Bearer api-token" in page for page in pages)


@pytest.mark.parametrize("pages", ["the same", "endless"])
async def test_a_list_without_an_end_proves_nothing(
    serving: Serving, answer: Build, monkeypatch: pytest.MonkeyPatch, pages: str
) -> None:
    monkeypatch.setattr(client, "MAX_PAGES", 5)

    def page(request: str) -> bytes:
        if request.startswith("GET"):
            return said(answer, {"items": [{"remaining_amount": 3, "user_id": "u-1"}]})
        name = "a" if pages == "the same" else f"t-{body_of(request)['offset']}"
        return said(answer, {"items": [{"id": name}], "count": 900})

    async with serving(page) as server:
        account = account_at(server.url)
        with pytest.raises(InvalidResponse, match="cannot be read completely"):
            await account.list_tasks(NOON)
        await account.close()
    assert len(server.requests) == (3 if pages == "the same" else 6)


async def test_without_a_platform_token_there_is_no_list(serving: Serving, answer: Build) -> None:
    async with serving(said(answer, {"items": []})) as server:
        account = account_at(server.url, platform=False)
        assert await account.list_tasks(NOON) == []
        await account.close()
    assert server.requests == []
    assert account.capabilities().can_list_tasks is False
    assert account_at().capabilities().can_list_tasks is True


async def test_a_user_who_is_not_told_has_no_list(serving: Serving, answer: Build) -> None:
    async with serving(said(answer, {"items": [{"remaining_amount": 3}]})) as server:
        account = account_at(server.url)
        with pytest.raises(InvalidResponse, match="not known whether this request was accepted"):
            await account.list_tasks(NOON)
        await account.close()
    assert len(server.requests) == 1


async def test_the_balance_needs_the_other_token(serving: Serving, answer: Build) -> None:
    items = [{"remaining_amount": 12.5}, {"remaining_amount": "2"}]
    async with serving(said(answer, {"items": items})) as server:
        account = account_at(server.url)
        assert (await account.fetch_balance()).total == 14.5
        await account.close()
    assert "Bearer platform-token" in server.requests[0]
    without = account_at(platform=False)
    with pytest.raises(NotAuthorised, match="Add the platform token in Settings") as caught:
        await without.fetch_balance()
    assert caught.value.field == "platform_token"
    await without.close()


def test_everything_is_offered_and_no_price_is_known() -> None:
    account = account_at()
    offered = account.capabilities()
    assert set(offered.operations) == set(SERVICE_OPERATIONS)
    assert all(one.available and one.fields for one in offered.operations.values())
    assert {one.price for one in offered.operations.values()} == {None}
    assert account.price(Recipe()) is None
    assert offered.get(Operation.REPLACE).required == {"source", "starts_at_s", "ends_at_s"}
    assert offered.models == (
        "FUZZ-2.0 Pro", "FUZZ-2.0", "FUZZ-2.0 Raw", "FUZZ-1.1 Pro", "FUZZ-1.0 Pro", "FUZZ-1.0",
        "FUZZ-1.1", "FUZZ-0.8",
    )  # fmt: skip
    assert offered.default_model == "FUZZ-2.0"
    assert {name: (one.low, one.high, one.default) for name, one in offered.strengths.items()} == {
        "lyrics_strength": (0, 1, 0.7),
        "sound_strength": (0.2, 1, 0.7),
        "weirdness": (0, 1, 0.5),
        "cover_strength": (0.2, 1, 1),
    }
    assert offered.limits["sound"] == 200
    assert (offered.export_formats, offered.presets) == (("wav",), ())
    assert offered.supports_webhooks
    assert not offered.supports_idempotency_keys


def test_the_stand_in_has_prices() -> None:
    demo = AceDataClient(wire_to("http://127.0.0.1:9", "demo"), None, has_key=True, demo=True)
    prices = {name: one.price for name, one in demo.capabilities().operations.items()}
    assert prices[Operation.CREATE] == prices[Operation.STEMS] == 10
    assert [prices[one] for one in (Operation.LYRICS, Operation.VIDEO)] == [1, 5]
    source = RemoteId("a")
    assert demo.price(Recipe(operation=Operation.EXPORT, source_remote=source)) == 2


def test_files_are_taken_where_there_is_a_platform_token() -> None:
    account, without = account_at(), account_at(platform=False)
    assert find_upload_host(account) is account.upload_host
    assert find_upload_host(without) is None
    assert find_upload_host(object()) is None
