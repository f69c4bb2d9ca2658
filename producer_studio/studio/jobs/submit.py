"""Submission of requests that may cost credits; never charged twice by automatic repetition."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    OutcomeUnknown,
    RequestRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.ids import AccountName, JobId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import AcceptedTask, FinishedTask, Provider, WebhookTarget
from producer_studio.providers.http.retry import GiveUp, RetryAfter, decide_retry
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.idempotency_keys import IdempotencyKeys
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.task_match import MatchVerdict, TaskMatch
from producer_studio.studio.jobs.task_search import TaskSearch
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads

log = logging.getLogger(__name__)

_DISK_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Delays in seconds between attempts to write a task's id to a full disk; the last is repeated."""

_UNLIMITED_ATTEMPTS = 1_000_000
"""A request is repeated with its key until the key expires."""

_REJECTION_KINDS = frozenset(
    {
        ErrorKind.REQUEST_REJECTED,
        ErrorKind.CREDITS_EXHAUSTED,
        ErrorKind.OPERATION_RETIRED,
        ErrorKind.FAILED_BY_SERVICE,
    }
)
"""Errors that are a response to the request itself."""

_SubmitOutcome: TypeAlias = FinishedTask | RetryAfter | ServiceError | None
"""The result, when to retry, the rejection of a repetition, or None for nothing more to do."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})
_CANCELLABLE_STATES = frozenset({JobState.QUEUED, JobState.ACCEPTED})


class JobSubmitter:
    """Sends queued jobs and recovers those with an unknown outcome.

    Attributes:
        on_job_found: Called with a job that was added for a task which belongs to no other job.
    """

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
        self._in_flight = InFlightRequests()
        self._search = TaskSearch(library, connections, self._in_flight)
        # A list that stalls does not delay searches of another account.
        self._search_locks: dict[AccountName, asyncio.Lock] = {}
        self._keys = IdempotencyKeys()
        self.on_job_found: Callable[[Job], None] = lambda job: None  # noqa: ARG005
        self._repeatable: set[JobId] = set()

    def in_flight_requests(self) -> dict[JobId, asyncio.Event]:
        """Returns jobs with a request in flight; each event is set when the outcome is recorded."""
        return self._in_flight.events()

    def cancel_in_flight(self, job_id: JobId) -> bool:
        """Marks a request in flight as cancelled; False if there is none.

        The request cannot be withdrawn, but it is not repeated, and its task is only polled
        silently.
        """
        return self._in_flight.cancel(job_id)

    async def submit(self, job: Job) -> tuple[Job, FinishedTask | None]:
        """Moves a queued job to accepted, failed, unknown, or cancelled at the user's request.

        A job with an unknown outcome is accepted only if `can_repeat_safely` allows it.

        If a service is too busy, this waits: the job holds its slot, so that no other job is sent
        to a service that has just rejected one. A request with an unknown outcome is searched for
        in the service's list and, only if the service honours its key, repeated until the outcome
        is certain.

        Returns:
            The job after its last transition, and the result if the service responded with it at
            once.

        Raises:
            StorageError: A transition could not be written.
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
            if job.state is JobState.UNKNOWN and self._connections.is_moved(job):
                return job, None
            attempt += 1
            with self._in_flight.track(job):
                job, outcome = await self._submit_once(job, provider, attempt)
                unwanted = self._in_flight.is_cancelled(job.id)
                if unwanted:
                    job = await self._store.transition(
                        job, JobState.CANCELLED, from_states=_CANCELLABLE_STATES
                    )
            if job.task_id is not None or isinstance(outcome, FinishedTask):
                # After the outcome is recorded: a cancellation need not wait for it.
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
        """Sends the request once."""
        is_repetition = job.state is JobState.UNKNOWN
        # The lifetime of a key starts when the service may first have seen it, even if the
        # service's list did not contain the request then.
        changes: dict[str, Any] = {"fault": None}
        if not is_repetition:
            changes |= await self._first_use_changes(job)
        webhook = await self._webhook(job, provider)
        before = JobState.UNKNOWN if is_repetition else JobState.QUEUED
        allowed = nullcontext() if is_repetition else self._budget.sending(job)
        try:
            async with allowed:
                job = await self._store.transition(
                    job, JobState.SENDING, from_states=frozenset({before}), **changes
                )
        except RequestRejected as refused:
            job = self._store.current(job)
            if job.state is not JobState.QUEUED:  # cancelled in the meantime
                return job, None
            return await self._mark_failed(job, refused), None
        if job.state is not JobState.SENDING:  # cancelled in the meantime
            return job, None
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
        except Exception as error:  # a bug of ours, after the request may have been sent
            log.exception("Sending job %s broke", job.id)
            lost = OutcomeUnknown(OUTCOME_UNKNOWN_MESSAGE, service_words=repr(error))
            return await self._mark_unknown(job, lost), None
        if isinstance(result, AcceptedTask):
            job = await self._mark_accepted(job, result)
        elif result.task is not None:
            # Before its result, which can be requested again if it cannot be written now.
            job = await self._mark_accepted(job, AcceptedTask(result.task))
        return job, result if isinstance(result, FinishedTask) else None

    async def _first_use_changes(self, job: Job) -> dict[str, Any]:
        """Returns the changes that are written with a request that the user sends.

        A job that may have been sent before, at an unknown time, uses its old key: the service may
        still know it. But it is not repeated automatically.
        """
        changes: dict[str, Any] = {"endpoint": self._connections.endpoint(job.account)}
        now = self._connections.server_time(job.account)
        offered = self._connections.capabilities(job.account)
        if offered.can_list_tasks or offered.supports_idempotency_keys:
            # Determined before sending, as a lost connection does not report it.
            now = await self._connections.ensure_server_time(job.account)
        is_expired = self._keys.is_expired(job, now)
        if job.sent_at is None or is_expired or not offered.supports_idempotency_keys:
            self._keys.record_first_use(job)
            changes |= {"sent_at": datetime.now(UTC), "service_sent_at": now}
            if is_expired:
                changes["idempotency_key"] = new_job_id()
        return changes

    def _service_sent_at(self, job: Job) -> datetime | None:
        return self._keys.service_sent_at(job, self._connections.server_time(job.account))

    def _is_key_valid(self, job: Job) -> bool:
        now = self._connections.server_time(job.account)
        return self._keys.is_valid(job, now) and not self._connections.is_moved(job)

    async def _record_repetition_error(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> tuple[Job, _SubmitOutcome]:
        """Records an error of a repetition, which shows nothing yet about the first request."""
        job = await self._mark_unknown(job, error)
        if error.kind in _REJECTION_KINDS:
            # A key that the service knows would have returned the task. The list decides.
            return job, error
        return job, self._next_repetition(job, provider, error, attempt)

    def _next_repetition(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> RetryAfter | None:
        """Returns when an unknown request is repeated with its key; None if that is not safe."""
        if not provider.capabilities().supports_idempotency_keys or not self._is_key_valid(job):
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
        """Updates the account's offers; a full disk does not stop the job."""
        try:
            await self._connections.record_response(job.account, job.recipe, error)
        except StorageError as storage:
            log.warning("What %s offers was not noted: %s", job.account, storage)

    async def recover(self, job: Job) -> tuple[Job, str]:
        """Searches for an unknown job in the service's own list, if there is one. Sends nothing.

        If the list does not contain the job and the service honours its key, the job waits in the
        queue for the user's confirmation. If the list may contain it, it stays unknown and can be
        sent again with its key where `can_repeat_safely` allows it.

        Returns:
            The job, and as a sentence why it is still unknown; empty if it is not.
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
                f"The list of {self._search.service_label(job)} does not have it, so nothing was "
                "charged as far as that list says."
            )
        sentence = NOT_ACCEPTED_MESSAGE
        if self._is_key_valid(job):
            sentence += " Sending it again is safe: it is charged once at most."
        fault = ErrorRecord(kind=ErrorKind.UNREACHABLE, message=sentence)
        job = await self._store.transition(
            job, JobState.QUEUED, from_states=frozenset({JobState.UNKNOWN}), fault=fault
        )
        return job, ""

    def can_repeat_safely(self, job: Job) -> bool:
        """Whether an unknown job may be repeated automatically: it is charged once at most.

        This requires that the service still honours its key, and that the service's list, as read
        by `recover`, contains a task that may be the job's.
        """
        is_listed = job.id in self._repeatable
        return job.state is JobState.UNKNOWN and is_listed and self.is_key_honoured(job)

    def is_key_honoured(self, job: Job) -> bool:
        """Whether the service still knows the job's key and treats its requests as one."""
        honours = self._connections.capabilities(job.account).supports_idempotency_keys
        return honours and self._is_key_valid(job)

    async def _find_match(self, job: Job) -> tuple[Job, TaskMatch]:
        # One after the other, so that a task is assigned to one job only.
        async with self._search_locks.setdefault(job.account, asyncio.Lock()):
            # A run that ended while it stored an immediate result has recorded the task already.
            known = TaskMatch(MatchVerdict.FOUND, job.task_id) if job.task_id is not None else None
            found = known or await self._search.find(job)
            if job.service_sent_at is None and (sent_at := self._service_sent_at(job)):
                # In this run the monotonic clock counts; in the next one this does.
                with suppress(StorageError):
                    job = await self._store.update(job, service_sent_at=sent_at)
            if found.task is not None:
                job = await self._mark_accepted(job, AcceptedTask(found.task))
            return job, found

    async def _mark_accepted(self, job: Job, accepted: AcceptedTask) -> Job:
        """Writes the task's id, however long it takes: the result can only be found with it."""
        tries = 0
        self._keys.forget(job)
        self._repeatable.discard(job.id)
        while True:
            try:
                after = await self._store.transition(
                    job,
                    JobState.ACCEPTED,
                    from_states=_UNCERTAIN_STATES,
                    entries=[charge_entry(job, job.credits_expected)],
                    task_id=accepted.task,
                    accepted_at=datetime.now(UTC),
                    credits_charged=job.credits_expected,
                    fault=None,
                )
                if after.task_id != accepted.task:
                    await self._add_found_job(after, accepted.task)
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
            else:
                return after

    async def _add_found_job(self, job: Job, task: TaskId) -> None:
        """Adds a job for a task whose original job was changed meanwhile.

        The user has dismissed the original job or sent it again; the task is charged nevertheless,
        and its result is stored.
        """
        found = Job(
            id=new_job_id(),
            state=JobState.ACCEPTED,
            recipe=job.recipe,
            account=job.account,
            task_id=task,
            take=job.take,
            takes=job.takes,
            credits_expected=job.credits_expected,
            credits_charged=job.credits_expected,
            endpoint=job.endpoint,
            sent_at=job.sent_at,
            service_sent_at=job.service_sent_at,
            accepted_at=datetime.now(UTC),
            installation=self._library.installation,
        )
        await self._library.write_jobs([found], [charge_entry(found, found.credits_expected)])
        self._store.load_and_publish(found)
        self.on_job_found(found)

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
