"""One request that may cost credits, from queued to accepted: never charged twice by itself."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.errors import (
    Fault,
    FaultKind,
    FaultRecord,
    OutcomeUnknown,
    Refused,
    StorageFault,
)
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import Accepted, Finished, Provider, Webhook
from producer_studio.providers.http.retry import GiveUp, RetryAfter, next_step
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.idempotency_keys import KeyLifetimes
from producer_studio.studio.jobs.recover import CLOCK_SLACK_S, UNSURE, Match, Verdict, match
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.jobs.temporary_uploads import Lending

log = logging.getLogger(__name__)

_DISK_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Between tries to write a task's id to a full disk; the last is repeated."""

_FAR_BACK = timedelta(days=3)
"""How old a request may be whose time is not known, as the clock was corrected since."""

_UNTIL_CERTAIN = 1_000_000
"""What is repeated with its key is repeated for as long as the key lives."""

_UNCERTAIN = frozenset({JobState.SENDING, JobState.UNKNOWN})
_REFUSALS = frozenset(
    {
        FaultKind.REFUSED,
        FaultKind.CREDITS_EXHAUSTED,
        FaultKind.RETIRED,
        FaultKind.FAILED_BY_SERVICE,
    }
)
"""What a service answers to the request itself."""

_Reply: TypeAlias = Finished | RetryAfter | Fault | None
"""The result, when to try again, the refusal of a repetition, or nothing more to do."""

_MAY_BE_CALLED_OFF = frozenset({JobState.QUEUED, JobState.ACCEPTED})


