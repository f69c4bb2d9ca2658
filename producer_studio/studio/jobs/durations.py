"""Typical durations of jobs, from the history of the library."""

from producer_studio.domain.capabilities import find_model
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library


class JobDurations:
    """Caches typical durations; reads the library again after a job has finished."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._typical_s: dict[tuple[str, Operation, AccountName], float | None] = {}

    def typical_s(self, recipe: Recipe, account: AccountName) -> float:
        """Returns the typical seconds from accepted to finished.

        Uses the history of the library, otherwise the value of the service's documentation.
        """
        own = self._typical_s.get((recipe.model, recipe.operation, account))
        return own if own is not None else find_model(recipe.model).expected_s

    async def load_typical_s(self, recipe: Recipe, account: AccountName) -> float:
        """Reads the history that `typical_s` uses, then returns its value."""
        key = (recipe.model, recipe.operation, account)
        self._typical_s[key] = await self._library.jobs.typical_seconds(
            recipe.model, recipe.operation, account
        )
        return self.typical_s(recipe, account)
