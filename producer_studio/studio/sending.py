"""One request that may cost credits, from queued to accepted: never twice by itself."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.faults import (
    Fault,
    FaultKind,
    FaultRecord,
    OutcomeUnknown,
    Refused,
    StorageFault,
)
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.catalogue import Library
from producer_studio.providers.protocol import Accepted, Finished, FoundTask, Provider
from producer_studio.providers.retry import GiveUp, RetryAfter, next_step
from producer_studio.studio.budget import Budget
from producer_studio.studio.connections import Connections
from producer_studio.studio.journal import Journal

log = logging.getLogger(__name__)

_DISK_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Between tries to write a task's id to a full disk; the last is repeated."""

_FOUND_SLACK_S = 120.0
"""How far a service's clock may be off when its list is searched for a lost task."""

_MAY_BE_CALLED_OFF = frozenset({JobState.QUEUED, JobState.ACCEPTED})


class Sender:
    """Sends queued jobs and looks for those whose outcome is unknown."""

    def __init__(
        self, library: Library, connections: Connections, journal: Journal, budget: Budget
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._budget = budget
        self._on_the_wire: dict[JobId, asyncio.Event] = {}
        self._unwanted: set[JobId] = set()

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

        A service that is too busy is waited for here: the job keeps its place at the service, so
        that no other job is sent to a service that has just asked for less.

        Returns:
            The job after its last arrow, and the result if the service answered with it at once.

        Raises:
            StorageFault: An arrow could not be written.
        """
        attempt = 0
        while True:
            try:
                provider = await self._connections.provider(job.account)
            except Fault as fault:
                return await self._failed(job, fault), None
            attempt += 1
            with self._wire(job.id):
                job, answer = await self._attempt(job, provider, attempt)
                if job.id in self._unwanted:
                    job = await self._journal.take(
                        job, JobState.CANCELLED, only_from=_MAY_BE_CALLED_OFF
                    )
            if not isinstance(answer, RetryAfter):
                return job, answer
            if job.state is not JobState.QUEUED:
                return job, None
            await asyncio.sleep(answer.seconds)

    async def _attempt(
        self, job: Job, provider: Provider, attempt: int
    ) -> tuple[Job, Finished | RetryAfter | None]:
        """Sends once; what the service said, or when to try again, or None when it is settled."""
        job = await self._journal.take(
            job,
            JobState.SENDING,
            only_from=frozenset({JobState.QUEUED}),
            sent_at=datetime.now(UTC),
            fault=None,
        )
        if job.state is not JobState.SENDING:  # cancelled in the meantime
            return job, None
        try:
            await self._budget.check_sending(job)
        except Refused as refused:
            return await self._failed(job, refused), None
        try:
            answer = await provider.submit(job.recipe, idempotency_key=job.idempotency_key)
        except Fault as fault:
            step = next_step(fault, attempt, costs_money=True)
            if isinstance(step, RetryAfter):
                job = await self._journal.take(job, JobState.QUEUED, fault=fault.record())
                return job, step
            if isinstance(step, GiveUp):
                return await self._failed(job, fault), None
            return await self._unknown(job, fault), None
        except Exception as error:  # ours, after the request may have gone out
            log.exception("Sending job %s broke", job.id)
            lost = OutcomeUnknown(UNKNOWN_SENTENCE, service_words=repr(error))
            return await self._unknown(job, lost), None
        if isinstance(answer, Finished):
            return job, answer
        return await self._accepted(job, answer), None

    @contextmanager
    def _wire(self, job_id: JobId) -> Iterator[None]:
        settled = self._on_the_wire[job_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._on_the_wire[job_id]
            self._unwanted.discard(job_id)
            settled.set()

    async def find(self, job: Job) -> Job:
        """Looks for an unknown job in the service's own list, where it has one."""
        since = job.sent_at or job.created_at
        try:
            provider = await self._connections.provider(job.account)
            found = await provider.find(since)
        except Fault as fault:
            log.info("Looking for job %s: %s", job.id, fault)
            return job
        fitting = [task for task in found if _fits(task, job)]
        if len(fitting) != 1:
            return job
        return await self._accepted(job, Accepted(fitting[0].task))

    async def _accepted(self, job: Job, answer: Accepted) -> Job:
        """Writes the task's id, however long it takes: only with it can the result be found."""
        tries = 0
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
        return await self._journal.take(
            job, JobState.FAILED, fault=fault.record(), finished_at=datetime.now(UTC)
        )

    async def _unknown(self, job: Job, fault: Fault) -> Job:
        if fault.raw:
            await self._library.put_answer(job.id, fault.raw)
        record = fault.record()
        if record.kind is not FaultKind.OUTCOME_UNKNOWN:
            record = FaultRecord(
                kind=FaultKind.OUTCOME_UNKNOWN,
                message=UNKNOWN_SENTENCE,
                service_words=record.service_words or record.message,
                trace_id=record.trace_id,
                status=record.status,
            )
        job = await self._journal.take(job, JobState.UNKNOWN, fault=record)
        return await self.find(job)


UNKNOWN_SENTENCE = (
    "The connection broke after the request went out, so the service may have taken and charged "
    "it. It is not sent again unless you say so."
)


def charge(job: Job, amount: float | None) -> LedgerEntry:
    return LedgerEntry(account=job.account, kind=EntryKind.CHARGED, amount=amount, job=job.id)


def _fits(task: FoundTask, job: Job) -> bool:
    words = job.recipe.sound or job.recipe.lyrics or job.recipe.prompt
    same_words = bool(task.prompt) and task.prompt.strip() == words.strip()
    same_title = not job.recipe.title or not task.title or task.title == job.recipe.title
    sent = job.sent_at or job.created_at
    in_time = task.created_at is None or (task.created_at - sent).total_seconds() >= -_FOUND_SLACK_S
    return same_words and same_title and in_time
