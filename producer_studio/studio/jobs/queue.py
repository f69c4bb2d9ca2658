"""Job queue: adds the jobs of a press, and resumes those of an earlier run."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Any

from producer_studio.domain.errors import NotAuthorised, RequestRejected
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    JobId,
    PressId,
    TaskId,
    new_job_id,
    new_press_id,
)
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press, split_preset
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.studio.jobs.registration_lookup import RegistrationLookup
from producer_studio.studio.jobs.request_checks import RequestChecks
from producer_studio.studio.jobs.resume import JobResumer
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.source_resolver import (
    KnownSource,
    SourcePlan,
    SourceResolver,
    SourceUnavailable,
)
from producer_studio.studio.jobs.store import JobStore

_NO_FORM: Mapping[str, Any] = MappingProxyType({})


class JobQueue:
    """Runs several jobs at once; a request that costs credits is sent only at the user's command.

    Another process may have the same library open. A job is changed only while this process holds
    its claim, and only from its state on disk.
    """

    def __init__(
        self,
        checks: RequestChecks,
        source_resolver: SourceResolver,
        registrations: RegistrationLookup,
        store: JobStore,
        runner: JobRunner,
        resumer: JobResumer,
    ) -> None:
        self._checks = checks
        self._source_resolver = source_resolver
        self._registrations = registrations
        self._store = store
        self._runner = runner
        self._resumer = resumer

    async def submit(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        *,
        form: Mapping[str, Any] = _NO_FORM,
        repeats: PressId | None = None,
        sweep: Sweep | None = None,
        refuse_duplicates: bool = False,
    ) -> list[Job]:
        """Adds the takes of one press to the queue, a job per recipe, and starts them.

        Args:
            form: The whole compose form as JSON, kept with the press.
            repeats: Press that is repeated with other seeds.
            sweep: Axes and limits, where the recipes are the cells of a sweep.
            refuse_duplicates: Whether to refuse duplicates; False after the user has confirmed.

        Raises:
            DuplicateRequest: `refuse_duplicates` is set, and the same was sent recently, or its
                outcome or one of the repeated press is unknown; nothing was queued.
            RequestRejected: A recipe is invalid; nothing was queued.
            NotAuthorised: There is no such account.
            StorageError: The library cannot be written; nothing was sent.
        """
        self._checks.require_account(account)
        self._checks.retry_keychain()
        recipes = [await self._checks.adapt(recipe, account) for recipe in recipes]
        for recipe in recipes:
            await self._checks.validate(recipe, account)
        await self._checks.check_budget(account, recipes, sweep)
        press = self._build_press(recipes, account, form, repeats, sweep)
        jobs = self._build_jobs(recipes, press)
        async with self._inserting(account):
            if refuse_duplicates:
                await self._checks.check_duplicates(recipes, account, repeats)
            await self._start_new_jobs(jobs, press)
        return jobs

    async def submit_again(self, job: Job) -> Job:
        """Like `submit_all_again`, for one job."""
        return (await self.submit_all_again([job]))[0]

    async def submit_all_again(self, jobs: Sequence[Job], press: Press | None = None) -> list[Job]:
        """Adds and starts another job for each of some takes of one press, all or nothing.

        Args:
            press: The press with other limits of its sweep, which are written with the jobs.

        Raises:
            RequestRejected: A recipe is invalid; nothing was queued.
            NotAuthorised: The account does not exist any more.
            StorageError: The library cannot be written; nothing was sent.
        """
        self._checks.retry_keychain()
        again = []
        for job in jobs:
            self._checks.require_account(job.account)
            recipe = await self._checks.adapt(job.recipe, job.account)
            await self._checks.validate(recipe, job.account)
            again.append(
                self._build_job(recipe, job.account).with_changes(
                    press=job.press, take=job.take, takes=job.takes
                )
            )
        account = jobs[0].account
        recipes = [job.recipe for job in again]
        await self._checks.check_budget(account, recipes, press.sweep if press else None)
        async with self._inserting(account):
            await self._start_new_jobs(again, press)
        return again

    async def check_duplicates(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        repeats: PressId | None = None,
        *,
        unknown_only: bool = False,
    ) -> None:
        """Refuses requests as `RequestChecks.check_duplicates` does; sends nothing."""
        await self._checks.check_duplicates(recipes, account, repeats, unknown_only=unknown_only)

    async def upload_unavailable_reason(self, account: AccountName) -> str:
        """Returns why no local file can be uploaded for the account's service; empty if one can.

        Uploads nothing.
        """
        return await self._checks.upload_unavailable_reason(account)

    async def plan_source(
        self, clip: ClipId, account: AccountName, operation: Operation
    ) -> SourcePlan:
        """Returns how an account can access a clip, for the confirmation by the user; free.

        Raises:
            NotAuthorised: There is no such account.
        """
        return await self._source_resolver.plan(clip, account, operation)

    async def submit_with_source(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        source: ClipId,
        *,
        register: bool = False,
        form: Mapping[str, Any] = _NO_FORM,
        repeats: PressId | None = None,
        sweep: Sweep | None = None,
        refuse_duplicates: bool = False,
    ) -> list[Job]:
        """Like `submit`, for recipes that work on a clip of the library, made by any service.

        If the account does not know the clip, an additional job uploads it first and the others
        wait for that job.

        Args:
            register: Whether the user has agreed to the upload and its price.
            form, repeats, sweep, refuse_duplicates: As in `submit`.

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
                form=form,
                repeats=repeats,
                sweep=sweep,
                refuse_duplicates=refuse_duplicates,
            )
        if not register:
            raise RequestRejected(plan.message, field="source")
        unknown = {"source_remote": None, "source_uploaded": True}
        recipes = [
            await self._checks.adapt(recipe.with_changes(**unknown), account) for recipe in recipes
        ]
        for recipe in (plan.recipe, *recipes):
            await self._checks.validate(recipe, account)
        async with self._registrations.lock(source, account), self._inserting(account):
            if refuse_duplicates:
                await self._checks.check_duplicates(recipes, account, repeats)
            # A second upload of the same clip would be charged again. Another press may have
            # started or even finished one since the plan was made.
            known_id = await self._registrations.find_remote_id(source, account)
            registration = None
            if known_id is None:
                registration = await self._registrations.find_unfinished(source, account)
            paid = list(recipes)
            after = registration.id if registration is not None else None
            if known_id is not None:
                remote_id, uploaded = known_id
                paid = recipes = [
                    recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
                    for recipe in recipes
                ]
            elif registration is None:
                paid = [plan.recipe, *recipes]
            await self._checks.check_budget(account, paid, sweep)
            press = self._build_press(recipes, account, form, repeats, sweep, paid)
            new_jobs: list[Job] = []
            if len(paid) > len(recipes):
                new_jobs = [self._build_job(plan.recipe, account).with_changes(press=press.id)]
                after = new_jobs[0].id
            new_jobs += [job.with_changes(after=after) for job in self._build_jobs(recipes, press)]
            await self._start_new_jobs(new_jobs, press)
        if registration is not None:
            await self._continue_registration(registration)
        return new_jobs

    async def _continue_registration(self, registration: Job) -> None:
        """Continues an upload that no process runs.

        One that an earlier run left in the queue is sent: the user has agreed to it now.
        """
        if registration.waits_for_service:
            await self._resumer.resume_orphan(registration)
            return
        async with self._runner.claim(registration.id) as job:
            if job is not None and job.state is JobState.QUEUED:
                self._runner.start(job)

    def poll_now(self, task: TaskId) -> bool:
        """Polls a task at once; returns whether a job here waits for it."""
        return self._runner.poll_now(task)

    def visible_jobs(self) -> list[Job]:
        return self._store.visible_jobs()

    def is_running(self, job_id: JobId) -> bool:
        """Whether this process runs the job."""
        return self._runner.is_running(job_id)

    def is_held(self, job: Job) -> bool:
        """Whether a job of another installation waits for the user's confirmation."""
        return self._store.is_foreign(job) and not self._runner.is_running(job.id)

    async def get(self, job_id: JobId) -> Job | None:
        return await self._store.load(job_id)

    def needs_confirmation(self, job: Job) -> bool:
        """Whether a queued job of an earlier run waits for the user's confirmation."""
        left = job.state is JobState.QUEUED and self._store.requires_confirmation(job.id)
        return left and not self._runner.is_running(job.id)

    def price_to_send(self, job: Job) -> Price:
        """Returns what sending a job costs.

        Includes the upload of its source, which is sent first if it has failed or waits, too.
        """
        first = next((one for one in self._store.loaded_jobs() if one.id == job.after), None)
        is_under_way = first is not None and first.waits_for_service
        if job.after is None or job.task_id is not None or is_under_way:
            return self._price_of(job)
        upload = Recipe(operation=Operation.UPLOAD, source=job.recipe.source)
        try:
            price = self._checks.likely_price(upload, job.account)
        except NotAuthorised:
            return self._price_of(job)  # it cannot be sent
        return sum_of_prices([self._price_of(job), price])

    def _price_of(self, job: Job) -> Price:
        if job.credits_expected is not None:
            return Price.stated(job.credits_expected)
        try:
            return self._checks.likely_price(job.recipe, job.account)
        except NotAuthorised:
            return Price()

    async def all(self) -> list[Job]:
        """Returns all jobs of the library, oldest first."""
        return await self._store.all()

    async def list_unfinished(self, account: AccountName) -> list[Job]:
        """Returns the jobs that need an account to go on, those of other processes included."""
        return [
            job for job in await self._store.all() if job.account == account and job.needs_account
        ]

    async def resume(self) -> list[Job]:
        """Resumes the jobs of an earlier run: polls, collects and recovers them.

        Sends only requests that are charged once at most because the service honours their key.

        Returns:
            The jobs that run now, and those that wait for the user's confirmation.
        """
        return await self._resumer.resume()

    async def resume_orphan(self, job: Job) -> bool:
        """Resumes a job of another process that has ended; False while a process has its claim."""
        return await self._resumer.resume_orphan(job)

    async def wait_until_idle(self) -> None:
        """Waits until no job is running."""
        await self._runner.wait_until_idle()

    async def close(self) -> None:
        """Waits briefly for requests in flight, then stops all jobs."""
        await self._runner.close()

    def _build_press(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        form: Mapping[str, Any],
        repeats: PressId | None,
        sweep: Sweep | None,
        paid: Sequence[Recipe] = (),
    ) -> Press:
        """Builds a press.

        Args:
            paid: All its requests, if they are more than its recipes.
        """
        form, preset = split_preset(form)
        return Press(
            id=new_press_id(),
            account=account,
            recipes=tuple(recipes),
            form=form,
            preset=preset,
            credits_expected=self._checks.expected_price(paid or recipes, account, sweep),
            repeats=repeats,
            sweep=sweep,
        )

    def _build_jobs(self, recipes: Sequence[Recipe], press: Press) -> list[Job]:
        """Builds one job per recipe, as takes of one press."""
        return [
            self._build_job(recipe, press.account).with_changes(
                created_at=press.created_at, press=press.id, take=number, takes=len(recipes)
            )
            for number, recipe in enumerate(recipes, 1)
        ]

    def _build_job(self, recipe: Recipe, account: AccountName) -> Job:
        return Job(
            id=new_job_id(),
            recipe=recipe,
            account=account,
            idempotency_key=new_job_id(),
            credits_expected=self._checks.price(recipe, account),
        )

    def _inserting(self, account: AccountName) -> AbstractAsyncContextManager[None]:
        """Excludes other new jobs of an account, also those of other processes.

        Held from the check for duplicates to the insertion of the jobs.
        """
        return self._store.one_at_a_time(f"requests-of-{account}")

    async def _start_new_jobs(self, jobs: Sequence[Job], press: Press | None = None) -> None:
        """Inserts new jobs and their press, all or nothing, and starts the jobs."""
        for job in jobs:
            self._store.claim(job.id)
        try:
            await self._store.add(jobs, press)
        except BaseException:
            for job in jobs:
                self._store.release(job.id)
            raise
        self._checks.record_queued(jobs)
        for job in jobs:
            self._runner.start(job)
