"""Balances as the services report them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from producer_studio.domain.account import Account
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.validation import endpoint_changed
from producer_studio.studio.events import BalanceChanged, Events


class Balances:
    """The balances that the services last reported, to this process or to another one."""

    def __init__(self, connections: Connections, library: Library, events: Events) -> None:
        self._connections = connections
        self._library = library
        self._events = events
        self._opened_at = datetime.now(UTC)
        self._balances: dict[AccountName, Balance] = {}
        self._forgotten_at: dict[AccountName, datetime] = {}
        self._last_entry = 0

    async def fetch(self, name: AccountName) -> Balance:
        """Requests the balance from the service, which validates the key. Free.

        Raises:
            ServiceError: The reason for which it does not work.
        """
        try:
            provider = await self._connections.provider(name)
            # Before the request: the key may be replaced meanwhile.
            source = self._connections.balance_source(name)
            balance = await provider.fetch_balance()
        except ServiceError as fault:
            self._events.publish(BalanceChanged(name, self.get(name), fault.to_record()))
            raise
        before = self.get(name)
        self._balances[name] = balance
        # Published before it is stored: a full disk is no reason to show no balance.
        self._events.publish(BalanceChanged(name, balance))
        # Another process may have stored another one since.
        stored = (await self._library.ledger.balances()).get(name)
        known = None if stored is None else (stored.total, stored.source)
        if before is None or known != (balance.total, source):
            entry = LedgerEntry(
                account=name, kind=EntryKind.BALANCE, amount=balance.total, source=source
            )
            await self._library.ledger.add(entry)
        return balance

    async def check(self, name: AccountName) -> Balance:
        """Like `fetch`, for a request of the user: a locked keychain is asked again.

        Raises:
            ServiceError: The reason for which it does not work.
        """
        self._connections.retry_keychain()
        return await self.fetch(name)

    async def reload(self) -> None:
        """Reads the balances of other processes and earlier runs; publishes what has changed.

        Raises:
            StorageError: They cannot be read.
        """
        last_entry = await self._library.ledger.last_entry()
        if last_entry == self._last_entry:
            return
        stored = await self._library.ledger.balances()
        self._last_entry = last_entry
        for name, balance in stored.items():
            own = self._balances.get(name)
            is_forgotten = name in self._forgotten_at and balance.at <= self._forgotten_at[name]
            if (
                is_forgotten
                or self._is_elsewhere(name, balance)
                or (own is not None and own.at >= balance.at)
            ):
                continue
            self._balances[name] = balance
            if own is None or own.total != balance.total:
                self._events.publish(BalanceChanged(name, balance))

    def get(self, name: AccountName) -> Balance | None:
        """Returns the balance that the service last reported in this run."""
        last = self._balances.get(name)
        return last if last is not None and last.at >= self._opened_at else None

    def last_known(self, name: AccountName) -> Balance | None:
        """Returns the balance that the service last reported, perhaps in an earlier run."""
        return self._balances.get(name)

    async def shared_with(self, name: AccountName) -> list[AccountName]:
        """Returns other accounts with the same address and key, which spend the same credits.

        Raises:
            NotAuthorised: There is no such account.
        """
        return await self._connections.accounts_with_same_key(name)

    def _is_elsewhere(self, name: AccountName, balance: Balance) -> bool:
        """Whether a balance is of another address than the account has now."""
        address = balance.source.partition(" ")[0]
        return bool(address) and address != self._connections.endpoint(name)

    def forget_moved(
        self, before: Mapping[AccountName, Account], now: Mapping[AccountName, Account]
    ) -> None:
        """Removes the balances of accounts that another process removed or changed."""
        for name, account in before.items():
            if name not in now or endpoint_changed(account, now[name]):
                self.forget(name)

    def forget(self, name: AccountName) -> None:
        """Removes the balance of an account that was changed or removed."""
        self._balances.pop(name, None)
        self._forgotten_at[name] = datetime.now(UTC)
