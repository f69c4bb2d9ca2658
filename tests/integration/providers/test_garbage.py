"""Whatever a service sends, only values and known faults come out, and no paid result is lost."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.client import AceDataClient
from producer_studio.providers.apiframe.client import ApiframeClient
from producer_studio.providers.base import (
    AcceptedTask,
    FailedTask,
    FinishedTask,
    Provider,
    RunningTask,
)
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.response_errors import UNDELIVERED_STATUSES
from producer_studio.providers.musicapi.client import MusicApiClient, find_dialect
from producer_studio.providers.registry import list_profiles
from tests.support.streaming_transport import StreamingTransport

BODIES = 600
"""For each profile; each is read as the answer to a submit and to a look."""

NAMES = [
    "code", "status", "type", "message", "error", "data", "task_id", "clip_id", "audio_url",
    "duration", "seed", "state", "created_at", "lyrics", "title", "credits", "extra_credits",
    "trace_id", "remaining_credits", "detail", "details", "success", "response", "id", "audio_id",
    "lyric", "video_url", "stems_url", "file_url", "text", "finished_at", "progress", "jobId",
    "result", "tracks", "audioUrl", "createdAt", "creditCost", "expired", "creditsAvailable",
    "path", "team", "items", "jobs", "remaining_amount",
]  # fmt: skip
WORDS = [
    "SUCCESS", "FAILED", "RUNNING", "not_ready", "succeeded", "failed", "200", "500", "t-1",
    "QUEUED", "COMPLETED", "CANCELLED", "100%", "used_up", "api_error", "https://x.example/a",
]  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)
bodies = st.binary() | (st.dictionaries(st.sampled_from(NAMES), values) | values).map(
    lambda value: json.dumps(value).encode()
)
statuses = st.sampled_from([200, 200, 200, 201, 202, 204]) | st.integers(200, 599)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "x-request-id"]), st.text(st.characters(max_codepoint=255))
)
PROFILES = sorted({profile.name for profile in list_profiles()})


@dataclass
class Service:
    """Gives the answer that it was told."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        raw = [(name.encode(), text.encode("latin-1")) for name, text in self.headers.items()]
        return httpx.Response(self.status, headers=raw, content=self.body)


def provider_on(profile: str, service: Service) -> Provider:
    wire = ApiClient(
        "https://api.example", {}, service="The service", transport=StreamingTransport(service)
    )
    if profile == "acedata":
        return AceDataClient(wire, wire, has_key=True, demo=False)
    if profile == "apiframe":
        return ApiframeClient(wire, has_key=True)
    return MusicApiClient(wire, find_dialect(profile))


def recipe_of(operation: Operation) -> Recipe:
    """With all that any of the dialects requires."""
    return Recipe(
        operation=operation, sound="tape loops", source_remote=RemoteId("c"), starts_at_s=3,
        ends_at_s=9, prompt="rain", audio_url="https://example.com/a.mp3",
        export_format="wav" if operation is Operation.EXPORT else "",
    )  # fmt: skip


async def outcome(asked: Coroutine[Any, Any, object]) -> object:
    """What came out: a value, or the fault as it is stored and shown."""
    try:
        return await asked
    except ServiceError as fault:
        record = fault.to_record()
    assert ErrorRecord.from_json(json.loads(json.dumps(record.to_json()))) == record
    assert record.service_words.encode() == record.service_words.encode("utf-8", "replace")
    assert record.message
    return record


def proves_that_nothing_was_taken(service: Service) -> bool:
    """As far as this test goes: a 4xx of any kind, a service that never had it, or an error."""
    if 300 <= service.status < 500 or service.status in UNDELIVERED_STATUSES:
        return True
    try:
        body = json.loads(service.body)
    except ValueError:
        return False
    said = isinstance(body, dict) and body.keys() & {"code", "type", "error", "status", "success"}
    return bool(said)


def check_submit(found: object, service: Service) -> None:
    assert isinstance(found, AcceptedTask | FinishedTask | ErrorRecord)
    if isinstance(found, AcceptedTask):
        assert found.task
    if isinstance(found, ErrorRecord) and not proves_that_nothing_was_taken(service):
        assert found.kind is ErrorKind.OUTCOME_UNKNOWN


def check_look(found: object) -> None:
    assert isinstance(found, RunningTask | FinishedTask | FailedTask | ErrorRecord)
    if isinstance(found, ErrorRecord):
        # Asking costs nothing: there is nothing to ask the user about.
        assert found.kind is not ErrorKind.OUTCOME_UNKNOWN
    if isinstance(found, FinishedTask):
        texts = [clip.title + clip.sound + clip.lyrics + clip.seed for clip in found.clips]
        assert texts
        assert all(text.encode() == text.encode("utf-8", "replace") for text in texts)


Try: TypeAlias = Callable[[Provider, Service, Operation], Coroutine[Any, Any, None]]


def on_every_profile(attempt: Try, examples: int) -> None:
    """Gives one service's answers, one after the other, to all dialects."""
    service = Service()
    providers = [provider_on(profile, service) for profile in PROFILES]

    async def all_of_them(operation: Operation) -> None:
        for provider in providers:
            available = provider.capabilities().get(operation).available
            await attempt(provider, service, operation if available else Operation.CREATE)

    @settings(max_examples=examples)
    @given(statuses, headers, bodies, st.sampled_from(SERVICE_OPERATIONS))
    def one(status: int, head: dict[str, str], body: bytes, operation: Operation) -> None:
        service.status, service.headers, service.body = status, head, body
        runner.run(all_of_them(operation))

    with asyncio.Runner() as runner:
        one()
        for provider in providers:
            runner.run(provider.close())


def test_submit_and_look() -> None:
    async def ask(provider: Provider, service: Service, operation: Operation) -> None:
        recipe = recipe_of(operation)
        check_submit(await outcome(provider.submit(recipe, idempotency_key="k")), service)
        check_look(await outcome(provider.poll(TaskId("t"), recipe)))

    on_every_profile(ask, BODIES)


def test_credits() -> None:
    async def ask(provider: Provider, service: Service, operation: Operation) -> None:
        assert isinstance(await outcome(provider.fetch_balance()), Balance | ErrorRecord)

    on_every_profile(ask, 200)


@pytest.mark.anyio
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_large_answer_is_not_read_on_the_thread_of_the_window(
    profile: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A field that cannot be read is logged by the thread that reads it."""
    caplog.set_level("INFO", logger="producer_studio.providers.http.decoding")
    link = "https://x.example/a"
    song = {"clip_id": "c", "id": "c", "title": {}, "audio_url": link, "audioUrl": link}
    songs = [song] * 1000
    document = {
        "code": 200, "data": songs, "response": {"success": True, "data": songs}, "id": "task",
        "finished_at": 1, "status": "COMPLETED", "result": {"tracks": songs},
    }  # fmt: skip
    provider = provider_on(profile, Service(body=json.dumps(document).encode()))
    await outcome(provider.poll(TaskId("task"), recipe_of(Operation.CREATE)))
    await provider.close()
    readers = {record.thread for record in caplog.records if "title" in record.getMessage()}
    assert readers
    assert threading.get_ident() not in readers
