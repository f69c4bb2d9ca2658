"""Availability of operations and models at the user's accounts."""

from producer_studio.domain.account import Account
from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.offer_refusals import (
    Route,
    alternatives_message,
    model_refusal_message,
    retirement_message,
)
from producer_studio.studio.accounts.prices import Prices
from producer_studio.translation import mark, sentences


class CurrentOffers:
    """Operations and models of the accounts, as far as their services still offer them."""

    def __init__(self, accounts: Accounts, connections: Connections, prices: Prices) -> None:
        self._accounts = accounts
        self._connections = connections
        self._prices = prices

    def capabilities(self, name: AccountName) -> Capabilities:
        """Returns the capabilities, without those that the service has ended or rejected."""
        return self._connections.capabilities(name)

    def alternatives(
        self, operation: Operation, exclude: AccountName | None = None
    ) -> list[Account]:
        """Returns the accounts that offer an operation now, in stored order."""
        return [
            account
            for account in self._accounts.all()
            if account.name != exclude and self.capabilities(account.name).get(operation).available
        ]

    def unavailable_reason(self, name: AccountName, operation: Operation) -> str:
        """Returns why an account does not offer an operation, and which do; empty if it does."""
        reason = self.capabilities(name).get(operation).unavailable_reason
        if not reason:
            return ""
        return sentences(reason, self._alternatives_message(name, operation))

    def routes(self, operation: Operation, exclude: AccountName | None = None) -> list[Route]:
        """Returns the accounts that offer an operation now, with its price there."""
        return [
            Route(account.name, self._prices.operation_price(operation, account.name))
            for account in self.alternatives(operation, exclude)
        ]

    def retry_unavailable_reason(self, name: AccountName, recipe: Recipe) -> str:
        """Returns why a request cannot be repeated, as a sentence; empty if it can."""
        account = self._accounts.get(name)
        if account is None:
            return mark("The account “{name}” is no longer set up here.", name=name)
        operation = recipe.operation
        offered = self.capabilities(name).get(operation)
        if not offered.available:
            reason = retirement_message(account, operation) or offered.unavailable_reason
            return sentences(reason, self._alternatives_message(name, operation))
        if "model" in offered.fields and (refused := model_refusal_message(account, recipe.model)):
            return sentences(refused, mark("Choose another one in the form."))
        return ""

    def is_marked_unavailable(
        self, name: AccountName, operation: Operation, model: str = ""
    ) -> bool:
        """Whether a request is blocked only by an earlier response of the service."""
        account = self._accounts.get(name)
        if account is None:
            return False
        offered = self.capabilities(name).get(operation)
        if offered.retired_at:
            return True
        return offered.available and "model" in offered.fields and model in account.refused_models

    def _alternatives_message(self, name: AccountName, operation: Operation) -> str:
        return alternatives_message(self.routes(operation, exclude=name), operation)
