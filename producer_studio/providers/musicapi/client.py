"""Client of the musicapi family; the dialects differ only in their tables."""

from datetime import datetime

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import TaskId
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import FoundTask, PollResult, SubmitResult, WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.decoder_loading import DecoderLoader
from producer_studio.providers.http.paid_request import PaidRequest
from producer_studio.providers.http.service_client import SubmittingClient
from producer_studio.providers.musicapi import (
    aimusicapi_2026_04,
    demo_dialect,
    musicapi_2026_02,
    musicapi_2026_05,
)
from producer_studio.providers.musicapi.dialect import Dialect
from producer_studio.providers.musicapi.requests import PATH, build_request

_RESPONSES_MODULE = "producer_studio.providers.musicapi.responses"

_DIALECTS = {
    dialect.profile: dialect
    for dialect in (
        musicapi_2026_02.DIALECT,
        musicapi_2026_05.DIALECT,
        aimusicapi_2026_04.DIALECT,
    )
}


def find_dialect(profile: str, *, demo: bool = False) -> Dialect:
    """Returns the dialect with this profile name; where available, Demo Studio's variant of it."""
    if demo and profile == demo_dialect.DIALECT.profile:
        return demo_dialect.DIALECT
    return _DIALECTS[profile]


class MusicApiClient(SubmittingClient):
    """One account of one of the family's dialects."""

    def __init__(self, api: ApiClient, dialect: Dialect, *, has_key: bool = True) -> None:
        """Stores the HTTP client; no connection is opened yet.

        Args:
            api: With the account's key in its headers.
            dialect: Operations and wire names of the service.
            has_key: False when there is none: then requests raise before they are sent.
        """
        super().__init__(api)
        self._dialect = dialect
        self._ensure_decoders = DecoderLoader(api.service, _RESPONSES_MODULE, has_key=has_key)

    @property
    def profile(self) -> str:
        return self._dialect.profile

    def capabilities(self) -> Capabilities:
        return self._dialect.capabilities(self._api.service)

    def price(self, recipe: Recipe) -> float | None:
        offer = self._dialect.operations.get(recipe.operation)
        return offer.price if offer is not None else None

    async def submit(
        self,
        recipe: Recipe,
        *,
        idempotency_key: str,
        webhook: WebhookTarget | None = None,
    ) -> SubmitResult:
        request = self._build_request(recipe, idempotency_key, webhook)
        await self._ensure_decoders()
        from producer_studio.providers.musicapi.responses import parse_submit  # start-up cost

        response = await self._api.submit(request)
        return await response.parse(parse_submit, recipe, self._api.service)

    async def poll(self, task: TaskId, recipe: Recipe) -> PollResult:
        await self._ensure_decoders()
        from producer_studio.providers.http.decoding import quote_task_id  # start-up cost
        from producer_studio.providers.musicapi.responses import parse_poll  # start-up cost

        response = await self._api.request("GET", f"{PATH}task/{quote_task_id(task)}")
        return await response.parse(parse_poll, recipe, self._api.service)

    async def list_tasks(self, since: datetime) -> list[FoundTask]:  # noqa: ARG002 - no such list
        """Returns no tasks: this dialect has no list of past tasks (.github/docs/services.md)."""
        return []

    async def fetch_balance(self) -> Balance:
        await self._ensure_decoders()
        from producer_studio.providers.musicapi.responses import parse_balance  # start-up cost

        response = await self._api.request("GET", "/api/v1/get-credits")
        return parse_balance(response, self._api.service)

    def _build_request(
        self,
        recipe: Recipe,
        idempotency_key: str,  # noqa: ARG002 - no such header (.github/docs/services.md)
        webhook: WebhookTarget | None,
    ) -> PaidRequest:
        request = build_request(self._dialect, recipe, webhook, service=self._api.service)
        return PaidRequest(request.path, request.encode())
