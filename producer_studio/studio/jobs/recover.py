"""Recovery of jobs with an unknown outcome, by the service's own list of tasks."""

from contextlib import suppress
from datetime import datetime

from producer_studio.domain.errors import ErrorKind, ErrorRecord, StorageError
from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import AcceptedTask
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.idempotency_keys import IdempotencyKeys
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.request_outcomes import EARLIER_UNKNOWN_MESSAGE, RequestOutcomes
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.task_search import MatchVerdict, TaskMatch, TaskSearch
from producer_studio.translation import mark, sentences

NOT_ACCEPTED_MESSAGE = mark(
    "The connection was lost after this was sent. The service's own list does not contain it, so "
    "nothing was charged according to that list."
)


class JobRecovery:
    """Finds out the outcomes of requests in the services' own lists. Sends nothing.

    Attributes:
        keys: Lifetimes of the idempotency keys.
        outcomes: Records what was found.
    """

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        in_flight: InFlightRequests,
    ) -> None:
        self._connections = connections
        self._store = store
        self._library = library
        self._search = TaskSearch(library, connections, in_flight, self._may_know_key)
        self.keys = IdempotencyKeys()
        self.outcomes = RequestOutcomes(library, store, self.keys)

    async def recover(self, job: Job) -> tuple[Job, str]:
        """Searches for an unknown job in the service's own list, if there is one. Sends nothing.

        If the list does not contain the job and the service honours its key, the job waits in the
        queue for the user's confirmation. If the list may contain it, it stays unknown and can be
        sent again with its key where `can_repeat_safely` allows it.

        Returns:
            The job, and as a sentence why it is still unknown; empty if it is not.
        """
        job, found = await self.find_match(job)
        if job.state is not JobState.UNKNOWN:
            return job, ""
        if found.verdict is MatchVerdict.POSSIBLE and self.is_key_honoured(job):
            self.keys.allow_repetition(job)
        if found.verdict is not MatchVerdict.ABSENT:
            return job, found.reason
        if not self._connections.capabilities(job.account).supports_idempotency_keys:
            return job, mark(
                "The list of {service} does not contain it, so nothing was charged according to "
                "that list.",
                service=self._search.service_label(job),
            )
        message: str = NOT_ACCEPTED_MESSAGE
        if job.uncertain_sends:
            message = sentences(message, EARLIER_UNKNOWN_MESSAGE)
        elif self.is_key_valid(job):
            safe = mark("You can safely send it again: it is charged at most once.")
            message = sentences(message, safe)
        fault = ErrorRecord(kind=ErrorKind.UNREACHABLE, message=message)
        job = await self._store.transition(
            job, JobState.QUEUED, from_states=frozenset({JobState.UNKNOWN}), fault=fault
        )
        return job, ""

    def can_repeat_safely(self, job: Job) -> bool:
        """Whether an unknown job may be repeated automatically: it is charged once at most.

        This requires that the service still honours its key, and that the service's list, as read
        by `recover`, contains a task that may be the job's.
        """
        is_unknown = job.state is JobState.UNKNOWN
        return is_unknown and self.keys.is_repetition_allowed(job) and self.is_key_honoured(job)

    def is_key_honoured(self, job: Job) -> bool:
        """Whether the service still knows the job's key and treats its requests as one."""
        honours = self._connections.capabilities(job.account).supports_idempotency_keys
        return honours and self.is_key_valid(job)

    def is_key_valid(self, job: Job) -> bool:
        """Whether the key is young enough, and the account is the one that it was sent to."""
        now = self._connections.server_time(job.account)
        return self.keys.is_valid(job, now) and not self._connections.change_since_sent(job)

    async def find_match(self, job: Job) -> tuple[Job, TaskMatch]:
        """Searches for a job's task; a job whose task is found is accepted."""
        # A task is assigned to one job only. A list that stalls does not delay other services.
        place = self._connections.endpoint(job.account) or job.account
        async with self._store.one_at_a_time(f"search-at-{place}"):
            # A run that ended while it stored an immediate result has recorded the task already.
            known = TaskMatch(MatchVerdict.FOUND, job.task_id) if job.task_id is not None else None
            found = known or await self._search.find(job)
            if job.service_sent_at is None and (sent_at := self._service_sent_at(job)):
                # In this run the monotonic clock counts; in the next one this does.
                with suppress(StorageError):
                    job = await self._store.update(job, service_sent_at=sent_at)
            if found.task is not None:
                job = await self.outcomes.mark_accepted(job, AcceptedTask(found.task))
            return job, found

    async def is_assigned(self, job: Job, task: TaskId) -> bool:
        """Whether a job's key has returned the task of another job, which the list gave to it."""
        if not self._connections.capabilities(job.account).supports_idempotency_keys:
            return False
        try:
            here = self._connections.names_at_service(job.account)
            return task in await self._library.jobs.task_ids(here)
        except StorageError:
            return False  # its task is written in any case

    async def accept_other(self, job: Job, accepted: AcceptedTask) -> Job:
        """Accepts an unknown job whose key has returned the task of another job.

        If the list contains one more task for it, the job gets that one.
        """
        job, found = await self.find_match(job)
        return job if found.task is not None else await self.outcomes.mark_accepted(job, accepted)

    def _may_know_key(self, job: Job) -> bool:
        """Whether the service may still know a job's key; True if its age is unknown."""
        if not self._connections.capabilities(job.account).supports_idempotency_keys:
            return False
        now = self._connections.server_time(job.account)
        return bool(job.idempotency_key) and not self.keys.is_expired(job, now)

    def _service_sent_at(self, job: Job) -> datetime | None:
        return self.keys.service_sent_at(job, self._connections.server_time(job.account))
