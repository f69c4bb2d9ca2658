"""Reports of the services, where the user lets them in: they only ever shorten the wait."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from producer_studio.domain.account import Account
from producer_studio.domain.errors import RequestRejected, ServiceError
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import (
    AccountsChanged,
    Events,
    Notice,
    NoticeLevel,
    Unsubscribe,
    WebhookListenerChanged,
)
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.preferences import PreferencesChanged, PreferenceStore

if TYPE_CHECKING:
    from producer_studio.providers.webhooks.receiver import WebhookEndpoint, WebhookReceiver
    from producer_studio.providers.webhooks.verification import WebhookEvent, WebhookVerifier

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
        self._receiver: WebhookReceiver | None = None
        self._listening: Mapping[str, WebhookEndpoint] = {}
        self._verifiers: dict[AccountName, tuple[tuple[str, str], WebhookVerifier]] = {}
        self._problem = ""
        self._apply_lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
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
    def build_url(tunnel_url: str) -> str:
        """A webhook address for an account, from the public address of the user's tunnel.

        One that ends as this studio's do stays as it is.
        """
        from producer_studio.providers.webhooks.receiver import (  # start-up cost
            PATH,
            create_token,
            webhook_path,
        )

        base_url = tunnel_url.strip().rstrip("/")
        return (
            base_url if PATH in urlsplit(base_url).path else base_url + webhook_path(create_token())
        )

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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stop()

    def _on_preferences_changed(self, changed: PreferencesChanged) -> None:
        if "webhook_port" in changed.names:
            self._schedule_apply()

    def _on_accounts_changed(self, _: AccountsChanged) -> None:
        if self._receiver is not None:
            self._schedule_apply()

    def _schedule_apply(self) -> None:
        task = asyncio.get_running_loop().create_task(self._apply(), name="webhooks")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _apply(self) -> None:
        """Listens as the preferences and the accounts are now."""
        async with self._apply_lock:
            port = self._preferences.value.webhook_port
            self._problem = ""
            if self._receiver is not None and self._receiver.port != port:
                await self._stop()
                self._events.publish(WebhookListenerChanged())
            if not port:
                return
            self._listening = await self._listening_by_token()
            if self._receiver is not None:
                return
            from producer_studio.providers.webhooks.receiver import (
                WebhookReceiver,  # only those who want it
            )

            receiver = WebhookReceiver(
                port, lambda token: self._listening.get(token), self._on_webhook_received
            )
            try:
                await receiver.start()
            except RequestRejected as fault:
                self._problem = fault.message
                self._events.publish(
                    Notice(NoticeLevel.WARNING, fault.message, fault.service_words)
                )
                self._events.publish(WebhookListenerChanged())
                return
            self._receiver = receiver
            self._events.publish(WebhookListenerChanged())

    async def _stop(self) -> None:
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            await receiver.close()

    async def _listening_by_token(self) -> "dict[str, WebhookEndpoint]":
        """What waits behind the end of each account's webhook address."""
        from producer_studio.providers.webhooks.receiver import PATH, WebhookEndpoint  # see _apply

        listening: dict[str, WebhookEndpoint] = {}
        for account in self._accounts.all():
            _, found, token = urlsplit(account.webhook_url).path.rpartition(PATH)
            if found and token:
                listening[token] = WebhookEndpoint(account.name, await self._verifier(account))
        return listening

    async def _verifier(self, account: Account) -> "WebhookVerifier":
        """What tells the account's genuine reports; the same one until its secret changes."""
        # What a dialect signs with is told where its reports are read.
        from producer_studio.providers.webhooks.verification import (
            ApiframeVerifier,
            MusicApiVerifier,
            UnsignedVerifier,
        )

        signs_with_key = account.profile == "apiframe"
        try:
            secret = (
                await self._connections.key(account.name)
                if signs_with_key
                else await self._connections.webhook_secret(account.name)
            )
        except ServiceError as fault:
            log.warning("Reports for %s cannot be checked: %s", account.name, fault)
            secret = ""
        made_of = (account.profile, secret)
        known = self._verifiers.get(account.name)
        if known is not None and known[0] == made_of:
            return known[1]
        verifier: WebhookVerifier
        if signs_with_key and secret:
            verifier = ApiframeVerifier(secret)
        elif account.profile == "acedata" or not secret:
            verifier = UnsignedVerifier(self._is_polled)
        else:
            verifier = MusicApiVerifier(secret)
        self._verifiers[account.name] = (made_of, verifier)
        return verifier

    def _is_polled(self, task: TaskId) -> bool:
        return any(job.task_id == task and job.state.is_polled for job in self._jobs.visible_jobs())

    def _on_webhook_received(self, account: AccountName, news: "WebhookEvent") -> None:
        log.info("%s reports %s", account, news.event or "something")
        if news.task is not None:
            self._jobs.poll_now(news.task)
            return
        # It does not say which: looking is free.
        for job in self._jobs.visible_jobs():
            if job.account == account and job.task_id is not None:
                self._jobs.poll_now(job.task_id)
