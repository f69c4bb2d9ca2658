"""Client of the dialect `acedata` (AceData Cloud, Producer API; .github/docs/services.md).

Songs and stems are requested with `async`, and polled; lyrics, uploads, videos and WAV files are in
the response at once, or a task where a webhook was given.

Past tasks. The documents show `retrieve_batch` with ids only, which finds no lost task; the
service's own website lists a user's tasks with it, by the user's id, from a time on. The platform
returns the id, so lost tasks are searched where there is a platform token. A service without this
search rejects the request, and then nothing is concluded from it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import InvalidResponse, NotAuthorised
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.platform import PlatformClient
from producer_studio.providers.acedata.requests import DIALECT, EXPORT_FORMATS, build_request
from producer_studio.providers.base import FoundTask, PollResult, SubmitResult, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.decoder_loading import DecoderLoader
from producer_studio.providers.http.paid_request import PaidRequest
from producer_studio.providers.http.request_bodies import encode_body
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.service_client import SubmittingClient
from producer_studio.translation import mark

PAGE_SIZE = 50
MAX_PAGES = 40
CLOCK_SLACK = timedelta(minutes=5)
"""Maximum error of the service's clock in a search for tasks."""

# The service states no prices. Those of Demo Studio are the sandbox's own.
_DEMO_PRICES: Mapping[str, float] = {
    "audios": 10.0,
    "lyrics": 1.0,
    "videos": 5.0,
    "upload": 2.0,
    "wav": 2.0,
}
_TASKS_PATH = "/producer/tasks"
_RESPONSES_MODULE = "producer_studio.providers.acedata.responses"


class AceDataClient(SubmittingClient):
    """One account of this dialect."""

    profile = DIALECT.profile

    def __init__(
        self, api: ApiClient, platform: ApiClient | None, *, has_key: bool, demo: bool
    ) -> None:
        """Stores the HTTP clients; no connection is opened yet.

        Args:
            api: With the account's key in its headers.
            platform: Client for balance and files, with the platform token; None without one.
            has_key: False when there is none: then requests raise before they are sent.
            demo: Whether this is Demo Studio, which has prices.
        """
        super().__init__(api)
        self._platform = None if platform is None else PlatformClient(platform)
        self._ensure_decoders = DecoderLoader(api.service, _RESPONSES_MODULE, has_key=has_key)
        self._prices = _DEMO_PRICES if demo else {}

    @property
    def upload_host(self) -> PlatformClient | None:
        """Upload host for local files; None without a platform token."""
        return self._platform

    def capabilities(self) -> Capabilities:
        usual = DIALECT.capabilities(self._api.service)
        return replace(
            usual,
            operations={
                operation: replace(capability, price=self._price(operation))
                for operation, capability in usual.operations.items()
            },
            presets=(),
            export_formats=EXPORT_FORMATS,
            can_list_tasks=self._platform is not None,
            can_list_tasks_with_token=True,
        )

    def price(self, recipe: Recipe) -> float | None:
        return self._price(recipe.operation)

    async def submit(
        self,
        recipe: Recipe,
        *,
        idempotency_key: str,
        webhook: WebhookTarget | None = None,
    ) -> SubmitResult:
        request = self._build_request(recipe, idempotency_key, webhook)
        await self._ensure_decoders()
        from producer_studio.providers.acedata.responses import parse_submit  # start-up cost

        response = await self._api.submit(request)
        return await response.parse(parse_submit, recipe, self._api.service)

    async def poll(self, task: TaskId, recipe: Recipe) -> PollResult:
        response = await self._request_tasks(action="retrieve", id=task)
        from producer_studio.providers.acedata.responses import parse_poll  # start-up cost

        return await response.parse(parse_poll, recipe, self._api.service)

    async def list_tasks(self, since: datetime) -> list[FoundTask]:
        if self._platform is None:
            return []
        user = await self._platform.fetch_user_id()
        if not user:
            # A missing list is not an empty one, which would prove that nothing was accepted.
            raise InvalidResponse(
                mark(
                    "{service} does not say which account's past tasks to list, so it is not known "
                    "whether this request was accepted. Checking again is free.",
                    service=self._api.service,
                )
            )
        earliest = since - CLOCK_SLACK
        found: dict[TaskId, FoundTask] = {}
        for _ in range(MAX_PAGES):
            response = await self._request_tasks(
                action="retrieve_batch",
                user_id=user,
                created_at_min=earliest.timestamp(),
                offset=len(found),
                limit=PAGE_SIZE,
            )
            from producer_studio.providers.acedata.responses import parse_task_page  # start-up cost

            listed, count = await response.parse(parse_task_page, self._api.service)
            fresh = {task.task: task for task in listed if task.task not in found}
            found |= fresh
            if not fresh and len(found) >= count:
                return [one for one in found.values() if (one.created_at or since) >= earliest]
            if not fresh:
                break
        raise InvalidResponse(
            mark(
                "The list of past tasks at {service} cannot be read completely, so it is not known "
                "whether this request was accepted. Checking again is free.",
                service=self._api.service,
            )
        )

    async def fetch_balance(self) -> Balance:
        if self._platform is None:
            raise NotAuthorised(
                mark(
                    "{service} shows the balance only with a platform token, and this account "
                    "has none. "
                    "Add the platform token in Settings.",
                    service=self._api.service,
                ),
                field="platform_token",
            )
        return await self._platform.fetch_balance()

    def server_time(self) -> datetime | None:
        own = super().server_time()
        return own if own or self._platform is None else self._platform.server_time()

    async def retire(self) -> None:
        await super().retire()
        if self._platform is not None:
            await self._platform.retire()

    async def close(self) -> None:
        await super().close()
        if self._platform is not None:
            await self._platform.close()

    def _build_request(
        self,
        recipe: Recipe,
        idempotency_key: str,  # noqa: ARG002 - no such header (.github/docs/services.md)
        webhook: WebhookTarget | None,
    ) -> PaidRequest:
        path, body = build_request(recipe, webhook, service=self._api.service)
        return PaidRequest(path, encode_body(body))

    def _price(self, operation: Operation) -> float | None:
        return self._prices.get(DIALECT.operations[operation].endpoint)

    async def _request_tasks(self, **body: Any) -> Response:  # noqa: ANN401 - as JSON takes them
        await self._ensure_decoders()
        return await self._api.request("POST", _TASKS_PATH, body=encode_body(body))
