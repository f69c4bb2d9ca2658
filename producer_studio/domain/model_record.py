"""The user's own record of a model: what was asked for, what came of it, and what was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Self

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.translation import join_texts, mark, nmark

_SMALL_NUMBER = 10
"""Number of requests below which a record says that it rests on few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedJob:
    """Values of an accepted job that a record is computed from.

    Attributes:
        clips: Number of clips that came of it.
        kept: Number of these that were kept: rated with four stars or more, a favourite, exported,
            or the winner of a comparison.
        waited_s: Seconds from accepted to finished; None where the studio did not run.
        credits: Charged less refunded; None if unknown.
        is_estimated: Whether `credits` was learnt.
    """

    has_failed: bool = False
    clips: int = 0
    kept: int = 0
    waited_s: float | None = None
    credits: float | None = None
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """Record of an operation by a model at an account.

    Attributes:
        asked: Number of accepted requests.
        came: Number of these with a result; the rest has failed, or is under way.
        clips: Number of clips of these.
        kept: Number of clips that were kept.
        median_s: Median wait in seconds; None without a wait.
        p90_s: Wait in seconds that nine of ten requests did not exceed; None without a wait.
        credits: Credits of all requests; None if no cost is known.
        unpriced: Number of requests whose cost is unknown.
        is_estimated: Whether a part of `credits` was learnt.
    """

    account: AccountName
    operation: Operation
    model: str
    asked: int
    came: int = 0
    failed: int = 0
    clips: int = 0
    kept: int = 0
    median_s: float | None = None
    p90_s: float | None = None
    credits: float | None = None
    unpriced: int = 0
    is_estimated: bool = False

    @classmethod
    def of(
        cls, account: AccountName, operation: Operation, model: str, jobs: Sequence[RecordedJob]
    ) -> Self:
        """Builds the record of jobs."""
        waits = [one.waited_s for one in jobs if one.waited_s is not None]
        costs = [one.credits for one in jobs if one.credits is not None]
        return cls(
            account=account,
            operation=operation,
            model=model,
            asked=len(jobs),
            came=sum(one.clips > 0 for one in jobs),
            failed=sum(one.has_failed for one in jobs),
            clips=sum(one.clips for one in jobs),
            kept=sum(one.kept for one in jobs),
            median_s=median(waits) if waits else None,
            p90_s=_p90(waits) if waits else None,
            credits=sum(costs) if costs else None,
            unpriced=len(jobs) - len(costs),
            is_estimated=any(one.is_estimated for one in jobs),
        )

    @property
    def is_small(self) -> bool:
        """Whether it rests on few requests."""
        return self.asked < _SMALL_NUMBER

    @property
    def credits_per_kept(self) -> float | None:
        """Credits for each kept clip; None if none was kept, or a cost is unknown."""
        if not self.kept or self.credits is None or self.unpriced:
            return None
        return self.credits / self.kept

    def cost_text(self) -> str:
        """Formats the cost of a kept clip as a sentence part; empty if none was kept."""
        if not self.kept:
            return ""
        cost = self.credits_per_kept
        if cost is not None:
            amount = format_credits(round(cost, 1))
            if self.is_estimated:
                return mark("about {amount} per kept clip", amount=amount)
            return mark("{amount} per kept clip", amount=amount)
        return mark("cost unknown")

    def wait_text(self) -> str:
        """Formats the wait, such as "half within 28 s, 9 of 10 within 41 s"; empty without one."""
        if self.median_s is None or self.p90_s is None:
            return ""
        return mark(
            "half within {median} s, 9 of 10 within {most} s",
            median=str(round(self.median_s)),
            most=str(round(self.p90_s)),
        )

    def short_text(self) -> str:
        """Formats it for a row, such as "2 kept of 11 · 50 credits per kept clip"."""
        kept = mark("{kept} kept of {asked}", kept=self.kept, asked=self.asked)
        if self.is_small:
            return join_texts((kept, mark("few so far")))
        return join_texts((kept, self.cost_text()), " · ")

    def text(self) -> str:
        """Formats all of it in one sentence part."""
        parts = [
            mark(
                "{asked} asked, {came} came, {failed} failed",
                asked=self.asked,
                came=self.came,
                failed=self.failed,
            ),
            nmark(
                "{kept} of {count} clips kept",
                "{kept} of {count} clips kept",
                self.clips,
                kept=self.kept,
            )
            if self.clips
            else "",
            self.wait_text(),
            self.cost_text(),
            mark("few so far, so this says little") if self.is_small else "",
        ]
        return join_texts(parts, "; ")


def _p90(waits: Sequence[float]) -> float:
    if len(waits) == 1:
        return waits[0]
    return quantiles(waits, n=10, method="inclusive")[-1]
