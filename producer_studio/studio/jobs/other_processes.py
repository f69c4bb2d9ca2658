"""Jobs of other processes in the same library: displayed here, run there."""

import asyncio
import logging

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, OtherJobChanged
from producer_studio.studio.jobs.store import JobStore

log = logging.getLogger(__name__)

_INTERVAL_S = 1.0


class OtherProcessJobs:
    """Publishes state changes of jobs of other processes; never runs these jobs.

    They are not part of the `JobStore`: only its own jobs decide what this process sends, waits for
    or deletes. An action of the user on one of them needs its claim, like any other action.
    """

    def __init__(self, library: Library, store: JobStore, events: Events) -> None:
        self._library = library
        self._store = store
        self._events = events
        self._known: dict[JobId, Job] = {}
        self._needs_reread = True

    async def watch(self) -> None:
        """Polls once a second until cancelled; reads only after commits of another process."""
        while True:
            try:
                await self.publish_changes()
            except StorageError as fault:
                log.info("Jobs of other programs cannot be read now: %s", fault)
            await asyncio.sleep(_INTERVAL_S)

    async def publish_changes(self) -> None:
        """Publishes the changes since the last call."""
        committed = await self._library.has_external_commits()
        if not (committed or self._needs_reread):
            return
        found = {job.id: job for job in await self._library.list_jobs(open_only=True)}
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
                ended = await self._library.get_job(job_id)
                self._events.publish(OtherJobChanged(ended or before[job_id], is_over=True))
