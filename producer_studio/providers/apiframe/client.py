"""The dialect `apiframe` (seed 004).

Repeating is safe here. Every request to make a song carries an Idempotency-Key, and for 24 hours
(services.md) the same key with the same body brings back the job of the first request instead of
a second one. So a request whose outcome is unknown may be sent again within that time, with the key
it was written down with; after that it may not. The list of past jobs tells what was asked for with
each, which resolves the rest.

The sibling models `lyria-3-pro` and `lyria-3-clip` are not offered. Their only parameters are
pictures (`lyriaParams.reference_images`); seed, strengths and title would have no effect on them,
while the window would show them as if they had.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import Nonsense
from producer_studio.domain.ids import TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.apiframe.requests import (
    FIELDS,
    LIMITS,
    MODELS,
    PATH,
    REQUIRED,
    SLIDERS,
    request_for,
)
from producer_studio.providers.base import FoundTask, LookAnswer, SubmitAnswer, Webhook
from producer_studio.providers.http.api_client import Wire
from producer_studio.providers.http.decoder_loading import Readiness

if TYPE_CHECKING:
    from producer_studio.providers.apiframe.responses import Page

PROFILE = "apiframe"
PAGE_SIZE = 100
PAGES_READ = 50
MOST_LOOKED_AT = 300
"""Jobs of the list that are asked after one by one, to learn what they are."""

CLOCK_SLACK = timedelta(minutes=5)
"""How far the service's clock may be off when its list is searched."""

_ANSWERS = "producer_studio.providers.apiframe.responses"


class Apiframe:
    """One account of this dialect."""

    profile = PROFILE

    def __init__(self, wire: Wire, *, has_key: bool = True) -> None:
        """Keeps the way to the service; nothing is opened yet.

        Args:
            wire: With the account's key in its headers.
            has_key: False when there is none: then requests end before they are sent.
        """
        self._wire = wire
        self._ready = Readiness(wire.service, _ANSWERS, has_key=has_key)

    def capabilities(self) -> Capabilities:
        reason = f"{self._wire.service} makes new songs and nothing else."
        operations = {
            operation: Capability(operation=operation, available=False, reason=reason)
            for operation in Operation
        }
        operations[Operation.CREATE] = Capability(
            operation=Operation.CREATE, fields=FIELDS, required=REQUIRED
        )
        return Capabilities(
            operations=operations,
            models=tuple(MODELS),
            default_model=next(iter(MODELS)),
            strengths=SLIDERS,
            limits=LIMITS,
            lists_tasks=True,
            repeats_safely=True,
            webhooks=True,
        )

    def price(self, recipe: Recipe) -> float | None:  # noqa: ARG002 - part of the protocol
        """Not stated by the service: what a song has cost is known when it is done."""
        return None

    async def submit(
        self, recipe: Recipe, *, idempotency_key: str, webhook: Webhook | None = None
    ) -> SubmitAnswer:
        body = request_for(recipe, webhook, service=self._wire.service)
        await self._ready()
        from producer_studio.providers.apiframe.responses import read_submit  # see _ready

        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = await self._wire.ask("POST", PATH, body=body, headers=headers, paid=True)
        return await answer.read(read_submit, self._wire.service)

    async def look(self, task: TaskId, recipe: Recipe) -> LookAnswer:
        await self._ready()
        from producer_studio.providers.apiframe.responses import read_look  # see _ready

        answer = await self._wire.ask("GET", _path_of(task))
        return await answer.read(read_look, recipe, self._wire.service)

    async def find(self, since: datetime) -> list[FoundTask]:
        await self._ready()
        earliest = since - CLOCK_SLACK
        listed: list[FoundTask] = []
        times: list[datetime] = []
        cursor = ""
        for _ in range(PAGES_READ):
            page = await self._page(cursor)
            listed += page.tasks
            times += page.times
            if not page.next_cursor or _is_past(times, earliest):
                break
            cursor = page.next_cursor
        else:
            raise Nonsense(
                f"The list of past songs at {self._wire.service} has no end, so it does not tell "
                "whether this one was taken. Asking again costs nothing."
            )
        recent = [task for task in listed if (task.created_at or since) >= earliest]
        if sum(not task.prompt for task in recent) > MOST_LOOKED_AT:
            raise Nonsense(
                f"The list of past songs at {self._wire.service} has far too many that it does "
                "not describe, so it does not tell whether this one was taken. Asking again costs "
                "nothing."
            )
        return [await self._with_words(task) for task in recent]

    async def credits(self) -> Balance:
        await self._ready()
        from producer_studio.providers.apiframe.responses import read_credits  # see _ready

        answer = await self._wire.ask("GET", "/v2/me")
        return read_credits(answer, self._wire.service)

    async def close(self) -> None:
        await self._wire.close()

    async def _page(self, cursor: str) -> "Page":
        from producer_studio.providers.apiframe.responses import read_page  # see _ready

        query = {"limit": str(PAGE_SIZE)} | ({"cursor": cursor} if cursor else {})
        answer = await self._wire.ask("GET", f"/v2/jobs?{urlencode(query)}")
        return await answer.read(read_page, self._wire.service)

    async def _with_words(self, task: FoundTask) -> FoundTask:
        """With what was asked for, which a job tells when it is asked after by itself."""
        if task.prompt or not task.task:
            return task
        from producer_studio.providers.apiframe.responses import read_found  # see _ready

        answer = await self._wire.ask("GET", _path_of(task.task))
        told = await answer.read(read_found, self._wire.service)
        return replace(told, task=task.task, created_at=task.created_at or told.created_at)


def _path_of(task: TaskId) -> str:
    from producer_studio.providers.http.decoding import task_segment  # start-up cost, see Readiness

    return f"/v2/jobs/{task_segment(task)}"


def _is_past(times: list[datetime], earliest: datetime) -> bool:
    """Whether a list that runs from new to old has left what is looked for behind.

    No document states the order, so a list that is seen to run otherwise is read to its end.
    """
    falling = all(later >= after for later, after in pairwise(times))
    return falling and len(times) > 1 and times[0] > times[-1] and times[-1] < earliest
