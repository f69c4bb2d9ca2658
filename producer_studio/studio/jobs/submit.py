"""Submission of requests that may cost credits; never charged twice by automatic repetition."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any, TypeAlias

from producer_studio.domain.errors import (
    ErrorKind,
    OutcomeUnknown,
    RequestRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import (
    AcceptedTask,
    FinishedTask,
    NotSentCancelledError,
    Provider,
    WebhookTarget,
)
from producer_studio.providers.http.retry import GiveUp, RetryAfter, decide_retry
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.recover import JobRecovery
from producer_studio.studio.jobs.request_outcomes import OUTCOME_UNKNOWN_MESSAGE
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.sweep_guard import BalancePending, SweepGuard, SweepStopped
from producer_studio.studio.jobs.task_search import MatchVerdict
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads
from producer_studio.translation import mark

log = logging.getLogger(__name__)

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

_SubmitOutcome: TypeAlias = FinishedTask | AcceptedTask | RetryAfter | ServiceError | None
"""The result, the task of another job, when to retry, the rejection of a repetition, or None for
nothing more to do.
"""

_BALANCE_WAIT = RetryAfter(2.0)
"""Delay in seconds until the limits of a sweep are checked again."""

_TIME_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Delays in seconds between free requests for the service's time; the last is repeated."""

_LIST_DELAY_S = 3.0
"""Delay in seconds after which a list that does not contain a request is read again.

Services may read their lists from a copy of their database, which is a little behind.
"""

_CANCELLABLE_STATES = frozenset({JobState.QUEUED, JobState.ACCEPTED})


async def _do_nothing(_job: Job) -> None:
    pass


def _create_assigned_error() -> OutcomeUnknown:
    return OutcomeUnknown(
        mark(
            "The service has accepted this, but returned the task of another request with the same "
            "words. Its own task is searched for."
        )
    )


