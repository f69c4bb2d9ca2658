"""Looking after an accepted task until the service says how it ended. Watching is free."""

import asyncio
import random
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.errors import Fault, FaultKind, FaultRecord, Nonsense, UnknownTask
from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import Failed, Finished, LookAnswer
from producer_studio.providers.http.polling import denied_delay, poll_delay
from producer_studio.providers.http.retry import RetryAfter, free_wait_s, next_step
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.durations import History
from producer_studio.studio.jobs.store import Journal

_DENIALS = 6
"""So many in a row are believed: a service may need minutes until it knows its own task."""

_VAGUE_FAILURES = 3
"""So many in a row are believed: a server error of the moment looks the same."""

_LONGEST_WATCH_S = 24 * 3600.0
"""Of waiting before looks that got an answer: after so much the job no longer takes a place."""

LOOKS_TO_CONFIRM = 5
"""At so many later starts the service is asked whether the result of a failed task came after all.
"""


class Watcher:
    """Polls one task at a time, as calmly as the service wishes."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        journal: Journal,
        history: History,
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._history = history
        self._rng = random.Random()
        self._resting: dict[TaskId, asyncio.Event] = {}
        self._early: OrderedDict[TaskId, None] = OrderedDict()

    def hint(self, task: TaskId) -> bool:
        """Ends the wait before the next look at a task; whether anybody was waiting.

        What was said about the task is not believed: the look tells.
        """
        resting = self._resting.get(task)
        if resting is not None:
            resting.set()
            return True
        # A quick service reports before its task is on disk here, or while a look is on its way.
        self._early[task] = None
        if len(self._early) > _EARLY_KEPT:
            self._early.popitem(last=False)
        return False

    async def watch(self, job: Job, *, resumed: bool = False) -> tuple[Job, Finished | None]:
        """Looks until the service says that the task ended.

        No clock of the computer ends it: a look that got no answer says nothing about the task.

        Args:
            resumed: Whether an earlier run may have left it, so that its result may be there.

        Returns:
            The job, and the result; None when the job failed, which is written then.

        Raises:
            StorageFault: An arrow could not be written.
        """
        account = self._connections.account(job.account)
        watch = _Watch()
        while True:
            typical_s = 0.0 if resumed else self._history.typical_s(job.recipe, job.account)
            wait_s = poll_delay(
                watch.elapsed_s, typical_s, watch.looks, account.poll_s, watch.asked_s, self._rng
            )
            watch.rested(await self._rest(job, wait_s))
            job = self._journal.current(job)
            try:
                answer = await self.look(job)
            except UnknownTask as fault:
                watch.denials += 1
                watch.answered()
                if watch.denials >= _DENIALS:
                    return await self._failed(job, fault.record(), refunded=None), None
                if watch.denials > 1:
                    job = await self._note(job, fault)
                watch.asked_s = 0.0 if account.poll_s is not None else denied_delay(watch.denials)
                continue
            except Fault as fault:
                job = await self._note(job, fault)
                watch.failures += 1
                step = next_step(fault, watch.failures, costs_money=False)
                # A service with an interval of its own is near, and may be asked often.
                hopeless_s = account.poll_s or _LONG_WAIT_S
                own_s = step.seconds if isinstance(step, RetryAfter) else hopeless_s
                watch.asked_s = free_wait_s(own_s, fault.retry_after_s)
                continue
            watch.answered()
            watch.failures = watch.denials = 0
            is_vague = isinstance(answer, Failed) and answer.is_vague
            watch.vague = watch.vague + 1 if is_vague else 0
            if 0 < watch.vague < _VAGUE_FAILURES:
                continue
            if job.fault is not None:
                job = await self._journal.note(job, fault=None)
            if isinstance(answer, Finished):
                return job, answer
            if isinstance(answer, Failed):
                return await self.fail(job, answer), None
            watch.asked_s = answer.retry_after_s
            if job.state is JobState.ACCEPTED:
                job = await self._journal.take(
                    job, JobState.WORKING, only_from=frozenset({JobState.ACCEPTED})
                )
            self._journal.report(job, answer.progress)
            if watch.observed_s > _LONGEST_WATCH_S:
                return await self._put_off(job), None

    async def _note(self, job: Job, fault: Fault) -> Job:
        """Writes beside a job why it cannot be looked at; an answer is stored as it came."""
        if job.fault is not None and job.fault.kind is fault.kind:
            return job
        if fault.raw and isinstance(fault, Nonsense):
            await self._library.put_answer(job.id, fault.raw)
        return await self._journal.note(job, fault=fault.record().while_retried())

    async def fail(self, job: Job, answer: Failed) -> Job:
        """Writes that the service has ended a task without a result, as it says."""
        if answer.raw:
            await self._library.put_answer(job.id, answer.raw)
        return await self._failed(job, answer.fault, refunded=answer.refunded)

    async def _put_off(self, job: Job) -> Job:
        """Frees the place of a task that goes on and on; the next start looks at it again."""
        if self._journal.current(job).state is JobState.CANCELLED:
            return job
        unanswered = FaultRecord(kind=FaultKind.FAILED_BY_SERVICE, message=_STILL_WORKING)
        return await self._failed(job, unanswered, refunded=None)

    async def _rest(self, job: Job, seconds: float) -> float:
        """Waits, unless a hint says that there is something to see; gives the seconds waited."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
        if job.task_id in self._early:
            del self._early[job.task_id]
            return 0.0
        woken = self._resting[job.task_id] = asyncio.Event()
        began = monotonic()
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return seconds
        finally:
            self._resting.pop(job.task_id, None)
        return min(seconds, monotonic() - began)

    async def look(self, job: Job) -> LookAnswer:
        """One look at a job's task."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
        provider = await self._connections.provider(job.account)
        return await provider.look(job.task_id, job.recipe)

    async def _failed(self, job: Job, fault: FaultRecord, *, refunded: bool | None) -> Job:
        before = self._journal.current(job)
        amount = before.credits_charged
        changes: dict[str, Any] = {"fault": fault, "finished_at": datetime.now(UTC)}
        entries = []
        if refunded and before.credits_refunded is None:
            changes["credits_refunded"] = amount
            entries.append(
                LedgerEntry(account=job.account, kind=EntryKind.REFUNDED, amount=amount, job=job.id)
            )
        if before.state in {JobState.CANCELLED, JobState.FAILED}:
            # The user has put it away already, or it has failed: only how is known better now.
            return await self._journal.note(job, entries, **changes)
        return await self._journal.take(job, JobState.FAILED, entries=entries, **changes)


@dataclass
class _Watch:
    """Counts of one watch over a task; times are monotonic and of this run.

    Attributes:
        looks: Looks so far, whatever came of them.
        failures: Looks in a row that got no answer.
        denials: Answers in a row that the task is not known.
        vague: Answers in a row that may stand for a failed task.
        observed_s: Waits before the looks that got an answer.
        asked_s: The wait that the last look asks for.
    """

    looks: int = 0
    failures: int = 0
    denials: int = 0
    vague: int = 0
    observed_s: float = 0.0
    asked_s: float | None = None
    _began: float = field(default_factory=monotonic)
    _rested_s: float = 0.0

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._began

    def rested(self, seconds: float) -> None:
        """Counts a wait and the look that follows it."""
        self._rested_s = seconds
        self.looks += 1
        self.asked_s = None

    def answered(self) -> None:
        self.observed_s += self._rested_s


_STILL_WORKING = (
    "The service has worked on this for a day and has not said how it ends. It is looked at again "
    "at the next start, and the result is kept when it comes."
)

_EARLY_KEPT = 64
"""Hints about tasks that nobody waits for yet; anybody may send more of them."""

_LONG_WAIT_S = 30.0
"""Between looks while the service cannot be asked at all (no key, retired address)."""
