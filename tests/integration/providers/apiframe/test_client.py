"""An account of Apiframe over HTTP: what goes out, and how its list is read to the end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    NotAuthorised,
    OutcomeUnknown,
    RequestRejected,
    ServiceUnavailable,
)
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.apiframe.client import CLOCK_SLACK, MAX_PAGES, ApiframeClient
from producer_studio.providers.base import AcceptedTask, Provider, RunningTask, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from tests.support.streaming_transport import StreamingTransport

pytestmark = pytest.mark.anyio

RECIPE = Recipe(sound="slow waltz for two guitars", model="FUZZ-2.0 Pro")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Respond = Callable[[httpx.Request], httpx.Response]


class Service:
    """Remembers requests; each is answered by the function."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.respond(request)


def account(respond: Respond, *, has_key: bool = True) -> tuple[ApiframeClient, Service]:
    service = Service(respond)
    wire = ApiClient(
        "https://api.example",
        {"X-API-Key": "afk_1"},
        service="Apiframe",
        transport=StreamingTransport(service),
    )
    return ApiframeClient(wire, has_key=has_key), service


def replies(value: object, status: int = 200) -> Respond:
    return lambda _: httpx.Response(status, json=value)


async def test_a_submit_carries_its_key() -> None:
    provider, service = account(replies({"jobId": "j-1", "status": "QUEUED"}, 202))
    hook = WebhookTarget("https://hooks.example/a", "secret")
    found = await provider.submit(RECIPE, idempotency_key="key-1", webhook=hook)
    assert found == AcceptedTask(TaskId("j-1"))
    (request,) = service.requests
    assert (request.method, request.url.path) == ("POST", "/v2/music/generate")
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["x-api-key"] == "afk_1"
    assert json.loads(request.content)["webhookUrl"] == "https://hooks.example/a"
    await provider.close()


async def test_the_same_recipe_has_the_same_body_each_time() -> None:
    provider, service = account(replies({"jobId": "j-1"}, 202))
    for _ in range(2):
        await provider.submit(RECIPE, idempotency_key="key-1")
    first, second = service.requests
    assert first.content == second.content
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    await provider.close()


async def test_without_a_key_none_is_sent() -> None:
    provider, service = account(replies({"jobId": "j-1"}, 202))
    await provider.submit(RECIPE, idempotency_key="")
    assert "idempotency-key" not in service.requests[0].headers
    await provider.close()


async def test_a_lost_answer_is_an_unknown_outcome() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    provider, _ = account(lose)
    with pytest.raises(OutcomeUnknown):
        await provider.submit(RECIPE, idempotency_key="key-1")
    await provider.close()


async def test_what_is_not_offered_is_not_sent() -> None:
    provider, service = account(replies({}))
    with pytest.raises(RequestRejected, match="only makes new songs"):
        await provider.submit(Recipe(operation=Operation.COVER, sound="x"), idempotency_key="k")
    assert service.requests == []


async def test_an_account_without_a_key_asks_nothing() -> None:
    provider, service = account(replies({}), has_key=False)
    with pytest.raises(NotAuthorised, match="Nothing was sent"):
        await provider.submit(RECIPE, idempotency_key="k")
    for ask in (
        provider.poll(TaskId("j"), RECIPE),
        provider.list_tasks(NOW),
        provider.fetch_balance(),
    ):
        with pytest.raises(NotAuthorised):
            await ask
    assert service.requests == []


async def test_a_look_and_the_balance() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v2/me":
            return httpx.Response(200, json={"team": {"credits": 41}})
        return httpx.Response(200, json={"status": "PROCESSING", "progress": 5})

    provider, service = account(respond)
    assert await provider.poll(TaskId("a/b?c"), RECIPE) == RunningTask(0.05, "PROCESSING")
    assert service.requests[0].url.raw_path == b"/v2/jobs/a%2Fb%3Fc"
    assert (await provider.fetch_balance()).total == 41
    await provider.close()


def test_what_it_offers() -> None:
    provider: Provider = account(replies({}))[0]
    found = provider.capabilities()
    assert provider.profile == "apiframe"
    assert [op for op, one in found.operations.items() if one.available] == [Operation.CREATE]
    assert set(found.operations) == set(SERVICE_OPERATIONS)
    assert all(one.available or one.reason for one in found.operations.values())
    create = found.get(Operation.CREATE)
    assert create.required == {"sound"}
    assert create.required < create.fields
    assert (found.default_model, len(found.models)) == ("FUZZ-2.0 Pro", 6)
    assert found.limits == {"sound": 5000, "lyrics": 5000, "title": 80, "webhook_url": 1024}
    assert (found.can_list_tasks, found.supports_idempotency_keys, found.supports_webhooks) == (
        True,
        True,
        True,
    )
    assert provider.price(RECIPE) is None
    assert create.price is None


