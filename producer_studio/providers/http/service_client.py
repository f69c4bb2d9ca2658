"""Base of the clients that send their requests to one API of a service."""

from datetime import datetime

from producer_studio.providers.http.api_client import ApiClient


class ServiceClient:
    """Has the clock and the connections of an API; dialects add their requests.

    Args:
        api: With the key or token of the account in its headers; no connection is opened yet.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def server_time(self) -> datetime | None:
        return self._api.server_time()

    async def retire(self) -> None:
        await self._api.retire()

    async def close(self) -> None:
        await self._api.close()
