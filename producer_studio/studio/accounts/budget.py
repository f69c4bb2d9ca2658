"""Budgets of accounts: requests that would exceed one are not sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from producer_studio.domain.account import Account
from producer_studio.domain.budget import BudgetPeriod, BudgetStatus
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library.ledger_sql import UnpricedJobs
from producer_studio.library.library import Library
from producer_studio.studio.accounts.budget_messages import excess_message, unknown_price_message
from producer_studio.studio.accounts.likely_costs import LikelyCosts, PriceLookup
from producer_studio.studio.utc_dates import next_month, start_of_day, this_month, today

ProcessLock = Callable[[str], AbstractAsyncContextManager[None]]
_Request: TypeAlias = tuple[AccountName, Recipe, float | None]

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


@dataclass(frozen=True, slots=True)
class BudgetLimit:
    """A budget of an account, or of all accounts for None; `credits` of None is no limit."""

    account: AccountName | None
    period: BudgetPeriod
    credits: float | None

    @property
    def since(self) -> date:
        """First day of the period."""
        return this_month() if self.period is BudgetPeriod.MONTH else today()

    @property
    def resets_on(self) -> date:
        """First day of the next period."""
        if self.period is BudgetPeriod.MONTH:
            return next_month(this_month())
        return today() + timedelta(days=1)


class Budget:
    """Checks the budgets before requests are queued, and again before they are sent.

    Args:
        find_account: Finds an account by its name, in memory.
        overall: Returns the monthly and the daily budget of all accounts; None for no limit.
        price: Returns the price of a request, stated or learnt.
        exclude_processes: Holds a lock of that name, which excludes other processes.
        reload: Reads the budgets that another process has changed.
    """

    def __init__(
        self,
        library: Library,
        find_account: Callable[[AccountName], Account | None],
        overall: Callable[[], tuple[float | None, float | None]],
        price: PriceLookup,
        exclude_processes: ProcessLock,
        reload: Callable[[], Awaitable[None]],
    ) -> None:
        self._library = library
        self._find_account = find_account
        self._overall = overall
        self._price = price
        self._exclude_processes = exclude_processes
        self._reload = reload
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, account: AccountName, recipes: Sequence[Recipe]) -> None:
        """Checks that requests fit into the budgets in addition to all pending ones.

        Raises:
            RequestRejected: They would exceed a budget, or their cost is unknown; nothing was
                queued.
        """
        if not recipes:
            return
        await self._reload()
        requests: list[_Request] = [(account, recipe, None) for recipe in recipes]
        for limit in self._limits(account):
            await self._check_limit(limit, requests, include_queued=True)

    @asynccontextmanager
    async def sending(self, job: Job) -> AsyncIterator[None]:
        """Checks the budgets again while the caller records that the job is being sent.

        Another process with the same library may have sent something since the job was queued.
        Queued jobs do not count: first come, first served. The locks are held until the block
        ends, so that of two jobs which fit only singly one is sent.

        Raises:
            RequestRejected: The job would exceed a budget; it must not be sent.
        """
        await self._reload()
        # In one order for all, so that no two wait for each other.
        owners = {limit.account for limit in self._limits(job.account)}
        names = [f"budget of {job.account}"] if job.account in owners else []
        names += ["budget of all accounts"] if None in owners else []
        async with AsyncExitStack() as stack:
            for name in names:
                await stack.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
                await stack.enter_async_context(self._exclude_processes(name))
            # Read anew, as it may have been changed during the wait.
            for limit in self._limits(job.account) if names else ():
                request = _request_of(job)
                await self._check_limit(limit, [request], include_queued=False)
            yield

    async def status(
        self, account: AccountName | None, period: BudgetPeriod = BudgetPeriod.MONTH
    ) -> BudgetStatus:
        """Returns the status of an account's budget, or of that of all accounts for None."""
        return await self._status(self._limit(account, period))

    def is_limited(self, account: AccountName) -> bool:
        """Whether any budget limits an account."""
        return bool(self._limits(account))

    async def statuses(self, account: AccountName) -> list[BudgetStatus]:
        """Returns the status of each budget that limits an account."""
        return [await self._status(limit) for limit in self._limits(account)]

    async def _status(self, limit: BudgetLimit) -> BudgetStatus:
        jobs = await self._pending_jobs(limit, include_queued=True)
        costs = LikelyCosts(self._library, self._price, self._find_account)
        pending = [await costs.find(*_request_of(job)) for job in jobs]
        return await self._sum(limit, jobs, pending, costs)

    async def _sum(
        self,
        limit: BudgetLimit,
        jobs: Sequence[Job],
        pending: Sequence[Price],
        costs: LikelyCosts,
    ) -> BudgetStatus:
        """Adds up the ledger, and the prices of pending jobs and of requests of unknown outcome."""
        since = start_of_day(limit.since)
        unpriced = await self._library.ledger.list_unpriced_jobs(
            limit.account, since, [job.id for job in jobs]
        )
        estimates = [
            (await costs.find(one.account, _recipe_of(one), one.expected), one.count)
            for one in unpriced
        ]
        given_up = [
            (await costs.find(*_request_of(job)), job.given_up_requests)
            for job in await self._library.ledger.list_uncertain_jobs(limit.account, since)
        ]
        # Of the same period as charges, as nothing shows later what became of them.
        uncertain = [price.times(count) for price, count in given_up]
        reported = await self._library.ledger.sum_spent(limit.account, since)
        return BudgetStatus(
            account=limit.account,
            period=limit.period,
            budget=limit.credits,
            spent=reported + _sum_known([price.times(count) for price, count in estimates]),
            pending=_sum_known([*pending, *uncertain]),
            resets_on=limit.resets_on,
            is_estimated=any(
                one.is_learnt for one in (*(price for price, _ in estimates), *uncertain, *pending)
            ),
            unpriced=sum(count for price, count in (*estimates, *given_up) if not price.is_known)
            + sum(not one.is_known for one in pending),
        )

    def _limits(self, name: AccountName) -> list[BudgetLimit]:
        """Returns the budgets that limit an account."""
        found = [self._limit(owner, period) for owner in (name, None) for period in BudgetPeriod]
        return [limit for limit in found if limit.credits is not None]

    def _limit(self, name: AccountName | None, period: BudgetPeriod) -> BudgetLimit:
        if name is None:
            monthly, daily = self._overall()
        else:
            account = self._find_account(name)
            monthly = account.budget if account is not None else None
            daily = account.daily_budget if account is not None else None
        return BudgetLimit(name, period, daily if period is BudgetPeriod.DAY else monthly)

    async def _pending_jobs(self, limit: BudgetLimit, *, include_queued: bool) -> list[Job]:
        """Returns jobs whose possible cost is not in the ledger."""
        states = _PENDING_STATES | {JobState.QUEUED} if include_queued else _PENDING_STATES
        return [
            job
            for job in await self._library.jobs.list_jobs(open_only=True)
            if limit.account in {None, job.account}
            and (job.state in states or _is_cancelled_at_service(job))
            and job.credits_charged is None
        ]

    async def _check_limit(
        self,
        limit: BudgetLimit,
        requests: Sequence[_Request],
        *,
        include_queued: bool,
    ) -> None:
        """Checks one budget.

        Raises:
            RequestRejected: The requests would exceed it, or the cost of one is unknown.
        """
        costs = LikelyCosts(self._library, self._price, self._find_account)
        asked = [await self._known_cost(limit, request, costs) for request in requests]
        pending = await self._pending_jobs(limit, include_queued=include_queued)
        while True:
            waiting = [
                await self._known_cost(limit, _request_of(job), costs, is_pending=True)
                for job in pending
            ]
            status = await self._sum(limit, pending, waiting, costs)
            before = {job.id for job in pending}
            # Charges are read after the pending jobs, so that none is missed. One of these jobs
            # that was charged meanwhile has been counted twice.
            pending = await self._pending_jobs(limit, include_queued=include_queued)
            if before <= {job.id for job in pending}:
                break
        cost = _sum_known(asked)
        if status.fits(cost):
            return
        is_learnt = any(one.is_learnt for one in asked)
        raise RequestRejected(excess_message(status, cost, is_estimated=is_learnt), field="budget")

    async def _known_cost(
        self, limit: BudgetLimit, request: _Request, costs: LikelyCosts, *, is_pending: bool = False
    ) -> Price:
        """Returns the cost of a request; the highest that was ever charged if none is known.

        Args:
            is_pending: Whether it is an earlier request, which the checked one comes after.

        Raises:
            RequestRejected: It is unknown.
        """
        cost = await costs.find(*request, is_new=not is_pending)
        if cost.is_known:
            return cost
        account, recipe, _ = request
        raise RequestRejected(
            unknown_price_message(
                recipe.operation,
                account,
                limit.period,
                is_of_all=limit.account is None,
                is_pending=is_pending,
            ),
            field="budget",
        )


def _sum_known(prices: Sequence[Price]) -> float:
    """Returns the sum of the prices that are known; of a range the upper end."""
    return sum(one.high for one in prices if one.high is not None)


def _recipe_of(jobs: UnpricedJobs) -> Recipe:
    """Returns a recipe of the same price."""
    return Recipe(operation=jobs.operation, model=jobs.model)


def _request_of(job: Job) -> _Request:
    return job.account, job.recipe, job.credits_expected


def _is_cancelled_at_service(job: Job) -> bool:
    """Whether the service has a job that the user has cancelled."""
    return job.state is JobState.CANCELLED and job.task_id is not None and not job.finished_at
