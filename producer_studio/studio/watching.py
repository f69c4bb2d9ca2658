"""Looking after an accepted task until the service says how it ended. Watching is free."""

import asyncio
import random
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.faults import Fault, FaultKind, FaultRecord, TooBusy, UnknownTask
from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.catalogue import Library
from producer_studio.providers.polling import poll_delay
from producer_studio.providers.protocol import Failed, Finished, LookAnswer
from producer_studio.providers.retry import RetryAfter, next_step
from producer_studio.studio.connections import Connections
from producer_studio.studio.history import History
from producer_studio.studio.journal import Journal

_UNKNOWN_LOOKS = 4
"""A service may need a moment to know its own task; after so many denials it is believed."""

_LONGEST_WATCH = timedelta(hours=24)


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

    async def watch(self, job: Job) -> tuple[Job, Finished | None]:
        """Looks until the task ended.

        Returns:
            The job, and the result; None when the job failed, which is written then.

        Raises:
            StorageFault: An arrow could not be written.
        """
        account = self._connections.account(job.account)
        since = job.accepted_at or job.created_at
        looks, failures, denials = 0, 0, 0
        asked_wait: float | None = None
        while True:
            elapsed = (datetime.now(UTC) - since).total_seconds()
            typical_s = self._history.typical_s(job.recipe, job.account)
            await self._rest(
                job, poll_delay(elapsed, typical_s, looks, account.poll_s, asked_wait, self._rng)
            )
            looks += 1
            asked_wait = None
            job = self._journal.current(job)
            try:
                answer = await self.look(job)
            except UnknownTask as fault:
                denials += 1
                if denials >= _UNKNOWN_LOOKS:
                    return await self._failed(job, fault.record(), refunded=None), None
                continue
            except Fault as fault:
                failures += 1
                if datetime.now(UTC) - since > _LONGEST_WATCH:
                    return await self._failed(job, fault.record(), refunded=None), None
                if job.fault is None or job.fault.kind is not fault.kind:
                    job = await self._journal.note(job, fault=fault.record())
                step = next_step(fault, failures, costs_money=False)
                # A service with an interval of its own is near, and may be asked often.
                hopeless_s = account.poll_s or _LONG_WAIT_S
                asked_wait = step.seconds if isinstance(step, RetryAfter) else hopeless_s
                if isinstance(fault, TooBusy) and fault.retry_after_s is not None:
                    asked_wait = max(asked_wait, fault.retry_after_s)
                continue
            failures = denials = 0
            if job.fault is not None:
                job = await self._journal.note(job, fault=None)
            if isinstance(answer, Finished):
                return job, answer
            if isinstance(answer, Failed):
                if answer.raw:
                    await self._library.put_answer(job.id, answer.raw)
                return await self._failed(job, answer.fault, refunded=answer.refunded), None
            asked_wait = answer.retry_after_s
            if job.state is JobState.ACCEPTED:
                job = await self._journal.take(
                    job, JobState.WORKING, only_from=frozenset({JobState.ACCEPTED})
                )
            self._journal.report(job, answer.progress)
            if datetime.now(UTC) - since > _LONGEST_WATCH:
                late = FaultRecord(
                    kind=FaultKind.FAILED_BY_SERVICE,
                    message="The service has not finished this in a day. If it still does, the "
                    "result is kept.",
                )
                return await self._failed(job, late, refunded=None), None

    async def _rest(self, job: Job, seconds: float) -> None:
        """Waits, unless a hint says that there is something to see."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
        if job.task_id in self._early:
            del self._early[job.task_id]
            return
        woken = self._resting[job.task_id] = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return
        finally:
            del self._resting[job.task_id]

    async def look(self, job: Job) -> LookAnswer:
        """One look at a job's task."""
        assert job.task_id is not None  # noqa: S101 - only accepted jobs are watched
        provider = await self._connections.provider(job.account)
        return await provider.look(job.task_id, job.recipe)

    async def _failed(self, job: Job, fault: FaultRecord, *, refunded: bool | None) -> Job:
        amount = job.credits_charged
        changes: dict[str, Any] = {"fault": fault, "finished_at": datetime.now(UTC)}
        entries = []
        if refunded:
            changes["credits_refunded"] = amount
            entries.append(
                LedgerEntry(account=job.account, kind=EntryKind.REFUNDED, amount=amount, job=job.id)
            )
        if self._journal.current(job).state is JobState.CANCELLED:
            # The user has put it away already: it ends quietly.
            return await self._journal.note(job, entries, **changes)
        return await self._journal.take(job, JobState.FAILED, entries=entries, **changes)


_EARLY_KEPT = 64
"""Hints about tasks that nobody waits for yet; anybody may send more of them."""

_LONG_WAIT_S = 30.0
"""Between looks while the service cannot be asked at all (no key, retired address)."""
