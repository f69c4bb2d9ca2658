"""Search for a job with an unknown outcome in the service's own list. Sends nothing."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.task_match import UNSURE_MATCH, TaskMatch, match_task

log = logging.getLogger(__name__)

_MARGIN = timedelta(minutes=15)
"""How much older a listed task may be than the job, by the service's clock."""

_UNKNOWN_CLOCK_MARGIN = timedelta(days=1)
"""The same if the time of sending is known by the computer's clock only."""

_MAX_REQUEST_AGE = timedelta(days=3)
"""Maximum age of a request whose time is unknown because the clock was corrected since."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})


class TaskSearch:
    """Reads the task lists of services and compares them with a job's request."""

    def __init__(
        self, library: Library, connections: Connections, in_flight: InFlightRequests
    ) -> None:
        self._library = library
        self._connections = connections
        self._in_flight = in_flight

    async def find(self, job: Job) -> TaskMatch:
        """Searches the service's list for a job's task."""
        if self._connections.is_moved(job):
            return replace(UNSURE_MATCH, reason=self._moved_message(job))
        try:
            provider = await self._connections.provider(job.account)
            offered = provider.capabilities()
            if not offered.can_list_tasks:
                return replace(
                    UNSURE_MATCH,
                    reason=self._no_list_message(job, with_token=offered.can_list_tasks_with_token),
                )
            service_now = await self._connections.ensure_server_time(job.account)
            listed = await provider.list_tasks(_earliest(job, service_now))
        except ServiceError as fault:
            log.info("Cannot search for job %s: %s", job.id, fault)
            return replace(UNSURE_MATCH, reason=f"The search for it failed. {fault.message}")
        # A listed task may belong to a request in flight that has no outcome yet.
        await self._in_flight.wait_for_account(job.account)
        found = match_task(
            job,
            listed,
            await self._library.jobs.task_ids(job.account),
            await self._competing_jobs(job, job.account),
            has_idempotency_keys=offered.supports_idempotency_keys,
        )
        return replace(
            found,
            reason=f"The list of {self.service_label(job)} contains a possible match that cannot "
            "be told apart from another request, so it is not used for this one.",
        )

    def service_label(self, job: Job) -> str:
        return self._connections.account(job.account).service.label

    def _no_list_message(self, job: Job, *, with_token: bool) -> str:
        service = self.service_label(job)
        if with_token:
            return (
                f"{service} shows its list of past requests only with a platform token. Add one "
                "to the account in Settings, then check again."
            )
        return f"{service} has no list of past requests, so it cannot be searched for there."

    def _moved_message(self, job: Job) -> str:
        return (
            f"This was sent to {job.endpoint}, and the account \u201c{job.account}\u201d now has "
            "another address. Restore the earlier address to search for it."
        )

    async def _competing_jobs(self, job: Job, account: AccountName) -> list[Job]:
        """Returns other jobs that may have been accepted, except those sent after the listing."""
        return [
            one
            for one in await self._library.jobs.list_jobs(open_only=True)
            if one.account == account
            and one.state in _UNCERTAIN_STATES
            and one.id != job.id
            and one.id not in self._in_flight
        ]


def _earliest(job: Job, service_now: datetime | None) -> datetime:
    """Returns the earliest time of tasks to read, which allows for a wrong computer clock."""
    if job.service_sent_at is not None:
        return job.service_sent_at - _MARGIN
    local_now = datetime.now(UTC)
    sent = job.sent_at or job.created_at
    if sent > local_now:
        # The clock was corrected since.
        return min(local_now, service_now or local_now) - _MAX_REQUEST_AGE
    # Assumes that the clock was as wrong then as it is now, or was right.
    by_age = (service_now or local_now) - (local_now - sent)
    return min(sent, by_age) - _UNKNOWN_CLOCK_MARGIN
