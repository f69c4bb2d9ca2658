"""Reports of the services, where the user lets them in: they only ever shorten the wait."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from producer_studio.domain.account import Account
from producer_studio.domain.errors import Fault, Refused
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import (
    AccountsChanged,
    Events,
    Level,
    ListeningChanged,
    Notice,
    Unsubscribe,
)
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.preferences import PreferencesChanged, PreferenceStore

if TYPE_CHECKING:
    from producer_studio.providers.webhooks.receiver import Listening, Receiver
    from producer_studio.providers.webhooks.verification import Verifier, WebhookNews

log = logging.getLogger(__name__)


class Webhooks:
    """Listens at the preferred port while there is one, and wakes the jobs that are reported.

    An account is known by the end of its webhook address, which `address` makes: a tunnel passes
    the path on.
    """

    def __init__(
        self,
        accounts: Accounts,
        connections: Connections,
        preferences: PreferenceStore,
        jobs: JobQueue,
        events: Events,
    ) -> None:
        self._accounts = accounts
        self._connections = connections
        self._preferences = preferences
        self._jobs = jobs
        self._events = events
        self._receiver: Receiver | None = None
        self._listening: Mapping[str, Listening] = {}
        self._verifiers: dict[AccountName, tuple[tuple[str, str], Verifier]] = {}
        self._problem = ""
        self._turn = asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()
        self._unsubscribes: list[Unsubscribe] = []

    @property
    def port(self) -> int:
        """Where it listens; 0 while it does not."""
        return self._receiver.port if self._receiver is not None else 0

    @property
    def problem(self) -> str:
        """Why it does not listen though it should, as a sentence; empty when all is well."""
        return self._problem

    @staticmethod
    def address(tunnel: str) -> str:
        """A webhook address for an account, from the public address of the user's tunnel.

        One that ends as this studio's do stays as it is.
        """
        from producer_studio.providers.webhooks.receiver import (  # start-up cost
            PATH,
            new_token,
            path_of,
        )

        place = tunnel.strip().rstrip("/")
        return place if PATH in urlsplit(place).path else place + path_of(new_token())

    async def start(self) -> None:
        """Begins to listen where the preferences say so, and follows them from now on."""
        if not self._unsubscribes:
            self._unsubscribes = [
                self._events.subscribe(PreferencesChanged, self._on_preferences_changed),
                self._events.subscribe(AccountsChanged, self._on_accounts_changed),
            ]
        await self._apply()

    async def close(self) -> None:
        """Stops listening."""
        for unsubscribe in self._unsubscribes:
            unsubscribe()
        self._unsubscribes = []
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self._stop()

    def _on_preferences_changed(self, changed: PreferencesChanged) -> None:
        if "webhook_port" in changed.names:
            self._soon()

    def _on_accounts_changed(self, _: AccountsChanged) -> None:
        if self._receiver is not None:
            self._soon()

    def _soon(self) -> None:
        task = asyncio.get_running_loop().create_task(self._apply(), name="webhooks")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _apply(self) -> None:
        """Listens as the preferences and the accounts are now."""
        async with self._turn:
            port = self._preferences.value.webhook_port
            self._problem = ""
            if self._receiver is not None and self._receiver.port != port:
                await self._stop()
                self._events.publish(ListeningChanged())
            if not port:
                return
            self._listening = await self._heard()
            if self._receiver is not None:
                return
            from producer_studio.providers.webhooks.receiver import (
                Receiver,  # only those who want it
            )

            receiver = Receiver(port, lambda token: self._listening.get(token), self._on_news)
            try:
                await receiver.start()
            except Refused as fault:
                self._problem = fault.message
                self._events.publish(Notice(Level.WARN, fault.message, fault.service_words))
                self._events.publish(ListeningChanged())
                return
            self._receiver = receiver
            self._events.publish(ListeningChanged())

    async def _stop(self) -> None:
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            await receiver.close()

    async def _heard(self) -> "dict[str, Listening]":
        """What waits behind the end of each account's webhook address."""
        from producer_studio.providers.webhooks.receiver import PATH, Listening  # see _apply

        heard: dict[str, Listening] = {}
        for account in self._accounts.all():
            _, found, token = urlsplit(account.webhook_url).path.rpartition(PATH)
            if found and token:
                heard[token] = Listening(account.name, await self._verifier(account))
        return heard

    async def _verifier(self, account: Account) -> "Verifier":
        """What tells the account's genuine reports; the same one until its secret changes."""
        # What a dialect signs with is told where its reports are read.
        from producer_studio.providers.webhooks.verification import (
            SignedByApiframe,
            SignedByMusicApi,
            Unsigned,
        )

        signs_with_key = account.profile == "apiframe"
        try:
            secret = (
                await self._connections.key(account.name)
                if signs_with_key
                else await self._connections.webhook_secret(account.name)
            )
        except Fault as fault:
            log.warning("Reports for %s cannot be checked: %s", account.name, fault)
            secret = ""
        made_of = (account.profile, secret)
        known = self._verifiers.get(account.name)
        if known is not None and known[0] == made_of:
            return known[1]
        verifier: Verifier
        if signs_with_key and secret:
            verifier = SignedByApiframe(secret)
        elif account.profile == "acedata" or not secret:
            verifier = Unsigned(self._is_watched)
        else:
            verifier = SignedByMusicApi(secret)
        self._verifiers[account.name] = (made_of, verifier)
        return verifier

    def _is_watched(self, task: TaskId) -> bool:
        return any(job.task_id == task and job.state.is_watched for job in self._jobs.live())

    def _on_news(self, account: AccountName, news: "WebhookNews") -> None:
        log.info("%s reports %s", account, news.event or "something")
        if news.task is not None:
            self._jobs.hint(news.task)
            return
        # It does not say which: looking is free.
        for job in self._jobs.live():
            if job.account == account and job.task_id is not None:
                self._jobs.hint(job.task_id)
