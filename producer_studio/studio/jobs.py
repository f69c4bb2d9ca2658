"""The queue of jobs: what the user presses, and what goes on by itself."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from producer_studio.domain.faults import Fault, FaultKind, FaultRecord, Refused, StorageFault
from producer_studio.domain.guidance import obstacles
from producer_studio.domain.ids import AccountName, JobId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.model import model_named
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.catalogue import Library
from producer_studio.providers.protocol import Finished
from producer_studio.studio.claims import Claims
from producer_studio.studio.collecting import Collector
from producer_studio.studio.connections import Connections
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.journal import Journal
from producer_studio.studio.sending import UNKNOWN_SENTENCE, Sender
from producer_studio.studio.watching import Watcher

log = logging.getLogger(__name__)

_STORAGE_WAIT_S = 20.0
"""Between tries while the disk is full."""

_LATE_RESULTS = timedelta(days=2)
"""For so long a failed task is looked at once more at each start: its result may have come."""

_SEND_GRACE_S = 15.0
"""How long a quit waits for requests that are on their way, so that their outcome is known."""


BROKEN_SENTENCE = (
    "Something went wrong in the studio while it looked after a job. Nothing is lost: it goes on "
    "at the next start."
)


class Resolution(StrEnum):
    """The user's word on a job whose outcome is unknown."""

    FORGET = "forget"
    SEND_AGAIN = "send-again"


