"""Job queue: submits, cancels, retries and resumes jobs."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.errors import ErrorKind, ErrorRecord, RequestRejected
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import validate
from producer_studio.library.library import Library
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.claims import JobClaims
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.jobs.duplicates import DuplicateCheck
from producer_studio.studio.jobs.durations import JobDurations
from producer_studio.studio.jobs.exclusive_claim import ExclusiveClaim
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.recover import JobRecovery
from producer_studio.studio.jobs.result_clips import is_registration
from producer_studio.studio.jobs.resume import JobResumer
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.sources import (
    KnownSource,
    SourcePlan,
    SourceResolver,
    SourceUnavailable,
)
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import JobSubmitter
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads, is_upload_obsolete
from producer_studio.studio.jobs.unanswered import UnansweredJobs

_CANCELLABLE_STATES = frozenset(
    {JobState.QUEUED, JobState.ACCEPTED, JobState.WORKING, JobState.UNKNOWN}
)


_FOREIGN_FILE = ErrorRecord(
    kind=ErrorKind.REQUEST_REJECTED,
    message="The file of this upload lies where another installation of Producer Studio requested "
    "it. Nothing was sent. Choose the file again.",
    field="audio_file",
)


class Resolution(StrEnum):
    """The user's decision about a job with an unknown outcome."""

    FORGET = "forget"
    SEND_AGAIN = "send-again"


