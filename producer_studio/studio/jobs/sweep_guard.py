"""Limits of sweeps: requests that would exceed one are not sent, and the sweep stops."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from producer_studio.domain.errors import ErrorKind, NotAuthorised, RequestRejected, ServiceError
from producer_studio.domain.ids import AccountName, JobId, PressId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import (
    Sweep,
    is_charge_estimated,
    likely_charge,
    request_count,
    stop_record,
)
from producer_studio.domain.sweep_limits import SweepUse, count_requests, reached_balance
from producer_studio.library.library import Library
from producer_studio.studio.accounts.balances import Balances
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.events import NoticeLevel
from producer_studio.studio.jobs.send_order import SendOrder
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

PriceLookup = Callable[[Recipe, AccountName], Price]

_QUEUED = frozenset({JobState.QUEUED})
_UNDER_WAY = frozenset({JobState.SENDING, JobState.ACCEPTED, JobState.WORKING})
"""States of requests whose charge may not be in the balance yet."""
_HOPELESS_KINDS = frozenset({ErrorKind.CREDITS_EXHAUSTED, ErrorKind.NOT_AUTHORISED})
"""Errors that the next request of the same account would get, too."""


class SweepStopped(Exception):
    """A request is not sent, since its sweep has stopped; its job is cancelled already."""


class BalancePending(Exception):
    """Whether a request may be sent depends on requests that are under way."""


@dataclass(frozen=True, slots=True)
class _Left:
    """Balance after another request, as far as it is known.

    Attributes:
        reason: Why the request must not be sent, as a clause; empty if it may be.
        under_way: Number of requests whose charge may not be in the balance yet.
    """

    credits: float
    reason: str
    under_way: int
    under_way_credits: float


class SweepGuard:
    """Checks the limits of a sweep before each of its requests, and the budgets.

    What counts is on disk: the limits with the press, and the state of each of its jobs. A request
    whose outcome is not known counts as charged. So a process that is killed at any moment leaves
    what the next one needs to keep the limits.

    Args:
        price: Price of a request, stated or learnt.

    Attributes:
        order: Takes that are about to be sent, whose first ones the limits allow.
        is_running: Returns whether this process runs a job, and so has its claim.
    """

    def __init__(
        self,
        library: Library,
        store: JobStore,
        budget: Budget,
        balances: Balances,
        price: PriceLookup,
    ) -> None:
        self._library = library
        self._store = store
        self._budget = budget
        self._balances = balances
        self._price = price
        self.order = SendOrder()
        self.is_running: Callable[[JobId], bool] = lambda job_id: False  # noqa: ARG005

    @asynccontextmanager
    async def sending(self, job: Job) -> AsyncIterator[None]:
        """Checks the limits while the caller records that the job is being sent.

        The locks are held until the block ends: of two requests of which the limits allow one, one
        is sent, also by several processes.

        Raises:
            SweepStopped: A limit is reached; this job and those that wait are cancelled.
            BalancePending: To be tried again later.
            RequestRejected: The job would exceed a budget, or a limit where it is sent again; it
                must not be sent.
        """
        if await self._find_sweep(job) is None:
            async with self._budget.sending(job):
                yield
            return
        await self.order.wait_for_earlier(job)
        async with self._store.one_at_a_time(f"sweep {job.press}"):
            # Read in the lock: the user may have changed the limits, another process the jobs.
            press = await self._find_sweep(job)
            current = await self._library.jobs.get(job.id)
            if current is None or current.state is not JobState.QUEUED:
                raise SweepStopped(mark("it was stopped or cancelled while this job waited"))
            reason = await self._find_reason(job, press) if press is not None else ""
            if reason and current.uncertain_sends:
                # What it was sent before stays unknown, so it is not cancelled.
                raise RequestRejected(mark("Not sent: {reason}.", reason=reason), field="sweep")
            if reason:
                await self._stop(job, reason)
                raise SweepStopped(reason)
            async with self._budget.sending(job):
                yield
            self.order.leave(job)

    async def stop_after(self, job: Job, error: ServiceError) -> None:
        """Stops the sweep of a job that was rejected for a reason that all others would share."""
        if error.kind in _HOPELESS_KINDS and await self._find_sweep(job) is not None:
            async with self._store.one_at_a_time(f"sweep {job.press}"):
                await self._stop(job, error.message.rstrip("."))

    async def check(
        self,
        sweep: Sweep,
        recipes: Sequence[Recipe],
        account: AccountName,
        press: Press | None = None,
    ) -> None:
        """Checks that the limits can be kept, and allow a request; sends none.

        Args:
            press: The press that is continued; None for a new one.

        Raises:
            RequestRejected: They cannot be, or do not.
        """
        limits = sweep.limits
        price = self._price(recipes[0], account).high
        use = await self.use(press) if press is not None else SweepUse()
        reached = use.reached_limit(limits, price)
        if reached:
            raise RequestRejected(
                mark("The limits allow no request: {reason}. Nothing was sent.", reason=reached),
                field="sweep",
            )
        if limits.credits is not None and any(
            not self._price(recipe, account).is_known for recipe in recipes
        ):
            raise RequestRejected(
                mark(
                    "A price is unknown, so a limit of credits cannot be kept. Limit the number of "
                    "requests instead. Nothing was sent."
                ),
                field="sweep",
            )
        if limits.min_balance is None:
            return
        try:
            left = await self._fetch_left(account, press, limits.min_balance, price)
        except ServiceError as error:
            raise RequestRejected(
                sentences(
                    mark(
                        "The balance of “{account}” could not be read, so no part of it can be "
                        "left. Nothing was sent.",
                        account=account,
                    ),
                    error.message,
                ),
                field="sweep",
            ) from error
        if left.reason:
            raise RequestRejected(
                mark(
                    "The limits allow no request: {reason}. Nothing was sent.", reason=left.reason
                ),
                field="sweep",
            )

    def continuing(self, press: PressId) -> AbstractAsyncContextManager[None]:
        """Excludes others that continue the same sweep, also those of other processes."""
        return self._store.one_at_a_time(f"continuation of {press}")

    def is_left(self, job: Job) -> bool:
        """Whether a job waits in the queue, and no process runs it."""
        is_queued = job.state is JobState.QUEUED and not self.is_running(job.id)
        return is_queued and not self._store.is_claimed_elsewhere(job.id)

    async def use(self, press: Press) -> SweepUse:
        """Returns what a sweep has used, or may have used."""
        jobs = await self._library.jobs.list_of_press(press.id)
        charges = [likely_charge(one, self._price_of(one)) for one in jobs]
        known = [amount for amount in charges if amount is not None]
        return SweepUse(
            requests=sum(map(request_count, jobs)),
            credits=sum(known) if len(known) == len(charges) else None,
            is_estimated=any(map(is_charge_estimated, jobs)),
        )

    async def _find_sweep(self, job: Job) -> Press | None:
        """Returns the press of a job, if it is a sweep."""
        press = await self._library.presses.get(job.press) if job.press is not None else None
        return press if press is not None and press.sweep is not None else None

    async def _find_reason(self, job: Job, press: Press) -> str:
        """Returns the limit that a request would exceed; empty if none.

        Raises:
            BalancePending: See `sending`.
        """
        assert press.sweep is not None  # noqa: S101 - see `_find_sweep`
        price = await self._next_price(job, press)
        reached = (await self.use(press)).reached_limit(press.sweep.limits, price)
        floor = press.sweep.limits.min_balance
        if reached or floor is None:
            return reached
        return await self._check_balance(job, press, price, floor)

    async def _check_balance(
        self, job: Job, press: Press, price: float | None, floor: float
    ) -> str:
        """Compares the balance, as it is now, with the one that is left untouched."""
        try:
            left = await self._fetch_left(job.account, press, floor, price)
        except ServiceError as error:
            return mark(
                "the balance could not be read ({reason})", reason=error.message.rstrip(".")
            )
        if left.reason:
            return left.reason
        if left.under_way and (price is None or left.credits - left.under_way_credits < floor):
            raise BalancePending
        return ""

    async def _fetch_left(
        self, account: AccountName, press: Press | None, floor: float, price: float | None
    ) -> "_Left":
        """Requests the balance, and what may be left of it after another request.

        Raises:
            ServiceError: The balance cannot be read.
        """
        total = (await self._balances.fetch(account)).total
        open_jobs = [
            one
            for one in await self._library.jobs.list_jobs(open_only=True)
            if one.account == account
        ]
        pending = [one for one in open_jobs if one.state in _UNDER_WAY]
        under_way = [one for one in pending if self._is_looked_after(one)]
        # Nothing that is waited for tells what became of these.
        lost = [
            one
            for one in open_jobs
            if one.state is JobState.UNKNOWN and press is not None and one.press == press.id
        ]
        lost += [one for one in pending if one not in under_way]
        uncounted = sum(self._price_of(one) or 0.0 for one in lost)
        reason = reached_balance(floor, total, price, uncounted)
        if reason and lost:
            reason = mark(
                "{reason}, and in which {requests} of before may not be counted yet",
                reason=reason,
                requests=count_requests(len(lost)),
            )
        return _Left(
            credits=total - uncounted - (price or 0.0),
            reason=reason,
            under_way=len(under_way),
            under_way_credits=sum(self._price_of(one) or 0.0 for one in under_way),
        )

    def _is_looked_after(self, job: Job) -> bool:
        """Whether a process polls a job; those of a killed one wait for its next start."""
        return self._store.is_loaded(job.id) or self._store.is_claimed_elsewhere(job.id)

    async def _next_price(self, job: Job, press: Press) -> float | None:
        """Returns the price of a job: the likely one, or more if one like it was charged more."""
        price = self._price_of(job)
        if price is None:
            return None
        charged = [
            one.credits_charged
            for one in await self._library.jobs.list_of_press(press.id)
            if one.credits_charged is not None
            and one.recipe.operation is job.recipe.operation
            and one.recipe.model == job.recipe.model
        ]
        return max([price, *charged])

    def _price_of(self, job: Job) -> float | None:
        if job.credits_expected is not None:
            return job.credits_expected
        try:
            return self._price(job.recipe, job.account).high
        except NotAuthorised:
            return None  # the account was removed

    async def _stop(self, job: Job, reason: str) -> None:
        """Ends all jobs of the sweep that wait in this process, and says so once."""
        waiting = [
            one
            for one in self._store.loaded_jobs()
            if one.press == job.press and one.state is JobState.QUEUED and self.is_running(one.id)
        ]
        # One that is sent again is checked by itself, as it is not cancelled.
        waiting = [one for one in waiting if not one.uncertain_sends]
        # Its caller holds the claim on the job itself, and this process those on the others.
        stopped = []
        for one in [job, *(other for other in waiting if other.id != job.id)]:
            after = await self._store.transition(
                one,
                JobState.CANCELLED,
                from_states=_QUEUED,
                fault=stop_record(reason),
                finished_at=datetime.now(UTC),
                # It was certainly not accepted, or counts in `uncertain_sends`.
                sent_at=None,
            )
            if after.state is JobState.CANCELLED:
                stopped.append(after)
        if stopped:
            message = stop_message(await self._sent_takes(job), job.takes, reason)
            whole = job.with_changes(takes=1)  # the sweep is named, not the take
            self._store.publish_notice(whole, NoticeLevel.WARNING, message)

    async def _sent_takes(self, job: Job) -> int:
        assert job.press is not None  # noqa: S101 - see `_find_sweep`
        jobs = await self._library.jobs.list_of_press(job.press)
        return sum(request_count(one) for one in jobs if not one.is_registration)


def stop_message(sent: int, total: int, reason: str) -> str:
    """Says that a sweep has stopped, and where."""
    return mark(
        "The sweep has stopped at {sent} of {total}: {reason}.",
        sent=sent,
        total=count_requests(total),
        reason=reason,
    )
