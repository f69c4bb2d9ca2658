"""Sweeps: one press whose takes vary one or two fields of the recipe, within limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import NotAuthorised, RequestRejected
from producer_studio.domain.ids import AccountName, ClipId, PressId
from producer_studio.domain.job import Job
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price, sum_of_prices
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep, find_sweep_issue
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.domain.sweep_status import CellState, SweepStatus, sweep_status
from producer_studio.library.library import Library
from producer_studio.studio.jobs.actions import JobActions
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.jobs.registration_lookup import RegistrationLookup
from producer_studio.studio.jobs.request_checks import RequestChecks
from producer_studio.studio.jobs.sweep_guard import SweepGuard
from producer_studio.translation import mark

_ALL_SENT = mark("Every request of this sweep was sent.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan:
    """A sweep before it is sent.

    Attributes:
        recipes: One for each cell, in the order of the takes.
        prices: The price of each.
        issue: What is wrong with its axes, as a sentence; empty if it can be sent.
    """

    sweep: Sweep
    recipes: tuple[Recipe, ...]
    prices: tuple[Price, ...]
    issue: str

    @property
    def price(self) -> Price:
        """Price of all requests."""
        return sum_of_prices(self.prices)


class Sweeps:
    """Plans, sends, reads and continues sweeps. `SweepGuard` keeps their limits."""

    def __init__(
        self,
        library: Library,
        queue: JobQueue,
        actions: JobActions,
        checks: RequestChecks,
        guard: SweepGuard,
        registrations: RegistrationLookup,
    ) -> None:
        self._library = library
        self._queue = queue
        self._actions = actions
        self._checks = checks
        self._guard = guard
        self._registrations = registrations

    def plan(self, sweep: Sweep, recipe: Recipe, account: AccountName) -> SweepPlan:
        """Returns the requests of a sweep with their prices; sends nothing.

        Raises:
            NotAuthorised: There is no such account.
        """
        issue = find_sweep_issue(sweep, recipe, self._checks.capabilities(account))
        recipes = tuple(sweep.expand(recipe)) if not issue else ()
        prices = tuple(self._checks.likely_price(one, account) for one in recipes)
        return SweepPlan(sweep=sweep, recipes=recipes, prices=prices, issue=issue)

    async def submit(
        self,
        sweep: Sweep,
        recipe: Recipe,
        account: AccountName,
        *,
        form: Mapping[str, Any],
        repeats: PressId | None = None,
        register: bool = False,
        refuse_duplicates: bool = True,
    ) -> list[Job]:
        """Writes a sweep with all of its jobs, and starts them.

        Args:
            form, repeats, register, refuse_duplicates: See `JobQueue.submit_with_source`.

        Raises:
            DuplicateRequest: See `JobQueue.submit`.
            RequestRejected: An axis or a recipe is invalid, or a limit cannot be kept; nothing was
                queued.
            NotAuthorised: There is no such account.
            StorageError: The library cannot be written; nothing was sent.
        """
        plan = self.plan(sweep, recipe, account)
        if plan.issue:
            raise RequestRejected(plan.issue, field="sweep")
        await self._guard.check(sweep, plan.recipes, account)
        if recipe.source is None:
            return await self._queue.submit(
                plan.recipes,
                account,
                form=form,
                repeats=repeats,
                sweep=sweep,
                refuse_duplicates=refuse_duplicates,
            )
        return await self._queue.submit_with_source(
            plan.recipes,
            account,
            recipe.source,
            register=register,
            form=form,
            repeats=repeats,
            sweep=sweep,
            refuse_duplicates=refuse_duplicates,
        )

    async def status(self, press_id: PressId) -> SweepStatus | None:
        """Returns what became of each cell of a sweep; None if the press is none."""
        press = await self._library.presses.get(press_id)
        if press is None or press.sweep is None:
            return None
        jobs = await self._library.jobs.list_of_press(press_id)
        clips: list[Clip] = await self._library.clips.get_takes(press_id)
        return sweep_status(press, jobs, clips, await self._guard.use(press))

    def remaining_prices(self, status: SweepStatus) -> list[Price]:
        """Returns the price of each request that was not sent and that nothing sends now."""
        queued, unsent = self._unsent(status)
        jobs, account = [*queued, *unsent], status.press.account
        try:
            return [self._checks.likely_price(one.recipe, account) for one in jobs]
        except NotAuthorised:
            return [Price()] * len(jobs)  # the account was removed

    async def labels(self, clips: Sequence[Clip]) -> dict[ClipId, str]:
        """Returns the values of the axes for those clips that are takes of a sweep."""
        found: dict[ClipId, str] = {}
        presses = {clip.press for clip in clips if clip.press is not None and clip.takes > 1}
        for press in presses:
            status = await self.status(press)
            for cell in status.cells if status is not None else ():
                text = status.sweep.take_text(cell.take) if status is not None else ""
                found |= {clip.id: text for clip in cell.clips}
        return found

    async def resume(self, press_id: PressId, limits: SweepLimits | None = None) -> list[Job]:
        """Sends the cells that were not sent, in the order of the grid.

        Args:
            limits: Other limits; None for those that it has.

        Returns:
            The jobs that were started.

        Raises:
            RequestRejected: It is no sweep, nothing is left to send, or a limit cannot be kept.
            NotAuthorised: The account does not exist any more.
            StorageError: The library cannot be written; nothing was sent.
        """
        async with self._guard.continuing(press_id):
            return await self._resume(press_id, limits)

    async def _resume(self, press_id: PressId, limits: SweepLimits | None) -> list[Job]:
        status = await self.status(press_id)
        if status is None:
            raise RequestRejected(mark("This is no sweep."), field="sweep")
        queued, unsent = self._unsent(status)
        if not queued and not unsent:
            is_waiting = status.count(CellState.WAITING) > 0
            rest = mark("The rest of this sweep is being sent.")
            raise RequestRejected(rest if is_waiting else _ALL_SENT, field="sweep")
        changed = status.sweep.with_limits(limits) if limits is not None else status.sweep
        press = self._with_sweep(status.press, changed)
        recipes = [job.recipe for job in (*queued, *unsent)]
        await self._guard.check(changed, recipes, press.account, press)
        if unsent:
            again = [await self._with_source(job) for job in unsent]
            started = await self._queue.submit_all_again(again, press)
        else:
            started = []
            if limits is not None:
                await self._library.presses.set_sweep(press)
        sent = [await self._actions.send(job.id) for job in queued]
        return [*(job for job in sent if job is not None), *started]

    def _with_sweep(self, press: Press, sweep: Sweep) -> Press:
        """Returns a press with other limits, and the price that they allow."""
        price = self._checks.expected_price(press.recipes, press.account, sweep)
        return replace(press, sweep=sweep, credits_expected=price)

    def _unsent(self, status: SweepStatus) -> tuple[list[Job], list[Job]]:
        """Returns jobs that wait and that nothing runs here, and jobs that were ended unsent."""
        queued = [
            cell.job
            for cell in status.cells
            if cell.job is not None and self._guard.is_left(cell.job)
        ]
        unsent = [
            cell.job
            for cell in status.cells
            if cell.job is not None and cell.state is CellState.NOT_SENT
        ]
        return queued, unsent

    async def _with_source(self, job: Job) -> Job:
        """Returns a job whose source is known to the account.

        Raises:
            RequestRejected: It has to be uploaded first.
        """
        source = job.recipe.source
        if job.after is None or source is None:
            return job
        known = await self._registrations.find_remote_id(source, job.account)
        if known is None:
            raise RequestRejected(
                mark(
                    "The source of this sweep was not uploaded. Nothing was sent; begin a new "
                    "sweep."
                ),
                field="source",
            )
        remote_id, uploaded = known
        return job.with_changes(
            recipe=job.recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
        )
