"""Providers that are ready to be asked, one for each account."""

import asyncio
from collections.abc import Callable

from producer_studio.domain.account import Account, Service
from producer_studio.domain.capability import Capabilities
from producer_studio.domain.faults import NotAuthorised
from producer_studio.domain.ids import AccountName
from producer_studio.providers.addresses import is_loopback_url
from producer_studio.providers.protocol import Provider
from producer_studio.providers.registry import provider_for
from producer_studio.settings.secrets import Secrets, variable
from producer_studio.studio.demo import DemoStudio

_DEMO_KEY = "demo"
"""Demo Studio takes any key."""


class Connections:
    """Builds a provider when it is first needed, and again when its address or key has changed.

    Args:
        accounts: Finds an account by its name, in memory.
    """

    def __init__(
        self,
        accounts: Callable[[AccountName], Account | None],
        secrets: Secrets,
        demo: DemoStudio,
    ) -> None:
        self._accounts = accounts
        self._secrets = secrets
        self._demo = demo
        self._open: dict[AccountName, tuple[tuple[str, str], Provider]] = {}

    def account(self, name: AccountName) -> Account:
        """The account of that name.

        Raises:
            NotAuthorised: There is none.
        """
        account = self._accounts(name)
        if account is None:
            raise NotAuthorised(f"There is no account called “{name}”. Add it in Settings first.")
        return account

    async def provider(self, name: AccountName) -> Provider:
        """A provider that can reach its service.

        Raises:
            NotAuthorised: No key is known for the account.
            Unreachable: Demo Studio did not start.
        """
        account = self.account(name)
        if account.service is Service.DEMO and not account.base_url:
            base_url, key = await self._demo.url(), _DEMO_KEY
        else:
            base_url = account.base_url
            # The keychain may ask the user to unlock it, for as long as that takes.
            found = await asyncio.to_thread(self._secrets.key, name)
            key = found or ""
            if not key and account.service is not Service.DEMO:
                raise NotAuthorised(
                    f"No key is stored for “{name}”. Nothing was sent. Add the key in Settings, "
                    f"or give it in {variable(name)}."
                )
            key = key or _DEMO_KEY
        known = self._open.get(name)
        if known is not None and known[0] == (base_url, key):
            return known[1]
        provider = provider_for(account, key, base_url)
        self._open[name] = ((base_url, key), provider)
        if known is not None:
            await known[1].close()
        return provider

    def offline(self, name: AccountName) -> Provider:
        """A provider for what needs no service: capabilities and prices."""
        known = self._open.get(name)
        if known is not None:
            return known[1]
        account = self.account(name)
        return provider_for(account, "", account.base_url or "http://127.0.0.1")

    def capabilities(self, name: AccountName) -> Capabilities:
        return self.offline(name).capabilities()

    def is_local(self, name: AccountName) -> bool:
        """Whether the account's service runs on this computer."""
        account = self._accounts(name)
        if account is None:
            return False
        return not account.base_url or is_loopback_url(account.base_url)

    def concurrency(self, name: AccountName) -> int:
        """How many jobs may be at the account's service at a time; 1 when the account has gone."""
        account = self._accounts(name)
        return account.concurrency if account is not None else 1

    async def forget(self, name: AccountName) -> None:
        """Closes what is open for an account that has changed or gone."""
        known = self._open.pop(name, None)
        if known is not None:
            await known[1].close()

    async def close(self) -> None:
        for name in list(self._open):
            await self.forget(name)
