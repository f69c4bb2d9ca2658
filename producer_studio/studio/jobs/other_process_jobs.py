"""Jobs of other processes in the same library: displayed here, run there until they end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, OtherJobChanged
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore

log = logging.getLogger(__name__)

_INTERVAL_S = 1.0


class OtherProcessJobs:
    """Publishes state changes of jobs of other processes; does not run them while these live.

    They are not part of the `JobStore`: only its own jobs decide what this process sends, waits for
    or deletes. An action of the user on one of them needs its claim, like any other action.

    Args:
        runner: Runs the jobs of this process.
        resume_orphan: Resumes a job whose process has ended, or shows it as waiting for the user;
            False while a process has its claim.
    """

    def __init__(
        self,
        library: Library,
        store: JobStore,
        events: Events,
        runner: JobRunner,
        resume_orphan: Callable[[Job], Awaitable[bool]],
    ) -> None:
        self._library = library
        self._store = store
        self._events = events
        self._runner = runner
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
        await self._reload_changed(found)
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
                self._runner.restart_dependents(job.id)
        for job_id in before.keys() - self._known.keys():
            if not self._store.is_loaded(job_id):
                ended = await self._library.jobs.get(job_id)
                self._events.publish(OtherJobChanged(ended or before[job_id], is_over=True))
                self._runner.restart_dependents(job_id)

    async def _reload_changed(self, found: dict[JobId, Job]) -> None:
        """Reloads jobs of this process that another process has sent, ended or dismissed.

        Args:
            found: The unfinished jobs on disk.
        """
        for job in self._store.loaded_jobs():
            on_disk = found.get(job.id)
            is_same = on_disk is not None and job.with_changes(fault=on_disk.fault) == on_disk
            if not is_same and not self._runner.is_running(job.id):
                await self._store.reload(job.id)
                self._runner.restart_dependents(job.id)

    async def _resume_orphans(self) -> None:
        """Resumes jobs of processes that were killed: a service may delete their results in a day.

        A queued one waits for the user here, too: nothing sends it any more.
        """
        for job in list(self._known.values()):
            if not job.waits_for_service and job.state is not JobState.QUEUED:
                continue
            # Once: an error, such as that of a full disk, would be repeated every second.
            if job.id not in self._resumed and await self._resume_orphan(job):
                self._resumed.add(job.id)
                self._needs_reread = True