class JobQueue:
    """Runs several jobs at once; a request that costs credits is sent only at the user's command.

    Another process may have the same library open. A job is changed only while this process holds
    its claim, and only from its state on disk.
    """

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        claims: JobClaims,
        submitter: JobSubmitter,
        recovery: JobRecovery,
        collector: ResultCollector,
        durations: JobDurations,
        runner: JobRunner,
        budget: Budget,
        poller: JobPoller,
        source_resolver: SourceResolver,
        uploads: TemporaryUploads,
        events: Events,
    ) -> None:
        self._library = library
        self._connections = connections
        self._store = store
        self._claims = claims
        self._submitter = submitter
        self._recovery = recovery
        self._collector = collector
        self._durations = durations
        self._runner = runner
        self._budget = budget
        self._poller = poller
        self._source_resolver = source_resolver
        self._uploads = uploads
        self._events = events
        self._exclusive_claim = ExclusiveClaim(store, claims, runner)
        self._unanswered = UnansweredJobs(store, poller, runner)
        self._resumer = JobResumer(
            library,
            store,
            claims,
            self._exclusive_claim,
            recovery,
            runner,
            self._unanswered,
            events,
        )
        self._duplicates = DuplicateCheck(library)
        # No other job is written between the check for duplicates and the insertion of new jobs.
        self._submit_lock = asyncio.Lock()
        # No other upload of a clip is queued between the search for one and its insertion.
        self._registration_lock = asyncio.Lock()
        self._retrying: set[JobId] = set()

    # Commands of the user

    async def submit(
        self, recipes: Sequence[Recipe], account: AccountName, *, refuse_duplicates: bool = False
    ) -> list[Job]:
        """Adds one job per recipe to the queue and starts them.

        Args:
            refuse_duplicates: Whether duplicate requests are refused; False after the user has
                confirmed.

        Raises:
            DuplicateRequest: `refuse_duplicates` is set, and the same was sent recently or has an
                unknown outcome; nothing was queued.
            RequestRejected: A recipe is invalid; nothing was queued.
            NotAuthorised: There is no such account.
            StorageError: The library cannot be written; nothing was sent.
        """
        self._connections.account(account)
        recipes = [await self._adapt_to_account(recipe, account) for recipe in recipes]
        for recipe in recipes:
            await self._validate(recipe, account)
        await self._budget.check(account, recipes)
        jobs = self._build_jobs(recipes, account)
        async with self._submit_lock:
            if refuse_duplicates:
                await self.check_duplicates(recipes, account)
            await self._start_new_jobs(jobs)
        return jobs

    async def check_duplicates(self, recipes: Sequence[Recipe], account: AccountName) -> None:
        """Refuses requests that were sent recently, or have an unknown outcome; sends nothing.

        Raises:
            DuplicateRequest: The user must confirm first.
            NotAuthorised: There is no such account.
        """
        recipes = [await self._adapt_to_account(recipe, account) for recipe in recipes]
        prices = [self.price(recipe, account) for recipe in recipes]
        capabilities = self._connections.capabilities(account)
        await self._duplicates.check(recipes, account, capabilities, prices)

    async def plan_source(
        self, clip: ClipId, account: AccountName, operation: Operation
    ) -> SourcePlan:
        """Returns how an account can access a clip, for the confirmation by the user; free.

        Raises:
            NotAuthorised: There is no such account.
        """
        return await self._source_resolver.plan(clip, account, operation)

    async def upload_unavailable_reason(self, account: AccountName) -> str:
        """Returns why no local file can be uploaded for the account's service; empty if one can.

        Uploads nothing.
        """
        return await self._uploads.unavailable_reason(account)

    async def submit_with_source(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        source: ClipId,
        *,
        register: bool = False,
        refuse_duplicates: bool = False,
    ) -> list[Job]:
        """Like `submit`, for recipes that work on a clip of the library, made by any service.

        If the account does not know the clip, an additional job uploads it first and the others
        wait for that job.

        Args:
            register: Whether the user has agreed to the upload and its price.
            refuse_duplicates: As in `submit`.

        Returns:
            The jobs, starting with the upload if there is one.

        Raises:
            RequestRejected: As in `submit`; or the account cannot access the clip; or it must be
                uploaded, and `register` is not set. Nothing was queued.
            NotAuthorised: There is no such account.
            StorageError: The library cannot be written; nothing was sent.
        """
        operation = recipes[0].operation if recipes else Operation.CREATE
        plan = await self._source_resolver.plan(source, account, operation)
        recipes = [recipe.with_changes(source=source) for recipe in recipes]
        if isinstance(plan, SourceUnavailable):
            raise RequestRejected(plan.message, field="source")
        if isinstance(plan, KnownSource):
            known = {"source_remote": plan.remote_id, "source_uploaded": plan.uploaded}
            return await self.submit(
                [recipe.with_changes(**known) for recipe in recipes],
                account,
                refuse_duplicates=refuse_duplicates,
            )
        if not register:
            raise RequestRejected(plan.message, field="source")
        unknown = {"source_remote": None, "source_uploaded": True}
        recipes = [
            await self._adapt_to_account(recipe.with_changes(**unknown), account)
            for recipe in recipes
        ]
        for recipe in (plan.recipe, *recipes):
            await self._validate(recipe, account)
        async with self._registration_lock, self._submit_lock:
            if refuse_duplicates:
                await self.check_duplicates(recipes, account)
            # A second upload of the same clip would be charged again. Another press may have
            # started or even finished one since the plan was made.
            clip = await self._library.get_clip(source)
            known_id = clip.find_remote_id(account) if clip is not None else None
            registration = (
                await self._find_registration(source, account) if known_id is None else None
            )
            new_jobs: list[Job] = []
            after = registration.id if registration is not None else None
            if known_id is not None:
                remote_id, uploaded = known_id
                recipes = [
                    recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
                    for recipe in recipes
                ]
                await self._budget.check(account, recipes)
            elif registration is not None:
                await self._budget.check(account, recipes)
            else:
                await self._budget.check(account, [plan.recipe, *recipes])
                new_jobs = self._build_jobs([plan.recipe], account)
                after = new_jobs[0].id
            new_jobs += [
                job.with_changes(after=after) for job in self._build_jobs(recipes, account)
            ]
            await self._start_new_jobs(new_jobs)
        return new_jobs

    async def cancel(self, job_id: JobId) -> Job | None:
        """Cancels a job that is not charged yet; a charged one is polled silently to its end.

        A request in flight is cancelled as soon as its outcome is known. A download in progress
        continues unless it has errors: then it is abandoned, and can be retried from the clip, or
        from the ledger if the job has no clip of its own.
        """
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is None or job.state.is_finished or self._submitter.in_flight.cancel(job_id):
                return job or await self._store.load(job_id)
            if job.state is JobState.COLLECTING:
                if job.fault is None:
                    return job
                await self._runner.stop(job_id)
                return await self._delete_upload_if_over(
                    await self._collector.abandon_download(job)
                )
            job = await self._store.transition(
                job, JobState.CANCELLED, from_states=_CANCELLABLE_STATES
            )
            if job.state is JobState.CANCELLED:
                if job.task_id is None:
                    await self._runner.stop(job_id)
                else:
                    # Releases its slot at once.
                    self._poller.poll_now(job.task_id)
                self._runner.fail_dependents(job)
            return await self._delete_upload_if_over(job)

    async def resolve(self, job_id: JobId, resolution: Resolution) -> Job | None:
        """Applies the user's decision about a job with an unknown outcome.

        Raises:
            RequestRejected: Sending it again would exceed the monthly budget.
        """
        found = await self._store.load(job_id)
        if found is not None and found.is_failure_unconfirmed:
            if resolution is Resolution.SEND_AGAIN:
                return await self.retry(job_id, is_confirmed=True)
            await self.dismiss(job_id)
            return await self._store.load(job_id)
        sends_anew = resolution is Resolution.SEND_AGAIN
        if found is not None and sends_anew and not self._recovery.is_key_honoured(found):
            # A recovery in progress may find its task: then it is not bought again.
            await self._runner.wait_while_unknown(job_id)
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is not None and resolution is Resolution.FORGET and self.is_held(job):
                return await self._forget_foreign(job)
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._store.load(job_id)
            unknown = frozenset({JobState.UNKNOWN})
            if resolution is Resolution.FORGET:
                job = await self._store.transition(
                    job, JobState.CANCELLED, from_states=unknown, finished_at=datetime.now(UTC)
                )
                self._runner.fail_dependents(job)
                return await self._delete_upload_if_over(job)
            # The service may have accepted it, and would charge it again.
            job = await self._store.adopt(job)
            await self._budget.check(job.account, [job.recipe])
            if self._recovery.is_key_honoured(job):
                # It stays unknown until the service has reported the outcome of the first request.
                self._runner.start(job)
                return job
            job = await self._store.transition(
                job,
                JobState.QUEUED,
                from_states=unknown,
                fault=None,
                idempotency_key=job.idempotency_key or new_job_id(),
            )
            if job.state is JobState.QUEUED:
                self._runner.start(job)
            return job

    async def _forget_foreign(self, job: Job) -> Job:
        """Dismisses a job of another installation; does not delete that installation's uploads."""
        if job.state is JobState.COLLECTING:
            return await self._collector.abandon_download(job)
        if job.state.is_finished:
            return job
        return await self._store.transition(job, JobState.CANCELLED, finished_at=datetime.now(UTC))

    async def send(self, job_id: JobId) -> Job | None:
        """Sends a job that an earlier run left in the queue, and its prerequisite first."""
        waiting = await self._store.load(job_id)
        if waiting is not None and waiting.state is JobState.QUEUED and waiting.after is not None:
            await self.send(waiting.after)
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is None or job.state is not JobState.QUEUED:
                return job or await self._store.load(job_id)
            if self._store.is_foreign(job) and job.recipe.audio_file:
                return await self._store.transition(
                    job, JobState.FAILED, fault=_FOREIGN_FILE, finished_at=datetime.now(UTC)
                )
            job = await self._store.adopt(job)
            if not job.idempotency_key:
                job = await self._store.update(job, idempotency_key=new_job_id(), sent_at=None)
            self._runner.start(job)
            return job

    async def recheck(self, job_id: JobId) -> Job | None:
        """Searches for an unknown job at the service again and publishes the outcome.

        Free: an automatic repetition is charged once at most. A failed job whose end the service
        has not reported is polled as well.
        """
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is not None and job.is_failure_unconfirmed:
                return await self._unanswered.poll(job)
            if job is not None and self._store.is_foreign(job) and job.state.is_polled:
                job = await self._store.update(await self._store.adopt(job), fault=None)
                self._runner.start(job)
                return job
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._store.load(job_id)
            job = await self._store.adopt(job)
            self._resumer.require_confirmation(job.id)
            job, why = await self._recovery.recover(job)
            repeats = self._recovery.can_repeat_safely(job)
            if why and not repeats:
                self._events.publish(Notice(NoticeLevel.INFO, f"“{job.title}”: {why}"))
            if job.state.is_polled or repeats:
                self._runner.start(job)
            return job

    async def fetch_again(self, job_id: JobId) -> Job | None:
        """Downloads the missing file of a paid job again; free."""
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is None or not job.is_undelivered:
                return job or await self._store.load(job_id)
            if job.state is JobState.DONE:
                job = await self._store.transition(
                    job,
                    JobState.COLLECTING,
                    from_states=frozenset({JobState.DONE}),
                    finished_at=None,
                    dismissed=False,
                )
            self._runner.start(job)
            return job

    async def retry(self, job_id: JobId, *, is_confirmed: bool = False) -> Job | None:
        """Retries a failed job.

        If the service accepted nothing, the same job is sent again; otherwise a new job is created
        and the failed one is dismissed. A job that the service accepted and whose end it has not
        reported is polled first: if it is running or done, nothing is sent. If there is still no
        response, nothing is sent unless `is_confirmed` is set. A second call during a retry does
        nothing.

        Returns:
            The job; None if the job has not failed.

        Raises:
            RequestRejected: The recipe is invalid for this account.
            NotAuthorised: The account does not exist any more.
        """
        if job_id in self._retrying:
            return None
        self._retrying.add(job_id)
        try:
            return await self._retry(job_id, is_confirmed=is_confirmed)
        finally:
            self._retrying.discard(job_id)

    async def _retry(self, job_id: JobId, *, is_confirmed: bool) -> Job | None:
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is None or job.state is not JobState.FAILED:
                return None
            self._connections.account(job.account)
            job = await self._store.adopt(job)
            await self._validate(job.recipe, job.account)
            if job.task_id is None:
                await self._budget.check(job.account, [job.recipe])
                recipe, after = await self._retry_prerequisite(job)
                job = await self._store.transition(
                    job,
                    JobState.QUEUED,
                    from_states=frozenset({JobState.FAILED}),
                    fault=None,
                    finished_at=None,
                    recipe=recipe,
                    after=after,
                    # The service may have cached its response to the old key.
                    idempotency_key=new_job_id(),
                    sent_at=None,
                )
                if job.state is JobState.QUEUED:
                    self._runner.start(job)
                return job
            if job.is_failure_unconfirmed:
                job = await self._unanswered.poll(job)
                if job.state is not JobState.FAILED or (
                    job.is_failure_unconfirmed and not is_confirmed
                ):
                    return job
            (again,) = await self.submit([job.recipe], job.account)
            again = await self._store.update(again, take=job.take, takes=job.takes)
            await self._store.update(job, dismissed=True)
            return again

    async def dismiss(self, job_id: JobId) -> None:
        """Removes a finished job from the list; its row and ledger entries are preserved."""
        async with self._exclusive_claim.acquire(job_id) as job:
            if job is not None and job.state.is_finished:
                await self._store.update(job, dismissed=True)

    async def dismiss_all(self, ids: Sequence[JobId]) -> list[JobId]:
        """Removes several jobs from the list; returns those that were removed."""
        dismissed: list[JobId] = []
        for job_id in ids:
            await self.dismiss(job_id)
            job = await self._store.load(job_id)
            if job is not None and job.dismissed:
                dismissed.append(job_id)
        return dismissed

    async def restore_dismissed(self, ids: Sequence[JobId]) -> None:
        """Restores dismissed jobs to the list."""
        for job_id in ids:
            async with self._exclusive_claim.acquire(job_id) as job:
                if job is not None and job.dismissed:
                    await self._store.update(job, dismissed=False)

    def poll_now(self, task: TaskId) -> bool:
        """Polls a task at once; returns whether a job here waits for it."""
        return self._poller.poll_now(task)

    # Queries

    def visible_jobs(self) -> list[Job]:
        return self._store.visible_jobs()

    def is_running(self, job_id: JobId) -> bool:
        """Whether this process runs the job."""
        return self._runner.is_running(job_id)

    def is_held(self, job: Job) -> bool:
        """Whether a job of another installation waits for the user's confirmation."""
        return self._store.is_foreign(job) and not self._runner.is_running(job.id)

    def needs_confirmation(self, job: Job) -> bool:
        """Whether a queued job of an earlier run waits for the user's confirmation."""
        left = job.state is JobState.QUEUED and self._resumer.requires_confirmation(job.id)
        return left and not self._runner.is_running(job.id)

    async def get(self, job_id: JobId) -> Job | None:
        return await self._store.load(job_id)

    async def all(self) -> list[Job]:
        """Returns all jobs of the library, oldest first."""
        return await self._library.list_jobs()

    def price(self, recipe: Recipe, account: AccountName) -> float | None:
        """Returns the credits for one request; None if the service does not report a price."""
        return self._connections.offline_provider(account).price(recipe)

    def typical_s(self, recipe: Recipe, account: AccountName) -> float:
        """Returns the typical seconds from accepted to finished.

        Uses the history of the library, otherwise the value of the service's documentation.
        """
        return self._durations.typical_s(recipe, account)

    async def load_typical_s(self, recipe: Recipe, account: AccountName) -> float:
        """Reads the history that `typical_s` uses, then returns its value."""
        return await self._durations.load_typical_s(recipe, account)

    # Background work

    async def resume(self) -> list[Job]:
        """Resumes the jobs of an earlier run: polls, collects and recovers them.

        Sends only requests that are charged once at most because the service honours their key.

        Returns:
            The jobs that run now, and those that wait for the user's confirmation.
        """
        return await self._resumer.resume()

    async def wait_until_idle(self) -> None:
        """Waits until no job is running."""
        await self._runner.wait_until_idle()

    async def close(self) -> None:
        """Waits briefly for requests in flight, then stops all jobs; rows are not changed."""
        await self._runner.close()

    def _build_jobs(self, recipes: Sequence[Recipe], account: AccountName) -> list[Job]:
        """Builds one job per recipe, as takes of one press."""
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

    async def _start_new_jobs(self, jobs: list[Job]) -> None:
        """Inserts new jobs, all or none, and starts them."""
        for job in jobs:
            self._claims.acquire(job.id)
        try:
            await self._store.add(jobs)
        except BaseException:
            for job in jobs:
                self._claims.release(job.id)
            raise
        for job in jobs:
            self._runner.start(job)

    async def _find_registration(self, source: ClipId, account: AccountName) -> Job | None:
        """Returns the unfinished job that uploads a clip to an account; None if there is none."""
        for job in await self._library.list_jobs(open_only=True):
            if self._store.is_foreign(job):
                continue
            same = (job.recipe.source, job.account) == (source, account)
            # A job that was cancelled after it was accepted is paid for, and is polled to its end.
            if same and is_registration(job) and not job.is_over:
                return job
        return None

    async def _retry_prerequisite(self, job: Job) -> tuple[Recipe, JobId | None]:
        """Returns the recipe and the prerequisite with which a failed job is retried.

        Its failed upload is retried, unless another job has uploaded the clip or is uploading it.
        """
        first = await self._store.load(job.after) if job.after is not None else None
        if first is None or first.state not in {JobState.FAILED, JobState.CANCELLED}:
            return job.recipe, job.after
        async with self._registration_lock:
            return await self._retry_upload(job, first)

    async def _retry_upload(self, job: Job, first: Job) -> tuple[Recipe, JobId | None]:
        source = job.recipe.source
        clip = await self._library.get_clip(source) if source is not None else None
        known = clip.find_remote_id(job.account) if clip is not None else None
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
            return recipe, None
        under_way = (
            await self._find_registration(source, job.account) if source is not None else None
        )
        if under_way is not None:
            return job.recipe, under_way.id
        if first.state is JobState.FAILED:
            again = await self.retry(first.id)
            return job.recipe, again.id if again is not None else job.after
        (again,) = await self.submit([first.recipe], first.account)
        return job.recipe, again.id

    async def _delete_upload_if_over(self, job: Job) -> Job:
        """Returns the job after deleting its temporary upload if no running job does so."""
        if job.hosted and is_upload_obsolete(job) and not self._runner.is_running(job.id):
            return await self._uploads.delete(job)
        return job

    async def _adapt_to_account(self, recipe: Recipe, account: AccountName) -> Recipe:
        """Adapts a recipe to the account's capabilities.

        Removes the model if none can be chosen. If the service takes no title, sets it to the
        source's title: it names the job and its clips here, and is not sent.
        """
        fields = self._connections.capabilities(account).get(recipe.operation).fields
        if fields and "model" not in fields:
            recipe = recipe.with_changes(model="")
        if recipe.title or recipe.source is None or not fields or "title" in fields:
            return recipe
        clip = await self._library.get_clip(recipe.source)
        return recipe if clip is None else recipe.with_changes(title=clip.title[:TITLE_LIMIT])

    async def _validate(self, recipe: Recipe, account: AccountName) -> None:
        capabilities = self._connections.capabilities(account)
        capability = capabilities.get(recipe.operation)
        if not capability.available:
            raise RequestRejected(capability.reason or "This account does not offer that.")
        service = self._connections.account(account).service.label
        source = await self._library.get_clip(recipe.source) if recipe.source else None
        length_s = source.duration_s if source is not None else 0.0
        notes = validate(recipe, capability, capabilities, service, length_s)
        if notes:
            raise RequestRejected(f"{notes[0].text}.".replace("..", "."), field=notes[0].field)
        await self._uploads.check_host(recipe, account)
