"""Job store: jobs in memory and on disk; each transition is written before it takes effect."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from producer_studio.domain.clip import Clip, Registration
from producer_studio.domain.errors import ErrorRecord
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.domain.job import Job, JobState, can_transition
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.press import Press
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, JobChanged, Notice, NoticeLevel
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.studio.jobs.unwritten_tasks import UnwrittenTasks
from producer_studio.translation import mark, sentences

_LOCKS_BEFORE_SENDING = ("requests-of-", "upload-of-", "budget of ", "sweep ")
"""Beginnings of the names of locks that are held before something is sent."""

_LONG_WAIT_MESSAGE = mark(
    "This waits for another Producer Studio process that has the same library open and is busy or "
    "stopped. It goes on when that process does, or is ended."
)

FailureDescription = Callable[[Job], tuple[dict[str, Any], list[LedgerEntry]]]


class InvalidTransition(RuntimeError):
    """Error for a transition that the state machine does not have; always a bug."""


class JobStore:
    """Writes every change of a job durably, then publishes it; has the claims of this process.

    Changes of one job are serialised, each based on the one before, so that a simultaneous
    cancellation and response cannot overwrite each other. Finished jobs are removed from memory
    unless they still need the user's attention; the library stores their rows.

    Attributes:
        unwritten_tasks: Tasks of jobs that could not be written to the library.
    """

    def __init__(
        self, library: Library, claims: JobClaims, events: Events, unwritten: UnwrittenTasks
    ) -> None:
        self.unwritten_tasks = unwritten
        self._library = library
        self._claims = claims
        self._events = events
        self._jobs: dict[JobId, Job] = {}
        # A lock exists while a task waits for it or holds it.
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()
        self._unconfirmed: set[JobId] = set()
        self._purpose_locks: dict[str, asyncio.Lock] = {}
        claims.on_long_wait = self._report_wait

    def claim(self, job_id: JobId) -> bool:
        """Claims a job for this process; False if another process has the claim."""
        return self._claims.acquire(job_id)

    def release(self, job_id: JobId) -> None:
        """Releases the claim on a job."""
        self._claims.release(job_id)

    def is_claimed(self, job_id: JobId) -> bool:
        """Whether any process has the claim on a job, this one included."""
        return self._claims.is_held(job_id)

    def is_claimed_elsewhere(self, job_id: JobId) -> bool:
        """Whether another process has the claim on a job."""
        return self._claims.is_held_elsewhere(job_id)

    def exclusive(self, purpose: str) -> AbstractAsyncContextManager[None]:
        """Waits for and holds a lock that excludes other processes."""
        return self._claims.exclusive(purpose)

    def is_excluded(self, purpose: str) -> bool:
        """Whether another process holds the lock with the given name."""
        return self._claims.is_held_elsewhere(JobId(purpose))

    @asynccontextmanager
    async def one_at_a_time(self, purpose: str) -> AsyncIterator[None]:
        """Holds a lock from a search for jobs to the changes that follow from it.

        Other tasks of this process and of other processes with the same purpose wait, and see these
        changes.
        """
        lock = self._purpose_locks.setdefault(purpose, asyncio.Lock())
        async with lock, self._claims.exclusive(purpose):
            yield

    def _report_wait(self, purpose: str) -> None:
        is_unsent = purpose.startswith(_LOCKS_BEFORE_SENDING)
        unsent = mark("Nothing was sent.") if is_unsent else ""
        self._events.publish(Notice(NoticeLevel.WARNING, sentences(_LONG_WAIT_MESSAGE, unsent)))

    def requires_confirmation(self, job_id: JobId) -> bool:
        """Whether a job is or may turn out to be unsent and waits for the user's confirmation."""
        return job_id in self._unconfirmed

    def require_confirmation(self, job_id: JobId) -> None:
        """Requires the user's confirmation before a job is sent, if it turns out to be unsent."""
        self._unconfirmed.add(job_id)

    def visible_jobs(self) -> list[Job]:
        """Returns the jobs to show in rows: queued, running, failed or unknown; newest first."""
        shown = (job for job in self._jobs.values() if job.state is not JobState.CANCELLED)
        return sorted(shown, key=lambda job: (job.created_at, -job.take), reverse=True)

    def is_loaded(self, job_id: JobId) -> bool:
        """Whether the job is in memory: it runs in this process, or it is shown to the user."""
        return job_id in self._jobs

    def current(self, job: Job) -> Job:
        """Returns the newest version of a job that may have changed since it was read."""
        return self._jobs.get(job.id, job)

    async def all(self) -> list[Job]:
        """Returns all jobs of the library, oldest first."""
        return await self._library.jobs.list_jobs()

    async def load(self, job_id: JobId) -> Job | None:
        return self._jobs.get(job_id) or await self._library.jobs.get(job_id)

    def loaded_jobs(self) -> list[Job]:
        """Returns the jobs in memory: those that run in this process or are shown to the user."""
        return list(self._jobs.values())

    async def reload(self, job_id: JobId) -> Job | None:
        """Reads the job from disk, where another process may have changed it.

        A job that another process has sent is removed from memory: it is that process's own, and an
        orphan when that process ends.
        """
        async with self._locks.setdefault(job_id, asyncio.Lock()):
            job = await self._library.jobs.get(job_id)
            kept = self._jobs.get(job_id)
            if job is None or kept is None or kept.with_changes(fault=job.fault) == job:
                return job
            if job.waits_for_service:
                del self._jobs[job_id]
            else:
                self.load_and_publish(job)
            return job

    def load_and_publish(self, job: Job) -> None:
        """Loads a job from disk into memory and publishes it."""
        if job.dismissed or job.state is JobState.DONE or _is_cancelled_finally(job):
            self._jobs.pop(job.id, None)
        else:
            self._jobs[job.id] = job
        self._events.publish(JobChanged(job))

    def is_foreign(self, job: Job) -> bool:
        """Whether another installation requested the job, so that its row is not trusted.

        Its files are not changed, and nothing that costs credits or copies files is done for it
        without the user's confirmation.
        """
        return job.installation != self._library.context.installation

    async def adopt(self, job: Job) -> Job:
        """Assigns a foreign job to this installation, as confirmed by the user.

        Other jobs are not changed. Local file paths and the idempotency key of the row are valid on
        the other installation only.
        """
        if not self.is_foreign(job):
            return job
        return await self.update(
            job,
            installation=self._library.context.installation,
            recipe=job.recipe.with_changes(audio_file=""),
            hosted="",
            idempotency_key="",
            earlier_key="",
            service_sent_at=None,
        )

    async def add(self, jobs: Sequence[Job], press: Press | None = None) -> None:
        """Inserts new jobs, with their press, in one transaction and before any is published.

        If this is cancelled, jobs that were being written are cancelled, too.
        """
        jobs = [job.with_changes(installation=self._library.context.installation) for job in jobs]
        writing = asyncio.ensure_future(
            self._library.jobs.write_all(jobs, [_expected_entry(job) for job in jobs], press)
        )
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # A write that has begun cannot be stopped. As queued ones they would count in budgets.
            await writing
            ended = {"state": JobState.CANCELLED, "finished_at": datetime.now(UTC)}
            await self._library.jobs.write_all([job.with_changes(**ended) for job in jobs], [])
            raise
        for job in jobs:
            self.load_and_publish(job)

    async def transition(
        self,
        job: Job,
        to: JobState,
        from_states: frozenset[JobState] | None = None,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401 - fields have many types
    ) -> Job:
        """Moves a job to the state `to`; written to disk first.

        Args:
            from_states: States from which the transition happens; from any other nothing changes.
            entries: Ledger entries that belong to the transition.

        Returns:
            The job in its current version.

        Raises:
            InvalidTransition: The state machine has no such transition.
            StorageError: It could not be written; nothing has changed.
        """
        async with self._lock(job):
            before = await self._latest(job)
            if from_states is not None and before.state not in from_states:
                return before
            after = _apply_transition(before, to, changes)
            await self._library.jobs.write(after, entries)
            self.load_and_publish(after)
            return after

    async def collect(
        self,
        job: Job,
        new_clips: Sequence[Clip],
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Moves a job to collecting and inserts its new clips, in one transaction."""
        async with self._lock(job):
            before = await self._latest(job)
            after = _apply_transition(before, JobState.COLLECTING, changes)
            await self._library.clips.add(new_clips, after, entries)
            self.load_and_publish(after)
            return after

    async def register(
        self,
        job: Job,
        clip_id: ClipId,
        registration: Registration,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Moves a job to collecting and adds a clip's registration, in one transaction."""
        async with self._lock(job):
            before = await self._latest(job)
            after = _apply_transition(before, JobState.COLLECTING, changes)
            await self._library.clips.add_registration(clip_id, registration, after, entries)
            self.load_and_publish(after)
            return after

    async def split_clip(
        self, job: Job, clip_id: ClipId, fields: dict[str, Any], others: Sequence[Clip]
    ) -> Job:
        """Splits one clip of a job into several, in one transaction."""
        async with self._lock(job):
            before = await self._latest(job)
            added = [clip.id for clip in others if clip.id not in before.clips]
            after = before.with_changes(clips=(*before.clips, *added))
            await self._library.clips.update_and_add(clip_id, fields, others, after)
            self.load_and_publish(after)
            return after

    async def poll_again(self, job: Job) -> Job:
        """Moves a failed job back to working: the service may finish it after all."""
        return await self.transition(
            job,
            JobState.WORKING,
            from_states=frozenset({JobState.FAILED}),
            fault=None,
            finished_at=None,
        )

    async def update(
        self,
        job: Job,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Changes fields of a job other than its state."""
        async with self._lock(job):
            after = _with_valid_dismissal((await self._latest(job)).with_changes(**changes))
            await self._library.jobs.write(after, entries)
            self.load_and_publish(after)
            return after

    async def record_failure(self, job: Job, describe: FailureDescription) -> Job:
        """Records that the task of a job has ended without a result.

        An accepted job fails. One that is cancelled or has failed already keeps its state, and one
        whose result has arrived is not changed.

        Args:
            describe: Returns the changed fields and the ledger entries for the newest version of
                the job: two polls at the same time record a refund once.
        """
        async with self._lock(job):
            before = await self._latest(job)
            if before.state in {JobState.COLLECTING, JobState.DONE}:
                return before
            changes, entries = describe(before)
            is_running = before.state in {JobState.ACCEPTED, JobState.WORKING}
            to = JobState.FAILED if is_running else before.state
            after = before.with_changes(state=to, **changes)
            await self._library.jobs.write(after, entries)
            self.load_and_publish(after)
            return after

    def publish_error(self, job: Job, error: ErrorRecord) -> None:
        """Shows an error on a job whose row could not or should not be changed."""
        self._events.publish(Notice(NoticeLevel.ERROR, error.message, error.service_words))
        self.load_and_publish(self.current(job).with_changes(fault=error))

    def publish_notice(self, job: Job, level: NoticeLevel, message: str) -> None:
        """Publishes a notice that begins with the job's title."""
        text = mark("“{title}”: {message}", title=job.title, message=message)
        self._events.publish(Notice(level, text))

    def publish_progress(self, job: Job, progress: float | None) -> None:
        """Publishes the progress that the service reports; not written to disk."""
        self._events.publish(JobChanged(self.current(job), progress))

    async def _latest(self, job: Job) -> Job:
        """Returns the current version of a job; read from disk if it is not in memory."""
        return self._jobs.get(job.id) or await self._library.jobs.get(job.id) or job

    def _lock(self, job: Job) -> asyncio.Lock:
        return self._locks.setdefault(job.id, asyncio.Lock())


def _apply_transition(job: Job, to: JobState, changes: dict[str, Any]) -> Job:
    if not can_transition(job.state, to):
        raise InvalidTransition(f"{job.state} -> {to} for job {job.id}")
    return _with_valid_dismissal(job.with_changes(state=to, **changes))


def _with_valid_dismissal(job: Job) -> Job:
    """Returns the job, shown again if it was dismissed and goes on.

    Dismissed jobs are not resumed: the late result of one would never be downloaded after a kill.
    """
    return job if job.state.is_finished else job.with_changes(dismissed=False)


def _expected_entry(job: Job) -> LedgerEntry:
    return LedgerEntry(
        account=job.account, kind=EntryKind.EXPECTED, amount=job.credits_expected, job=job.id
    )


def _is_cancelled_finally(job: Job) -> bool:
    """Whether a cancelled job can have no result: it was never sent, or its end is known."""
    return job.state is JobState.CANCELLED and (job.task_id is None or job.finished_at is not None)
