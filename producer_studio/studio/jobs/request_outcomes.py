"""Outcomes of requests that may cost credits: accepted, failed or unknown."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError, StorageError
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import AcceptedTask
from producer_studio.studio.accounts.ledger import charge_entry
from producer_studio.studio.jobs.idempotency_keys import IdempotencyKeys
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

log = logging.getLogger(__name__)

_Written = TypeVar("_Written")

_DISK_WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Delays in seconds between attempts to write an outcome to a full disk; the last is repeated."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})
_UNACCEPTED_STATES = _UNCERTAIN_STATES | {JobState.QUEUED}
_QUEUED = frozenset({JobState.QUEUED})
_UNSENT_AGAIN_STATES = frozenset({JobState.QUEUED, JobState.SENDING})

OUTCOME_UNKNOWN_MESSAGE = mark(
    "The connection was lost after the request was sent, so the service may have accepted and "
    "charged it. It is sent again by itself only where it is charged once at most."
)

EARLIER_UNKNOWN_MESSAGE = mark(
    "The outcome of the request before that is still unknown: it may have been accepted and "
    "charged."
)


class RequestOutcomes:
    """Records the outcomes of requests that may cost credits.

    Attributes:
        on_job_found: Called with a job that was added for a task which belongs to no other job.
    """

    def __init__(self, library: Library, store: JobStore, keys: IdempotencyKeys) -> None:
        self._library = library
        self._store = store
        self._keys = keys
        self.on_job_found: Callable[[Job], None] = lambda job: None  # noqa: ARG005

    async def mark_accepted(self, job: Job, accepted: AcceptedTask) -> Job:
        """Writes the task's id, however long it takes: the result can only be found with it."""
        self._keys.forget(job)

        async def write() -> Job:
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
            return after

        async def keep_elsewhere() -> None:
            await self._store.unwritten_tasks.keep(job.id, accepted.task)

        outcome = mark(
            "The service has accepted this as task {task}, but that could not be saved yet.",
            task=accepted.task,
        )
        written = await self._write_persistently(job, outcome, write, keep_elsewhere)
        await self._store.unwritten_tasks.forget(job.id)
        return written

    async def accept_unwritten(self, job: Job) -> bool:
        """Records the task of a job that the library's disk did not take in an earlier run.

        Returns:
            False if there is none.
        """
        task = await self._store.unwritten_tasks.find(job.id)
        if task is None:
            return False
        await self.mark_accepted(job, AcceptedTask(task))
        return True

    async def mark_failed(self, job: Job, error: ServiceError) -> Job:
        """Records that the request was not accepted, unless the job was cancelled or found.

        After it was sent, however long writing takes. The outcome of a request that the user had
        sent before this one stays unknown.
        """
        self._keys.forget(job)

        async def write() -> Job:
            current = self._store.current(job)
            if current.uncertain_sends and current.state in _UNACCEPTED_STATES:
                return await self.restore_unknown(job, error.message, error.service_words)
            return await self._store.transition(
                job,
                JobState.FAILED,
                from_states=_UNACCEPTED_STATES,
                fault=error.to_record(),
                finished_at=datetime.now(UTC),
            )

        if self._store.current(job).state is not JobState.SENDING:
            return await write()
        return await self._write_persistently(job, _unsaved(error.message), write)

    async def mark_cancelled(self, job: Job, from_states: frozenset[JobState]) -> Job:
        """Records the user's cancellation of a job, if it is in one of some states.

        One that waits to be sent was not accepted. One that waits to be sent again after an unknown
        outcome is unknown as before.
        """
        current = self._store.current(job)
        if current.state is not JobState.QUEUED:
            return await self._store.transition(
                job, JobState.CANCELLED, from_states=from_states - _QUEUED
            )
        if current.uncertain_sends:
            return await self.restore_unknown(
                job, mark("It was cancelled before it was sent again."), from_states=_QUEUED
            )
        return await self._store.transition(
            job, JobState.CANCELLED, from_states=_QUEUED, sent_at=None
        )

    async def restore_unknown(
        self,
        job: Job,
        reason: str,
        service_words: str = "",
        from_states: frozenset[JobState] = _UNSENT_AGAIN_STATES,
    ) -> Job:
        """Records that a job was not sent again, so that its earlier outcome is unknown as before.

        The earlier request is searched for and repeated by its own time and key, not by those of
        the one that was not accepted.

        Args:
            reason: Why it was not, as a sentence.
            from_states: States from which this happens, beside *unknown* itself.
        """
        record = ErrorRecord(
            kind=ErrorKind.OUTCOME_UNKNOWN,
            message=sentences(reason, EARLIER_UNKNOWN_MESSAGE),
            service_words=service_words,
        )
        current = self._store.current(job)
        changes: dict[str, Any] = {
            "fault": record,
            "uncertain_sends": max(0, current.uncertain_sends - 1),
            "idempotency_key": current.earlier_key,
            "endpoint": current.earlier_endpoint or current.endpoint,
            "key_mark": current.earlier_key_mark,
            "webhook": current.earlier_webhook,
            # Jobs of earlier versions have no such time: then all tasks since are searched.
            "sent_at": current.earlier_sent_at or current.created_at,
            "service_sent_at": current.earlier_service_sent_at,
            "earlier_key": "",
            "earlier_endpoint": "",
            "earlier_key_mark": "",
            "earlier_webhook": None,
            "earlier_sent_at": None,
            "earlier_service_sent_at": None,
        }
        self._keys.forget(job)
        if current.state is JobState.UNKNOWN:
            return await self._store.update(job, **changes)
        return await self._store.transition(
            job, JobState.UNKNOWN, from_states=from_states, **changes
        )

    async def mark_unsent(self, job: Job) -> Job:
        """Records that nothing of the request was sent."""
        return await self._store.transition(
            job, JobState.QUEUED, from_states=frozenset({JobState.SENDING}), sent_at=None
        )

    async def mark_rejected_for_now(self, job: Job, error: ServiceError) -> Job:
        """Records that the request was not accepted and will be sent again automatically."""
        waiting = error.to_record().with_retry_message()

        async def write() -> Job:
            return await self._store.transition(job, JobState.QUEUED, fault=waiting)

        return await self._write_persistently(job, _unsaved(waiting.message), write)

    async def mark_unknown(self, job: Job, error: ServiceError) -> Job:
        """Records that the service may have accepted the request, unless its task was found.

        However long writing takes.
        """
        record = error.to_record()
        if record.kind is not ErrorKind.OUTCOME_UNKNOWN:
            record = ErrorRecord(
                kind=ErrorKind.OUTCOME_UNKNOWN,
                message=OUTCOME_UNKNOWN_MESSAGE,
                service_words=record.service_words or record.message,
                trace_id=record.trace_id,
                status=record.status,
            )

        async def write() -> Job:
            return await self._store.transition(
                job, JobState.UNKNOWN, from_states=frozenset({JobState.SENDING}), fault=record
            )

        return await self._write_persistently(job, _unsaved(record.message), write)

    async def store_response(self, job: Job, error: ServiceError) -> None:
        """Stores the received part of a response, in which a person may find the task's id."""

        async def write() -> None:
            await self._library.jobs.add_response(job.id, error.raw)

        if error.raw:
            await self._write_persistently(job, _unsaved(OUTCOME_UNKNOWN_MESSAGE), write)

    async def _write_persistently(
        self,
        job: Job,
        outcome: str,
        write: Callable[[], Awaitable[_Written]],
        on_failure: Callable[[], Awaitable[None]] | None = None,
    ) -> _Written:
        """Writes the outcome of a sent request; waits until the disk has space for it.

        If it were not written, the job would remain in the state of sending until the next start.

        Args:
            outcome: What happened, and that it could not be saved yet.
            on_failure: Called when it cannot be written at first.
        """
        tries, is_reserve_used = 0, False
        while True:
            try:
                written = await write()
            except StorageError as fault:
                # While it waits, the program may be closed or killed: the outcome would be lost.
                if await self._library.context.release_reserve():
                    is_reserve_used = True
                    continue
                log.error("%s (job %s): %s", outcome, job.id, fault)  # noqa: TRY400
                if not tries and on_failure is not None:
                    await on_failure()
                error_record = replace(fault.to_record(), message=sentences(outcome, fault.message))
                self._store.load_and_publish(
                    self._store.current(job).with_changes(fault=error_record)
                )
                tries += 1
                await asyncio.sleep(_DISK_WAITS_S[min(tries, len(_DISK_WAITS_S)) - 1])
            else:
                if is_reserve_used or tries:
                    await self._library.context.keep_reserve()
                return written

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
            press=job.press,
            take=job.take,
            takes=job.takes,
            credits_expected=job.credits_expected,
            credits_charged=job.credits_expected,
            endpoint=job.endpoint,
            key_mark=job.key_mark,
            sent_at=job.sent_at,
            service_sent_at=job.service_sent_at,
            accepted_at=datetime.now(UTC),
            installation=self._library.context.installation,
        )
        await self._library.jobs.write_all([found], [charge_entry(found, found.credits_expected)])
        self._store.load_and_publish(found)
        self.on_job_found(found)


def _unsaved(outcome: str) -> str:
    return sentences(outcome, mark("That could not be saved yet."))
