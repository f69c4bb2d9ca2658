"""The dialect `musicapi-2026-02` (seeds 000 and 002).

Demo Studio speaks it too, with the lyrics and video endpoints of seed 003 added.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from urllib.parse import quote

from producer_studio.domain.capability import Capabilities, Capability
from producer_studio.domain.credits import Balance
from producer_studio.domain.faults import NotAuthorised, Refused
from producer_studio.domain.ids import TaskId
from producer_studio.domain.model import DEFAULT_MODEL, MODELS
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.http import Wire
from producer_studio.providers.musicapi_requests import FORMATS, PATH, TASK_TYPES, request_for
from producer_studio.providers.protocol import FoundTask, LookAnswer, SubmitAnswer, Webhook

PROFILE = "musicapi-2026-02"

# Seed 000 states these two; what the rest costs it does not say, and unknown is not 0.
PRICES: Mapping[Operation, float] = {Operation.UPLOAD: 2.0, Operation.EXPORT: 2.0}
# The stand-in takes the prices of seed 003, where one request to `create` is 10 whatever it does.
DEMO_PRICES: Mapping[Operation, float] = {
    **dict.fromkeys(TASK_TYPES, 10.0),
    Operation.UPLOAD: 2.0,
    Operation.EXPORT: 2.0,
    Operation.LYRICS: 1.0,
    Operation.VIDEO: 5.0,
}
_OFFERED = frozenset({*TASK_TYPES, Operation.UPLOAD, Operation.EXPORT})
_OFFERED_BY_DEMO = _OFFERED | {Operation.LYRICS, Operation.VIDEO}
_ANSWERS = "producer_studio.providers.musicapi_answers"
_NOT_OFFERED = {
    Operation.STEMS: "{service} does not split songs into stems.",
    Operation.LYRICS: "{service} does not write lyrics.",
    Operation.VIDEO: "{service} does not make music videos.",
}


class MusicApi:
    """One account of this dialect."""

    profile = PROFILE

    def __init__(self, wire: Wire, *, has_key: bool = True, demo: bool = False) -> None:
        """Keeps the way to the service; nothing is opened yet.

        Args:
            wire: With the account's key in its headers.
            has_key: False when there is none: then requests end before they are sent.
            demo: Whether this is Demo Studio, which offers lyrics and videos too.
        """
        self._wire = wire
        self._has_key = has_key
        self._prices = DEMO_PRICES if demo else PRICES
        self._offered = _OFFERED_BY_DEMO if demo else _OFFERED
        self._reads = False

    def capabilities(self) -> Capabilities:
        return Capabilities(
            operations={operation: self._capability(operation) for operation in Operation},
            models=tuple(model.name for model in MODELS),
            default_model=DEFAULT_MODEL,
            export_formats=FORMATS,
        )

    def price(self, recipe: Recipe) -> float | None:
        return self._prices.get(recipe.operation)

    async def submit(
        self,
        recipe: Recipe,
        *,
        idempotency_key: str,  # noqa: ARG002 - this dialect has no such header (services.md)
        webhook: Webhook | None = None,
    ) -> SubmitAnswer:
        capability = self._capability(recipe.operation)
        if not capability.available:
            raise Refused(
                f"{capability.reason} Nothing was sent and nothing was charged.", field="operation"
            )
        request = request_for(recipe, webhook)
        await self._ready()
        from producer_studio.providers.musicapi_answers import read_submit  # see _ready

        answer = await self._wire.ask("POST", request.path, body=request.encoded(), paid=True)
        return read_submit(answer, self._wire.service)

    async def look(self, task: TaskId, recipe: Recipe) -> LookAnswer:
        await self._ready()
        from producer_studio.providers.musicapi_answers import read_look  # see _ready

        answer = await self._wire.ask("GET", f"{PATH}task/{quote(task, safe='')}")
        return read_look(answer, recipe, self._wire.service)

    async def find(self, since: datetime) -> list[FoundTask]:  # noqa: ARG002 - no such list
        """Nothing: this dialect has no list of past tasks (services.md)."""
        return []

    async def credits(self) -> Balance:
        await self._ready()
        from producer_studio.providers.musicapi_answers import read_credits  # see _ready

        answer = await self._wire.ask("GET", "/api/v1/get-credits")
        return read_credits(answer, self._wire.service)

    async def close(self) -> None:
        await self._wire.close()

    def _capability(self, operation: Operation) -> Capability:
        if operation in self._offered:
            return Capability(operation=operation, price=self._prices.get(operation))
        reason = _NOT_OFFERED[operation].format(service=self._wire.service)
        return Capability(operation=operation, available=False, reason=reason)

    async def _ready(self) -> None:
        """Before each request: there is a key, and answers can be read."""
        if not self._has_key:
            raise NotAuthorised(
                f"This account has no key for {self._wire.service}. Nothing was sent. Add the key "
                "in Settings."
            )
        if not self._reads:
            # Start-up cost: 40 ms for the decoders, spent in a thread at the first request.
            await asyncio.to_thread(import_module, _ANSWERS)
            self._reads = True
