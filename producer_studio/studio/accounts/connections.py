"""Connections to services: one provider per account."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from producer_studio.domain.account import Account, Service
from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.errors import ErrorRecord, NotAuthorised, RequestRejected, ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import Provider, WebhookTarget
from producer_studio.providers.http.url_checks import is_loopback_url, is_secure_url
from producer_studio.providers.registry import create_provider, has_platform
from producer_studio.settings.secrets import PLATFORM_TOKEN, WEBHOOK_SECRET, Secrets
from producer_studio.studio.accounts.account_endpoint import account_endpoint
from producer_studio.studio.accounts.account_messages import (
    changed_address_message,
    changed_key_message,
    missing_key_message,
)
from producer_studio.studio.accounts.bucket_settings import BucketSettings
from producer_studio.studio.accounts.offer_refusals import apply_response, narrow_capabilities
from producer_studio.studio.accounts.provider_identity import ProviderIdentity, provider_identity
from producer_studio.studio.demo import DemoStudio
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.uploads.host import Host

_DEMO_KEY = "demo"
"""Key for the user's own server that is compatible with Demo Studio, if no key was given."""

_KEY_MARK_DIGITS = 4
"""Few hexadecimal digits: a stored mark must not help to find the key."""

_SERVER_TIME_WAIT_S = 10.0
"""Maximum wait in seconds for the service's time before a request that costs credits."""


class AccountRegistry(Protocol):
    """Accounts in memory, as `Connections` uses them."""

    def get(self, name: AccountName) -> Account | None: ...

    def all(self) -> Sequence[Account]: ...

    async def update_offers(
        self, name: AccountName, change: Callable[[Account], Account]
    ) -> None: ...