class JobQueue:
    """Runs jobs, several at once, each in its own task; every state is on disk first."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        journal: Journal,
        claims: Claims,
        sender: Sender,
        watcher: Watcher,
        collector: Collector,
        events: Events,
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._claims = claims
        self._sender = sender
        self._watcher = watcher
        self._collector = collector
        self._events = events
        self._slots: dict[AccountName, asyncio.Semaphore] = {}
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._on_the_wire: set[JobId] = set()
        self._typical: dict[tuple[str, Operation, AccountName], float | None] = {}
        self._closing = False

    # What the user asks for

    async def submit(self, recipes: Sequence[Recipe], account: AccountName) -> list[Job]:
        """Puts one job a recipe in the queue and starts them.

        Raises:
            Refused: A recipe is not fit to be sent; nothing was queued.
            NotAuthorised: There is no such account.
            StorageFault: The library cannot be written; nothing was queued or sent.
        """
        self._connections.account(account)
        for recipe in recipes:
            self._check(recipe, account)
        jobs = [
            Job(
                id=new_job_id(),
                recipe=recipe,
                account=account,
                take=number,
                takes=len(recipes),
                idempotency_key=new_job_id(),
                credits_expected=self.price(recipe, account),
            )
            for number, recipe in enumerate(recipes, 1)
        ]
        for job in jobs:
            self._claims.take(job.id)
        await self._journal.add(jobs)
        for job in jobs:
            self._start(job)
        return jobs

    async def cancel(self, job_id: JobId) -> Job | None:
        """Stops a job where nothing is charged yet; later ones are watched quietly to their end."""
        job = await self._journal.load(job_id)
        if job is None or job.state.is_over or job.state is JobState.COLLECTING:
            return job
        job = await self._journal.take(
            job,
            JobState.CANCELLED,
            only_from=frozenset(
                {JobState.QUEUED, JobState.ACCEPTED, JobState.WORKING, JobState.UNKNOWN}
            ),
        )
        if job.state is JobState.CANCELLED and job.task_id is None:
            self._stop(job.id)
        return job

    async def resolve(self, job_id: JobId, resolution: Resolution) -> Job | None:
        """Acts on the user's word about a job whose outcome is unknown, or one found queued."""
        job = await self._journal.load(job_id)
        if job is None or job.state is not JobState.UNKNOWN or not self._claims.take(job_id):
            return job
        if resolution is Resolution.FORGET:
            return await self._journal.take(job, JobState.CANCELLED, finished_at=datetime.now(UTC))
        job = await self._journal.take(
            job, JobState.QUEUED, fault=None, idempotency_key=job.idempotency_key or new_job_id()
        )
        self._start(job)
        return job

    async def send(self, job_id: JobId) -> Job | None:
        """Sends a job that an earlier run left in the queue."""
        job = await self._journal.load(job_id)
        if job is not None and job.state is JobState.QUEUED and self._claims.take(job_id):
            self._start(job)
        return job

    async def look_again(self, job_id: JobId) -> Job | None:
        """Looks for an unknown job at the service once more; free."""
        job = await self._journal.load(job_id)
        if job is None or job.state is not JobState.UNKNOWN or not self._claims.take(job_id):
            return job
        job = await self._sender.find(job)
        if job.state.is_watched:
            self._start(job)
        return job

    async def retry(self, job_id: JobId) -> Job | None:
        """Asks for the same thing again as a new job, and puts the failed one away."""
        job = await self._journal.load(job_id)
        if job is None or job.state is not JobState.FAILED:
            return None
        (again,) = await self.submit([job.recipe], job.account)
        again = await self._journal.note(again, take=job.take, takes=job.takes)
        await self.dismiss(job_id)
        return again

    async def dismiss(self, job_id: JobId) -> None:
        """Takes a job that is over out of the list; its row and its ledger stay."""
        job = await self._journal.load(job_id)
        if job is not None and job.state.is_over:
            await self._journal.note(job, dismissed=True)

    # What is known

    def live(self) -> list[Job]:
        return self._journal.live()

    async def job(self, job_id: JobId) -> Job | None:
        return await self._journal.load(job_id)

    async def all(self) -> list[Job]:
        """Every job there ever was, oldest first."""
        return await self._library.jobs()

    def price(self, recipe: Recipe, account: AccountName) -> float | None:
        """Credits for one request; None when the service does not say."""
        return self._connections.offline(account).price(recipe)

    def typical_s(self, recipe: Recipe, account: AccountName) -> float:
        """Usual seconds from accepted to finished: your own history, else the document's."""
        own = self._typical.get((recipe.model, recipe.operation, account))
        return own if own is not None else model_named(recipe.model).expected_s

    async def learn_typical(self, recipe: Recipe, account: AccountName) -> float:
        """Reads the history for `typical_s`, and answers it."""
        key = (recipe.model, recipe.operation, account)
        self._typical[key] = await self._library.typical_seconds(
            recipe.model, recipe.operation, account
        )
        return self.typical_s(recipe, account)

    # What goes on by itself

    async def resume(self) -> list[Job]:
        """Goes on with what an earlier run left: watches, collects, looks up. Sends nothing.

        Returns:
            The jobs that are looked after now, and those that wait for the user's word.
        """
        taken: list[Job] = []
        for job in await self._library.jobs(open_only=True):
            if job.id in self._tasks or not self._claims.take(job.id):
                continue
            resumed = await self._resumed(job)
            if resumed is not None:
                taken.append(resumed)
        return taken

    async def settled(self) -> None:
        """Returns when no job is being looked after any more."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def close(self) -> None:
        """Waits a moment for requests on their way, then stops looking; rows stay as they are."""
        self._closing = True
        sending = [self._tasks[job] for job in self._on_the_wire if job in self._tasks]
        for job_id, task in list(self._tasks.items()):
            if job_id not in self._on_the_wire:
                task.cancel()
        if sending:
            await asyncio.wait(sending, timeout=_SEND_GRACE_S)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _resumed(self, job: Job) -> Job | None:
        if job.state is JobState.SENDING:
            fault = FaultRecord(kind=FaultKind.OUTCOME_UNKNOWN, message=UNKNOWN_SENTENCE)
            job = await self._journal.take(job, JobState.UNKNOWN, fault=fault)
        self._journal.remember(job)
        if job.state is JobState.UNKNOWN:
            job = await self._sender.find(job)
        unfinished = job.state is JobState.CANCELLED and job.finished_at is None
        late = (
            job.state is JobState.FAILED
            and job.task_id is not None
            and datetime.now(UTC) - job.created_at < _LATE_RESULTS
        )
        if job.state.is_watched or (job.task_id is not None and unfinished):
            self._start(job)
        elif late:
            self._track(job, self._look_for_late_result(job))
        elif job.state not in {JobState.QUEUED, JobState.UNKNOWN, JobState.FAILED}:
            self._claims.drop(job.id)
            return None
        return job

    def _start(self, job: Job) -> None:
        self._track(job, self._run(job))

    def _track(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"job {job.id}")
        self._tasks[job.id] = task

        def ended(_: "asyncio.Task[None]") -> None:
            if self._tasks.get(job.id) is task:
                del self._tasks[job.id]
            self._claims.drop(job.id)

        task.add_done_callback(ended)

    def _stop(self, job_id: JobId) -> None:
        task = self._tasks.get(job_id)
        if task is not None and job_id not in self._on_the_wire:
            task.cancel()

    async def _run(self, job: Job) -> None:
        """Takes a job from where it stands to its end."""
        while True:
            try:
                await self._advance(self._journal.current(job))
            except StorageFault as fault:
                # Nothing is lost: the last arrow that is on disk is where it goes on.
                self._events.publish(Notice(Level.BAD, fault.message, fault.service_words))
                self._journal.remember(self._journal.current(job).with_(fault=fault.record()))
                if not self._journal.current(job).state.is_watched:
                    return
                await asyncio.sleep(_STORAGE_WAIT_S)
            except Fault as fault:
                log.warning("Job %s stopped: %s", job.id, fault)
                self._events.publish(Notice(Level.BAD, fault.message, fault.service_words))
                return
            except Exception as error:
                log.exception("Job %s broke", job.id)
                record = FaultRecord(
                    kind=FaultKind.UNEXPECTED, message=BROKEN_SENTENCE, service_words=repr(error)
                )
                self._journal.remember(self._journal.current(job).with_(fault=record))
                self._events.publish(Notice(Level.BAD, record.message, record.service_words))
                return
            else:
                return

    async def _advance(self, job: Job) -> None:
        if job.state is JobState.COLLECTING:
            await self._collector.fetch(job)
            return
        finished: Finished | None
        if job.state is JobState.QUEUED:
            async with self._slot(job.account):
                job, finished = await self._sent(job)
                if finished is None and job.state.is_watched:
                    job, finished = await self._watcher.watch(job)
        else:
            job, finished = await self._watcher.watch(job)
        if finished is not None:
            await self._finish(job, finished)

    async def _sent(self, job: Job) -> tuple[Job, Finished | None]:
        if self._closing:
            return job, None
        self._on_the_wire.add(job.id)
        try:
            return await self._sender.send(job)
        finally:
            self._on_the_wire.discard(job.id)

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
        await self.learn_typical(job.recipe, job.account)

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
        except Fault as fault:
            log.info("Late look at job %s: %s", job.id, fault)

    def _slot(self, account: AccountName) -> asyncio.Semaphore:
        limit = self._connections.account(account).concurrency
        return self._slots.setdefault(account, asyncio.Semaphore(limit))

    def _check(self, recipe: Recipe, account: AccountName) -> None:
        notes = obstacles(recipe)
        if notes:
            raise Refused(f"{notes[0].text}.".replace("..", "."), field=notes[0].field)
        capability = self._connections.capabilities(account).of(recipe.operation)
        if not capability.available:
            raise Refused(capability.reason or "This account does not offer that.")
