"""Which accounts work, and what they offer."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import NotAuthorised, RequestRejected, Unreachable
from producer_studio.domain.ids import AccountName, RemoteId, TaskId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import (
    AcceptedTask,
    FinishedTask,
    Provider,
    RunningTask,
    WebhookTarget,
)
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.musicapi.client import MusicApiClient, find_dialect
from producer_studio.providers.registry import create_provider, find_profile, list_profiles
from tests.support.streaming_transport import StreamingTransport


def account(service: Service, profile: str = "", base_url: str = "") -> Account:
    return Account(name=AccountName("mine"), service=service, profile=profile, base_url=base_url)


FIVE = {
    "musicapi-2026-02",
    "musicapi-2026-05",
    "aimusicapi-2026-04",
    "acedata",
    "apiframe",
}
FAMILY = sorted(FIVE - {"acedata", "apiframe"})


def test_every_service_has_profiles_and_demo_studio_has_them_all() -> None:
    assert {profile.service for profile in list_profiles()} == set(Service)
    assert {one.name for one in list_profiles() if one.service is Service.DEMO} == FIVE
    assert {one.name for one in list_profiles() if one.service is not Service.DEMO} == FIVE
    for profile in list_profiles():
        assert profile.service is Service.DEMO or profile.base_url.startswith("https://api.")
        assert profile.service is Service.DEMO or not profile.demo_path
        assert profile.key_help.endswith(".")


@pytest.mark.parametrize(
    ("service", "name"),
    [
        (Service.DEMO, "musicapi-2026-02"),
        (Service.MUSICAPI, "musicapi-2026-02"),
        (Service.AIMUSICAPI, "aimusicapi-2026-04"),
        (Service.ACEDATA, "acedata"),
        (Service.APIFRAME, "apiframe"),
    ],
)
def test_without_a_name_a_service_has_its_default(service: Service, name: str) -> None:
    assert find_profile(service).name == name


def test_an_unknown_profile_names_the_known() -> None:
    with pytest.raises(RequestRejected, match="musicapi-2026-02, musicapi-2026-05"):
        find_profile(Service.MUSICAPI, "musicapi-1999")


@pytest.mark.parametrize("url", ["http://api.musicapi.ai", "ftp://x", "api.musicapi.ai"])
def test_a_key_goes_over_https_or_nowhere(url: str) -> None:
    with pytest.raises(RequestRejected, match="must start with https") as caught:
        create_provider(account(Service.MUSICAPI, base_url=url), "key")
    assert caught.value.field == "base_url"


def test_what_each_account_offers_and_for_how_much() -> None:
    real = create_provider(account(Service.MUSICAPI), "key").capabilities()
    demo = create_provider(account(Service.DEMO), "", "http://127.0.0.1:9").capabilities()
    assert set(real.operations) == set(demo.operations) == set(SERVICE_OPERATIONS)
    refused = {op for op, found in real.operations.items() if not found.available}
    assert refused == {Operation.STEMS, Operation.LYRICS, Operation.VIDEO}
    assert {op for op, found in demo.operations.items() if not found.available} == {Operation.STEMS}
    assert all(found.available or found.reason for found in real.operations.values())
    # An unknown price is unknown, never 0.
    assert real.get(Operation.CREATE).price is None
    assert (real.get(Operation.UPLOAD).price, real.get(Operation.EXPORT).price) == (2, 2)
    assert (demo.get(Operation.CREATE).price, demo.get(Operation.EXTEND).price) == (10, 10)
    assert (demo.get(Operation.LYRICS).price, demo.get(Operation.VIDEO).price) == (1, 5)
    assert (real.default_model, len(real.models)) == ("FUZZ-2.0", 10)
    assert not real.can_list_tasks
    assert not real.supports_idempotency_keys


def test_the_price_of_a_recipe() -> None:
    provider = create_provider(account(Service.DEMO), "", "http://127.0.0.1:9")
    assert provider.price(Recipe(sound="x")) == 10
    assert provider.price(Recipe(operation=Operation.STEMS)) is None


class Server:
    """Remembers requests and answers by path."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self.answers[request.url.path.split("/")[4]])


def provider_on(server: Server, *, demo: bool = False) -> Provider:
    wire = ApiClient(
        "https://api.example",
        {"Authorization": "Bearer k"},
        service="MusicAPI",
        transport=StreamingTransport(server),
    )
    return MusicApiClient(wire, find_dialect("musicapi-2026-02", demo=demo))


@pytest.mark.anyio
async def test_a_task_from_submit_to_clip() -> None:
    server = Server(
        create={"message": "success", "task_id": "t/1"},
        task={"code": 200, "data": [{"clip_id": "c", "audio_url": "https://x.example/a"}]},
    )
    provider = provider_on(server)
    recipe = Recipe(sound="tape")
    hook = WebhookTarget("https://me.example/h", "s")
    accepted = await provider.submit(recipe, idempotency_key="i", webhook=hook)
    assert isinstance(accepted, AcceptedTask)
    found = await provider.poll(accepted.task, recipe)
    assert isinstance(found, FinishedTask)
    assert await provider.list_tasks(datetime.now(UTC)) == []
    await provider.close()
    sent, looked = server.requests
    assert json.loads(sent.content)["webhook_secret"] == "s"
    assert "idempotency-key" not in sent.headers
    assert looked.url.raw_path == b"/api/v1/producer/task/t%2F1"
    assert looked.headers["authorization"] == "Bearer k"


