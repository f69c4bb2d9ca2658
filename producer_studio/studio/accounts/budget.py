"""Monthly budget of an account: requests that would exceed it are not sent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date

from producer_studio.domain.account import Account
from producer_studio.domain.credits import format_credits
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.utc_dates import day_text, next_month, start_of_day, this_month

PriceLookup = Callable[[Recipe, AccountName], float | None]
ProcessLock = Callable[[str], AbstractAsyncContextManager[None]]

_PENDING_STATES = frozenset(
    {
        JobState.SENDING,
        JobState.UNKNOWN,
        JobState.ACCEPTED,
        JobState.WORKING,
        JobState.COLLECTING,
    }
)
"""States in which the service has or may have the request; its charge may not be in the ledger."""

_ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStatus:
    """Budget and spending of an account this month, in credits.

    Attributes:
        budget: None for no limit.
        spent: Charged less refunded, this month (UTC).
        pending: Cost of queued, sent and unknown requests, as far as it is known.
        resets_on: The first day of the next month.
    """

    budget: float | None
    spent: float
    pending: float
    resets_on: date

    @property
    def remaining(self) -> float | None:
        """Returns the credits that can still be spent, never below 0; None for no limit."""
        if self.budget is None:
            return None
        return max(0.0, self.budget - self.spent - self.pending)


class Budget:
    """Checks the budget before requests are queued, and again before they are sent.

    Args:
        find_account: Finds an account by its name, in memory.
        price: Returns the price of a request; None if the service does not report a price.
        exclude_processes: Holds a lock of that name, which excludes other processes.
    """

    def __init__(
        self,
        library: Library,
        find_account: Callable[[AccountName], Account | None],
        price: PriceLookup,
        exclude_processes: ProcessLock,
    ) -> None:
        self._library = library
        self._find_account = find_account
        self._price = price
        self._exclude_processes = exclude_processes
        self._locks: dict[AccountName, asyncio.Lock] = {}

    async def check(self, account: AccountName, recipes: Sequence[Recipe]) -> None:
        """Checks that requests fit into the budget in addition to all pending ones.

        Raises:
            RequestRejected: They would exceed the budget, or their cost is unknown; nothing was
                queued.
        """
        limit = self._limit(account)
        if limit is None or not recipes:
            return
        jobs = await self._pending_jobs(account, include_queued=True)
        waiting = await self._total_cost(account, [_request_of(job) for job in jobs])
        asked = await self._total_cost(account, [(recipe, None) for recipe in recipes])
        await self._check_limit(account, limit, waiting, asked)

    @asynccontextmanager
    async def sending(self, job: Job) -> AsyncIterator[None]:
        """Checks the budget again while the caller records that the job is being sent.

        Another process with the same library may have sent something since the job was queued.
        Queued jobs do not count: first come, first served. The lock is held until the block ends,
        so that of two jobs which fit only singly one is sent.

        Raises:
            RequestRejected: The job would exceed the budget; it must not be sent.
        """
        if self._limit(job.account) is None:
            yield
            return
        lock = self._locks.setdefault(job.account, asyncio.Lock())
        async with lock, self._exclude_processes(f"budget of {job.account}"):
            await self._check_sending(job)
            yield

    async def _check_sending(self, job: Job) -> None:
        limit = self._limit(job.account)
        if limit is None:
            return
        others = await self._pending_jobs(job.account, include_queued=False, exclude=job.id)
        waiting = await self._total_cost(job.account, [_request_of(other) for other in others])
        asked = await self._total_cost(job.account, [(job.recipe, job.credits_expected)])
        await self._check_limit(job.account, limit, waiting, asked)

    async def status(self, account: AccountName) -> BudgetStatus:
        """Returns the budget status of the account for this month."""
        jobs = await self._pending_jobs(account, include_queued=True)
        known = [await self._likely_cost(account, *_request_of(job)) for job in jobs]
        return BudgetStatus(
            budget=self._limit(account),
            spent=await self._spent(account),
            pending=sum(cost for cost in known if cost is not None),
            resets_on=next_month(this_month()),
        )

    def _limit(self, name: AccountName) -> float | None:
        account = self._find_account(name)
        return account.budget if account is not None else None

    async def _spent(self, account: AccountName) -> float:
        return await self._library.ledger.sum_spent(account, start_of_day(this_month()))

    async def _pending_jobs(
        self, account: AccountName, *, include_queued: bool, exclude: JobId | None = None
    ) -> list[Job]:
        """Returns jobs whose possible cost is not in the ledger."""
        states = _PENDING_STATES | {JobState.QUEUED} if include_queued else _PENDING_STATES
        return [
            job
            for job in await self._library.jobs.list_jobs(open_only=True)
            if job.account == account
            and job.id != exclude
            and (job.state in states or _is_cancelled_at_service(job))
            and job.credits_charged is None
        ]

    async def _total_cost(
        self, account: AccountName, requests: Sequence[tuple[Recipe, float | None]]
    ) -> float:
        """Returns the total cost of requests; uses the highest known price if none is reported.

        Raises:
            RequestRejected: The cost of a request is unknown.
        """
        total = 0.0
        for recipe, expected in requests:
            cost = await self._likely_cost(account, recipe, expected)
            if cost is None:
                raise RequestRejected(
                    f"{recipe.operation.label} has no known price at “{account}”, so it may "
                    "exceed the monthly budget. Nothing was sent. To send it anyway, remove the "
                    "budget in the account's settings.",
                    field="budget",
                )
            total += cost
        return total

    async def _likely_cost(
        self, account: AccountName, recipe: Recipe, expected: float | None
    ) -> float | None:
        if expected is None:
            expected = self._price(recipe, account)
        return (
            expected
            if expected is not None
            else await self._library.ledger.highest_recent_price(account, recipe.operation)
        )

    async def _check_limit(
        self, account: AccountName, limit: float, waiting: float, asked: float
    ) -> None:
        spent = await self._spent(account)
        if spent + waiting + asked <= limit + _ROUNDING:
            return
        under_way = f", {format_credits(waiting)} more may be under way" if waiting else ""
        raise RequestRejected(
            f"This would exceed the monthly budget of “{account}”: {format_credits(spent)} of "
            f"{format_credits(limit)} {'is' if spent == 1 else 'are'} spent{under_way}, and this "
            f"costs {format_credits(asked)}. Nothing was sent. The budget resets on "
            f"{day_text(next_month(this_month()))}; until then you can raise or remove it in the "
            "account's settings.",
            field="budget",
        )


def _request_of(job: Job) -> tuple[Recipe, float | None]:
    return job.recipe, job.credits_expected


def _is_cancelled_at_service(job: Job) -> bool:
    """Whether the service has a job that the user has cancelled."""
    return job.state is JobState.CANCELLED and job.task_id is not None and not job.finished_at
