"""Looking after an accepted task until the service says how it ended. Watching is free."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from producer_studio.domain.credits import EntryKind, LedgerEntry, is_plausible_price
from producer_studio.domain.errors import (
    EmptyResult,
    ErrorKind,
    ErrorRecord,
    InvalidResponse,
    ServiceError,
    UnknownTask,
)
from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import FailedTask, FinishedTask, PollResult
from producer_studio.providers.http.polling import (
    poll_delay_s,
    unknown_task_delay_s,
    vague_failure_delay_s,
)
from producer_studio.providers.http.retry import RetryAfter, decide_retry, free_delay_s
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.ledger import correction_entries, implausible_price_entry
from producer_studio.studio.jobs.durations import JobDurations
from producer_studio.studio.jobs.store import JobStore

_MAX_DENIALS = 6
"""So many in a row are believed: a service may need minutes until it knows its own task."""

_MAX_VAGUE_FAILURES = 3
"""So many in a row, minutes apart, end the watch: a server error of the moment looks the same.

Retry and later starts look at such a task again, as at one that is not known.
"""

_MAX_EMPTY_RESULTS = 6
"""After so many in a row a job whose task is done, without anything usable, takes no place."""

MAX_PREVIEWS = 60
"""So many answers that a task is running, with its sound beside it, and the sound is believed: some
ten minutes at a usual pace, where a song takes two. A state that never changes would keep it away.
"""

_MAX_POLLING_S = 24 * 3600.0
"""Of waiting before looks that got an answer: after so much the job no longer takes a place."""

LATE_POLL_LIMIT = 5
"""At so many later starts the service is asked whether the result of a failed task came after all.
"""


class JobPoller:
    """Polls one task at a time, as calmly as the service wishes."""

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
        """Ends the wait before the next look at a task; whether anybody was waiting.

        What was said about the task is not believed: the look tells.
        """
        resting = self._wake_events.get(task)
        if resting is not None:
            resting.set()
            return True
        # A quick service reports before its task is on disk here, or while a look is on its way.
        self._early_hints[task] = None
        if len(self._early_hints) > _MAX_EARLY_HINTS:
            self._early_hints.popitem(last=False)
        return False

    async def poll_until_over(
        self,
        job: Job,
        *,
        is_resumed: bool = False,
        release_slot: Callable[[], None] = lambda: None,
    ) -> tuple[Job, FinishedTask | None]:
        """Looks until the service says that the task ended.

        No clock of the computer ends it: a look that got no answer says nothing about the task.

        Args:
            is_resumed: Whether an earlier run may have left it, so that its result may be there.
            release_slot: Called, perhaps several times, when the job need not take a place at the
                service any more: it was cancelled, or its task has ended with nothing.

        Returns:
            The job, and the result; None when the job failed, which is written then.

        Raises:
            StorageFault: An arrow could not be written.
        """
        account = self._connections.account(job.account)
        polling = _PollingState()
        while True:
            typical_s = 0.0 if is_resumed else self._durations.typical_s(job.recipe, job.account)
            wait_s = poll_delay_s(
                polling.elapsed_s,
                typical_s,
                polling.polls,
                account.poll_s,
                polling.requested_wait_s,
                self._rng,
            )
            polling.record_wait(await self._wait_for_next_poll(job, wait_s))
            job = self._store.current(job)
            if job.state is JobState.CANCELLED or polling.empty_results >= _MAX_EMPTY_RESULTS:
                release_slot()
            try:
                result = await self.poll(job)
            except UnknownTask as fault:
                polling.denials += 1
                polling.record_response()
                if polling.denials >= _MAX_DENIALS:
                    return await self._mark_failed(job, fault.to_record(), refunded=None), None
                if polling.denials > 1:
                    job = await self._record_error(job, fault)
                polling.requested_wait_s = (
                    0.0 if account.poll_s is not None else unknown_task_delay_s(polling.denials)
                )
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
                # A service with an interval of its own is near, and may be asked often.
                hopeless_s = account.poll_s or _LONG_WAIT_S
                own_s = step.seconds if isinstance(step, RetryAfter) else hopeless_s
                polling.requested_wait_s = free_delay_s(own_s, fault.retry_after_s)
                continue
            polling.record_response()
            polling.failures = polling.denials = polling.empty_results = 0
            is_vague = isinstance(result, FailedTask) and result.is_vague
            polling.vague_failures = polling.vague_failures + 1 if is_vague else 0
            if 0 < polling.vague_failures < _MAX_VAGUE_FAILURES:
                if account.poll_s is None:
                    polling.requested_wait_s = vague_failure_delay_s(polling.vague_failures)
                continue
            if job.fault is not None:
                job = await self._store.update(job, fault=None)
            if isinstance(result, FinishedTask):
                return job, result
            if isinstance(result, FailedTask):
                return await self.record_failure(job, result), None
            if result.preview is not None:
                polling.previews += 1
                if polling.previews >= MAX_PREVIEWS:
                    return job, result.preview
            polling.requested_wait_s = result.retry_after_s
            if job.state is JobState.ACCEPTED:
                job = await self._store.transition(
                    job, JobState.WORKING, from_states=frozenset({JobState.ACCEPTED})
                )
            self._store.publish_progress(job, result.progress)
            if polling.observed_s > _MAX_POLLING_S:
                return await self._postpone(job, _STILL_WORKING_MESSAGE), None

    async def _record_error(self, job: Job, error: ServiceError) -> Job:
        """Writes beside a job why it cannot be looked at; an answer is stored as it came."""
        if job.fault is not None and job.fault.kind is error.kind:
            return job
        if error.raw and isinstance(error, InvalidResponse):
            await self._library.add_response(job.id, error.raw)
        return await self._store.update(job, fault=error.to_record().with_retry_message())

    async def record_failure(self, job: Job, result: FailedTask) -> Job:
        """Writes that the service has ended a task without a result, as it says."""
        if result.raw:
            await self._library.add_response(job.id, result.raw)
        error = replace(result.error, is_vague=result.is_vague)
        return await self._mark_failed(
            job, error, refunded=result.refunded, reported=result.charged_credits
        )

    async def _postpone(self, job: Job, message: str) -> Job:
        """Frees the place of a task that goes on and on; the next start looks at it again."""
        if self._store.current(job).state is JobState.CANCELLED:
            return job
        unanswered = ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message=message)
        return await self._mark_failed(job, unanswered, refunded=None)

    async def _wait_for_next_poll(self, job: Job, seconds: float) -> float:
        """Waits, unless a hint says that there is something to see; gives the seconds waited."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
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

        A service at another address than the one that took the task may never have seen it: what
        it denies, or fails vaguely, is no answer. One that has moved knows its tasks.

        Raises:
            UnknownTask: The service that took it does not know it.
            ServiceError: Any other says nothing about the task itself.
        """
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
        provider = await self._connections.provider(job.account)
        try:
            result = await provider.poll(job.task_id, job.recipe)
        except UnknownTask as fault:
            if self._connections.is_moved(job):
                raise _create_moved_error(job, fault.service_words) from fault
            raise
        if isinstance(result, FailedTask) and result.is_vague and self._connections.is_moved(job):
            raise _create_moved_error(job, result.error.service_words)
        return result

    async def _mark_failed(
        self,
        job: Job,
        error: ErrorRecord,
        *,
        refunded: bool | None,
        reported: float | None = None,
    ) -> Job:
        """Writes a failure, and what the service says that it has cost all the same."""
        before = self._store.current(job)
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
            entries.append(
                LedgerEntry(account=job.account, kind=EntryKind.REFUNDED, amount=amount, job=job.id)
            )
        if before.state in {JobState.CANCELLED, JobState.FAILED}:
            # The user has put it away already, or it has failed: only how is known better now.
            return await self._store.update(job, entries, **changes)
        return await self._store.transition(job, JobState.FAILED, entries=entries, **changes)


def _create_moved_error(job: Job, service_words: str) -> ServiceError:
    return InvalidResponse(
        f"This was sent to {job.endpoint}. The account “{job.account}” has another address now, "
        "and nothing is known of it there. Set the earlier address again to get the result.",
        service_words=service_words,
    )


@dataclass
class _PollingState:
    """Counts of one watch over a task; times are monotonic and of this run.

    Attributes:
        looks: Looks so far, whatever came of them.
        failures: Looks in a row that got no answer.
        denials: Answers in a row that the task is not known.
        vague: Answers in a row that may stand for a failed task.
        previews: Answers that the task is running which had its sound all the same.
        empty_results: Answers in a row that the task is done, with nothing usable.
        observed_s: Waits before the looks that got an answer.
        asked_s: The wait that the last look asks for.
    """

    polls: int = 0
    failures: int = 0
    denials: int = 0
    vague_failures: int = 0
    previews: int = 0
    empty_results: int = 0
    observed_s: float = 0.0
    requested_wait_s: float | None = None
    _started_s: float = field(default_factory=monotonic)
    _waited_s: float = 0.0

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._started_s

    def record_wait(self, seconds: float) -> None:
        """Counts a wait and the look that follows it."""
        self._waited_s = seconds
        self.polls += 1
        self.requested_wait_s = None

    def record_response(self) -> None:
        self.observed_s += self._waited_s


_STILL_WORKING_MESSAGE = (
    "The service has worked on this for a day and has not said how it ends. It is looked at again "
    "at the next start, and the result is kept when it comes."
)

_EMPTY_RESULT_MESSAGE = (
    "The service has said for a day that this is done, and has delivered nothing that can be used. "
    "It is looked at again at the next start, and the result is kept when it comes."
)

_MAX_EARLY_HINTS = 64
"""Hints about tasks that nobody waits for yet; anybody may send more of them."""

_LONG_WAIT_S = 30.0
"""Between looks while the service cannot be asked at all (no key, retired address)."""