@pytest.mark.anyio
async def test_what_an_account_does_not_offer_is_not_sent() -> None:
    server = Server()
    provider = provider_on(server)
    for operation in (Operation.STEMS, Operation.LYRICS, Operation.VIDEO):
        recipe = Recipe(operation=operation, prompt="p", source_remote=RemoteId("c"))
        with pytest.raises(RequestRejected, match="nothing was charged") as caught:
            await provider.submit(recipe, idempotency_key="")
        assert caught.value.field == "operation"
    assert server.requests == []
    await provider.close()


@pytest.mark.anyio
async def test_the_demo_writes_lyrics() -> None:
    server = Server(**{"lyrics-create": {"task_id": "t"}}, task={"status": "RUNNING"})
    provider = provider_on(server, demo=True)
    recipe = Recipe(operation=Operation.LYRICS, prompt="rain")
    await provider.submit(recipe, idempotency_key="")
    assert isinstance(await provider.poll(TaskId("t"), recipe), RunningTask)
    await provider.close()


DEMO_CALLS = {
    "musicapi-2026-02": "GET /api/v1/get-credits ",
    "musicapi-2026-05": "GET /musicapi-2026-05/api/v1/get-credits ",
    "aimusicapi-2026-04": "GET /aimusicapi/api/v1/get-credits ",
    "acedata": "GET /acedata/api/v1/applications/?user_id=me ",
    "apiframe": "GET /apiframe/v2/me ",
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", sorted(FIVE))
@pytest.mark.parametrize("slash", ["", "/"])
async def test_demo_studio_speaks_each_dialect_below_its_own_address(
    name: str, slash: str, serving: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    async with serving(answer(401, b"{}")) as server:
        provider = create_provider(account(Service.DEMO, name), "", server.url + slash)
        assert provider.profile == name
        with pytest.raises(NotAuthorised):
            await provider.fetch_balance()
        await provider.close()
    (request,) = server.requests
    assert request.startswith(DEMO_CALLS[name])
    key = "x-api-key: demo" if name == "apiframe" else "authorization: bearer demo"
    assert key in request.lower()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("service", "name", "header"),
    [
        (Service.MUSICAPI, "musicapi-2026-02", "authorization: bearer k-1"),
        (Service.MUSICAPI, "musicapi-2026-05", "authorization: bearer k-1"),
        (Service.AIMUSICAPI, "aimusicapi-2026-04", "authorization: bearer k-1"),
        (Service.ACEDATA, "acedata", "authorization: bearer k-1"),
        (Service.APIFRAME, "apiframe", "x-api-key: k-1"),
    ],
)
async def test_each_service_is_shown_the_key_in_its_own_way(
    service: Service,
    name: str,
    header: str,
    serving: Callable[..., Any],
    answer: Callable[..., bytes],
) -> None:
    async with serving(answer(401, b"{}")) as server:
        provider = create_provider(account(service, name, server.url + "/here"), " k-1 ")
        with pytest.raises(NotAuthorised):
            await provider.poll(TaskId("t"), Recipe())
        await provider.close()
    (request,) = server.requests
    assert header in request.lower()
    assert ("authorization" in request.lower()) is (service is not Service.APIFRAME)


@pytest.mark.anyio
async def test_a_platform_token_goes_to_the_platform_alone(
    serving: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    async with serving(answer(401, b"{}")) as service, serving(answer(401, b"{}")) as platform:
        own = replace(account(Service.ACEDATA, base_url=service.url), platform_url=platform.url)
        provider = create_provider(own, "key", platform_token=" token ")
        for ask in (provider.fetch_balance(), provider.poll(TaskId("t"), Recipe())):
            with pytest.raises(NotAuthorised):
                await ask
        await provider.close()
        # A stand-in has both where it has one.
        beside = create_provider(account(Service.ACEDATA, base_url=service.url), "key")
        with pytest.raises(NotAuthorised):
            await beside.fetch_balance()
        assert len(service.requests) == 1
        beside = create_provider(
            account(Service.ACEDATA, base_url=service.url), "key", platform_token="token"
        )
        with pytest.raises(NotAuthorised):
            await beside.fetch_balance()
        await beside.close()
    looked, balance = service.requests
    assert "bearer key" in looked.lower()
    assert "bearer token" in balance.lower()
    (asked,) = platform.requests
    assert asked.startswith("GET /api/v1/applications/")
    assert "bearer token" in asked.lower()
    assert "bearer key" not in asked.lower()


def test_a_platform_token_goes_over_https_or_nowhere() -> None:
    own = replace(account(Service.ACEDATA), platform_url="http://platform.example")
    with pytest.raises(RequestRejected, match="must start with https") as caught:
        create_provider(own, "key", platform_token="token")
    assert caught.value.field == "platform_url"
    create_provider(own, "key")


@pytest.mark.anyio
async def test_without_a_key_nothing_is_sent() -> None:
    provider = create_provider(account(Service.MUSICAPI), " ")
    with pytest.raises(NotAuthorised, match="no key"):
        await provider.fetch_balance()
    with pytest.raises(NotAuthorised):
        await provider.poll(TaskId("t"), Recipe())
    with pytest.raises(NotAuthorised):
        await provider.submit(Recipe(sound="x"), idempotency_key="")
    await provider.close()


@pytest.mark.anyio
async def test_demo_studio_that_is_not_running_is_unreachable() -> None:
    provider = create_provider(account(Service.DEMO), "")
    assert provider.profile == "musicapi-2026-02"
    with pytest.raises(Unreachable):
        await provider.fetch_balance()
    await provider.close()
