"""Search for a job of unknown outcome in the list that its service keeps. It sends nothing."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.studio.jobs.recover import UNSURE_MATCH, TaskMatch, match_task

log = logging.getLogger(__name__)

_MARGIN = timedelta(minutes=15)
"""So much older may a task be that is looked at, by the service's own clock."""

_UNKNOWN_CLOCK_MARGIN = timedelta(days=1)
"""Likewise, where the time of sending is known by the clock of the computer alone."""

_MAX_REQUEST_AGE = timedelta(days=3)
"""How old a request may be whose time is not known, as the clock was corrected since."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})


class TaskSearch:
    """Reads the lists of the services, and compares them with what was requested."""

    def __init__(
        self, library: Library, connections: Connections, in_flight: InFlightRequests
    ) -> None:
        self._library = library
        self._connections = connections
        self._in_flight = in_flight

    async def find(self, job: Job) -> TaskMatch:
        """What the service's list tells of a job."""
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
            log.info("Looking for job %s: %s", job.id, fault)
            return replace(UNSURE_MATCH, reason=f"It could not be looked for. {fault.message}")
        # What the list shows may belong to a request that has no outcome yet.
        await self._in_flight.wait_for_account(job.account)
        found = match_task(
            job,
            listed,
            await self._library.task_ids(job.account),
            await self._competing_jobs(job, job.account),
            has_idempotency_keys=offered.supports_idempotency_keys,
        )
        return replace(
            found,
            reason=f"The list of {self.service_label(job)} has what could be this, and it does not "
            "tell it from another request. It is not taken for this one.",
        )

    def service_label(self, job: Job) -> str:
        return self._connections.account(job.account).service.label

    def _no_list_message(self, job: Job, *, with_token: bool) -> str:
        service = self.service_label(job)
        if with_token:
            return (
                f"{service} shows its list of past requests for a platform token only. Give the "
                "account one in Settings, then look again."
            )
        return f"{service} keeps no list of past requests, so it cannot be looked for there."

    def _moved_message(self, job: Job) -> str:
        return (
            f"This was sent to {job.endpoint}, and the account \u201c{job.account}\u201d has "
            "another address now. Set that one again to look for it."
        )

    async def _competing_jobs(self, job: Job, account: AccountName) -> list[Job]:
        """Others of which it is not known whether they were taken; not those sent since."""
        return [
            one
            for one in await self._library.list_jobs(open_only=True)
            if one.account == account
            and one.state in _UNCERTAIN_STATES
            and one.id != job.id
            and one.id not in self._in_flight
        ]


def _earliest(job: Job, service_now: datetime | None) -> datetime:
    """From when on the list is read: early enough, whatever the clock of the computer says."""
    if job.service_sent_at is not None:
        return job.service_sent_at - _MARGIN
    local_now = datetime.now(UTC)
    sent = job.sent_at or job.created_at
    if sent > local_now:
        # The clock was corrected since.
        return min(local_now, service_now or local_now) - _MAX_REQUEST_AGE
    # The clock stood then as it stands now, or as it should.
    by_age = (service_now or local_now) - (local_now - sent)
    return min(sent, by_age) - _UNKNOWN_CLOCK_MARGIN
