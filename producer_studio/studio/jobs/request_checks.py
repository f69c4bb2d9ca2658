"""Checks of a request before a job is queued."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import format_credits
from producer_studio.domain.errors import DuplicateRequest, RequestRejected
from producer_studio.domain.ids import AccountName, JobId, PressId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.press import sum_prices
from producer_studio.domain.price import Price
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import validate
from producer_studio.domain.sweep import Sweep
from producer_studio.library.library import Library
from producer_studio.providers.http.server_time import boot_time_s
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.prices import Prices
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads
from producer_studio.translation import mark, nmark

DUPLICATE_WINDOW = timedelta(minutes=10)
"""Time in which an identical request is taken for a mistake."""


class DuplicateCheck:
    """Finds jobs with identical requests to the same account, made by any process."""

    def __init__(self, library: Library, store: JobStore) -> None:
        self._library = library
        self._store = store
        # The computer's clock may be corrected between two requests of this process.
        self._queued_s: dict[JobId, float] = {}

    def record(self, jobs: Sequence[Job]) -> None:
        """Records that jobs were queued by this process now."""
        now_s = boot_time_s()
        first_s = now_s - DUPLICATE_WINDOW.total_seconds()
        recent = {job: queued_s for job, queued_s in self._queued_s.items() if queued_s > first_s}
        self._queued_s = recent | {job.id: now_s for job in jobs}

    async def check(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        capabilities: Capabilities,
        prices: Sequence[float | None],
        repeats: PressId | None,
        *,
        unknown_only: bool,
    ) -> None:
        """Refuses recipes that were sent already.

        Args:
            recipes: Recipes as they would be sent, all of one operation.
            prices: Credits for each recipe; None if the service does not report a price.
            repeats: Press that they repeat with other seeds.
            unknown_only: Whether only an unknown outcome counts.

        Raises:
            DuplicateRequest: The same was requested or sent within ten minutes, or is about to be
                sent, or was sent earlier with an outcome that is still unknown. If the service
                draws a random seed, a recipe without a seed produces another clip each time, so
                for it only an unknown outcome counts. So does one of the press that is repeated,
                although that has other seeds.
        """
        if not recipes:
            return
        operation = recipes[0].operation
        fields = capabilities.get(operation).fields
        draws_seed = "seed" in fields
        request_bodies = [_request_body(recipe, fields) for recipe in recipes]
        duplicates = [
            job
            for job in await self._library.jobs.find_similar(account, operation)
            if _request_body(job.recipe, fields) in request_bodies
            and (
                self._is_unknown(job)
                or (
                    not unknown_only
                    and self._is_recent(job)
                    and (job.recipe.seed or not draws_seed)
                )
            )
        ]
        if repeats is not None:
            repeated = await self._library.jobs.list_of_press(repeats)
            duplicates += [job for job in repeated if self._is_unknown(job)]
        if duplicates:
            is_unknown = any(self._is_unknown(job) for job in duplicates)
            age = min(self._age(job) for job in duplicates)
            raise DuplicateRequest(_duplicate_message(age, prices, is_unknown=is_unknown))

    def _is_unknown(self, job: Job) -> bool:
        """Whether the service may have accepted the job, and nobody waits for its response."""
        # A process that ended while it sent the request has left it in this state.
        is_abandoned = job.state is JobState.SENDING and not self._store.is_claimed(job.id)
        return is_abandoned or job.state is JobState.UNKNOWN or job.is_failure_unconfirmed

    def _is_recent(self, job: Job) -> bool:
        """Whether the job was requested or sent recently, or will be sent now.

        Failed and unsent jobs may be requested again.
        """
        unsent = job.state is JobState.CANCELLED and job.sent_at is None and job.task_id is None
        if job.state is JobState.FAILED or unsent:
            return False
        if job.state in {JobState.QUEUED, JobState.SENDING} and self._store.is_claimed(job.id):
            return True
        return self._age(job) < DUPLICATE_WINDOW

    def _age(self, job: Job) -> timedelta:
        """Returns the time since a job was requested, or sent.

        It may have waited, or been retried.
        """
        now = datetime.now(UTC)
        moments = (job.created_at, job.sent_at)
        ages = [abs(now - moment) for moment in moments if moment is not None]
        queued_s = self._queued_s.get(job.id)
        if queued_s is not None:
            ages.append(timedelta(seconds=boot_time_s() - queued_s))
        return min(ages)


def _request_body(recipe: Recipe, fields: frozenset[str]) -> Recipe:
    """Returns the recipe as the user requested it, without a title that is not sent.

    The id of the source at the service, and the address of a file's temporary upload, differ from
    one request to the next.
    """
    title = recipe.title if "title" in fields or not fields else ""
    address = "" if recipe.audio_file else recipe.audio_url
    return recipe.with_changes(
        source_remote=None, source_uploaded=False, title=title, audio_url=address
    )


def _duplicate_message(age: timedelta, prices: Sequence[float | None], *, is_unknown: bool) -> str:
    known = [price for price in prices if price is not None]
    cost = format_credits(sum(known)) if len(known) == len(prices) else mark("credits")
    if is_unknown:
        return mark(
            "You have made this request before, and it is not known yet whether the service "
            "accepted it, so nothing was sent. Sending it again may cost {cost} a second time.",
            cost=cost,
        )
    minutes = age // timedelta(minutes=1)
    if not minutes:
        return mark(
            "You made the same request less than a minute ago, so nothing was sent. Sending it "
            "again costs {cost} once more.",
            cost=cost,
        )
    return nmark(
        "You made the same request a minute ago, so nothing was sent. Sending it again costs "
        "{cost} once more.",
        "You made the same request {count} minutes ago, so nothing was sent. Sending it again "
        "costs {cost} once more.",
        minutes,
        cost=cost,
    )


class RequestChecks:
    """Checks requests against the account: recipe, host for files, duplicates and budget. Free."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        uploads: TemporaryUploads,
        budget: Budget,
        prices: Prices,
    ) -> None:
        self._library = library
        self._connections = connections
        self._prices = prices
        self._uploads = uploads
        self._budget = budget
        self._duplicates = DuplicateCheck(library, store)

    def retry_keychain(self) -> None:
        """Asks a keychain again that could not be unlocked; for requests of the user."""
        self._connections.retry_keychain()

    def require_account(self, account: AccountName) -> None:
        """Checks that an account exists.

        Raises:
            NotAuthorised: There is no such account.
        """
        self._connections.account(account)

    def capabilities(self, account: AccountName) -> Capabilities:
        """Returns what an account offers.

        Raises:
            NotAuthorised: There is no such account.
        """
        return self._connections.capabilities(account)

    def price(self, recipe: Recipe, account: AccountName) -> float | None:
        """Returns the credits for one request; None if the service does not report a price."""
        return self._prices.stated(recipe, account)

    def likely_price(self, recipe: Recipe, account: AccountName) -> Price:
        """Returns the price of one request, stated or learnt."""
        return self._prices.price(recipe, account)

    def expected_price(
        self, recipes: Sequence[Recipe], account: AccountName, sweep: Sweep | None = None
    ) -> float | None:
        """Returns the stated price of all requests; None if that of any is unknown.

        Args:
            sweep: Sweep that they belong to, whose limits may allow only the first of them.
        """
        if sweep is not None:
            recipes = self._allowed(recipes, account, sweep)
        return sum_prices([self.price(recipe, account) for recipe in recipes])

    def _allowed(
        self, recipes: Sequence[Recipe], account: AccountName, sweep: Sweep
    ) -> Sequence[Recipe]:
        """Returns the first requests of a sweep, as many as its limits allow at likely prices."""
        prices = [self.likely_price(recipe, account).high for recipe in recipes]
        return recipes[: sweep.most_requests(prices)]

    async def adapt(self, recipe: Recipe, account: AccountName) -> Recipe:
        """Adapts a recipe to the account's capabilities.

        Removes the model if none can be chosen. If the service takes no title, sets it to the
        source's title: it names the job and its clips here, and is not sent.
        """
        fields = self._connections.capabilities(account).get(recipe.operation).fields
        if fields and "model" not in fields:
            recipe = recipe.with_changes(model="")
        if recipe.title or recipe.source is None or not fields or "title" in fields:
            return recipe
        clip = await self._library.clips.get(recipe.source)
        return recipe if clip is None else recipe.with_changes(title=clip.title[:TITLE_LIMIT])

    async def validate(self, recipe: Recipe, account: AccountName) -> None:
        """Checks that the account accepts a recipe, and that its file can be uploaded.

        Raises:
            RequestRejected: It does not; the message has the first reason.
        """
        capabilities = self._connections.capabilities(account)
        service = self._connections.account(account).service.label
        source = await self._library.clips.get(recipe.source) if recipe.source else None
        length_s = source.duration_s if source is not None else 0.0
        issues = validate(recipe, capabilities, service, length_s)
        if issues:
            raise RequestRejected(issues[0].sentence, field=issues[0].field)
        await self._uploads.check_host(recipe, account)

    async def check_budget(
        self, account: AccountName, recipes: Sequence[Recipe], sweep: Sweep | None = None
    ) -> None:
        """Checks that requests fit into the budgets in addition to all pending ones.

        Args:
            sweep: Sweep that they belong to, whose limits may allow only the first of them.

        Raises:
            RequestRejected: They would exceed the budget, or their cost is unknown.
        """
        if sweep is not None:
            recipes = self._allowed(recipes, account, sweep)
        await self._budget.check(account, recipes)

    async def check_duplicates(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        repeats: PressId | None = None,
        *,
        unknown_only: bool = False,
    ) -> None:
        """Refuses requests that were sent recently, or have an unknown outcome; sends nothing.

        Args:
            repeats, unknown_only: See `DuplicateCheck.check`.

        Raises:
            DuplicateRequest: The user must confirm first.
            NotAuthorised: There is no such account.
        """
        recipes = [await self.adapt(recipe, account) for recipe in recipes]
        prices = [self.price(recipe, account) for recipe in recipes]
        capabilities = self._connections.capabilities(account)
        await self._duplicates.check(
            recipes, account, capabilities, prices, repeats, unknown_only=unknown_only
        )

    def record_queued(self, jobs: Sequence[Job]) -> None:
        """Records that jobs were queued by this process now, for `check_duplicates`."""
        self._duplicates.record(jobs)

    async def upload_unavailable_reason(self, account: AccountName) -> str:
        """Returns why no local file can be uploaded for the account's service; empty if one can."""
        return await self._uploads.unavailable_reason(account)
