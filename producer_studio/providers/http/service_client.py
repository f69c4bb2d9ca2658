"""Bases of the clients that send their requests to one API of a service."""

from abc import ABC, abstractmethod
from datetime import datetime

from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import RequestPreview
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.paid_request import PaidRequest


class ServiceClient:
    """Has the clock and the connections of an API; dialects add their requests.

    Args:
        api: With the key or token of the account in its headers; no connection is opened yet.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def server_time(self) -> datetime | None:
        return self._api.clock.now()

    def time_readings(self) -> int:
        return self._api.clock.readings

    async def retire(self) -> None:
        await self._api.retire()

    async def close(self) -> None:
        await self._api.close()


class SubmittingClient(ServiceClient, ABC):
    """Client of a dialect: previews the request that its `submit` sends, from the same builder."""

    def preview(
        self, recipe: Recipe, *, idempotency_key: str, webhook: WebhookTarget | None = None
    ) -> RequestPreview:
        return self._api.preview(self._build_request(recipe, idempotency_key, webhook))

    @abstractmethod
    def _build_request(
        self, recipe: Recipe, idempotency_key: str, webhook: WebhookTarget | None
    ) -> PaidRequest:
        """Builds the request for a recipe.

        Raises:
            RequestRejected: According to the documents, the service would decline it.
        """