class JobSubmitter:
    """Sends queued jobs; a request is repeated only if it is charged once at most.

    Attributes:
        in_flight: Requests that were sent and have no recorded outcome.
        uploads: Temporary uploads of files that a service fetches.
        outcomes: Records the outcomes of requests.
        before_request: Awaited before a job is sent for the first time, or once more by the user.
    """

    def __init__(
        self,
        connections: Connections,
        store: JobStore,
        uploads: TemporaryUploads,
        guard: SweepGuard,
        recovery: JobRecovery,
        in_flight: InFlightRequests,
    ) -> None:
        self._connections = connections
        self._store = store
        self.uploads = uploads
        self._guard = guard
        self._recovery = recovery
        self._keys = recovery.keys
        self.outcomes = recovery.outcomes
        self.in_flight = in_flight
        self.before_request: Callable[[Job], Awaitable[None]] = _do_nothing

    async def submit(self, job: Job) -> tuple[Job, FinishedTask | None]:
        """Moves a queued job to accepted, failed, unknown, or cancelled at the user's request.

        A job with an unknown outcome is accepted only if `JobRecovery.can_repeat_safely` allows it.

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
        if job.state is not JobState.QUEUED:
            return await self._submit(job)
        with self._guard.order.preparing(job):
            return await self._submit(job)

    async def _submit(self, job: Job) -> tuple[Job, FinishedTask | None]:
        if job.state is JobState.QUEUED:
            try:
                job = await self.uploads.upload(job)
            except StorageError:
                raise
            except ServiceError as fault:
                return await self.outcomes.mark_failed(job, fault), None
        attempt = 0
        while True:
            try:
                provider = await self._connections.provider(job.account)
            except ServiceError as fault:
                if job.state is JobState.UNKNOWN:
                    return job, None
                return await self.outcomes.mark_failed(job, fault), None
            if job.state is JobState.UNKNOWN:
                if not await self._has_valid_key(job):
                    return job, None
                job = self._store.current(job)
            attempt += 1
            with self.in_flight.track(job):
                job, outcome = await self._submit_once(job, provider, attempt)
                unwanted = self.in_flight.is_cancelled(job.id)
                if unwanted:
                    job = await self.outcomes.mark_cancelled(job, _CANCELLABLE_STATES)
            if isinstance(outcome, AcceptedTask):
                job = await self._recovery.accept_other(job, outcome)
                if unwanted:
                    job = await self.outcomes.mark_cancelled(job, _CANCELLABLE_STATES)
            if job.task_id is not None or isinstance(outcome, FinishedTask):
                # After the outcome is recorded: a cancellation need not wait for it.
                await self._update_offers(job, None)
            if isinstance(outcome, FinishedTask):
                return job, outcome
            if job.state is JobState.UNKNOWN:
                job, found = await self._recovery.find_match(job)
                is_rejected = isinstance(outcome, ServiceError)
                if is_rejected and found.verdict is MatchVerdict.ABSENT:
                    await asyncio.sleep(_LIST_DELAY_S)
                    job, found = await self._recovery.find_match(self._store.current(job))
                if isinstance(outcome, ServiceError) and found.verdict is MatchVerdict.ABSENT:
                    return await self.outcomes.mark_failed(job, outcome), None
            if unwanted or not isinstance(outcome, RetryAfter):
                return job, None
            if job.state not in {JobState.QUEUED, JobState.UNKNOWN}:
                return job, None
            if outcome is _BALANCE_WAIT:
                attempt -= 1  # nothing was sent
            await asyncio.sleep(outcome.seconds)
            job = self._store.current(job)

    async def _has_valid_key(self, job: Job) -> bool:
        """Whether the service knows a job's key now; waits until the service responds.

        The wait for a slot or for a busy service may outlast the key, also by a time that no clock
        of this computer has counted because the computer was paused.
        """
        waits_s = chain(_TIME_WAITS_S, repeat(_TIME_WAITS_S[-1]))
        while self._recovery.is_key_valid(job):
            try:
                if await self._connections.refresh_server_time(job.account):
                    return self._recovery.is_key_valid(job)
            except ServiceError:
                return False
            await asyncio.sleep(next(waits_s))
        return False

    async def _submit_once(
        self, job: Job, provider: Provider, attempt: int
    ) -> tuple[Job, _SubmitOutcome]:
        """Sends the request once."""
        is_repetition = job.state is JobState.UNKNOWN
        # The lifetime of a key starts when the service may first have seen it, even if the
        # service's list did not contain the request then.
        changes: dict[str, Any] = {"fault": None}
        if not is_repetition:
            await self.before_request(job)
            changes |= await self._first_use_changes(job)
        webhook = await self._connections.webhook_target(job.recipe, job.account)
        is_key_new = not is_repetition and "sent_at" in changes
        if is_key_new or job.webhook is None:
            changes["webhook"] = webhook.url if webhook is not None else ""
        else:
            # A service may treat a key with another body as a new request.
            secret = webhook.secret if webhook is not None else ""
            webhook = WebhookTarget(job.webhook, secret) if job.webhook else None
        before = JobState.UNKNOWN if is_repetition else JobState.QUEUED
        allowed = nullcontext() if is_repetition else self._guard.sending(job)
        try:
            async with allowed:
                if self.in_flight.is_stopped or self.in_flight.is_cancelled(job.id):
                    # The steps above may take long: the service is asked for its time, the
                    # keychain for a secret.
                    return self._store.current(job), None
                job = await self._store.transition(
                    job, JobState.SENDING, from_states=frozenset({before}), **changes
                )
        except SweepStopped:
            return self._store.current(job), None
        except BalancePending:
            return self._store.current(job), _BALANCE_WAIT
        except RequestRejected as refused:
            job = self._store.current(job)
            if job.state is not JobState.QUEUED:  # cancelled in the meantime
                return job, None
            return await self.outcomes.mark_failed(job, refused), None
        if job.state is not JobState.SENDING:  # cancelled in the meantime
            return job, None
        try:
            result = await provider.submit(
                job.recipe, idempotency_key=job.idempotency_key, webhook=webhook
            )
        except NotSentCancelledError:
            # The program ends. A repetition stays unknown.
            if not is_repetition:
                await self.outcomes.mark_unsent(job)
            raise
        except ServiceError as fault:
            await self._update_offers(job, fault)
            if is_repetition:
                return await self._record_repetition_error(job, provider, fault, attempt)
            step = decide_retry(fault, attempt, is_paid=True)
            if isinstance(step, RetryAfter):
                return await self.outcomes.mark_rejected_for_now(job, fault), step
            if isinstance(step, GiveUp):
                job = await self.outcomes.mark_failed(job, fault)
                await self._guard.stop_after(job, fault)
                return job, None
            await self.outcomes.store_response(job, fault)
            job = await self.outcomes.mark_unknown(job, fault)
            return job, self._next_repetition(job, provider, fault, attempt)
        except Exception as error:  # a bug of ours, after the request may have been sent
            log.exception("Sending job %s failed unexpectedly", job.id)
            lost = OutcomeUnknown(OUTCOME_UNKNOWN_MESSAGE, service_words=repr(error))
            return await self.outcomes.mark_unknown(job, lost), None
        if isinstance(result, AcceptedTask):
            if not is_key_new and await self._recovery.is_assigned(job, result.task):
                return await self.outcomes.mark_unknown(job, _create_assigned_error()), result
            job = await self.outcomes.mark_accepted(job, result)
        elif result.task is not None:
            # Before its result, which can be requested again if it cannot be written now.
            job = await self.outcomes.mark_accepted(job, AcceptedTask(result.task))
        return job, result if isinstance(result, FinishedTask) else None

    async def _first_use_changes(self, job: Job) -> dict[str, Any]:
        """Returns the changes that are written with a request that the user sends.

        A job that may have been sent before, at an unknown time, uses its old key: the service may
        still know it. But it is not repeated automatically.
        """
        changes: dict[str, Any] = {
            "endpoint": self._connections.endpoint(job.account),
            "key_mark": self._connections.key_mark(job.account),
        }
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

    async def _record_repetition_error(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> tuple[Job, _SubmitOutcome]:
        """Records an error of a repetition, which shows nothing yet about the first request."""
        job = await self.outcomes.mark_unknown(job, error)
        if error.kind in _REJECTION_KINDS:
            # A key that the service knows would have returned the task. The list decides.
            return job, error
        return job, self._next_repetition(job, provider, error, attempt)

    def _next_repetition(
        self, job: Job, provider: Provider, error: ServiceError, attempt: int
    ) -> RetryAfter | None:
        """Returns when an unknown request is repeated with its key; None if that is not safe."""
        has_keys = provider.capabilities().supports_idempotency_keys
        if not has_keys or not self._recovery.is_key_valid(job):
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

    async def _update_offers(self, job: Job, error: ServiceError | None) -> None:
        """Updates the account's offers; a full disk does not stop the job."""
        try:
            await self._connections.record_response(job.account, job.recipe, error)
        except StorageError as storage:
            log.warning("Cannot save offer of %s: %s", job.account, storage)
