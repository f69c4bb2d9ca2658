"""The user's accounts: which there are, what they offer, what is left on them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from producer_studio.domain.account import Account, Service
from producer_studio.domain.capability import Capabilities
from producer_studio.domain.credits import Balance, EntryKind, LedgerEntry
from producer_studio.domain.faults import Fault, Refused
from producer_studio.domain.ids import AccountName
from producer_studio.library.catalogue import Library
from producer_studio.providers.addresses import may_hold_a_key, split
from producer_studio.providers.registry import Profile, profiles
from producer_studio.settings.accounts import AccountBook
from producer_studio.settings.secrets import KeptIn, Secrets, variable
from producer_studio.studio.connections import Connections
from producer_studio.studio.events import AccountsChanged, BalanceChanged, Events
from producer_studio.studio.preferences import PreferenceStore

DEMO_NAME = AccountName("Demo Studio")

_DEMO_POLL_S = 0.5
"""Demo Studio is on this computer and may be asked often."""


class Accounts:
    """The accounts in memory, as they are in the book on disk."""

    def __init__(
        self,
        book: AccountBook,
        secrets: Secrets,
        preferences: PreferenceStore,
        events: Events,
    ) -> None:
        self._book = book
        self._secrets = secrets
        self._preferences = preferences
        self._events = events
        self._known: dict[AccountName, Account] = {}
        self._balances: dict[AccountName, Balance] = {}
        self._connections: Connections | None = None
        self._library: Library | None = None

    async def load(self) -> None:
        """Reads the book; needed once, and when another process may have changed it."""
        accounts = await asyncio.to_thread(self._book.all)
        self._known = {account.name: account for account in accounts}

    @property
    def problem(self) -> str:
        """A sentence when the book was damaged; empty when all is well."""
        return self._book.problem

    def join(self, connections: Connections, library: Library) -> None:
        """Takes what can only be built with the accounts at hand."""
        self._connections = connections
        self._library = library

    def all(self) -> Sequence[Account]:
        return tuple(self._known.values())

    def get(self, name: AccountName) -> Account | None:
        return self._known.get(name)

    def service_of(self, name: AccountName) -> str:
        """The account's service; empty when the account has gone."""
        account = self._known.get(name)
        return str(account.service) if account is not None else ""

    @property
    def active(self) -> Account | None:
        """The account that Generate uses; the first one where none was chosen."""
        chosen = self._known.get(self._preferences.value.active_account)
        return chosen or next(iter(self._known.values()), None)

    def set_active(self, name: AccountName) -> None:
        self._preferences.change(active_account=name)
        self._events.publish(AccountsChanged())

    async def add(
        self,
        name: AccountName,
        service: Service,
        key: str = "",
        *,
        base_url: str = "",
        profile: str = "",
        poll_s: float | None = None,
    ) -> KeptIn | None:
        """Adds an account, or changes the one of that name.

        Args:
            key: Goes to the keychain; empty leaves what is there, and it is looked up when needed.
                A key that was given for another address is forgotten.

        Returns:
            Where the key is kept now; None when none was given.

        Raises:
            Refused: The name, the profile or the address will not do.
            StorageFault: The settings cannot be written.
        """
        chosen = _profile(service, profile)
        name = AccountName(name.strip())
        before = self._known.get(name)
        url = base_url.strip() or chosen.base_url
        problem = address_problem(url) if service is not Service.DEMO or base_url else ""
        if problem:
            raise Refused(problem, field="base_url")
        account = Account(
            name=name,
            service=service,
            profile=chosen.name,
            base_url=url if service is not Service.DEMO or base_url else "",
            poll_s=poll_s if poll_s or service is not Service.DEMO else _DEMO_POLL_S,
            concurrency=before.concurrency if before else self._preferences.value.concurrency,
            added_at=before.added_at if before else _now_text(),
        )
        try:
            await asyncio.to_thread(self._book.add, account)
        except ValueError as error:
            raise Refused(str(error), field="name") from error
        self._balances.pop(name, None)
        if before is not None and before.base_url != account.base_url and not key:
            # The key was meant for another address, and is not sent to this one.
            await asyncio.to_thread(self._secrets.forget, name)
        kept = await asyncio.to_thread(self._secrets.store, account.name, key) if key else None
        if self._connections is not None:
            await self._connections.forget(account.name)
        self._known[account.name] = account
        if len(self._known) == 1:
            self._preferences.change(active_account=account.name)
        self._events.publish(AccountsChanged())
        return kept

    async def remove(self, name: AccountName) -> bool:
        """Removes an account and its key; clips made with it stay."""
        removed = await asyncio.to_thread(self._book.remove, name)
        await asyncio.to_thread(self._secrets.forget, name)
        self._known.pop(name, None)
        self._balances.pop(name, None)
        if self._connections is not None:
            await self._connections.forget(name)
        self._events.publish(AccountsChanged())
        return removed is not None

    async def open_demo(self) -> Account:
        """The Demo Studio account, added if there is none, started and made active.

        Raises:
            Unreachable: It did not start.
        """
        found = next((one for one in self.all() if one.service is Service.DEMO), None)
        if found is None:
            await self.add(DEMO_NAME, Service.DEMO)
            found = self._known[DEMO_NAME]
        self.set_active(found.name)
        await self.test(found.name)
        return found

    async def test(self, name: AccountName) -> Balance:
        """Asks the service for the balance: the key works if it answers. Free.

        Raises:
            Fault: Why it does not work.
        """
        assert self._connections is not None  # noqa: S101 - joined before anything is asked
        try:
            provider = await self._connections.provider(name)
            balance = await provider.credits()
        except Fault as fault:
            self._events.publish(BalanceChanged(name, self._balances.get(name), fault.record()))
            raise
        before = self._balances.get(name)
        self._balances[name] = balance
        if self._library is not None and (before is None or before.total != balance.total):
            entry = LedgerEntry(account=name, kind=EntryKind.BALANCE, amount=balance.total)
            await self._library.enter(entry)
        self._events.publish(BalanceChanged(name, balance))
        return balance

    def balance(self, name: AccountName) -> Balance | None:
        """What the service said last in this run."""
        return self._balances.get(name)

    def capabilities(self, name: AccountName) -> Capabilities:
        assert self._connections is not None  # noqa: S101
        return self._connections.capabilities(name)

    def services(self) -> Sequence[Profile]:
        """Every dialect with its usual address and how to get a key."""
        return profiles()

    async def kept_in(self, name: AccountName) -> KeptIn | None:
        """Where the account's key is; None when there is none."""
        return await asyncio.to_thread(self._secrets.where, name)

    def key_variable(self, name: AccountName) -> str:
        """The environment variable that gives the account's key."""
        return variable(name)

    @property
    def key_notice(self) -> str:
        """A sentence when keys cannot go to a keychain; empty when they can."""
        return self._secrets.notice


def address_problem(url: str) -> str:
    """Why an address will not do, as a sentence; empty when it will."""
    if may_hold_a_key(url):
        return ""
    parts = split(url)
    if parts is not None and "@" in parts.netloc:
        return "Leave the user name and password out of the address."
    if url.startswith("http://"):
        return "Keys are only sent over https. Plain http is for this computer alone."
    return "The address must be a web address that starts with https://."


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _profile(service: Service, name: str) -> Profile:
    fitting = [one for one in profiles() if one.service is service]
    if name:
        fitting = [one for one in fitting if one.name == name]
    if not fitting:
        raise Refused(f"{service.label} has no profile called “{name}”.", field="profile")
    return fitting[0]
