"""The user's accounts: their settings, capabilities and balances."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import RequestRejected, StorageError
from producer_studio.domain.ids import AccountName
from producer_studio.providers.registry import ProviderProfile, find_profile, list_profiles
from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.secrets import (
    KEY,
    PLATFORM_TOKEN,
    WEBHOOK_SECRET,
    SecretLocation,
    Secrets,
    environment_variable,
)
from producer_studio.studio.accounts.account_messages import unsupported_profiles_message
from producer_studio.studio.accounts.balances import Balances
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.validation import (
    UNCHANGED,
    NewSecrets,
    Unchanged,
    apply_changes,
    endpoint_changed,
    stale_secrets,
    validate,
    with_profile,
)
from producer_studio.studio.events import AccountsChanged, Events, Notice, NoticeLevel
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.translation import mark

__all__ = [
    "KEY",
    "PLATFORM_TOKEN",
    "UNCHANGED",
    "WEBHOOK_SECRET",
    "Accounts",
    "SecretLocation",
    "Unchanged",
]

log = logging.getLogger(__name__)

DEMO_NAME = AccountName("Demo Studio")

_DEMO_POLL_S = 0.5
"""Polling interval in seconds; Demo Studio is local and may be polled often."""


class Accounts:
    """The accounts in memory, as stored in the `AccountStore`."""

    def __init__(
        self,
        account_store: AccountStore,
        secrets: Secrets,
        preferences: PreferenceStore,
        events: Events,
    ) -> None:
        self._account_store = account_store
        self._secrets = secrets
        self._preferences = preferences
        self._events = events
        self._accounts: dict[AccountName, Account] = {}
        self._unknown_names: list[AccountName] = []
        self._connections: Connections | None = None
        self._balances: Balances | None = None

    async def load(self) -> None:
        """Reads the stored accounts."""
        accounts = await asyncio.to_thread(self._account_store.all)
        self._accounts = {
            account.name: account for account in accounts if _is_profile_known(account)
        }
        self._unknown_names = [one.name for one in accounts if one.name not in self._accounts]

    async def reload(self) -> None:
        """Reads what another process has changed: the accounts, and the budgets of all."""
        await self._preferences.reload_budgets()
        if await asyncio.to_thread(self._account_store.load_changed) is None:
            return
        before = self._accounts
        await self.load()
        if self._accounts != before:
            if self._balances is not None:
                self._balances.forget_moved(before, self._accounts)
            self._events.publish(AccountsChanged())

    @property
    def problem(self) -> str:
        """Returns a message if the file is damaged or of a later version; empty if all is well."""
        if self._account_store.problem or not self._unknown_names:
            return self._account_store.problem
        return unsupported_profiles_message(self._unknown_names)

    def attach(self, connections: Connections, balances: Balances) -> None:
        """Sets collaborators that can only be created after the accounts."""
        self._connections = connections
        self._balances = balances

    def all(self) -> Sequence[Account]:
        return tuple(self._accounts.values())

    def get(self, name: AccountName) -> Account | None:
        return self._accounts.get(name)

    def service_name(self, name: AccountName) -> str:
        """Returns the account's service; empty if the account does not exist any more."""
        account = self._accounts.get(name)
        return str(account.service) if account is not None else ""

    @property
    def active(self) -> Account | None:
        """Returns the account that Generate uses; the first one if none was selected."""
        chosen = self._accounts.get(self._preferences.value.active_account)
        return chosen or next(iter(self._accounts.values()), None)

    def set_active(self, name: AccountName) -> None:
        self._preferences.change(active_account=name)
        self._events.publish(AccountsChanged())

    # Changes by the user

    def overall_budget(self) -> tuple[float | None, float | None]:
        """Returns the monthly and the daily budget of all accounts; None for no limit."""
        preferences = self._preferences.value
        return preferences.monthly_budget, preferences.daily_budget

    async def add(
        self,
        name: AccountName,
        service: Service,
        key: str = "",
        *,
        base_url: str = "",
        profile: str = "",
        poll_s: float | None = None,
        platform_url: str | Unchanged = UNCHANGED,
        webhook_url: str | Unchanged = UNCHANGED,
        budget: float | Unchanged | None = UNCHANGED,
        daily_budget: float | Unchanged | None = UNCHANGED,
        concurrency: int | Unchanged = UNCHANGED,
        plan: str | Unchanged = UNCHANGED,
        webhook_secret: str = "",
        platform_token: str = "",
    ) -> SecretLocation | None:
        """Adds an account, or changes the one of that name.

        Args:
            key: Stored in the keychain, as are the other secrets; an empty one changes nothing.
                Secrets that were entered for another address are deleted.
            platform_url: URL of AceData Cloud's balance and files; empty for the default.
            budget: Credits per calendar month; None for no limit.
            daily_budget: Credits per day; None for no limit.

        Returns:
            Location of the stored key; None if none was given.

        Raises:
            RequestRejected: The name, the profile, an address or a number is invalid.
            StorageError: The settings cannot be written.
        """
        chosen = find_profile(service, profile)
        name = AccountName(name.strip())
        await self.reload()
        before = self._accounts.get(name)
        if before is not None and before.service is service:
            account = with_profile(before, chosen.name)
        else:
            account = Account(
                name=name,
                service=service,
                profile=chosen.name,
                concurrency=before.concurrency if before else self._preferences.value.concurrency,
                budget=before.budget if before else None,
                daily_budget=before.daily_budget if before else None,
                added_at=before.added_at if before else _now_text(),
            )
        account = replace(
            account,
            base_url=base_url.strip() or chosen.base_url,
            poll_s=poll_s if poll_s or service is not Service.DEMO else _DEMO_POLL_S,
        )
        account = apply_changes(
            account, platform_url, webhook_url, budget, daily_budget, concurrency, plan
        )
        return await self._save(before, account, NewSecrets(key, webhook_secret, platform_token))

    async def change(
        self,
        name: AccountName,
        *,
        profile: str | Unchanged = UNCHANGED,
        base_url: str | Unchanged = UNCHANGED,
        poll_s: float | Unchanged | None = UNCHANGED,
        platform_url: str | Unchanged = UNCHANGED,
        webhook_url: str | Unchanged = UNCHANGED,
        budget: float | Unchanged | None = UNCHANGED,
        daily_budget: float | Unchanged | None = UNCHANGED,
        concurrency: int | Unchanged = UNCHANGED,
        plan: str | Unchanged = UNCHANGED,
        key: str = "",
        webhook_secret: str = "",
        platform_token: str = "",
    ) -> Account:
        """Changes the given fields of an account, and nothing else.

        Args:
            base_url: Empty for the profile's default address.

        Raises:
            RequestRejected: There is no such account, or a value is invalid.
            StorageError: The settings cannot be written.
        """
        await self.reload()
        before = self._accounts.get(name)
        if before is None:
            raise RequestRejected(
                mark("There is no account called “{name}”.", name=name), field="name"
            )
        account = before
        if not isinstance(profile, Unchanged):
            account = with_profile(account, profile)
        if not isinstance(base_url, Unchanged):
            usual = find_profile(account.service, account.profile).base_url
            account = replace(account, base_url=base_url.strip() or usual)
        if not isinstance(poll_s, Unchanged):
            account = replace(account, poll_s=poll_s)
        account = apply_changes(
            account, platform_url, webhook_url, budget, daily_budget, concurrency, plan
        )
        await self._save(before, account, NewSecrets(key, webhook_secret, platform_token))
        return account

    async def _save(
        self, before: Account | None, account: Account, new_secrets: NewSecrets
    ) -> SecretLocation | None:
        """Writes an account, stores its new secrets and deletes outdated ones."""
        validate(account, new_secrets)
        if before is not None and endpoint_changed(before, account):
            account = replace(account, retired={}, refused_models={})
        try:
            await asyncio.to_thread(self._account_store.add, account)
        except ValueError as error:
            raise RequestRejected(str(error), field="name") from error
        if self._balances is not None:
            self._balances.forget(account.name)
        given = new_secrets.by_name()
        # Secrets that were entered for another address are not sent to this one.
        for secret in stale_secrets(before, account):
            await asyncio.to_thread(self._secrets.delete_secret, account.name, secret)
        locations: dict[str, SecretLocation] = {}
        for secret, value in given.items():
            if value:
                locations[secret] = await asyncio.to_thread(
                    self._secrets.store_secret, account.name, secret, value
                )
        self._accounts[account.name] = account
        if self._connections is not None:
            await self._connections.refresh(account.name)
        if len(self._accounts) == 1:
            self._preferences.change(active_account=account.name)
        self._events.publish(AccountsChanged())
        return locations.get(KEY)

    def secrets_removed_by_change(
        self,
        name: AccountName,
        *,
        profile: str,
        base_url: str,
        platform_url: str | Unchanged = UNCHANGED,
        service: Service | None = None,
    ) -> tuple[str, ...]:
        """Returns the secrets that a change would delete because they are for another address.

        Args:
            profile, base_url, platform_url: As for `change`.
            service: As for `add`; None for the one that it has.
        """
        before = self._accounts.get(name)
        if before is None:
            return ()
        if service not in {None, before.service}:
            return stale_secrets(before, replace(before, service=service))
        try:
            after = with_profile(before, profile or before.profile)
        except RequestRejected:
            return ()
        usual = find_profile(after.service, after.profile).base_url
        after = replace(after, base_url=base_url.strip() or usual)
        if not isinstance(platform_url, Unchanged):
            after = replace(after, platform_url=platform_url.strip())
        return stale_secrets(before, after)

    async def delete_secret(self, name: AccountName, secret_name: str) -> None:
        """Deletes one of an account's secrets: KEY, WEBHOOK_SECRET or PLATFORM_TOKEN."""
        await asyncio.to_thread(self._secrets.delete_secret, name, secret_name)
        if self._connections is not None:
            await self._connections.refresh(name)
        self._events.publish(AccountsChanged())

    async def remove(self, name: AccountName) -> bool:
        """Removes an account and its secrets; its clips are preserved."""
        removed = await asyncio.to_thread(self._account_store.remove, name)
        await asyncio.to_thread(self._secrets.delete_all, name)
        self._accounts.pop(name, None)
        if self._balances is not None:
            self._balances.forget(name)
        if self._connections is not None:
            await self._connections.refresh(name)
        self._events.publish(AccountsChanged())
        return removed is not None

    async def open_demo(self, profile: str = "") -> Account:
        """Starts Demo Studio and selects its account, which is added if there is none.

        Args:
            profile: Dialect that Demo Studio uses; empty for the account's current one.

        Raises:
            Unreachable: It did not start.
        """
        found = next((one for one in self.all() if one.service is Service.DEMO), None)
        if found is None:
            await self.add(DEMO_NAME, Service.DEMO, profile=profile)
            found = self._accounts[DEMO_NAME]
        elif profile and found.profile != profile:
            found = await self.change(found.name, profile=profile)
        self.set_active(found.name)
        if self._balances is not None:
            await self._balances.fetch(found.name)
        return found

    async def update_offers(self, name: AccountName, change: Callable[[Account], Account]) -> None:
        """Stores a change of the account's offers that a response implies.

        If it cannot be written, it is valid until the program ends.
        """
        try:
            after = await asyncio.to_thread(self._account_store.update, name, change)
        except StorageError as fault:
            log.warning("Account %s: %s", name, fault)
            self._events.publish(Notice(NoticeLevel.WARNING, fault.message, fault.service_words))
            after = None
        before = self._accounts.get(name)
        if before is None:
            return
        marks = after or change(before)
        known = replace(before, retired=marks.retired, refused_models=marks.refused_models)
        if known != before:
            self._accounts[name] = known
            self._events.publish(AccountsChanged())

    async def forget_refusals(self, name: AccountName) -> None:
        """Offers ended operations and rejected models again: the service may have restored them."""
        await self.update_offers(
            name, lambda account: replace(account, retired={}, refused_models={})
        )

    def services(self) -> Sequence[ProviderProfile]:
        """Returns all dialects with their default address and instructions to get a key."""
        return list_profiles()

    # Locations of secrets

    async def secret_location(
        self, name: AccountName, secret_name: str = KEY
    ) -> SecretLocation | None:
        """Returns the location of one of the account's secrets; None if there is none."""
        return await asyncio.to_thread(self._secrets.locate, name, secret_name)

    def key_variable(self, name: AccountName, secret_name: str = KEY) -> str:
        """Returns the environment variable for one of the account's secrets."""
        return environment_variable(name, secret_name)

    @property
    def key_notice(self) -> str:
        """Returns a message if keys cannot be stored in a keychain; empty if they can."""
        return self._secrets.notice


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _is_profile_known(account: Account) -> bool:
    """Whether this version supports the account's dialect."""
    try:
        find_profile(account.service, account.profile)
    except RequestRejected:
        return False
    return True
