"""Likely costs of requests, for budgets."""

from collections.abc import Callable

from producer_studio.domain.errors import NotAuthorised
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library

PriceLookup = Callable[[Recipe, AccountName], Price]


class LikelyCosts:
    """Finds what requests cost; what was charged before is read once for each operation.

    Args:
        price: Returns the price of a request, stated or learnt.
    """

    def __init__(self, library: Library, price: PriceLookup) -> None:
        self._library = library
        self._price = price
        self._highest: dict[tuple[AccountName, Operation], float | None] = {}

    async def find(self, account: AccountName, recipe: Recipe, expected: float | None) -> Price:
        """Returns the expected price, or that of such requests, or the highest ever charged."""
        if expected is not None:
            return Price.stated(expected)
        try:
            price = self._price(recipe, account)
        except NotAuthorised:
            price = Price()  # the account was removed, and what it was charged still counts
        if price.is_known:
            return price
        key = account, recipe.operation
        if key not in self._highest:
            self._highest[key] = await self._library.ledger.highest_recent_price(*key)
        return Price.stated(self._highest[key])
