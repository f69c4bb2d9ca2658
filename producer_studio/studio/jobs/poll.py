"""Polling of accepted tasks until the service reports their end. Polling is free."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from producer_studio.domain.credits import is_plausible_price
from producer_studio.domain.errors import (
    EmptyResult,
    ErrorKind,
    ErrorRecord,
    InvalidResponse,
    NotAuthorised,
    ServiceError,
    UnknownTask,
)
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.library.library import Library
from producer_studio.providers.base import FailedTask, FinishedTask, PollResult
from producer_studio.providers.http.retry import (
    RetryAfter,
    decide_retry,
    free_delay_s,
    poll_delay_s,
)
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.ledger import correction_entries, implausible_price_entry
from producer_studio.studio.jobs.durations import JobDurations
from producer_studio.studio.jobs.polling_state import PollingState
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

_MAX_DENIALS = 6
"""Number of consecutive "unknown task" responses that are believed, to polls that a hint did not
hasten.

A service may need minutes until it knows its own task.
"""

_MAX_VAGUE_FAILURES = 3
"""Number of consecutive ambiguous errors, minutes apart, that end the polling.

A temporary server error looks the same. Retry and later starts poll such a task again, as they do
for an unknown task.
"""

_MAX_EMPTY_RESULTS = 6
"""Number of consecutive empty results of a finished task after which the slot is released."""

_MAX_POLLING_S = 24 * 3600.0
"""Seconds of waiting before polls with a response, after which the job releases its slot."""

LATE_POLL_LIMIT = 5
"""Number of later starts at which a failed task is polled for a late result."""


class JobPoller:
    """Polls tasks one request at a time, at the interval that the service requests."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        durations: JobDurations,
    ) -> None:
        self._library = library
        self._connections = connections
        self._store = store
        self._durations = durations
        self._rng = random.Random()
        self._wake_events: dict[TaskId, asyncio.Event] = {}
        self._early_hints: OrderedDict[TaskId, None] = OrderedDict()

    def poll_now(self, task: TaskId) -> bool:
        """Ends the wait before the next poll of a task; returns whether the task was waiting.

        The content of the hint is not trusted: only the poll decides.
        """
        resting = self._wake_events.get(task)
        if resting is not None:
            resting.set()
            return True
        # A fast service sends a webhook before its task is on disk here, or during a poll.
        self._early_hints[task] = None
        if len(self._early_hints) > _MAX_EARLY_HINTS:
            self._early_hints.popitem(last=False)
        return False

    async def update_typical_duration(self, job: Job) -> None:
        """Reads the history of durations again, to which a finished job was added."""
        await self._durations.load_typical_s(job.recipe, job.account)

    async def poll_until_over(
        self,
        job: Job,
        *,
        is_resumed: bool = False,
        release_slot: Callable[[], None] = lambda: None,
    ) -> tuple[Job, FinishedTask | None]:
        """Polls until the service reports the end of the task.

        No local clock ends the polling: a poll without a response shows nothing about the task.

        Args:
            is_resumed: Whether the task may be from an earlier run, so that its result may be
                ready.
            release_slot: Called, perhaps several times, when the job no longer needs its slot at
                the service: it was cancelled, or its task has ended without a result.

        Returns:
            The job, and the result; None if the job failed, which is recorded then.

        Raises:
            StorageError: A transition could not be written.
        """
        polling = PollingState()
        while True:
            fixed_s, polling.is_local = self._own_interval(job.account)
            typical_s = 0.0 if is_resumed else self._durations.typical_s(job.recipe, job.account)
            wait_s = poll_delay_s(
                polling.elapsed_s,
                typical_s,
                polling.polls,
                fixed_s,
                polling.requested_wait_s,
                self._rng,
            )
            waited_s = await self._wait_for_next_poll(job, wait_s)
            polling.record_wait(waited_s, is_early=waited_s < wait_s)
            job = self._store.current(job)
            if job.state is JobState.CANCELLED or polling.empty_results >= _MAX_EMPTY_RESULTS:
                release_slot()
            try:
                result = await self.poll(job)
            except UnknownTask as fault:
                polling.record_denial()
                if polling.denials >= _MAX_DENIALS:
                    return await self._mark_failed(job, fault.to_record(), refunded=None), None
                if polling.denials > 1:
                    job = await self._record_error(job, fault)
                continue
            except ServiceError as fault:
                job = await self._record_error(job, fault)
                polling.failures += 1
                if isinstance(fault, EmptyResult):
                    polling.record_response()
                    polling.empty_results += 1
                    if polling.observed_s > _MAX_POLLING_S:
                        return await self._postpone(job, _EMPTY_RESULT_MESSAGE), None
                step = decide_retry(fault, polling.failures, is_paid=False)
                hopeless_s = fixed_s if polling.is_local and fixed_s else _LONG_WAIT_S
                own_s = step.seconds if isinstance(step, RetryAfter) else hopeless_s
                polling.requested_wait_s = free_delay_s(own_s, fault.retry_after_s)
                continue
            polling.record_result(result)
            is_vague = isinstance(result, FailedTask) and result.is_vague
            if is_vague and polling.vague_failures < _MAX_VAGUE_FAILURES:
                continue
            if job.fault is not None:
                job = await self._store.update(job, fault=None)
            if isinstance(result, FinishedTask):
                return job, result
            if isinstance(result, FailedTask):
                return await self.record_failure(job, result), None
            if result.preview is not None and polling.is_preview_final:
                return job, result.preview
            if job.state is JobState.ACCEPTED:
                job = await self._store.transition(
                    job, JobState.WORKING, from_states=frozenset({JobState.ACCEPTED})
                )
            self._store.publish_progress(job, result.progress)
            if polling.observed_s > _MAX_POLLING_S:
                return await self._postpone(job, _STILL_WORKING_MESSAGE), None

    def _own_interval(self, name: AccountName) -> tuple[float | None, bool]:
        """Returns the account's own interval, and whether its service is on this computer.

        Only such a service may be polled as often as its user likes. An account that is missing may
        be added again, and then knows its tasks.
        """
        try:
            poll_s = self._connections.account(name).poll_s
        except NotAuthorised:
            return None, False
        return poll_s, poll_s is not None and self._connections.is_local(name)

    async def _record_error(self, job: Job, error: ServiceError) -> Job:
        """Records on a job why polling fails; stores an unusable response unchanged."""
        if job.fault is not None and job.fault.kind is error.kind:
            return job
        if error.raw and isinstance(error, InvalidResponse):
            await self._library.jobs.add_response(job.id, error.raw)
        return await self._store.update(job, fault=error.to_record().with_retry_message())

    async def record_failure(self, job: Job, result: FailedTask) -> Job:
        """Records that the service has ended a task without a result, with its reason."""
        if result.raw:
            await self._library.jobs.add_response(job.id, result.raw)
        error = replace(result.error, is_vague=result.is_vague)
        return await self._mark_failed(
            job, error, refunded=result.refunded, reported=result.charged_credits
        )

    async def _postpone(self, job: Job, message: str) -> Job:
        """Releases the slot of a task that does not end; the next start polls it again."""
        if self._store.current(job).state is JobState.CANCELLED:
            return job
        unanswered = ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message=message)
        return await self._mark_failed(job, unanswered, refunded=None)

    async def _wait_for_next_poll(self, job: Job, seconds: float) -> float:
        """Waits for the interval or an earlier hint; returns the seconds waited."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are polled
        if job.task_id in self._early_hints:
            del self._early_hints[job.task_id]
            return 0.0
        woken = self._wake_events[job.task_id] = asyncio.Event()
        began = monotonic()
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return seconds
        finally:
            self._wake_events.pop(job.task_id, None)
        return min(seconds, monotonic() - began)

    async def poll(self, job: Job) -> PollResult:
        """Polls a job's task once.

        A service at another address than the one that accepted the task may never have seen it, and
        with another key it may not show it, so "unknown task" and ambiguous errors are raised as a
        polling error then. A service that has moved knows its tasks.

        Raises:
            UnknownTask: The service that accepted the task does not know it.
            ServiceError: Any other error, which shows nothing about the task itself.
        """
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are polled
        provider = await self._connections.provider(job.account)
        try:
            result = await provider.poll(job.task_id, job.recipe)
        except UnknownTask as fault:
            if changed := self._connections.change_since_sent(job):
                raise _create_changed_error(changed, fault.service_words) from fault
            raise
        if (
            isinstance(result, FailedTask)
            and result.is_vague
            and (changed := self._connections.change_since_sent(job))
        ):
            raise _create_changed_error(changed, result.error.service_words)
        return result

    async def _mark_failed(
        self,
        job: Job,
        error: ErrorRecord,
        *,
        refunded: bool | None,
        reported: float | None = None,
    ) -> Job:
        """Records a failure, and the credits that the service has charged nevertheless."""

        def describe(before: Job) -> tuple[dict[str, Any], list[LedgerEntry]]:
            amount = before.credits_charged
            changes: dict[str, Any] = {"fault": error, "finished_at": datetime.now(UTC)}
            entries = []
            if reported is not None and is_plausible_price(reported):
                amount = changes["credits_charged"] = reported
                entries += correction_entries(before, reported)
            elif reported is not None:
                entries.append(implausible_price_entry(before, reported))
            if refunded and before.credits_refunded is None:
                changes["credits_refunded"] = amount
                refund = EntryKind.REFUNDED
                entries.append(
                    LedgerEntry(account=job.account, kind=refund, amount=amount, job=job.id)
                )
            return changes, entries

        return await self._store.record_failure(job, describe)


def _create_changed_error(changed: str, service_words: str) -> ServiceError:
    return InvalidResponse(
        sentences(
            changed,
            mark(
                "The service does not know this request now. Restore the earlier one to get the "
                "result."
            ),
        ),
        service_words=service_words,
    )


_STILL_WORKING_MESSAGE = mark(
    "The service has been working on this for a day without a result. It is checked again at the "
    "next start, and the result is kept when it arrives."
)

_EMPTY_RESULT_MESSAGE = mark(
    "The service has reported this as done for a day, but has delivered nothing usable. It is "
    "checked again at the next start, and the result is kept when it arrives."
)

_MAX_EARLY_HINTS = 64
"""Maximum number of hints about tasks that no job waits for yet; any sender can add hints."""

_LONG_WAIT_S = 30.0
"""Interval in seconds while the service cannot be polled (no key, retired address)."""