class Sender:
    """Sends queued jobs and looks for those whose outcome is unknown."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        journal: Journal,
        lending: Lending,
        budget: Budget,
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._lending = lending
        self._budget = budget
        self._on_the_wire: dict[JobId, asyncio.Event] = {}
        self._unwanted: set[JobId] = set()
        self._searching = asyncio.Lock()
        self._keys = KeyLifetimes()
        self._repeatable: set[JobId] = set()

    def on_the_wire(self) -> dict[JobId, asyncio.Event]:
        """Jobs whose request is out; each event is set when its outcome is written down."""
        return dict(self._on_the_wire)

    def call_off(self, job_id: JobId) -> bool:
        """Notes that a request which is out is no longer wanted; False when none is out.

        It cannot be taken back, but it is not repeated, and what the service made of it is only
        watched quietly.
        """
        if job_id in self._on_the_wire:
            self._unwanted.add(job_id)
        return job_id in self._on_the_wire

    async def send(self, job: Job) -> tuple[Job, Finished | None]:
        """Takes a queued job to accepted, failed, unknown, or cancelled at the user's word.

        One of unknown outcome may be given only where `repeats_safely` allows it.

        A service that is too busy is waited for here: the job keeps its place at the service, so
        that no other job is sent to a service that has just asked for less. A request whose outcome
        is unknown is looked for in the service's list and, only where the service honours its key,
        sent again until it is certain what became of it.

        Returns:
            The job after its last arrow, and the result if the service answered with it at once.

        Raises:
            StorageFault: An arrow could not be written.
        """
        if job.state is JobState.QUEUED:
            try:
                job = await self._lending.put_up(job)
            except StorageFault:
                raise
            except Fault as fault:
                return await self._failed(job, fault), None
        attempt = 0
        while True:
            try:
                provider = await self._connections.provider(job.account)
            except Fault as fault:
                if job.state is JobState.UNKNOWN:
                    return job, None
                return await self._failed(job, fault), None
            attempt += 1
            with self._wire(job.id):
                job, answer = await self._attempt(job, provider, attempt)
                unwanted = job.id in self._unwanted
                if unwanted:
                    job = await self._journal.take(
                        job, JobState.CANCELLED, only_from=_MAY_BE_CALLED_OFF
                    )
            if job.task_id is not None or isinstance(answer, Finished):
                # When the outcome is written: a cancel need not wait for it.
                await self._learn(job, None)
            if isinstance(answer, Finished):
                return job, answer
            if job.state is JobState.UNKNOWN:
                job, found = await self._find(job)
                if isinstance(answer, Fault) and found.verdict is Verdict.ABSENT:
                    return await self._failed(job, answer), None
            if unwanted or not isinstance(answer, RetryAfter):
                return job, None
            if job.state not in {JobState.QUEUED, JobState.UNKNOWN}:
                return job, None
            await asyncio.sleep(answer.seconds)
            job = self._journal.current(job)

    async def _attempt(self, job: Job, provider: Provider, attempt: int) -> tuple[Job, _Reply]:
        """Sends once."""
        again = job.state is JobState.UNKNOWN
        # The life of a key is counted from the first time that it may have been seen, also where
        # the service's list did not show the request then.
        lives = again or self._keys.is_alive(job)
        first_sent_at = job.sent_at if lives else datetime.now(UTC)
        if not lives:
            self._keys.begin(job)
        webhook = await self._webhook(job, provider)
        job = await self._journal.take(
            job,
            JobState.SENDING,
            only_from=frozenset({JobState.UNKNOWN if again else JobState.QUEUED}),
            sent_at=first_sent_at,
            fault=None,
        )
        if job.state is not JobState.SENDING:  # cancelled in the meantime
            return job, None
        if not again:
            try:
                await self._budget.check_sending(job)
            except Refused as refused:
                return await self._failed(job, refused), None
        try:
            answer = await provider.submit(
                job.recipe, idempotency_key=job.idempotency_key, webhook=webhook
            )
        except Fault as fault:
            await self._learn(job, fault)
            if again:
                return await self._refused_again(job, provider, fault, attempt)
            step = next_step(fault, attempt, costs_money=True)
            if isinstance(step, RetryAfter):
                waiting = fault.record().while_retried()
                job = await self._journal.take(job, JobState.QUEUED, fault=waiting)
                return job, step
            if isinstance(step, GiveUp):
                return await self._failed(job, fault), None
            if fault.raw:
                await self._library.put_answer(job.id, fault.raw)
            job = await self._unknown(job, fault)
            return job, self._repetition(job, provider, fault, attempt)
        except Exception as error:  # ours, after the request may have gone out
            log.exception("Sending job %s broke", job.id)
            lost = OutcomeUnknown(UNKNOWN_SENTENCE, service_words=repr(error))
            return await self._unknown(job, lost), None
        if isinstance(answer, Accepted):
            job = await self._accepted(job, answer)
        return job, answer if isinstance(answer, Finished) else None

    async def _refused_again(
        self, job: Job, provider: Provider, fault: Fault, attempt: int
    ) -> tuple[Job, _Reply]:
        """What a fault says that met a repetition: nothing yet about the first request."""
        job = await self._unknown(job, fault)
        if fault.kind in _REFUSALS:
            # A key that the service knows would have brought the task. The list has the last word.
            return job, fault
        return job, self._repetition(job, provider, fault, attempt)

    def _repetition(
        self, job: Job, provider: Provider, fault: Fault, attempt: int
    ) -> RetryAfter | None:
        """When an unknown request is sent again with its key; None where that is not safe."""
        if not provider.capabilities().repeats_safely or not self._keys.is_alive(job):
            return None
        step = next_step(
            fault,
            attempt,
            costs_money=True,
            repeats_safely=True,
            in_doubt=True,
            attempts=_UNTIL_CERTAIN,
        )
        return step if isinstance(step, RetryAfter) else None

    async def _webhook(self, job: Job, provider: Provider) -> Webhook | None:
        account = self._connections.account(job.account)
        url = job.recipe.webhook_url or account.webhook_url
        if not url or not provider.capabilities().webhooks:
            return None
        return Webhook(url, await self._connections.webhook_secret(job.account))

    async def _learn(self, job: Job, fault: Fault | None) -> None:
        """Lets the account know what its service offers; a full disk is no reason to stop."""
        try:
            await self._connections.learn(job.account, job.recipe, fault)
        except StorageFault as storage:
            log.warning("What %s offers was not noted: %s", job.account, storage)

    @contextmanager
    def _wire(self, job_id: JobId) -> Iterator[None]:
        settled = self._on_the_wire[job_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._on_the_wire[job_id]
            self._unwanted.discard(job_id)
            settled.set()

    async def find(self, job: Job) -> tuple[Job, str]:
        """Looks for an unknown job in the service's own list, where it has one. Sends nothing.

        A job that the list does not have, at a service that honours its key, waits in the queue
        for the user's word. One that the list may have stays unknown, and can be sent again with
        its key where `repeats_safely` says so.

        Returns:
            The job, and why it is as unknown as before, as a sentence; empty when it is not.
        """
        job, found = await self._find(job)
        if job.state is not JobState.UNKNOWN:
            return job, ""
        if found.verdict is Verdict.POSSIBLE and self.honours_key(job):
            self._repeatable.add(job.id)
        if found.verdict is not Verdict.ABSENT:
            return job, found.why
        if not self._connections.capabilities(job.account).repeats_safely:
            return job, (
                f"The list of {self._service(job)} does not have it, so nothing was charged as far "
                "as that list says."
            )
        sentence = NOT_TAKEN_SENTENCE
        if self._keys.is_alive(job):
            sentence += " Sending it again is safe: it is charged once at most."
        fault = FaultRecord(kind=FaultKind.UNREACHABLE, message=sentence)
        job = await self._journal.take(
            job, JobState.QUEUED, only_from=frozenset({JobState.UNKNOWN}), fault=fault
        )
        return job, ""

    def repeats_safely(self, job: Job) -> bool:
        """Whether an unknown job may be sent again by itself: it is charged once at most.

        So it is where the service honours its key still, and its list, read by `find`, shows a task
        that may be the job's.
        """
        is_listed = job.id in self._repeatable
        return job.state is JobState.UNKNOWN and is_listed and self.honours_key(job)

    def honours_key(self, job: Job) -> bool:
        """Whether the service takes a request with the job's key once, as it knows it still."""
        honours = self._connections.capabilities(job.account).repeats_safely
        return honours and self._keys.is_alive(job)

    async def _find(self, job: Job) -> tuple[Job, Match]:
        # One after the other, so that a task is given to one job.
        async with self._searching:
            # A run that ended while it took in a result that came at once knows the task already.
            known = Match(Verdict.FOUND, job.task_id) if job.task_id is not None else None
            found = known or await self._match(job)
            if found.task is not None:
                job = await self._accepted(job, Accepted(found.task))
            return job, found

    async def _match(self, job: Job) -> Match:
        job = _with_possible_time(job)
        since = (job.sent_at or job.created_at) - timedelta(seconds=CLOCK_SLACK_S)
        try:
            provider = await self._connections.provider(job.account)
            offered = provider.capabilities()
            if not offered.lists_tasks:
                return replace(UNSURE, why=self._no_list(job, with_token=offered.lists_with_token))
            listed = await provider.find(since)
        except Fault as fault:
            log.info("Looking for job %s: %s", job.id, fault)
            return replace(UNSURE, why=f"It could not be looked for. {fault.message}")
        # What the list shows may belong to a request that has no answer yet.
        for settled in list(self._on_the_wire.values()):
            await settled.wait()
        found = match(
            job,
            listed,
            await self._library.task_ids(job.account),
            await self._rivals(job, job.account),
            keyed=offered.repeats_safely,
        )
        return replace(
            found,
            why=f"The list of {self._service(job)} has what could be this, and as well another "
            "request. It is not taken for this one.",
        )

    def _no_list(self, job: Job, *, with_token: bool) -> str:
        service = self._service(job)
        if with_token:
            return (
                f"{service} shows its list of past requests for a platform token only. Give the "
                "account one in Settings, then look again."
            )
        return f"{service} keeps no list of past requests, so it cannot be looked for there."

    def _service(self, job: Job) -> str:
        return self._connections.account(job.account).service.label

    async def _rivals(self, job: Job, account: AccountName) -> list[Job]:
        """Others of which it is not known whether they were taken; not those sent since."""
        return [
            one
            for one in await self._library.jobs(open_only=True)
            if one.account == account
            and one.state in _UNCERTAIN
            and one.id != job.id
            and one.id not in self._on_the_wire
        ]

    async def _accepted(self, job: Job, answer: Accepted) -> Job:
        """Writes the task's id, however long it takes: only with it can the result be found."""
        tries = 0
        self._keys.forget(job)
        self._repeatable.discard(job.id)
        while True:
            try:
                return await self._journal.take(
                    job,
                    JobState.ACCEPTED,
                    entries=[charge(job, job.credits_expected)],
                    task_id=answer.task,
                    accepted_at=datetime.now(UTC),
                    credits_charged=job.credits_expected,
                    fault=None,
                )
            except StorageFault as fault:
                log.error("Task %s of job %s is not on disk: %s", answer.task, job.id, fault)  # noqa: TRY400
                told = replace(
                    fault.record(),
                    message=f"The service has taken this as task {answer.task}, and that could "
                    f"not be written down yet. {fault.message}",
                )
                self._journal.remember(self._journal.current(job).with_(fault=told))
                tries += 1
                await asyncio.sleep(_DISK_WAITS_S[min(tries, len(_DISK_WAITS_S)) - 1])

    async def _failed(self, job: Job, fault: Fault) -> Job:
        self._keys.forget(job)
        return await self._journal.take(
            job, JobState.FAILED, fault=fault.record(), finished_at=datetime.now(UTC)
        )

    async def _unknown(self, job: Job, fault: Fault) -> Job:
        record = fault.record()
        if record.kind is not FaultKind.OUTCOME_UNKNOWN:
            record = FaultRecord(
                kind=FaultKind.OUTCOME_UNKNOWN,
                message=UNKNOWN_SENTENCE,
                service_words=record.service_words or record.message,
                trace_id=record.trace_id,
                status=record.status,
            )
        return await self._journal.take(job, JobState.UNKNOWN, fault=record)


UNKNOWN_SENTENCE = (
    "The connection broke after the request went out, so the service may have taken and charged "
    "it. It is not sent again unless you say so."
)

NOT_TAKEN_SENTENCE = (
    "The connection broke after this was sent. The service's own list does not have it, so nothing "
    "was charged as far as that list says."
)


def charge(job: Job, amount: float | None) -> LedgerEntry:
    return LedgerEntry(account=job.account, kind=EntryKind.CHARGED, amount=amount, job=job.id)


def _with_possible_time(job: Job) -> Job:
    """The job as sent early enough for the list: not in the future, where a clock has put it."""
    now = datetime.now(UTC)
    if (job.sent_at or job.created_at) <= now + timedelta(seconds=CLOCK_SLACK_S):
        return job
    return job.with_(sent_at=now - _FAR_BACK)
