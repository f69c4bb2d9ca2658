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
    ErrorKind,
    ErrorRecord,
    OutcomeUnknown,
    RequestRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import AcceptedTask, FinishedTask, Provider, WebhookTarget
from producer_studio.providers.http.retry import GiveUp, RetryAfter, decide_retry
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.idempotency_keys import IdempotencyKeys
from producer_studio.studio.jobs.recover import (
    CLOCK_TOLERANCE_S,
    UNSURE_MATCH,
    MatchVerdict,
    TaskMatch,
    match_task,
)
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads

log = logging.getLogger(__name__)

_DISK_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Between tries to write a task's id to a full disk; the last is repeated."""

_MAX_REQUEST_AGE = timedelta(days=3)
"""How old a request may be whose time is not known, as the clock was corrected since."""

_UNLIMITED_ATTEMPTS = 1_000_000
"""What is repeated with its key is repeated for as long as the key lives."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})
_REJECTION_KINDS = frozenset(
    {
        ErrorKind.REQUEST_REJECTED,
        ErrorKind.CREDITS_EXHAUSTED,
        ErrorKind.OPERATION_RETIRED,
        ErrorKind.FAILED_BY_SERVICE,
    }
)
"""What a service answers to the request itself."""

_SubmitOutcome: TypeAlias = FinishedTask | RetryAfter | ServiceError | None
"""The result, when to try again, the refusal of a repetition, or nothing more to do."""

_CANCELLABLE_STATES = frozenset({JobState.QUEUED, JobState.ACCEPTED})


class JobSubmitter:
    """Sends queued jobs and looks for those whose outcome is unknown."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        uploads: TemporaryUploads,
        budget: Budget,
    ) -> None:
        self._library = library
        self._connections = connections
        self._store = store
        self._uploads = uploads
        self._budget = budget
        self._in_flight: dict[JobId, asyncio.Event] = {}
        self._cancelled: set[JobId] = set()
        self._search_lock = asyncio.Lock()
        self._keys = IdempotencyKeys()
        self._repeatable: set[JobId] = set()

    def in_flight_requests(self) -> dict[JobId, asyncio.Event]:
        """Jobs whose request is out; each event is set when its outcome is written down."""
        return dict(self._in_flight)

    def cancel_in_flight(self, job_id: JobId) -> bool:
        """Notes that a request which is out is no longer wanted; False when none is out.

        It cannot be taken back, but it is not repeated, and what the service made of it is only
        watched quietly.
        """
        if job_id in self._in_flight:
            self._cancelled.add(job_id)
        return job_id in self._in_flight

    async def submit(self, job: Job) -> tuple[Job, FinishedTask | None]:
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
                job = await self._uploads.upload(job)
            except StorageError:
                raise
            except ServiceError as fault:
                return await self._mark_failed(job, fault), None
        attempt = 0
        while True:
            try:
                provider = await self._connections.provider(job.account)
            except ServiceError as fault:
                if job.state is JobState.UNKNOWN:
                    return job, None
                return await self._mark_failed(job, fault), None
            attempt += 1
            with self._track_in_flight(job.id):
                job, outcome = await self._submit_once(job, provider, attempt)
                unwanted = job.id in self._cancelled
                if unwanted:
                    job = await self._store.transition(
                        job, JobState.CANCELLED, from_states=_CANCELLABLE_STATES
                    )
            if job.task_id is not None or isinstance(outcome, FinishedTask):
                # When the outcome is written: a cancel need not wait for it.
                await self._update_offers(job, None)
            if isinstance(outcome, FinishedTask):
                return job, outcome
            if job.state is JobState.UNKNOWN:
                job, found = await self._find_match(job)
                if isinstance(outcome, ServiceError) and found.verdict is MatchVerdict.ABSENT:
                    return await self._mark_failed(job, outcome), None
            if unwanted or not isinstance(outcome, RetryAfter):
                return job, None
            if job.state not in {JobState.QUEUED, JobState.UNKNOWN}:
                return job, None
            await asyncio.sleep(outcome.seconds)
            job = self._store.current(job)

    async def _submit_once(
        self, job: Job, provider: Provider, attempt: int
    ) -> tuple[Job, _SubmitOutcome]:
        """Sends once."""
        is_repetition = job.state is JobState.UNKNOWN
        # The life of a key is counted from the first time that it may have been seen, also where
        # the service's list did not show the request then.
        is_key_valid = is_repetition or self._keys.is_valid(job)
        first_sent_at = job.sent_at if is_key_valid else datetime.now(UTC)
        if not is_key_valid:
            self._keys.record_first_use(job)
        webhook = await self._webhook(job, provider)
        job = await self._store.transition(
            job,
            JobState.SENDING,
            from_states=frozenset({JobState.UNKNOWN if is_repetition else JobState.QUEUED}),
            sent_at=first_sent_at,
            fault=None,
        )
        if job.state is not JobState.SENDING:  # cancelled in the meantime
            return job, None
        if not is_repetition:
            try:
                await self._budget.check_sending(job)
            except RequestRejected as refused:
                return await self._mark_failed(job, refused), None
        try:
            result = await provider.submit(
                job.recipe, idempotency_key=job.idempotency_key, webhook=webhook
            )
        except ServiceError as fault:
            await self._update_offers(job, fault)
            if is_repetition:
                return await self._record_repetition_error(job, provider, fault, attempt)
            step = decide_retry(fault, attempt, is_paid=True)
            if isinstance(step, RetryAfter):
                waiting = fault.to_record().with_retry_message()
                job = await self._store.transition(job, JobState.QUEUED, fault=waiting)
                return job, step
            if isinstance(step, GiveUp):
                return await self._mark_failed(job, fault), None
            if fault.raw:
                await self._library.add_response(job.id, fault.raw)
            job = await self._mark_unknown(job, fault)
            return job, self._next_repetition(job, provider, fault, attempt)
        except Exception as error:  # ours, after the request may have gone out
            log.exception("Sending job %s broke", job.id)
            lost = OutcomeUnknown(OUTCOME_UNKNOWN_MESSAGE, service_words=repr(error))
            return await self._mark_unknown(job, lost), None
        if isinstance(result, AcceptedTask):
            job = await self._mark_accepted(job, result)
        return job, result if isinstance(result, FinishedTask) else None

    async def _record_repetition_error(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> tuple[Job, _SubmitOutcome]:
        """What a fault says that met a repetition: nothing yet about the first request."""
        job = await self._mark_unknown(job, error)
        if error.kind in _REJECTION_KINDS:
            # A key that the service knows would have brought the task. The list has the last word.
            return job, error
        return job, self._next_repetition(job, provider, error, attempt)

    def _next_repetition(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> RetryAfter | None:
        """When an unknown request is sent again with its key; None where that is not safe."""
        if not provider.capabilities().supports_idempotency_keys or not self._keys.is_valid(job):
            return None
        step = decide_retry(
            error,
            attempt,
            is_paid=True,
            is_idempotent=True,
            is_outcome_unknown=True,
            max_attempts=_UNLIMITED_ATTEMPTS,
        )
        return step if isinstance(step, RetryAfter) else None

    async def _webhook(self, job: Job, provider: Provider) -> WebhookTarget | None:
        account = self._connections.account(job.account)
        url = job.recipe.webhook_url or account.webhook_url
        if not url or not provider.capabilities().supports_webhooks:
            return None
        return WebhookTarget(url, await self._connections.webhook_secret(job.account))

    async def _update_offers(self, job: Job, error: ServiceError | None) -> None:
        """Lets the account know what its service offers; a full disk is no reason to stop."""
        try:
            await self._connections.record_response(job.account, job.recipe, error)
        except StorageError as storage:
            log.warning("What %s offers was not noted: %s", job.account, storage)

    @contextmanager
    def _track_in_flight(self, job_id: JobId) -> Iterator[None]:
        settled = self._in_flight[job_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._in_flight[job_id]
            self._cancelled.discard(job_id)
            settled.set()

    async def recover(self, job: Job) -> tuple[Job, str]:
        """Looks for an unknown job in the service's own list, where it has one. Sends nothing.

        A job that the list does not have, at a service that honours its key, waits in the queue
        for the user's word. One that the list may have stays unknown, and can be sent again with
        its key where `repeats_safely` says so.

        Returns:
            The job, and why it is as unknown as before, as a sentence; empty when it is not.
        """
        job, found = await self._find_match(job)
        if job.state is not JobState.UNKNOWN:
            return job, ""
        if found.verdict is MatchVerdict.POSSIBLE and self.is_key_honoured(job):
            self._repeatable.add(job.id)
        if found.verdict is not MatchVerdict.ABSENT:
            return job, found.reason
        if not self._connections.capabilities(job.account).supports_idempotency_keys:
            return job, (
                f"The list of {self._service_label(job)} does not have it, so nothing was charged "
                "as far as that list says."
            )
        sentence = NOT_ACCEPTED_MESSAGE
        if self._keys.is_valid(job):
            sentence += " Sending it again is safe: it is charged once at most."
        fault = ErrorRecord(kind=ErrorKind.UNREACHABLE, message=sentence)
        job = await self._store.transition(
            job, JobState.QUEUED, from_states=frozenset({JobState.UNKNOWN}), fault=fault
        )
        return job, ""

    def can_repeat_safely(self, job: Job) -> bool:
        """Whether an unknown job may be sent again by itself: it is charged once at most.

        So it is where the service honours its key still, and its list, read by `find`, shows a task
        that may be the job's.
        """
        is_listed = job.id in self._repeatable
        return job.state is JobState.UNKNOWN and is_listed and self.is_key_honoured(job)

    def is_key_honoured(self, job: Job) -> bool:
        """Whether the service takes a request with the job's key once, as it knows it still."""
        honours = self._connections.capabilities(job.account).supports_idempotency_keys
        return honours and self._keys.is_valid(job)

    async def _find_match(self, job: Job) -> tuple[Job, TaskMatch]:
        # One after the other, so that a task is given to one job.
        async with self._search_lock:
            # A run that ended while it took in a result that came at once knows the task already.
            known = TaskMatch(MatchVerdict.FOUND, job.task_id) if job.task_id is not None else None
            found = known or await self._match_listed_tasks(job)
            if found.task is not None:
                job = await self._mark_accepted(job, AcceptedTask(found.task))
            return job, found

    async def _match_listed_tasks(self, job: Job) -> TaskMatch:
        job = _with_plausible_time(job)
        since = (job.sent_at or job.created_at) - timedelta(seconds=CLOCK_TOLERANCE_S)
        try:
            provider = await self._connections.provider(job.account)
            offered = provider.capabilities()
            if not offered.can_list_tasks:
                return replace(
                    UNSURE_MATCH,
                    reason=self._no_list_message(job, with_token=offered.can_list_tasks_with_token),
                )
            listed = await provider.list_tasks(since)
        except ServiceError as fault:
            log.info("Looking for job %s: %s", job.id, fault)
            return replace(UNSURE_MATCH, reason=f"It could not be looked for. {fault.message}")
        # What the list shows may belong to a request that has no answer yet.
        for settled in list(self._in_flight.values()):
            await settled.wait()
        found = match_task(
            job,
            listed,
            await self._library.task_ids(job.account),
            await self._competing_jobs(job, job.account),
            has_idempotency_keys=offered.supports_idempotency_keys,
        )
        return replace(
            found,
            reason=f"The list of {self._service_label(job)} has what could be this, and as well "
            "another request. It is not taken for this one.",
        )

    def _no_list_message(self, job: Job, *, with_token: bool) -> str:
        service = self._service_label(job)
        if with_token:
            return (
                f"{service} shows its list of past requests for a platform token only. Give the "
                "account one in Settings, then look again."
            )
        return f"{service} keeps no list of past requests, so it cannot be looked for there."

    def _service_label(self, job: Job) -> str:
        return self._connections.account(job.account).service.label

    async def _competing_jobs(self, job: Job, account: AccountName) -> list[Job]:
        """Others of which it is not known whether they were taken; not those sent since."""
        return [
            one
            for one in await self._library.list_jobs(open_only=True)
            if one.account == account
            and one.state in _UNCERTAIN_STATES
            and one.id != job.id
            and one.id not in self._in_flight
        ]

    async def _mark_accepted(self, job: Job, accepted: AcceptedTask) -> Job:
        """Writes the task's id, however long it takes: only with it can the result be found."""
        tries = 0
        self._keys.forget(job)
        self._repeatable.discard(job.id)
        while True:
            try:
                return await self._store.transition(
                    job,
                    JobState.ACCEPTED,
                    entries=[charge_entry(job, job.credits_expected)],
                    task_id=accepted.task,
                    accepted_at=datetime.now(UTC),
                    credits_charged=job.credits_expected,
                    fault=None,
                )
            except StorageError as fault:
                log.error("Task %s of job %s is not on disk: %s", accepted.task, job.id, fault)  # noqa: TRY400
                error_record = replace(
                    fault.to_record(),
                    message=f"The service has taken this as task {accepted.task}, and that could "
                    f"not be written down yet. {fault.message}",
                )
                self._store.load_and_publish(
                    self._store.current(job).with_changes(fault=error_record)
                )
                tries += 1
                await asyncio.sleep(_DISK_WAITS_S[min(tries, len(_DISK_WAITS_S)) - 1])

    async def _mark_failed(self, job: Job, error: ServiceError) -> Job:
        self._keys.forget(job)
        return await self._store.transition(
            job, JobState.FAILED, fault=error.to_record(), finished_at=datetime.now(UTC)
        )

    async def _mark_unknown(self, job: Job, error: ServiceError) -> Job:
        record = error.to_record()
        if record.kind is not ErrorKind.OUTCOME_UNKNOWN:
            record = ErrorRecord(
                kind=ErrorKind.OUTCOME_UNKNOWN,
                message=OUTCOME_UNKNOWN_MESSAGE,
                service_words=record.service_words or record.message,
                trace_id=record.trace_id,
                status=record.status,
            )
        return await self._store.transition(job, JobState.UNKNOWN, fault=record)


OUTCOME_UNKNOWN_MESSAGE = (
    "The connection broke after the request went out, so the service may have taken and charged "
    "it. It is not sent again unless you say so."
)

NOT_ACCEPTED_MESSAGE = (
    "The connection broke after this was sent. The service's own list does not have it, so nothing "
    "was charged as far as that list says."
)


def charge_entry(job: Job, amount: float | None) -> LedgerEntry:
    return LedgerEntry(account=job.account, kind=EntryKind.CHARGED, amount=amount, job=job.id)


def _with_plausible_time(job: Job) -> Job:
    """The job as sent early enough for the list: not in the future, where a clock has put it."""
    now = datetime.now(UTC)
    if (job.sent_at or job.created_at) <= now + timedelta(seconds=CLOCK_TOLERANCE_S):
        return job
    return job.with_changes(sent_at=now - _MAX_REQUEST_AGE)