class Shelf:
    """A list of jobs in pages, which each tell what was asked for when asked by themselves."""

    def __init__(self, ages_min: list[float], size: int = 2, **more: Any) -> None:
        self.jobs = [
            {"id": f"j-{n}", "status": "COMPLETED", "model": "producer"}
            | {"createdAt": (NOW - timedelta(minutes=age)).isoformat()}
            | more
            for n, age in enumerate(ages_min)
        ]
        self.size = size
        self.pages_asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v2/jobs":
            name = request.url.path.rpartition("/")[2]
            found = next(job for job in self.jobs if job["id"] == name)
            words = {"prompt": f"words of {name}", "producerParams": {"seed": "7"}}
            return httpx.Response(200, json=found | {"input": words})
        self.pages_asked += 1
        assert request.url.params["limit"] == "100"
        start = int(request.url.params.get("cursor", "0"))
        end = start + self.size
        more = end < len(self.jobs)
        page = {"jobs": self.jobs[start:end], "hasMore": more}
        return httpx.Response(200, json=page | {"nextCursor": str(end) if more else None})


async def test_the_list_is_read_as_far_back_as_needed() -> None:
    shelf = Shelf([0, 1, 2, 30, 40, 50, 60])
    provider, _ = account(shelf)
    found = await provider.list_tasks(NOW - timedelta(minutes=3))
    assert [(one.task, one.prompt, one.seed) for one in found] == [
        ("j-0", "words of j-0", "7"), ("j-1", "words of j-1", "7"), ("j-2", "words of j-2", "7"),
    ]  # fmt: skip
    assert found[1].created_at == NOW - timedelta(minutes=1)
    assert shelf.pages_asked == 2
    await provider.close()


async def test_a_list_from_old_to_new_is_read_to_its_end() -> None:
    shelf = Shelf([60, 50, 40, 30, 2, 1])
    provider, _ = account(shelf)
    found = await provider.list_tasks(NOW - timedelta(minutes=3))
    assert [one.task for one in found] == ["j-4", "j-5"]
    assert shelf.pages_asked == 3
    await provider.close()


async def test_a_clock_that_is_off_hides_nothing() -> None:
    shelf = Shelf([CLOCK_SLACK.total_seconds() / 60])
    provider, _ = account(shelf)
    assert len(await provider.list_tasks(NOW)) == 1
    assert await provider.list_tasks(NOW + timedelta(seconds=1)) == []
    await provider.close()


async def test_a_job_without_a_time_may_be_the_one() -> None:
    provider, _ = account(Shelf([0], createdAt=None))
    assert [one.created_at for one in await provider.list_tasks(NOW)] == [None]
    await provider.close()


async def test_what_the_list_tells_is_not_asked_again() -> None:
    provider, service = account(Shelf([0], input={"prompt": "in the list"}))
    assert [one.prompt for one in await provider.list_tasks(NOW)] == ["in the list"]
    assert len(service.requests) == 1
    await provider.close()


async def test_a_list_without_end_proves_nothing() -> None:
    page = {"jobs": [], "nextCursor": "again", "hasMore": True}
    provider, service = account(replies(page))
    with pytest.raises(InvalidResponse, match="never ends"):
        await provider.list_tasks(NOW)
    assert len(service.requests) == MAX_PAGES
    await provider.close()


@pytest.mark.parametrize("broken", ["/v2/jobs", "/v2/jobs/j-0"])
async def test_a_list_that_breaks_off_proves_nothing(broken: str) -> None:
    shelf = Shelf([0, 1, 2])

    def respond(request: httpx.Request) -> httpx.Response:
        later = request.url.path == broken and "cursor" in str(request.url)
        if later or (broken != "/v2/jobs" and request.url.path == broken):
            return httpx.Response(503, json={"error": "Unavailable"})
        return shelf(request)

    provider, _ = account(respond)
    with pytest.raises(ServiceUnavailable):
        await provider.list_tasks(NOW - timedelta(minutes=3))
    await provider.close()
