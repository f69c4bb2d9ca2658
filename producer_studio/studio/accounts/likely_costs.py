"""Likely costs of requests, for budgets."""

from collections.abc import Callable

from producer_studio.domain.account import Account
from producer_studio.domain.errors import NotAuthorised
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.accounts.account_endpoint import account_endpoint

PriceLookup = Callable[[Recipe, AccountName], Price]


class LikelyCosts:
    """Finds what requests cost; what was charged before is read once for each operation.

    Args:
        price: Returns the price of a request, stated or learnt.
        find_account: Finds an account by its name, in memory.
    """

    def __init__(
        self,
        library: Library,
        price: PriceLookup,
        find_account: Callable[[AccountName], Account | None],
    ) -> None:
        self._library = library
        self._price = price
        self._find_account = find_account
        self._highest: dict[tuple[AccountName, Operation, str], float | None] = {}

    async def find(
        self,
        account: AccountName,
        recipe: Recipe,
        expected: float | None,
        *,
        is_new: bool = False,
    ) -> Price:
        """Returns the expected price, or that of such requests, or the highest ever charged.

        Args:
            is_new: Whether it is a request that is still to be sent: what another address has
                charged says nothing about it.
        """
        if expected is not None:
            return Price.stated(expected)
        try:
            price = self._price(recipe, account)
        except NotAuthorised:
            price = Price()  # the account was removed, and what it was charged still counts
        if price.is_known:
            return price
        known = self._find_account(account) if is_new else None
        key = account, recipe.operation, account_endpoint(known) if known is not None else ""
        if key not in self._highest:
            self._highest[key] = await self._library.ledger.highest_recent_price(*key)
        return Price.stated(self._highest[key])
