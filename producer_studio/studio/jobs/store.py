"""The jobs in memory and on disk, always the same: each arrow is written before it is acted on."""

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from producer_studio.domain.clip import Clip, Registration
from producer_studio.domain.credits import EntryKind, LedgerEntry
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.domain.job import Job, JobState, may_follow
from producer_studio.library.library import Library
from producer_studio.studio.events import Events, JobChanged


class ArrowRefused(RuntimeError):
    """A bug of ours: the state machine has no such arrow."""


class Journal:
    """Writes every change of a job durably, then publishes it.

    Changes of one job are made one after the other, each on what the one before has written, so
    that a cancel and an answer that meet cannot undo each other. Jobs that are over leave memory
    unless they still need the user's eye; the library keeps their rows.
    """

    def __init__(self, library: Library, events: Events) -> None:
        self._library = library
        self._events = events
        self._kept: dict[JobId, Job] = {}
        # A turn lives for as long as somebody waits for it or has it.
        self._turns: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    def live(self) -> list[Job]:
        """Jobs worth a row of their own: waiting, running, failed or unknown; newest first."""
        shown = (job for job in self._kept.values() if job.state is not JobState.CANCELLED)
        return sorted(shown, key=lambda job: (job.created_at, -job.take), reverse=True)

    def knows(self, job_id: JobId) -> bool:
        """Whether the job is in memory: this process looks after it, or the user's eye is on it."""
        return job_id in self._kept

    def current(self, job: Job) -> Job:
        """The newest version of a job that may have moved since it was handed out."""
        return self._kept.get(job.id, job)

    async def load(self, job_id: JobId) -> Job | None:
        return self._kept.get(job_id) or await self._library.job(job_id)

    async def reload(self, job_id: JobId) -> Job | None:
        """The job as it is on disk, where another process may have moved it."""
        job = await self._library.job(job_id)
        kept = self._kept.get(job_id)
        if job is not None and kept is not None and kept.with_(fault=job.fault) != job:
            self.remember(job)
        return job

    def remember(self, job: Job) -> None:
        """Takes a job that is on disk already into memory, and tells everybody."""
        if job.dismissed or job.state is JobState.DONE or _cancelled_for_good(job):
            self._kept.pop(job.id, None)
        else:
            self._kept[job.id] = job
        self._events.publish(JobChanged(job))

    async def add(self, jobs: list[Job]) -> None:
        """Writes new jobs, all in one transaction and before any is published."""
        await self._library.put_jobs(jobs, [_expected(job) for job in jobs])
        for job in jobs:
            self.remember(job)

    async def take(
        self,
        job: Job,
        state: JobState,
        only_from: frozenset[JobState] | None = None,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401 - fields have many types
    ) -> Job:
        """Takes the arrow to `state`, on disk first.

        Args:
            only_from: Where the job may stand; from anywhere else nothing happens.
            entries: Lines of the ledger that belong to the arrow.

        Returns:
            The job as it stands now.

        Raises:
            ArrowRefused: There is no such arrow.
            StorageFault: It could not be written; nothing has changed.
        """
        async with self._turn(job):
            before = await self._newest(job)
            if only_from is not None and before.state not in only_from:
                return before
            after = _moved(before, state, changes)
            await self._library.put_job(after, entries)
            self.remember(after)
            return after

    async def collect(
        self,
        job: Job,
        fresh: Sequence[Clip],
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Takes the arrow to collecting together with the clips it brought, in one transaction."""
        async with self._turn(job):
            before = await self._newest(job)
            after = _moved(before, JobState.COLLECTING, changes)
            await self._library.add(fresh, after, entries)
            self.remember(after)
            return after

    async def register(
        self,
        job: Job,
        clip_id: ClipId,
        registration: Registration,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Takes the arrow to collecting and notes that an account knows a clip, both or neither."""
        async with self._turn(job):
            before = await self._newest(job)
            after = _moved(before, JobState.COLLECTING, changes)
            await self._library.register(clip_id, registration, after, entries)
            self.remember(after)
            return after

    async def unfold(
        self, job: Job, clip_id: ClipId, fields: dict[str, Any], others: Sequence[Clip]
    ) -> Job:
        """Lets one clip of a job become several, all or none of them."""
        async with self._turn(job):
            before = await self._newest(job)
            added = [clip.id for clip in others if clip.id not in before.clips]
            after = before.with_(clips=(*before.clips, *added))
            await self._library.unfold(clip_id, fields, others, after)
            self.remember(after)
            return after

    async def note(
        self,
        job: Job,
        entries: Sequence[LedgerEntry] = (),
        **changes: Any,  # noqa: ANN401
    ) -> Job:
        """Changes something about a job that is not its state."""
        async with self._turn(job):
            after = (await self._newest(job)).with_(**changes)
            await self._library.put_job(after, entries)
            self.remember(after)
            return after

    def report(self, job: Job, progress: float | None) -> None:
        """Publishes what the service says of its progress; not worth a write."""
        self._events.publish(JobChanged(self.current(job), progress))

    async def _newest(self, job: Job) -> Job:
        """The job as it stands now; one that has left memory is on disk alone."""
        return self._kept.get(job.id) or await self._library.job(job.id) or job

    def _turn(self, job: Job) -> asyncio.Lock:
        return self._turns.setdefault(job.id, asyncio.Lock())


def _moved(job: Job, state: JobState, changes: dict[str, Any]) -> Job:
    if not may_follow(job.state, state):
        raise ArrowRefused(f"{job.state} -> {state} for job {job.id}")
    return job.with_(state=state, **changes)


def _expected(job: Job) -> LedgerEntry:
    return LedgerEntry(
        account=job.account, kind=EntryKind.EXPECTED, amount=job.credits_expected, job=job.id
    )


def _cancelled_for_good(job: Job) -> bool:
    """Whether nothing can come of it any more: it never went out, or its end is known."""
    return job.state is JobState.CANCELLED and (job.task_id is None or job.finished_at is not None)
