"""The dialect `acedata` (seed 001 and services.md).

Songs and stems are asked for with `async`, and looked for; lyrics, uploads, videos and WAV files
are answered on the spot, or with a task where a webhook was given.

Past tasks. The documents show `retrieve_batch` with ids alone, which finds nothing that is lost;
the service's own website lists a user's tasks with it, by the user's id, from a time on. The id is
known to the platform, so lost tasks are looked for where there is a platform token. A service that
does not take the question refuses it, and then nothing is concluded from it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import Nonsense, NotAuthorised
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.platform_client import Platform
from producer_studio.providers.acedata.requests import DIALECT, FORMATS, request_for
from producer_studio.providers.base import FoundTask, LookAnswer, SubmitAnswer, Webhook
from producer_studio.providers.http.api_client import Answer, Wire
from producer_studio.providers.http.decoder_loading import Readiness
from producer_studio.providers.http.request_bodies import encoded

PAGE_SIZE = 50
PAGES_READ = 40
CLOCK_SLACK = timedelta(minutes=5)
"""How far the service's clock may be off when its tasks are searched."""

# The service states no prices. Those of Demo Studio are the stand-in's own.
_DEMO_PRICES: Mapping[str, float] = {
    "audios": 10.0,
    "lyrics": 1.0,
    "videos": 5.0,
    "upload": 2.0,
    "wav": 2.0,
}
_TASKS = "/producer/tasks"
_ANSWERS = "producer_studio.providers.acedata.responses"


class Acedata:
    """One account of this dialect."""

    profile = DIALECT.profile

    def __init__(self, wire: Wire, platform: Wire | None, *, has_key: bool, demo: bool) -> None:
        """Keeps the ways to the service; nothing is opened yet.

        Args:
            wire: With the account's key in its headers.
            platform: The way to balance and files, with the platform token; None without one.
            has_key: False when there is none: then requests end before they are sent.
            demo: Whether this is Demo Studio, which has prices.
        """
        self._wire = wire
        self._platform = None if platform is None else Platform(platform)
        self._ready = Readiness(wire.service, _ANSWERS, has_key=has_key)
        self._prices = _DEMO_PRICES if demo else {}

    @property
    def files(self) -> Platform | None:
        """Where files of this computer can be put up; None without a platform token."""
        return self._platform

    def capabilities(self) -> Capabilities:
        usual = DIALECT.capabilities(self._wire.service)
        return replace(
            usual,
            operations={
                operation: replace(capability, price=self._price(operation))
                for operation, capability in usual.operations.items()
            },
            presets=(),
            export_formats=FORMATS,
            lists_tasks=self._platform is not None,
            lists_with_token=True,
            takes_files=self._platform is not None,
        )

    def price(self, recipe: Recipe) -> float | None:
        return self._price(recipe.operation)

    async def submit(
        self,
        recipe: Recipe,
        *,
        idempotency_key: str,  # noqa: ARG002 - this dialect has no such header (services.md)
        webhook: Webhook | None = None,
    ) -> SubmitAnswer:
        path, body = request_for(recipe, webhook, service=self._wire.service)
        await self._ready()
        from producer_studio.providers.acedata.responses import read_submit  # see _ready

        answer = await self._wire.ask("POST", path, body=encoded(body), paid=True)
        return await answer.read(read_submit, recipe, self._wire.service)

    async def look(self, task: TaskId, recipe: Recipe) -> LookAnswer:
        answer = await self._ask_tasks(action="retrieve", id=task)
        from producer_studio.providers.acedata.responses import read_look  # see _ready

        return await answer.read(read_look, recipe, self._wire.service)

    async def find(self, since: datetime) -> list[FoundTask]:
        if self._platform is None:
            return []
        user = await self._platform.user()
        if not user:
            # No list is not an empty one: it would tell that nothing was taken.
            raise Nonsense(
                f"{self._wire.service} does not say whose past tasks are to be listed, so it does "
                "not tell whether this one was taken. Asking again costs nothing."
            )
        earliest = since - CLOCK_SLACK
        found: dict[TaskId, FoundTask] = {}
        for _ in range(PAGES_READ):
            answer = await self._ask_tasks(
                action="retrieve_batch",
                user_id=user,
                created_at_min=earliest.timestamp(),
                offset=len(found),
                limit=PAGE_SIZE,
            )
            from producer_studio.providers.acedata.responses import read_page  # see _ready

            listed, count = await answer.read(read_page, self._wire.service)
            fresh = {task.task: task for task in listed if task.task not in found}
            found |= fresh
            if not fresh and len(found) >= count:
                return [one for one in found.values() if (one.created_at or since) >= earliest]
            if not fresh:
                break
        raise Nonsense(
            f"The list of past tasks at {self._wire.service} cannot be read to its end, so it does "
            "not tell whether this one was taken. Asking again costs nothing."
        )

    async def credits(self) -> Balance:
        if self._platform is None:
            raise NotAuthorised(
                f"{self._wire.service} tells the balance for a platform token only, and this "
                "account has none. Add the platform token in Settings.",
                field="platform_token",
            )
        return await self._platform.balance()

    async def close(self) -> None:
        await self._wire.close()
        if self._platform is not None:
            await self._platform.close()

    def _price(self, operation: Operation) -> float | None:
        return self._prices.get(DIALECT.offers[operation].verb)

    async def _ask_tasks(self, **body: Any) -> Answer:  # noqa: ANN401 - as JSON takes them
        await self._ready()
        return await self._wire.ask("POST", _TASKS, body=encoded(body))