class Connections:
    """Creates a provider when it is first needed, and again after a change of address or key."""

    def __init__(
        self, accounts: AccountRegistry, secrets: Secrets, demo: DemoStudio, bucket: BucketSettings
    ) -> None:
        self._accounts = accounts
        self._secrets = secrets
        self._demo = demo
        self._bucket = bucket
        self._online: dict[AccountName, tuple[ProviderIdentity, Provider]] = {}
        self._offline: dict[AccountName, tuple[tuple[str, ...], Provider]] = {}
        # A provider is removed when its last request has ended.
        self._retired: WeakSet[Provider] = WeakSet()

    def account(self, name: AccountName) -> Account:
        """Returns the account of that name.

        Raises:
            NotAuthorised: There is none.
        """
        account = self._accounts.get(name)
        if account is None:
            raise NotAuthorised(
                mark("There is no account called “{name}”. Add it in Settings first.", name=name)
            )
        return account

    async def provider(self, name: AccountName) -> Provider:
        """Returns a provider that can reach its service.

        Raises:
            NotAuthorised: No key is known for the account.
            Unreachable: Demo Studio did not start.
        """
        account = self.account(name)
        base_url, key, token, webhook_secret = await self._resolve_credentials(account)
        made_of = provider_identity(account, base_url, key, token, webhook_secret)
        known = self._online.get(name)
        if known is not None and known[0] == made_of:
            return known[1]
        provider = create_provider(
            account, key, base_url, platform_token=token, webhook_secret=webhook_secret
        )
        self._online[name] = (made_of, provider)
        if known is not None:
            await self._retire(known[1])
        return provider

    async def previewing_provider(self, name: AccountName) -> Provider:
        """Like `provider`, but an account without a key gets one, too, that cannot send.

        Raises:
            NotAuthorised: There is no such account.
            RequestRejected: The account's address is not allowed.
            Unreachable: Demo Studio did not start.
        """
        account = self.account(name)
        try:
            return await self.provider(name)
        except NotAuthorised:
            return create_provider(account, "", account.base_url)

    def endpoint(self, name: AccountName) -> str:
        """Returns the address of the account's service, to be compared; empty without an account.

        Demo Studio uses another port in each run, but has a constant endpoint.
        """
        account = self._accounts.get(name)
        return "" if account is None else account_endpoint(account)

    def is_moved(self, job: Job) -> bool:
        """Whether the account's address has changed since the job was sent.

        Then "unknown task" is no valid response: the service may never have seen the job.
        """
        now = self.endpoint(job.account)
        return bool(job.endpoint) and bool(now) and job.endpoint != now

    def key_mark(self, name: AccountName) -> str:
        """Returns a mark of the account's key, to be compared; empty while the key is unknown.

        Demo Studio has another key in each run, but is always the same account.
        """
        known = self._online.get(name)
        account = self._accounts.get(name)
        is_own_demo = account is None or (account.service is Service.DEMO and not account.base_url)
        if known is None or is_own_demo:
            return ""
        return sha256(known[0].key.encode()).hexdigest()[:_KEY_MARK_DIGITS]

    def balance_source(self, name: AccountName) -> str:
        """Returns a mark of the account at the service, to be compared; empty while unknown."""
        return f"{self.endpoint(name)} {self.key_mark(name)}".strip()

    def names_at_service(self, name: AccountName) -> set[AccountName]:
        """Returns the accounts at the same address, this one included: task ids are its own."""
        here = self.endpoint(name)
        return {name, *(a.name for a in self._accounts.all() if account_endpoint(a) == here)}

    def is_same_account(self, job: Job, name: AccountName) -> bool:
        """Whether a job was sent with an account, or with another of the same address and key."""
        sent_with = f"{job.endpoint} {job.key_mark}".strip()
        return job.account == name or (bool(sent_with) and sent_with == self.balance_source(name))

    async def accounts_with_same_key(self, name: AccountName) -> list[AccountName]:
        """Returns other accounts of the same address and key: they spend the same credits.

        Raises:
            NotAuthorised: There is no such account.
        """
        key = await self.key(name)
        others = sorted(self.names_at_service(name) - {name})
        return [one for one in others if key and await self.key(one) == key]

    def change_since_sent(self, job: Job) -> str:
        """Returns what of its account has changed since a job was sent; empty if nothing has.

        Then the absence of the job says nothing: the service, or the account that the new key is
        of, may never have seen it.
        """
        if self.is_moved(job):
            return changed_address_message(job)
        now = self.key_mark(job.account)
        if job.key_mark and now and job.key_mark != now:
            return changed_key_message(job)
        return ""

    def server_time(self, name: AccountName) -> datetime | None:
        """Returns the time by the service's clock; None if the service has not reported it."""
        known = self._online.get(name)
        return known[1].server_time() if known is not None else None

    async def ensure_server_time(self, name: AccountName) -> datetime | None:
        """Like `server_time`, but sends a free request if the service has not reported the time."""
        if self.server_time(name) is None:
            with suppress(ServiceError, TimeoutError):
                provider = await self.provider(name)
                async with asyncio.timeout(_SERVER_TIME_WAIT_S):
                    await provider.fetch_balance()
        return self.server_time(name)

    async def refresh_server_time(self, name: AccountName) -> bool:
        """Sends a free request, so that `server_time` is right although this computer was paused.

        Returns False if no response arrived; raises the errors of `provider`.
        """
        provider = await self.provider(name)
        readings = provider.time_readings()
        for request in (provider.fetch_balance, lambda: provider.list_tasks(datetime.now(UTC))):
            with suppress(ServiceError, TimeoutError):
                async with asyncio.timeout(_SERVER_TIME_WAIT_S):
                    await request()
                return True
            if provider.time_readings() > readings:
                return True
        return False

    def retry_keychain(self) -> None:
        """Asks a keychain again that could not be unlocked; for requests of the user."""
        self._secrets.retry_keychain()

    async def _resolve_credentials(self, account: Account) -> tuple[str, str, str, str]:
        """Returns address, key, platform token and webhook secret; all but the key may be empty.

        Raises:
            NotAuthorised: No key is known for the account.
            Unreachable: Demo Studio did not start.
        """
        if account.service is Service.DEMO and not account.base_url:
            running = await self._demo.address()
            return running.url, running.key, "", ""
        # The keychain may block until the user has unlocked it.
        key, token, webhook_secret = await asyncio.to_thread(self._read_secrets, account)
        if not key and account.service is not Service.DEMO:
            is_locked = self._secrets.is_keychain_unavailable
            raise NotAuthorised(missing_key_message(account.name, is_locked=is_locked))
        return account.base_url, key or _DEMO_KEY, token, webhook_secret

    async def key(self, name: AccountName) -> str:
        """Returns the account's key; empty if none is known.

        Raises:
            NotAuthorised: There is no such account.
        """
        account = self.account(name)
        usual = _DEMO_KEY if account.service is Service.DEMO else ""
        return await asyncio.to_thread(self._secrets.get_key, name) or usual

    async def webhook_secret(self, name: AccountName) -> str:
        """Returns the secret with which the service signs its webhooks; empty if there is none."""
        return await asyncio.to_thread(self._secrets.get_secret, name, WEBHOOK_SECRET) or ""

    async def webhook_target(self, recipe: Recipe, name: AccountName) -> WebhookTarget | None:
        """Returns the webhook of a request; None if it has none, or the service supports none.

        Raises:
            NotAuthorised: There is no such account.
        """
        url = recipe.webhook_url or self.account(name).webhook_url
        if not url or not self.offline_provider(name).capabilities().supports_webhooks:
            return None
        return WebhookTarget(url, await self.webhook_secret(name))

    async def upload_hosts(self, name: AccountName) -> "list[Host]":
        """Returns the upload hosts for the account's service, the best first.

        Raises:
            NotAuthorised: There is no such account, or it has no key.
            RequestRejected: The bucket that is set up lacks its secret, and there is no other host.
        """
        from producer_studio.providers.uploads.host import find_upload_host  # start-up cost

        account = self.account(name)
        own = find_upload_host(await self.provider(name))
        if own is None and account.service is Service.DEMO:
            from producer_studio.providers.uploads.host import DemoHost  # start-up cost

            base_url, key, _token, _secret = await self._resolve_credentials(account)
            own = DemoHost(base_url, key)
        try:
            lent = await self._bucket.host()
        except RequestRejected:
            if own is None:
                raise
            lent = None
        return [host for host in (own, lent) if host is not None]

    async def bucket_host(self) -> "Host | None":
        """Returns the user's bucket; None if none is set up.

        Raises:
            RequestRejected: It lacks its secret.
        """
        return await self._bucket.host()

    def upload_setup_suggestion(self, name: AccountName) -> str:
        """Suggests how an account gets an upload host; a clause without a period."""
        account = self._accounts.get(name)
        if account is not None and has_platform(account.service, account.profile):
            return mark("Give the account a platform token or set up a bucket in Settings")
        return mark("Set up a bucket in Settings")

    async def ensure_bucket_tested(self) -> None:
        """Checks once per run that services can fetch files from the user's bucket.

        Raises:
            ServiceError: They cannot.
        """
        await self._bucket.ensure_tested()

    def offline_provider(self, name: AccountName) -> Provider:
        """Returns a provider for capabilities and prices, which need no network."""
        account = self.account(name)
        made_of = (str(account.service), account.profile, account.base_url)
        known = self._offline.get(name)
        if known is not None and known[0] == made_of:
            return known[1]
        # An insecure address is rejected when a request is sent to it.
        usable = account.base_url if is_secure_url(account.base_url) else ""
        provider = create_provider(account, "", usable or "http://127.0.0.1")
        self._offline[name] = (made_of, provider)
        return provider

    def capabilities(self, name: AccountName) -> Capabilities:
        """Returns the capabilities, without those that the service has ended or rejected."""
        return narrow_capabilities(self.offline_provider(name).capabilities(), self.account(name))

    async def record_response(
        self, name: AccountName, recipe: Recipe, error: ServiceError | ErrorRecord | None
    ) -> None:
        """Updates the account's offers according to the response to a request.

        Args:
            error: Why the service did not accept the request; None if it did.
        """
        account = self._accounts.get(name)
        if account is None:
            return
        # A success may also contradict a change that another process has stored meanwhile.
        if error is None or apply_response(account, recipe, error) != account:
            await self._accounts.update_offers(
                name, lambda before: apply_response(before, recipe, error)
            )

    def is_local(self, name: AccountName) -> bool:
        """Whether the account's service runs on this computer."""
        account = self._accounts.get(name)
        if account is None:
            return False
        return not account.base_url or is_loopback_url(account.base_url)

    def concurrency(self, name: AccountName) -> int:
        """Returns the maximum number of concurrent jobs of an account; 1 without an account."""
        account = self._accounts.get(name)
        return account.concurrency if account is not None else 1

    def _read_secrets(self, account: Account) -> tuple[str, str, str]:
        """Reads the key, the platform token if there is one, and the webhook secret. Blocking."""
        key = self._secrets.get_key(account.name) or ""
        token = ""
        if has_platform(account.service, account.profile):
            token = self._secrets.get_secret(account.name, PLATFORM_TOKEN) or ""
        return key, token, self._secrets.get_secret(account.name, WEBHOOK_SECRET) or ""

    async def refresh(self, name: AccountName) -> None:
        """Retires an account's provider if the account was removed or its address or keys changed.

        A request in flight ends first: one that costs credits must not be interrupted by a change
        of settings. An unchanged provider stays open.
        """
        known = self._online.get(name)
        account = self._accounts.get(name)
        if account is None:
            self._offline.pop(name, None)
        if known is None or (account is not None and await self._is_current(account, known[0])):
            return
        if self._online.get(name) is known:
            del self._online[name]
        await self._retire(known[1])

    async def _is_current(self, account: Account, made_of: ProviderIdentity) -> bool:
        """Whether a provider with this identity is still valid for the account."""
        if account.service is Service.DEMO and not account.base_url:
            # Its address is known only while it runs; determining it would start it.
            return made_of[:2] == (str(account.service), account.profile)
        try:
            credentials = await self._resolve_credentials(account)
        except NotAuthorised:
            return False
        return made_of == provider_identity(account, *credentials)

    async def _retire(self, provider: Provider) -> None:
        self._retired.add(provider)
        await provider.retire()

    async def close(self) -> None:
        providers = [provider for _, provider in self._online.values()]
        self._online.clear()
        for provider in [*providers, *self._retired]:
            await provider.close()
