"""Jobs of other processes in the same library: displayed here, run there until they end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, OtherJobChanged
from producer_studio.studio.jobs.store import JobStore

log = logging.getLogger(__name__)

_INTERVAL_S = 1.0


class OtherProcessJobs:
    """Publishes state changes of jobs of other processes; does not run them while these live.

    They are not part of the `JobStore`: only its own jobs decide what this process sends, waits for
    or deletes. An action of the user on one of them needs its claim, like any other action.

    Args:
        resume_orphan: Resumes a job whose process has ended; False while a process has its claim.
    """

    def __init__(
        self,
        library: Library,
        store: JobStore,
        events: Events,
        resume_orphan: Callable[[Job], Awaitable[bool]],
    ) -> None:
        self._library = library
        self._store = store
        self._events = events
        self._resume_orphan = resume_orphan
        self._known: dict[JobId, Job] = {}
        self._needs_reread = True
        self._resumed: set[JobId] = set()

    async def watch(self) -> None:
        """Polls once a second until cancelled; reads only after commits of another process."""
        while True:
            try:
                await self.publish_changes()
                await self._resume_orphans()
            except StorageError as fault:
                log.info("Cannot read jobs of other programs now: %s", fault)
            await asyncio.sleep(_INTERVAL_S)

    async def publish_changes(self) -> None:
        """Publishes the changes since the last call."""
        committed = await self._library.has_external_commits()
        if not (committed or self._needs_reread):
            return
        found = {job.id: job for job in await self._library.jobs.list_jobs(open_only=True)}
        before = self._known
        self._known = {
            job_id: job for job_id, job in found.items() if not self._store.is_loaded(job_id)
        }
        # One of our own jobs may have been entering or leaving the job store: read again at the
        # next poll.
        self._needs_reread = self._known.keys() != before.keys()
        for job_id, job in self._known.items():
            if before.get(job_id) != job:
                self._events.publish(OtherJobChanged(job))
        for job_id in before.keys() - self._known.keys():
            if not self._store.is_loaded(job_id):
                ended = await self._library.jobs.get(job_id)
                self._events.publish(OtherJobChanged(ended or before[job_id], is_over=True))

    async def _resume_orphans(self) -> None:
        """Resumes jobs of processes that were killed: a service may delete their results in a day.

        A process that waits for its user has no claim either, so only jobs that wait for the
        service count.
        """
        for job in list(self._known.values()):
            is_watched = job.state is JobState.CANCELLED and not job.is_over
            if not (is_watched or job.state.is_polled or job.state is JobState.SENDING):
                continue
            # Once: an error, such as that of a full disk, would be repeated every second.
            if job.id not in self._resumed and await self._resume_orphan(job):
                self._resumed.add(job.id)
                self._needs_reread = True
