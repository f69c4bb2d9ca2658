"""Client of the dialect `apiframe` (Apiframe, Producer).

Repetition is safe here. Every request for a song has an Idempotency-Key, and for 24 hours
(.github/docs/services.md) the same key with the same body returns the job of the first request
instead of a second one. So a request whose outcome is unknown may be sent again within that time,
with the stored key; after that it may not. The list of past jobs with their parameters resolves the
rest.

The related models `lyria-3-pro` and `lyria-3-clip` are not available. Their only parameters are
images (`lyriaParams.reference_images`); seed, strengths and title would have no effect on them,
while the window would show them as if they had.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import InvalidResponse
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.apiframe.requests import (
    FIELDS,
    LIMITS,
    MODELS,
    PATH,
    REQUIRED_FIELDS,
    STRENGTH_RANGES,
    build_request,
)
from producer_studio.providers.base import FoundTask, PollResult, SubmitResult, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.decoder_loading import DecoderLoader
from producer_studio.providers.http.paid_request import PaidRequest
from producer_studio.providers.http.service_client import SubmittingClient
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.apiframe.responses import JobPage


PROFILE = "apiframe"
PAGE_SIZE = 100
MAX_PAGES = 50
MAX_JOB_REQUESTS = 300
"""Maximum jobs of the list that are requested one by one, for their parameters."""

CLOCK_SLACK = timedelta(minutes=5)
"""Maximum error of the service's clock in a search of its list."""

_RESPONSES_MODULE = "producer_studio.providers.apiframe.responses"


class ApiframeClient(SubmittingClient):
    """One account of this dialect."""

    profile = PROFILE

    def __init__(self, api: ApiClient, *, has_key: bool = True) -> None:
        """Stores the HTTP client; no connection is opened yet.

        Args:
            api: With the account's key in its headers.
            has_key: False when there is none: then requests raise before they are sent.
        """
        super().__init__(api)
        self._ensure_decoders = DecoderLoader(api.service, _RESPONSES_MODULE, has_key=has_key)

    def capabilities(self) -> Capabilities:
        reason = mark("{service} only makes new songs.", service=self._api.service)
        operations = {
            operation: Capability(operation=operation, available=False, reason=reason)
            for operation in SERVICE_OPERATIONS
        }
        operations[Operation.CREATE] = Capability(
            operation=Operation.CREATE, fields=FIELDS, required=REQUIRED_FIELDS
        )
        return Capabilities(
            operations=operations,
            models=tuple(MODELS),
            default_model=next(iter(MODELS)),
            strengths=STRENGTH_RANGES,
            limits=LIMITS,
            can_list_tasks=True,
            supports_idempotency_keys=True,
            supports_webhooks=True,
        )

    def price(self, recipe: Recipe) -> float | None:  # noqa: ARG002 - part of the protocol
        """Returns None: the service states the cost of a song only when it is finished."""
        return None

    async def submit(
        self, recipe: Recipe, *, idempotency_key: str, webhook: WebhookTarget | None = None
    ) -> SubmitResult:
        request = self._build_request(recipe, idempotency_key, webhook)
        await self._ensure_decoders()
        from producer_studio.providers.apiframe.responses import parse_submit  # start-up cost

        response = await self._api.submit(request)
        return await response.parse(parse_submit, self._api.service)

    async def poll(self, task: TaskId, recipe: Recipe) -> PollResult:
        await self._ensure_decoders()
        from producer_studio.providers.apiframe.responses import parse_poll  # start-up cost

        response = await self._api.request("GET", _job_path(task))
        return await response.parse(parse_poll, recipe, self._api.service)

    async def list_tasks(self, since: datetime) -> list[FoundTask]:
        await self._ensure_decoders()
        earliest = since - CLOCK_SLACK
        listed: list[FoundTask] = []
        times: list[datetime] = []
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._fetch_page(cursor)
            listed += page.tasks
            times += page.times
            if not page.next_cursor or _is_past(times, earliest):
                break
            cursor = page.next_cursor
        else:
            raise InvalidResponse(
                mark(
                    "The list of past songs at {service} never ends, so it is not known whether "
                    "this "
                    "request was accepted. Checking again is free.",
                    service=self._api.service,
                )
            )
        recent = [task for task in listed if (task.created_at or since) >= earliest]
        if sum(not task.prompt for task in recent) > MAX_JOB_REQUESTS:
            raise InvalidResponse(
                mark(
                    "The list of past songs at {service} has too many without a description, so "
                    "it is "
                    "not known whether this request was accepted. Checking again is free.",
                    service=self._api.service,
                )
            )
        return [await self._load_description(task) for task in recent]

    async def fetch_balance(self) -> Balance:
        await self._ensure_decoders()
        from producer_studio.providers.apiframe.responses import parse_balance  # start-up cost

        response = await self._api.request("GET", "/v2/me")
        return parse_balance(response, self._api.service)

    def _build_request(
        self, recipe: Recipe, idempotency_key: str, webhook: WebhookTarget | None
    ) -> PaidRequest:
        body = build_request(recipe, webhook, service=self._api.service)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return PaidRequest(PATH, body, headers)

    async def _fetch_page(self, cursor: str) -> "JobPage":
        from producer_studio.providers.apiframe.responses import parse_job_page  # start-up cost

        query = {"limit": str(PAGE_SIZE)} | ({"cursor": cursor} if cursor else {})
        response = await self._api.request("GET", f"/v2/jobs?{urlencode(query)}")
        return await response.parse(parse_job_page, self._api.service)

    async def _load_description(self, task: FoundTask) -> FoundTask:
        """Adds the requested parameters, which the service returns only for a single job."""
        if task.prompt or not task.task:
            return task
        from producer_studio.providers.apiframe.responses import parse_found_task  # start-up cost

        response = await self._api.request("GET", _job_path(task.task))
        job = await response.parse(parse_found_task, self._api.service)
        return replace(job, task=task.task, created_at=task.created_at or job.created_at)


def _job_path(task: TaskId) -> str:
    from producer_studio.providers.http.decoding import (
        quote_task_id,  # start-up cost, see DecoderLoader
    )

    return f"/v2/jobs/{quote_task_id(task)}"


def _is_past(times: list[datetime], earliest: datetime) -> bool:
    """Whether a list in descending order of time has passed the start of the search.

    No document states the order, so a list in any other order is read to its end.
    """
    falling = all(later >= after for later, after in pairwise(times))
    return falling and len(times) > 1 and times[0] > times[-1] and times[-1] < earliest
