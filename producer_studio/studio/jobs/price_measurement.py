"""Measuring of prices by the balance before and after single jobs."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from producer_studio.domain.credits import is_plausible_price
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.learnt_price import sample_credits
from producer_studio.library.library import Library
from producer_studio.providers.base import FinishedTask
from producer_studio.studio.accounts.balances import Balances
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.prices import Prices

log = logging.getLogger(__name__)

_BALANCE_WAIT_S = 10.0
"""Maximum wait in seconds for the balance before a request."""

_CLOSING_WAIT_S = 5.0

_UNDER_WAY_STATES = frozenset({JobState.SENDING, JobState.ACCEPTED, JobState.WORKING})
"""States in which the service may charge or refund a job at any moment."""

_UNKNOWN_FOR = timedelta(hours=1)
"""Time after which a request of unknown outcome is neither charged nor refunded any more.

It is kept until the user decides about it, which must not end the learning of prices.
"""


@dataclass(frozen=True, slots=True)
class _Before:
    balance: float
    at: datetime
    source: str


class PriceMeasurement:
    """Takes samples of the prices that a service does not state.

    A sample needs that exactly one job of the account is under way, in any process; jobs of another
    account with the same key count as well.
    """

    def __init__(
        self, library: Library, connections: Connections, balances: Balances, prices: Prices
    ) -> None:
        self._library = library
        self._connections = connections
        self._balances = balances
        self._prices = prices
        self._before: dict[JobId, _Before] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, job: Job) -> None:
        """Requests the balance before a job is sent, where its price is to be learnt; free.

        Without a response the price of this job is not learnt.
        """
        if job.state is not JobState.QUEUED or self._is_among_others(job):
            return
        at = datetime.now(UTC)
        try:
            if self._prices.stated(job.recipe, job.account) is not None:
                return
            if await self._is_another_under_way(job):
                return
            async with asyncio.timeout(_BALANCE_WAIT_S):
                balance = await self._balances.fetch(job.account)
            # Which other accounts have the same key is known only now.
            if await self._is_another_under_way(job):
                return
        except (ServiceError, TimeoutError) as error:
            log.info("Cannot learn the price of job %s: %s", job.id, error)
            return
        source = self._connections.balance_source(job.account)
        self._before[job.id] = _Before(balance.total, at, source)

    def end(self, job: Job, finished: FinishedTask | None) -> None:
        """Takes the sample in the background; if the job failed, looks for a refund."""
        before = self._before.pop(job.id, None)
        if finished is None:
            if job.state is JobState.FAILED and job.task_id is not None:
                # Whether it was refunded shows in the balance.
                self._run(self._fetch_balance(job), job)
            return
        reported = finished.charged_credits
        if reported is not None:
            if reported > 0 and is_plausible_price(reported):
                self._run(self._add_reported(job, reported), job)
        elif before is not None:
            self._run(self._measure(job, before), job)

    async def close(self) -> None:
        """Waits briefly for samples that are being taken, then stops."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSING_WAIT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, None], job: Job) -> None:
        task = asyncio.create_task(self._log_errors(work, job), name=f"price of {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _log_errors(self, work: Coroutine[Any, Any, None], job: Job) -> None:
        try:
            await work
        except ServiceError as error:
            log.info("Cannot learn the price of job %s: %s", job.id, error)

    async def _fetch_balance(self, job: Job) -> None:
        await self._balances.fetch(job.account)

    async def _add_reported(self, job: Job, amount: float) -> None:
        if self._prices.stated(job.recipe, job.account) is None:
            await self._prices.add_sample(job, amount)

    async def _measure(self, job: Job, before: _Before) -> None:
        balance = await self._balances.fetch(job.account)
        if self._connections.balance_source(job.account) != before.source:
            # The key or the address was replaced: it may be the balance of another account.
            return
        if await self._is_another_under_way(job):
            return
        if await self._has_other_activity(job, before.at):
            return
        last = balance.total
        # One request is charged in one step: something else was charged as well.
        if await self._library.prices.has_other_balance(
            job.account, before.at, before.balance, last
        ):
            return
        amount = sample_credits(before.balance, last)
        if amount is not None:
            await self._prices.add_sample(job, amount)

    def _is_among_others(self, job: Job) -> bool:
        """Whether other takes of its press are sent at the same time."""
        return job.takes > 1 and self._connections.concurrency(job.account) > 1

    async def _has_other_activity(self, job: Job, since: datetime) -> bool:
        """Whether another job of the account, or of one with its key, was charged or refunded."""
        prices = self._library.prices
        if await prices.has_other_activity(job.account, job.id, since):
            return True
        others = self._connections.names_at_service(job.account) - {job.account}
        active = await self._library.jobs.get_many(await prices.list_active_jobs(others, since))
        return any(self._connections.is_same_account(one, job.account) for one in active)

    async def _is_another_under_way(self, job: Job) -> bool:
        now = datetime.now(UTC)
        return any(
            other.id != job.id
            and _is_under_way(other, now)
            and self._connections.is_same_account(other, job.account)
            for other in await self._library.jobs.list_jobs(open_only=True)
        )


def _is_under_way(job: Job, now: datetime) -> bool:
    if job.state is JobState.UNKNOWN:
        return now - (job.sent_at or job.created_at) < _UNKNOWN_FOR
    return job.state in _UNDER_WAY_STATES or (job.state is JobState.CANCELLED and not job.is_over)
