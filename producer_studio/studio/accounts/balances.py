"""Balances as the services report them."""

from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import BalanceChanged, Events


class Balances:
    """The balances that the services last reported in this run."""

    def __init__(self, connections: Connections, library: Library, events: Events) -> None:
        self._connections = connections
        self._library = library
        self._events = events
        self._balances: dict[AccountName, Balance] = {}

    async def fetch(self, name: AccountName) -> Balance:
        """Requests the balance from the service, which validates the key. Free.

        Raises:
            ServiceError: The reason for which it does not work.
        """
        try:
            provider = await self._connections.provider(name)
            balance = await provider.fetch_balance()
        except ServiceError as fault:
            self._events.publish(BalanceChanged(name, self._balances.get(name), fault.to_record()))
            raise
        before = self._balances.get(name)
        self._balances[name] = balance
        # Published before it is stored: a full disk is no reason to show no balance.
        self._events.publish(BalanceChanged(name, balance))
        if before is None or before.total != balance.total:
            entry = LedgerEntry(account=name, kind=EntryKind.BALANCE, amount=balance.total)
            await self._library.ledger.add(entry)
        return balance

    def get(self, name: AccountName) -> Balance | None:
        """Returns the balance that the service last reported in this run."""
        return self._balances.get(name)

    def forget(self, name: AccountName) -> None:
        """Removes the balance of an account that was changed or removed."""
        self._balances.pop(name, None)
