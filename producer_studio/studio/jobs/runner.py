"""What goes on by itself: each job in a task of its own, from where it stands to its end."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from producer_studio.domain.errors import Fault, FaultKind, FaultRecord, StorageFault, UnknownTask
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import Failed, Finished
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.claims import Claims
from producer_studio.studio.jobs.collect import Collector
from producer_studio.studio.jobs.concurrency import Slots
from producer_studio.studio.jobs.dependencies import Following
from producer_studio.studio.jobs.durations import History
from producer_studio.studio.jobs.poll import Watcher
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.jobs.submit import Sender
from producer_studio.studio.jobs.temporary_uploads import Lending, is_over

log = logging.getLogger(__name__)

_STORAGE_WAIT_S = 20.0
"""Between tries while the disk is full."""

_SEND_GRACE_S = 15.0
"""How long a quit waits for requests that are on their way, so that their outcome is known."""

BROKEN_SENTENCE = (
    "Something went wrong in the studio while it looked after a job. Nothing is lost: it goes on "
    "at the next start."
)


class Runner:
    """Takes jobs from arrow to arrow; every state is on disk first.

    Args:
        limit: Tells how many jobs an account may have at its service at a time.
    """

    def __init__(
        self,
        journal: Journal,
        claims: Claims,
        sender: Sender,
        watcher: Watcher,
        collector: Collector,
        history: History,
        events: Events,
        limit: Callable[[AccountName], int],
        lending: Lending,
        following: Following,
    ) -> None:
        self._journal = journal
        self._claims = claims
        self._sender = sender
        self._watcher = watcher
        self._collector = collector
        self._history = history
        self._events = events
        self._lending = lending
        self._following = following
        self._slots = Slots(limit)
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._held_back: dict[JobId, set[JobId]] = {}
        self._closing = False

    def has(self, job_id: JobId) -> bool:
        """Whether the job is being looked after."""
        return job_id in self._tasks

    def start(self, job: Job) -> None:
        """Looks after a job from now on; one that is looked after already is left alone."""
        self._track(job, self._run)
        # Those that were to follow it, at the same word of the user's, wait for it again.
        for follower in self._held_back.pop(job.id, set()):
            self._start_follower(follower)

    def tidy(self, job: Job) -> None:
        """Takes down what still lies with a host for a job that is over."""
        self._track(job, self._take_down_quietly)

    def fail_followers(self, job: Job) -> None:
        """Ends the jobs that were to follow one that has failed or was cancelled; sends nothing."""
        if job.state in {JobState.FAILED, JobState.CANCELLED}:
            for one in self._journal.live():
                if one.after == job.id and one.state is JobState.QUEUED:
                    self._start_follower(one.id)

    def look_late(self, job: Job) -> None:
        """Asks once whether the result of a failed job has come after all."""
        self._track(job, self._look_for_late_result)

    async def stop(self, job_id: JobId) -> None:
        """Stops looking after a job, unless its request is on its way; the row stays as it is."""
        task = self._tasks.get(job_id)
        if task is not None and job_id not in self._sender.on_the_wire():
            task.cancel()
            await asyncio.wait([task])

    async def settled(self) -> None:
        """Returns when no job is being looked after any more."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def close(self) -> None:
        """Waits a moment for requests on their way, then stops looking; rows stay as they are."""
        self._closing = True
        sending = self._sender.on_the_wire()
        for job_id, task in self._tasks.items():
            if job_id not in sending:
                task.cancel()
        answered = [asyncio.create_task(settled.wait()) for settled in sending.values()]
        if answered:
            _, late = await asyncio.wait(answered, timeout=_SEND_GRACE_S)
            for waiting in late:
                waiting.cancel()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _track(self, job: Job, work: Callable[[Job], Coroutine[Any, Any, None]]) -> None:
        if job.id in self._tasks or self._closing:
            return
        task = asyncio.create_task(work(job), name=f"job {job.id}")
        self._tasks[job.id] = task

        def ended(_: "asyncio.Task[None]") -> None:
            del self._tasks[job.id]
            self._claims.drop(job.id)
            self.fail_followers(self._journal.current(job))

        task.add_done_callback(ended)

    async def _run(self, job: Job) -> None:
        while True:
            try:
                await self._advance(self._journal.current(job))
                # One that is done has left memory.
                await self._take_down(await self._journal.load(job.id))
            except StorageFault as fault:
                # Nothing is lost: the last arrow that is on disk is where it goes on.
                self._show(job, fault.record())
                if not self._journal.current(job).state.is_watched:
                    return
                # It may be long until there is room, and the service has what it was lent.
                await self._take_down_quietly(self._journal.current(job))
                await asyncio.sleep(_STORAGE_WAIT_S)
            except Fault as fault:
                log.warning("Job %s stopped: %s", job.id, fault)
                self._show(job, fault.record())
                return
            except Exception as error:
                log.exception("Job %s broke", job.id)
                record = FaultRecord(
                    kind=FaultKind.UNEXPECTED, message=BROKEN_SENTENCE, service_words=repr(error)
                )
                self._show(job, record)
                return
            else:
                return

    def _start_follower(self, job_id: JobId) -> None:
        follower = next((one for one in self._journal.live() if one.id == job_id), None)
        if follower is None or follower.state is not JobState.QUEUED or self.has(job_id):
            return
        if self._claims.take(job_id):
            self.start(follower)

    async def _take_down(self, job: Job | None, *, quietly: bool = False) -> None:
        if job is not None and job.hosted and is_over(job):
            await self._lending.take_down(job, quietly=quietly)

    async def _take_down_quietly(self, job: Job) -> None:
        try:
            await self._take_down(job, quietly=True)
        except StorageFault as fault:
            log.warning("What lies with a host for job %s was not noted: %s", job.id, fault)

    async def _ready(self, job: Job) -> Job:
        """Waits for the job that must come first; queued still when its time has not come."""
        while job.state is JobState.QUEUED and job.after is not None:
            first = await self._journal.load(job.after)
            if first is None or first.state.is_over:
                return await self._following.follow(job, first)
            task = self._tasks.get(first.id)
            if task is None:
                # It waits for the user's word itself, or another process looks after it.
                self._held_back.setdefault(first.id, set()).add(job.id)
                return job
            await asyncio.wait([task])
            job = self._journal.current(job)
        return job

    def _show(self, job: Job, fault: FaultRecord) -> None:
        """Shows a fault beside a job whose row could not be changed, or should not be."""
        self._events.publish(Notice(Level.BAD, fault.message, fault.service_words))
        self._journal.remember(self._journal.current(job).with_(fault=fault))

    async def _advance(self, job: Job) -> None:
        if job.state is JobState.COLLECTING:
            await self._collector.fetch(job)
            return
        finished: Finished | None
        if job.state is JobState.QUEUED and job.after is not None:
            job = await self._ready(job)
            if job.after is not None:
                return
        if job.state in {JobState.QUEUED, JobState.UNKNOWN}:
            async with self._slots.turn(job.account):
                job, finished = await self._sender.send(job)
                if finished is None and _is_at_the_service(job):
                    job, finished = await self._watcher.watch(job)
        else:
            # Whatever the limit says now: it is there, and watching is free.
            with self._slots.held(job.account):
                job, finished = await self._watcher.watch(job, resumed=True)
        if finished is not None:
            await self._finish(job, finished)

    async def _finish(self, job: Job, finished: Finished) -> None:
        was = self._journal.current(job).state
        job = await self._collector.collect(job, finished)
        if was is JobState.CANCELLED:
            self._events.publish(
                Notice(
                    Level.INFO,
                    f"“{job.title}” had already been taken when it was cancelled. "
                    "The clip is in your library.",
                )
            )
        await self._history.learn(job.recipe, job.account)

    async def _look_for_late_result(self, job: Job) -> None:
        try:
            answer = await self._watcher.look(job)
            if isinstance(answer, Finished):
                await self._collector.collect(job, answer)
                self._events.publish(
                    Notice(
                        Level.INFO,
                        f"“{job.title}” has turned up after all and is in your library.",
                    )
                )
            elif isinstance(answer, Failed):
                if job.lacks_answer and not answer.is_vague:
                    job = await self._watcher.fail(job, answer)
                await self._journal.note(job, late_looks=job.late_looks + 1)
        except UnknownTask:
            await self._journal.note(job, late_looks=job.late_looks + 1)
        except Fault as fault:
            # Only answers count: one that could not be asked after is looked at again.
            log.info("Late look at job %s: %s", job.id, fault)


def _is_at_the_service(job: Job) -> bool:
    return job.state.is_watched or (job.state is JobState.CANCELLED and job.task_id is not None)
