"""Resumption of the jobs of an earlier run; sends nothing that could be charged twice."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.pipeline import UNEXPECTED_ERROR_MESSAGE
from producer_studio.studio.jobs.poll import LATE_POLL_LIMIT
from producer_studio.studio.jobs.recover import JobRecovery
from producer_studio.studio.jobs.request_outcomes import OUTCOME_UNKNOWN_MESSAGE
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.temporary_uploads import is_upload_obsolete
from producer_studio.translation import mark, nmark

log = logging.getLogger(__name__)

_MAX_LATE_POLLS = 200
"""Maximum number of dismissed failed jobs that are polled again."""


class JobResumer:
    """Resumes each job from its stored state; an error of one job does not stop the others."""

    def __init__(
        self,
        library: Library,
        store: JobStore,
        recovery: JobRecovery,
        runner: JobRunner,
        events: Events,
    ) -> None:
        self._library = library
        self._store = store
        self._recovery = recovery
        self._runner = runner
        self._events = events

    async def resume(self) -> list[Job]:
        """Resumes the jobs of an earlier run: polls, collects and recovers them. Sends nothing.

        Returns:
            The jobs that run now, and those that wait for the user's confirmation.
        """
        resumed_jobs: list[Job] = []
        resumable = await self._resumable_jobs()
        for job in resumable:
            # Mark all of them before the first search: unknown outcomes must not be treated as
            # known.
            if job.state is JobState.SENDING and not self._runner.is_running(job.id):
                with self._publish_errors(job):
                    await self._mark_unknown(job)
        unknown: defaultdict[AccountName, list[Job]] = defaultdict(list)
        for job in resumable:
            if self._runner.is_running(job.id):
                continue
            with self._publish_errors(job):
                async with self._runner.claim(job.id) as held:
                    resumed = await self._resume_job(held) if held is not None else None
                    is_foreign = resumed is not None and self._store.is_foreign(resumed)
                    if resumed is not None and resumed.state is JobState.UNKNOWN and not is_foreign:
                        unknown[resumed.account].append(resumed)
                    elif resumed is not None:
                        resumed_jobs.append(resumed)
        for job in await self._library.jobs.list_with_pending_media():
            if self._store.is_foreign(job):
                continue
            with self._publish_errors(job):
                async with self._runner.claim(job.id) as held:
                    if held is not None and not self._runner.is_running(job.id):
                        resumed_jobs.append(await self._resume_download(held))
        for job in await self._library.jobs.list_with_uploads():
            with self._publish_errors(job):
                if (
                    is_upload_obsolete(job)
                    and not self._store.is_foreign(job)
                    and not self._runner.is_running(job.id)
                    and self._store.claim(job.id)
                ):
                    self._runner.start_upload_deletion(job)
        await self._report_unreadable()
        # Last, and per account: a list that stalls delays nothing else.
        searches = await asyncio.gather(*(self._recover_jobs(jobs) for jobs in unknown.values()))
        return resumed_jobs + [job for found in searches for job in found]

    async def resume_orphan(self, job: Job) -> bool:
        """Resumes a job whose process has ended; a queued one waits for the user's confirmation.

        Returns:
            False if a process still has its claim.
        """
        with self._publish_errors(job):
            if job.state is JobState.SENDING:
                await self._mark_unknown(job)
            async with self._runner.claim(job.id) as held:
                if held is None:
                    return False
                if held.is_over or self._runner.is_running(job.id):
                    return True
                resumed = await self._resume_job(held)
            if resumed is not None and resumed.state is JobState.UNKNOWN:
                await self._recover_jobs([] if self._store.is_foreign(resumed) else [resumed])
        return True

    async def _recover_jobs(self, jobs: Sequence[Job]) -> list[Job]:
        """Searches for the unknown jobs of one account at its service, one after the other."""
        recovered_jobs: list[Job] = []
        for job in jobs:
            with self._publish_errors(job):
                async with self._runner.claim(job.id) as held:
                    if held is None or self._runner.is_running(job.id):
                        continue
                    if held.state is JobState.UNKNOWN:
                        held, _ = await self._recovery.recover(held)
                        if held.state.is_polled or self._recovery.can_repeat_safely(held):
                            self._runner.start(held)
                    recovered_jobs.append(held)
        return recovered_jobs

    async def _resume_download(self, job: Job) -> Job:
        """Resumes a download that was requested again before an earlier run ended."""
        job = await self._store.transition(
            job, JobState.COLLECTING, from_states=frozenset({JobState.DONE})
        )
        self._runner.start(job)
        return job

    @contextmanager
    def _publish_errors(self, job: Job) -> Iterator[None]:
        """Publishes errors of one job, so that they do not stop the others."""
        try:
            yield
        except ServiceError as fault:
            log.warning("Job %s was not resumed: %s", job.id, fault)
            self._store.publish_notice(job, NoticeLevel.ERROR, fault.message)
        except Exception:
            # A bug of ours in one job; those of the other jobs were paid for, too.
            log.exception("Job %s was not resumed", job.id)
            self._store.publish_notice(job, NoticeLevel.ERROR, UNEXPECTED_ERROR_MESSAGE)

    async def _report_unreadable(self) -> None:
        unreadable = await self._library.jobs.list_unreadable_ids()
        if unreadable:
            self._events.publish(
                Notice(
                    NoticeLevel.WARNING,
                    nmark(
                        "{count} job of this library cannot be read by this version of Producer "
                        "Studio and is left as it is. All others continue. A newer version may be "
                        "able to read it.",
                        "{count} jobs of this library cannot be read by this version of Producer "
                        "Studio and are left as they are. All others continue. A newer version "
                        "may be able to read them.",
                        len(unreadable),
                    ),
                    ", ".join(unreadable),
                )
            )

    async def _resumable_jobs(self) -> list[Job]:
        """Returns unfinished jobs and failed jobs whose result may be available by now."""
        open_ones = await self._library.jobs.list_jobs(open_only=True)
        failed = await self._library.jobs.list_failed(_MAX_LATE_POLLS)
        return open_ones + [job for job in failed if _may_finish_late(job)]

    async def _mark_unknown(self, job: Job) -> None:
        """Marks a job as unknown that an earlier run was sending, unless its task is known."""
        async with self._runner.claim(job.id) as held:
            # This process may be sending it right now.
            if held is None or self._runner.is_running(job.id):
                return
            if await self._recovery.outcomes.accept_unwritten(held):
                return
            fault = ErrorRecord(kind=ErrorKind.OUTCOME_UNKNOWN, message=OUTCOME_UNKNOWN_MESSAGE)
            await self._store.transition(
                held, JobState.UNKNOWN, from_states=frozenset({JobState.SENDING}), fault=fault
            )

    async def _resume_job(self, job: Job) -> Job | None:
        if job.state.is_polled:
            # An error of the last run may not occur in this one.
            job = job.with_changes(fault=None)
        if job.state is JobState.QUEUED and job.uncertain_sends and not self._store.is_foreign(job):
            outcomes = self._recovery.outcomes
            job = await outcomes.restore_unknown(
                job, mark("The program ended before it was sent again.")
            )
        if job.state in {JobState.QUEUED, JobState.UNKNOWN}:
            self._store.require_confirmation(job.id)
        is_held = self._store.is_foreign(job) and not _can_watch_foreign(job)
        if is_held and not job.state.is_finished and job.state is not JobState.QUEUED:
            job = job.with_changes(fault=_FOREIGN_JOB)
        self._store.load_and_publish(job)
        if is_held:
            return None if job.state.is_finished else job
        if job.is_unanswered and not job.dismissed:
            job = await self._store.poll_again(job)
        unfinished = job.state is JobState.CANCELLED and job.finished_at is None
        if job.state.is_polled or (job.task_id is not None and unfinished):
            self._runner.start(job)
        elif _may_finish_late(job):
            self._runner.poll_late(job)
        elif job.state not in {JobState.QUEUED, JobState.UNKNOWN, JobState.FAILED}:
            return None
        return job


_FOREIGN_JOB = ErrorRecord(
    kind=ErrorKind.OUTCOME_UNKNOWN,
    message=mark(
        "Another installation of Producer Studio requested this; the library was copied or "
        "moved here. Nothing happens to it until you decide."
    ),
)


def _can_watch_foreign(job: Job) -> bool:
    """Whether a job of another installation is polled without the user's confirmation.

    Polling a task is free, and its result comes from the account's own service. File paths and
    addresses in the row are not used.
    """
    is_watched = job.state in {JobState.ACCEPTED, JobState.WORKING} or (
        job.task_id is not None and job.state in {JobState.FAILED, JobState.CANCELLED}
    )
    return is_watched and not job.recipe.audio_file and not job.clips


def _may_finish_late(job: Job) -> bool:
    """Whether a failed task is polled once more: its result may be available after all."""
    if job.state is not JobState.FAILED or job.task_id is None:
        return False
    return job.is_unanswered or job.late_looks < LATE_POLL_LIMIT
