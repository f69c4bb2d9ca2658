"""Optional webhooks of the services; they only shorten the wait for the next poll."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from producer_studio.domain.account import Account
from producer_studio.domain.errors import RequestRejected, ServiceError
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.providers.registry import WebhookSignature, webhook_signature
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
    """Listens at the preferred port if one is set, and polls jobs for which a webhook arrives.

    An account is identified by the end of its webhook URL, as created by `build_url`: a tunnel
    preserves the path.
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
        """Returns the port of the listener; 0 if it is not listening."""
        return self._receiver.port if self._receiver is not None else 0

    @property
    def problem(self) -> str:
        """Returns why it cannot listen though it should, as a sentence; empty if all is well."""
        return self._problem

    @staticmethod
    def build_url(tunnel_url: str) -> str:
        """Returns a webhook URL for an account, from the public URL of the user's tunnel.

        A URL that has the path of this studio's webhooks is not changed.
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
        """Starts to listen if the preferences enable it, and follows changes of the preferences."""
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
        """Applies the current preferences and accounts to the listener."""
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
                WebhookReceiver,  # only for users who enable webhooks
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
        """Returns the endpoint for the end of each account's webhook URL."""
        from producer_studio.providers.webhooks.receiver import PATH, WebhookEndpoint  # see _apply

        listening: dict[str, WebhookEndpoint] = {}
        for account in self._accounts.all():
            _, found, token = urlsplit(account.webhook_url).path.rpartition(PATH)
            if found and token:
                listening[token] = WebhookEndpoint(account.name, await self._verifier(account))
        return listening

    async def _verifier(self, account: Account) -> "WebhookVerifier":
        """Returns the verifier of the account's webhooks; the same one until its secret changes."""
        from producer_studio.providers.webhooks.verification import create_verifier  # see _apply

        signature = webhook_signature(account)
        signs_with_key = signature is WebhookSignature.API_KEY
        try:
            secret = (
                await self._connections.key(account.name)
                if signs_with_key
                else await self._connections.webhook_secret(account.name)
            )
        except ServiceError as fault:
            log.warning("Cannot verify webhooks for %s: %s", account.name, fault)
            secret = ""
        made_of = (account.profile, secret)
        known = self._verifiers.get(account.name)
        if known is not None and known[0] == made_of:
            return known[1]
        verifier = create_verifier(signature, secret, self._is_polled)
        self._verifiers[account.name] = (made_of, verifier)
        return verifier

    def _is_polled(self, task: TaskId) -> bool:
        return any(job.task_id == task and job.state.is_polled for job in self._jobs.visible_jobs())

    def _on_webhook_received(self, account: AccountName, news: "WebhookEvent") -> None:
        log.info("%s reports %s", account, news.event or "something")
        if news.task is not None:
            self._jobs.poll_now(news.task)
            return
        # The webhook does not identify the job; polling is free.
        for job in self._jobs.visible_jobs():
            if job.account == account and job.task_id is not None:
                self._jobs.poll_now(job.task_id)
