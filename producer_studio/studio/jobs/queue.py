"""The queue of jobs, as the user works with it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.errors import Refused
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import notes_against
from producer_studio.library.library import Library
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.claims import Claims
from producer_studio.studio.jobs.collect import Collector, is_registration
from producer_studio.studio.jobs.duplicates import Duplicates
from producer_studio.studio.jobs.durations import History
from producer_studio.studio.jobs.exclusive_claim import HeldJobs
from producer_studio.studio.jobs.poll import Watcher
from producer_studio.studio.jobs.resume import JobResumer
from producer_studio.studio.jobs.runner import Runner
from producer_studio.studio.jobs.sources import Impossible, Known, SourcePlan, Sources
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.jobs.submit import Sender
from producer_studio.studio.jobs.temporary_uploads import Lending, is_over
from producer_studio.studio.jobs.unanswered import UnansweredJobs

_MAY_BE_CANCELLED = frozenset(
    {JobState.QUEUED, JobState.ACCEPTED, JobState.WORKING, JobState.UNKNOWN}
)


class Resolution(StrEnum):
    """The user's word on a job whose outcome is unknown."""

    FORGET = "forget"
    SEND_AGAIN = "send-again"


class JobQueue:
    """Several jobs at once; what costs credits is only ever sent at the user's word.

    Another process may have the same library open. A job is only touched while this process holds
    its claim, and as it is on disk then.
    """

    def __init__(
        self,
        library: Library,
        connections: Connections,
        journal: Journal,
        claims: Claims,
        sender: Sender,
        collector: Collector,
        history: History,
        runner: Runner,
        budget: Budget,
        watcher: Watcher,
        sources: Sources,
        lending: Lending,
        events: Events,
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._claims = claims
        self._sender = sender
        self._collector = collector
        self._history = history
        self._runner = runner
        self._budget = budget
        self._watcher = watcher
        self._sources = sources
        self._lending = lending
        self._events = events
        self._held = HeldJobs(journal, claims, runner)
        self._unanswered = UnansweredJobs(journal, watcher, runner)
        self._resumer = JobResumer(
            library, journal, claims, self._held, sender, runner, self._unanswered, events
        )
        self._duplicates = Duplicates(library)
        # Between looking for duplicates and writing the new jobs nothing else is written.
        self._submitting = asyncio.Lock()
        self._retrying: set[JobId] = set()

    # What the user asks for

    async def submit(
        self, recipes: Sequence[Recipe], account: AccountName, *, refuse_duplicates: bool = False
    ) -> list[Job]:
        """Puts one job a recipe in the queue and starts them.

        Args:
            refuse_duplicates: Whether the user has not said yet that the same may be bought twice.

        Raises:
            DuplicateRequest: `refuse_duplicates` is set, and the same was sent just before or has
                an unknown outcome; nothing was queued.
            Refused: A recipe is not fit to be sent; nothing was queued.
            NotAuthorised: There is no such account.
            StorageFault: The library cannot be written; nothing was sent.
        """
        self._connections.account(account)
        recipes = [await self._fitted(recipe, account) for recipe in recipes]
        for recipe in recipes:
            await self._check(recipe, account)
        await self._budget.check(account, recipes)
        jobs = self._fresh(recipes, account)
        async with self._submitting:
            if refuse_duplicates:
                await self.check_duplicates(recipes, account)
            await self._begin(jobs)
        return jobs

    async def check_duplicates(self, recipes: Sequence[Recipe], account: AccountName) -> None:
        """Refuse what was asked for just before, or before with an unknown outcome; sends nothing.

        Raises:
            DuplicateRequest: The user is to be asked first.
            NotAuthorised: There is no such account.
        """
        recipes = [await self._fitted(recipe, account) for recipe in recipes]
        prices = [self.price(recipe, account) for recipe in recipes]
        capabilities = self._connections.capabilities(account)
        await self._duplicates.check(recipes, account, capabilities, prices)

    async def plan_source(
        self, clip: ClipId, account: AccountName, operation: Operation
    ) -> SourcePlan:
        """How an account gets at a clip, for the question to the user; free.

        Raises:
            NotAuthorised: There is no such account.
        """
        return await self._sources.plan(clip, account, operation)

    async def obstacle_to_lending(self, account: AccountName) -> str:
        """Why no file of this computer can be put up for the account's service; empty if one can.

        Puts nothing up.
        """
        return await self._lending.obstacle(account)

    async def submit_with_source(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        source: ClipId,
        *,
        register: bool = False,
        refuse_duplicates: bool = False,
    ) -> list[Job]:
        """Like `submit`, for recipes that work on a clip of the library, whoever made it.

        Where the account does not know the clip, it is uploaded there first: one job more, which
        the others wait for.

        Args:
            register: Whether the user has agreed to the upload and its price.
            refuse_duplicates: As in `submit`.

        Returns:
            The jobs, that of the upload first if there is one.

        Raises:
            Refused: As `submit`; the account cannot get at the clip; or it must be uploaded, and
                `register` is not set. Nothing was queued.
            NotAuthorised: There is no such account.
            StorageFault: The library cannot be written; nothing was sent.
        """
        operation = recipes[0].operation if recipes else Operation.CREATE
        plan = await self._sources.plan(source, account, operation)
        recipes = [recipe.with_(source=source) for recipe in recipes]
        if isinstance(plan, Impossible):
            raise Refused(plan.sentence, field="source")
        if isinstance(plan, Known):
            known = {"source_remote": plan.remote_id, "source_uploaded": plan.uploaded}
            return await self.submit(
                [recipe.with_(**known) for recipe in recipes],
                account,
                refuse_duplicates=refuse_duplicates,
            )
        if not register:
            raise Refused(plan.sentence, field="source")
        unknown = {"source_remote": None, "source_uploaded": True}
        recipes = [await self._fitted(recipe.with_(**unknown), account) for recipe in recipes]
        for recipe in (plan.recipe, *recipes):
            await self._check(recipe, account)
        # A second upload of the same clip would only cost once more.
        first = await self._registering(source, account)
        await self._budget.check(account, recipes if first else [plan.recipe, *recipes])
        fresh = self._fresh([plan.recipe], account) if first is None else []
        after = first.id if first is not None else fresh[0].id
        fresh += [job.with_(after=after) for job in self._fresh(recipes, account)]
        async with self._submitting:
            if refuse_duplicates:
                await self.check_duplicates(recipes, account)
            await self._begin(fresh)
        return fresh

    async def cancel(self, job_id: JobId) -> Job | None:
        """Stops a job where nothing is charged yet; later ones are watched quietly to their end.

        A request that is out is called off as soon as its outcome is known. A result that is being
        fetched is left alone, unless fetching it is in trouble: then that is given up, and can be
        tried again from the clip.
        """
        async with self._held.hold(job_id) as job:
            if job is None or job.state.is_over or self._sender.call_off(job_id):
                return job or await self._journal.load(job_id)
            if job.state is JobState.COLLECTING:
                if job.fault is None:
                    return job
                await self._runner.stop(job_id)
                return await self._without_loan(await self._collector.give_up(job))
            job = await self._journal.take(job, JobState.CANCELLED, only_from=_MAY_BE_CANCELLED)
            if job.state is JobState.CANCELLED:
                if job.task_id is None:
                    await self._runner.stop(job_id)
                self._runner.fail_followers(job)
            return await self._without_loan(job)

    async def resolve(self, job_id: JobId, resolution: Resolution) -> Job | None:
        """Acts on the user's word about a job whose outcome is unknown.

        Raises:
            Refused: To send it again would pass the monthly budget.
        """
        found = await self._journal.load(job_id)
        if found is not None and found.lacks_answer:
            if resolution is Resolution.SEND_AGAIN:
                return await self.retry(job_id, sure=True)
            await self.dismiss(job_id)
            return await self._journal.load(job_id)
        async with self._held.hold(job_id) as job:
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._journal.load(job_id)
            unknown = frozenset({JobState.UNKNOWN})
            if resolution is Resolution.FORGET:
                job = await self._journal.take(
                    job, JobState.CANCELLED, only_from=unknown, finished_at=datetime.now(UTC)
                )
                self._runner.fail_followers(job)
                return await self._without_loan(job)
            # It may have been taken, and would be charged again.
            await self._budget.check(job.account, [job.recipe])
            if self._sender.honours_key(job):
                # It stays in doubt until the service has said what became of the first request.
                self._runner.start(job)
                return job
            job = await self._journal.take(
                job,
                JobState.QUEUED,
                only_from=unknown,
                fault=None,
                idempotency_key=job.idempotency_key or new_job_id(),
            )
            if job.state is JobState.QUEUED:
                self._runner.start(job)
            return job

    async def send(self, job_id: JobId) -> Job | None:
        """Sends a job that an earlier run left in the queue, and first what it waits for."""
        waiting = await self._journal.load(job_id)
        if waiting is not None and waiting.state is JobState.QUEUED and waiting.after is not None:
            await self.send(waiting.after)
        async with self._held.hold(job_id) as job:
            if job is None or job.state is not JobState.QUEUED:
                return job or await self._journal.load(job_id)
            self._runner.start(job)
            return job

    async def look_again(self, job_id: JobId) -> Job | None:
        """Looks for an unknown job at the service once more, and says what came of it.

        Free: what is sent again by itself is charged once at most. A failed job of which the
        service has not said how it ended is looked at as well.
        """
        async with self._held.hold(job_id) as job:
            if job is not None and job.lacks_answer:
                return await self._unanswered.look(job)
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._journal.load(job_id)
            self._resumer.add_found(job.id)
            job, why = await self._sender.find(job)
            repeats = self._sender.repeats_safely(job)
            if why and not repeats:
                self._events.publish(Notice(Level.INFO, f"“{job.title}”: {why}"))
            if job.state.is_watched or repeats:
                self._runner.start(job)
            return job

    async def retry(self, job_id: JobId, *, sure: bool = False) -> Job | None:
        """Asks for the same thing again.

        Where nothing was taken the job itself is sent again, in its place; else a new job asks, and
        the failed one is put away. None when the job has not failed. Where the service has taken
        it and not said how it ended, it is looked at first: what goes on or is done is not asked
        for again, and if there is no answer still, nothing is sent unless the user is `sure`. While
        a job is asked for again, another word to do so does nothing.

        Raises:
            Refused: The recipe is not fit to be sent to this account.
            NotAuthorised: The account has gone.
        """
        if job_id in self._retrying:
            return None
        self._retrying.add(job_id)
        try:
            return await self._retry(job_id, sure=sure)
        finally:
            self._retrying.discard(job_id)

    async def _retry(self, job_id: JobId, *, sure: bool) -> Job | None:
        async with self._held.hold(job_id) as job:
            if job is None or job.state is not JobState.FAILED:
                return None
            self._connections.account(job.account)
            await self._check(job.recipe, job.account)
            if job.task_id is None:
                await self._budget.check(job.account, [job.recipe])
                recipe, after = await self._retried_first(job)
                job = await self._journal.take(
                    job,
                    JobState.QUEUED,
                    only_from=frozenset({JobState.FAILED}),
                    fault=None,
                    finished_at=None,
                    recipe=recipe,
                    after=after,
                    # The old one may be remembered with the answer that it got.
                    idempotency_key=new_job_id(),
                    sent_at=None,
                )
                if job.state is JobState.QUEUED:
                    self._runner.start(job)
                return job
            if job.lacks_answer:
                job = await self._unanswered.look(job)
                if job.state is not JobState.FAILED or (job.lacks_answer and not sure):
                    return job
            (again,) = await self.submit([job.recipe], job.account)
            again = await self._journal.note(again, take=job.take, takes=job.takes)
            await self._journal.note(job, dismissed=True)
            return again

    async def dismiss(self, job_id: JobId) -> None:
        """Takes a job that is over out of the list; its row and its ledger stay."""
        async with self._held.hold(job_id) as job:
            if job is not None and job.state.is_over:
                await self._journal.note(job, dismissed=True)

    async def dismiss_all(self, ids: Sequence[JobId]) -> list[JobId]:
        """Takes several jobs out of the list; those that are taken out by it, others stay."""
        dismissed: list[JobId] = []
        for job_id in ids:
            await self.dismiss(job_id)
            job = await self._journal.load(job_id)
            if job is not None and job.dismissed:
                dismissed.append(job_id)
        return dismissed

    async def bring_back(self, ids: Sequence[JobId]) -> None:
        """Puts jobs back into the list that were dismissed."""
        for job_id in ids:
            async with self._held.hold(job_id) as job:
                if job is not None and job.dismissed:
                    await self._journal.note(job, dismissed=False)

    def hint(self, task: TaskId) -> bool:
        """Looks at a task at once instead of a little later; whether a job here waits for it."""
        return self._watcher.hint(task)

    # What is known

    def live(self) -> list[Job]:
        return self._journal.live()

    def looks_after(self, job_id: JobId) -> bool:
        """Whether the job goes on in this process."""
        return self._runner.has(job_id)

    def waits_for_word(self, job: Job) -> bool:
        """Whether a queued job is sent at the user's word alone: an earlier run left it."""
        left = job.state is JobState.QUEUED and self._resumer.has_found(job.id)
        return left and not self._runner.has(job.id)

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
        return self._history.typical_s(recipe, account)

    async def learn_typical(self, recipe: Recipe, account: AccountName) -> float:
        """Reads the history for `typical_s`, and answers it."""
        return await self._history.learn(recipe, account)

    # What goes on by itself

    async def resume(self) -> list[Job]:
        """Goes on with what an earlier run left: watches, collects, looks up.

        Nothing is sent but what is charged once at most, as the service knows its key.

        Returns:
            The jobs that are looked after now, and those that wait for the user's word.
        """
        return await self._resumer.resume()

    async def settled(self) -> None:
        """Returns when no job is being looked after any more."""
        await self._runner.settled()

    async def close(self) -> None:
        """Waits a moment for requests on their way, then stops looking; rows stay as they are."""
        await self._runner.close()

    def _fresh(self, recipes: Sequence[Recipe], account: AccountName) -> list[Job]:
        """One job a recipe, as takes of one press."""
        pressed_at = datetime.now(UTC)
        return [
            Job(
                id=new_job_id(),
                created_at=pressed_at,
                recipe=recipe,
                account=account,
                take=number,
                takes=len(recipes),
                idempotency_key=new_job_id(),
                credits_expected=self.price(recipe, account),
            )
            for number, recipe in enumerate(recipes, 1)
        ]

    async def _begin(self, jobs: list[Job]) -> None:
        """Writes new jobs, all or none, and starts them."""
        for job in jobs:
            self._claims.take(job.id)
        try:
            await self._journal.add(jobs)
        except BaseException:
            for job in jobs:
                self._claims.drop(job.id)
            raise
        for job in jobs:
            self._runner.start(job)

    async def _registering(self, source: ClipId, account: AccountName) -> Job | None:
        """A job that uploads a clip to an account and is not over."""
        for job in await self._library.jobs(open_only=True):
            same = (job.recipe.source, job.account) == (source, account)
            if same and is_registration(job) and not job.state.is_over:
                return job
        return None

    async def _retried_first(self, job: Job) -> tuple[Recipe, JobId | None]:
        """Return the recipe and the predecessor with which a failed job is retried.

        The upload that failed before it is tried again, unless another job's has come or is under
        way.
        """
        first = await self._journal.load(job.after) if job.after is not None else None
        if first is None or first.state not in {JobState.FAILED, JobState.CANCELLED}:
            return job.recipe, job.after
        source = job.recipe.source
        clip = await self._library.get(source) if source is not None else None
        known = clip.remote_at(job.account) if clip is not None else None
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_(source_remote=remote_id, source_uploaded=uploaded)
            return recipe, None
        under_way = await self._registering(source, job.account) if source is not None else None
        if under_way is not None:
            return job.recipe, under_way.id
        if first.state is JobState.FAILED:
            again = await self.retry(first.id)
            return job.recipe, again.id if again is not None else job.after
        (again,) = await self.submit([first.recipe], first.account)
        return job.recipe, again.id

    async def _without_loan(self, job: Job) -> Job:
        """The job, with its file taken down where nobody else sees to that."""
        if job.hosted and is_over(job) and not self._runner.has(job.id):
            return await self._lending.take_down(job)
        return job

    async def _fitted(self, recipe: Recipe, account: AccountName) -> Recipe:
        """The recipe without a model where none is chosen, and called after its source where the
        service takes no title: that names the job and what comes of it here, and is not sent.
        """
        fields = self._connections.capabilities(account).of(recipe.operation).fields
        if fields and "model" not in fields:
            recipe = recipe.with_(model="")
        if recipe.title or recipe.source is None or not fields or "title" in fields:
            return recipe
        clip = await self._library.get(recipe.source)
        return recipe if clip is None else recipe.with_(title=clip.title[:TITLE_LIMIT])

    async def _check(self, recipe: Recipe, account: AccountName) -> None:
        capabilities = self._connections.capabilities(account)
        capability = capabilities.of(recipe.operation)
        if not capability.available:
            raise Refused(capability.reason or "This account does not offer that.")
        service = self._connections.account(account).service.label
        source = await self._library.get(recipe.source) if recipe.source else None
        length_s = source.duration_s if source is not None else 0.0
        notes = notes_against(recipe, capability, capabilities, service, length_s)
        if notes:
            raise Refused(f"{notes[0].text}.".replace("..", "."), field=notes[0].field)
        await self._lending.check(recipe, account)
