"""History: every press of Generate, searched, pinned and read again."""

from collections.abc import Sequence
from dataclasses import replace

from producer_studio.domain.ids import PressId
from producer_studio.domain.past_press import PastPress, PressOutcome, UnpricedJob
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.accounts.prices import Prices
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.events import Events, PressesChanged
from producer_studio.studio.undo import LibraryAction
from producer_studio.translation import mark

__all__ = ["History", "PastPress", "PressOutcome"]

_MAX_FOUND = 2


class History:
    """Lists the presses of a library, which outlive their clips.

    Only the undo of a merge removes any.
    """

    def __init__(self, library: Library, clips: Clips, events: Events, prices: Prices) -> None:
        self._library = library
        self._prices = prices
        self._clips = clips
        self._events = events

    async def list_ids(self, query: str = "", *, pinned_only: bool = False) -> list[PressId]:
        """Returns the presses that have every word of a query: pinned first, then newest first.

        Words are searched in the texts, the model, the operation and the account.
        """
        return await self._library.presses.list_ids(query, pinned_only=pinned_only)

    async def get_many(self, ids: Sequence[PressId]) -> list[PastPress]:
        """Returns presses with what came of them, in the order of the ids.

        What was neither reported nor measured has its learnt price, if there is one.
        """
        return [self._with_learnt_prices(one) for one in await self._library.presses.get_past(ids)]

    async def get(self, press_id: PressId) -> Press | None:
        """Returns a press with its recipes and its form; None if there is none."""
        return await self._library.presses.get(press_id)

    async def find(self, prefix: str) -> list[PressId]:
        """Returns the presses whose ids begin with a text; two at most."""
        return await self._library.presses.find_ids(prefix, _MAX_FOUND)

    async def set_pinned(self, press_id: PressId, *, pinned: bool) -> UndoStep | None:
        """Keeps a press at the top of the history, or no longer, as an undo step.

        Returns:
            The undo step; None if nothing was changed.

        Raises:
            StorageError: The library cannot be written.
        """

        async def write(value: bool) -> bool:
            is_changed = await self._library.presses.set_pinned(press_id, pinned=value)
            if is_changed:
                self._events.publish(PressesChanged())
            return is_changed

        words = (
            mark("Pinned at the top of the history."),
            mark("No longer pinned in the history."),
        )
        return await self._clips.perform(
            LibraryAction(
                lambda: write(pinned),
                lambda: write(not pinned),
                words[0 if pinned else 1],
                words[1 if pinned else 0],
            )
        )

    def _with_learnt_prices(self, press: PastPress) -> PastPress:
        def price_of(job: UnpricedJob) -> Price:
            recipe = Recipe(operation=job.operation, model=job.model)
            learnt = self._prices.learnt(recipe, press.account)
            return learnt.price_at(job.at) if learnt is not None else Price()

        return replace(press, outcome=press.outcome.with_learnt_prices(price_of))
