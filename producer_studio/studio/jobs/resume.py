"""Resumption of the jobs that an earlier run left; it sends nothing that could cost again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from producer_studio.domain.errors import Fault, FaultKind, FaultRecord
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.claims import Claims
from producer_studio.studio.jobs.exclusive_claim import HeldJobs
from producer_studio.studio.jobs.poll import LOOKS_TO_CONFIRM
from producer_studio.studio.jobs.runner import BROKEN_SENTENCE, Runner
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.jobs.submit import UNKNOWN_SENTENCE, Sender
from producer_studio.studio.jobs.temporary_uploads import is_over
from producer_studio.studio.jobs.unanswered import UnansweredJobs

log = logging.getLogger(__name__)

_LATE_AMONG = 200
"""So many of the failed jobs that were put away are looked at again."""


class JobResumer:
    """Takes up each job from where it stands; one that cannot go on stops no other."""

    def __init__(
        self,
        library: Library,
        journal: Journal,
        claims: Claims,
        held: HeldJobs,
        sender: Sender,
        runner: Runner,
        unanswered: UnansweredJobs,
        events: Events,
    ) -> None:
        self._library = library
        self._journal = journal
        self._claims = claims
        self._held = held
        self._sender = sender
        self._runner = runner
        self._unanswered = unanswered
        self._events = events
        self._found: set[JobId] = set()

    def has_found(self, job_id: JobId) -> bool:
        """Whether a job was found unsent, or may turn out to be."""
        return job_id in self._found

    def add_found(self, job_id: JobId) -> None:
        """Notes a job that is sent at the user's word alone if it turns out to be unsent."""
        self._found.add(job_id)

    async def resume(self) -> list[Job]:
        """Goes on with what an earlier run left: watches, collects, looks up. Sends nothing.

        Returns:
            The jobs that are looked after now, and those that wait for the user's word.
        """
        taken: list[Job] = []
        left = await self._left()
        for job in left:
            # All of them before any is looked for: what is not known must not look as if it were.
            if job.state is JobState.SENDING and not self._runner.has(job.id):
                with self._alone(job):
                    await self._doubt(job)
        for job in left:
            if self._runner.has(job.id):
                continue
            with self._alone(job):
                async with self._held.hold(job.id) as held:
                    resumed = await self._resumed(held) if held is not None else None
                    if resumed is not None:
                        taken.append(resumed)
        for job in await self._library.jobs_with_pending_media():
            with self._alone(job):
                async with self._held.hold(job.id) as held:
                    if held is not None and not self._runner.has(job.id):
                        taken.append(await self._fetched_again(held))
        for job in await self._library.hosted_jobs():
            with self._alone(job):
                if is_over(job) and not self._runner.has(job.id) and self._claims.take(job.id):
                    self._runner.tidy(job)
        await self._tell_unreadable()
        return taken

    async def _fetched_again(self, job: Job) -> Job:
        """Goes on with a file that was asked for once more when an earlier run ended."""
        job = await self._journal.take(
            job, JobState.COLLECTING, only_from=frozenset({JobState.DONE})
        )
        self._runner.start(job)
        return job

    @contextmanager
    def _alone(self, job: Job) -> Iterator[None]:
        """Keeps what goes wrong with one job from stopping the others."""
        try:
            yield
        except Fault as fault:
            log.warning("Job %s was not resumed: %s", job.id, fault)
            self._events.publish(Notice(Level.BAD, f"“{job.title}”: {fault.message}"))
        except Exception:
            log.exception("Job %s was not resumed", job.id)
            self._events.publish(Notice(Level.BAD, f"“{job.title}”: {BROKEN_SENTENCE}"))

    async def _tell_unreadable(self) -> None:
        unreadable = await self._library.unreadable_jobs()
        if unreadable:
            many = len(unreadable) > 1
            self._events.publish(
                Notice(
                    Level.WARN,
                    f"{len(unreadable)} {'jobs' if many else 'job'} of this library cannot be read "
                    f"by this version of Producer Studio and {'are' if many else 'is'} left as "
                    f"{'they are' if many else 'it is'}. All others go on. A newer version may "
                    f"read {'them' if many else 'it'}.",
                    ", ".join(unreadable),
                )
            )

    async def _left(self) -> list[Job]:
        """What is not over, and the failed jobs whose result may have come in the meantime."""
        open_ones = await self._library.jobs(open_only=True)
        failed = await self._library.failed_tasks(_LATE_AMONG)
        return open_ones + [job for job in failed if _may_come_late(job)]

    async def _doubt(self, job: Job) -> None:
        async with self._held.hold(job.id) as held:
            if held is not None and held.state is JobState.SENDING:
                fault = FaultRecord(kind=FaultKind.OUTCOME_UNKNOWN, message=UNKNOWN_SENTENCE)
                await self._journal.take(held, JobState.UNKNOWN, fault=fault)

    async def _resumed(self, job: Job) -> Job | None:
        if job.state.is_watched:
            # What stood in the way of the last run need not stand in the way of this one.
            job = job.with_(fault=None)
        if job.state in {JobState.QUEUED, JobState.UNKNOWN}:
            self.add_found(job.id)
        self._journal.remember(job)
        if job.state is JobState.UNKNOWN:
            job, _ = await self._sender.find(job)
            if self._sender.repeats_safely(job):
                self._runner.start(job)
                return job
        if job.lacks_answer and not job.dismissed:
            job = await self._unanswered.watch_again(job)
        unfinished = job.state is JobState.CANCELLED and job.finished_at is None
        if job.state.is_watched or (job.task_id is not None and unfinished):
            self._runner.start(job)
        elif _may_come_late(job):
            self._runner.look_late(job)
        elif job.state not in {JobState.QUEUED, JobState.UNKNOWN, JobState.FAILED}:
            return None
        return job


def _may_come_late(job: Job) -> bool:
    """Whether a failed task is to be looked at once more: its result may have come after all."""
    if job.state is not JobState.FAILED or job.task_id is None:
        return False
    return job.lacks_answer or job.late_looks < LOOKS_TO_CONFIRM
