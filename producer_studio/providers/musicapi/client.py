"""The musicapi family: one client for all its dialects, which differ in their tables."""

from datetime import datetime

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import TaskId
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import FoundTask, LookAnswer, SubmitAnswer, Webhook
from producer_studio.providers.http.api_client import Wire
from producer_studio.providers.http.decoder_loading import Readiness
from producer_studio.providers.musicapi import (
    aimusicapi_2026_04,
    demo_dialect,
    musicapi_2026_02,
    musicapi_2026_05,
)
from producer_studio.providers.musicapi.dialect import Dialect
from producer_studio.providers.musicapi.requests import PATH, request_for

_ANSWERS = "producer_studio.providers.musicapi.responses"

_DIALECTS = {
    dialect.profile: dialect
    for dialect in (
        musicapi_2026_02.DIALECT,
        musicapi_2026_05.DIALECT,
        aimusicapi_2026_04.DIALECT,
    )
}


def dialect_of(profile: str, *, demo: bool = False) -> Dialect:
    """The family's dialect by the name of its profile, as Demo Studio speaks it where it does."""
    if demo and profile == demo_dialect.DIALECT.profile:
        return demo_dialect.DIALECT
    return _DIALECTS[profile]


class MusicApi:
    """One account of one of the family's dialects."""

    def __init__(self, wire: Wire, dialect: Dialect, *, has_key: bool = True) -> None:
        """Keeps the way to the service; nothing is opened yet.

        Args:
            wire: With the account's key in its headers.
            dialect: What is offered there, and what it is called on the wire.
            has_key: False when there is none: then requests end before they are sent.
        """
        self._wire = wire
        self._dialect = dialect
        self._ready = Readiness(wire.service, _ANSWERS, has_key=has_key)

    @property
    def profile(self) -> str:
        return self._dialect.profile

    def capabilities(self) -> Capabilities:
        return self._dialect.capabilities(self._wire.service)

    def price(self, recipe: Recipe) -> float | None:
        offer = self._dialect.offers.get(recipe.operation)
        return offer.price if offer is not None else None

    async def submit(
        self,
        recipe: Recipe,
        *,
        idempotency_key: str,  # noqa: ARG002 - this dialect has no such header (services.md)
        webhook: Webhook | None = None,
    ) -> SubmitAnswer:
        request = request_for(self._dialect, recipe, webhook, service=self._wire.service)
        await self._ready()
        from producer_studio.providers.musicapi.responses import read_submit  # see _ready

        answer = await self._wire.ask("POST", request.path, body=request.encoded(), paid=True)
        return await answer.read(read_submit, recipe, self._wire.service)

    async def look(self, task: TaskId, recipe: Recipe) -> LookAnswer:
        await self._ready()
        from producer_studio.providers.http.decoding import task_segment  # see _ready
        from producer_studio.providers.musicapi.responses import read_look  # see _ready

        answer = await self._wire.ask("GET", f"{PATH}task/{task_segment(task)}")
        return await answer.read(read_look, recipe, self._wire.service)

    async def find(self, since: datetime) -> list[FoundTask]:  # noqa: ARG002 - no such list
        """Nothing: this dialect has no list of past tasks (services.md)."""
        return []

    async def credits(self) -> Balance:
        await self._ready()
        from producer_studio.providers.musicapi.responses import read_credits  # see _ready

        answer = await self._wire.ask("GET", "/api/v1/get-credits")
        return read_credits(answer, self._wire.service)

    async def close(self) -> None:
        await self._wire.close()
