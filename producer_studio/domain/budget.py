"""Budgets: limits of the credits that are spent in a month or a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName

_WARNING_SHARE = 0.8
"""Share of a budget from which it is said how much is left."""

_ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""


class BudgetPeriod(StrEnum):
    """Calendar period in UTC."""

    MONTH = "month"
    DAY = "day"

    @property
    def adjective(self) -> str:
        return "monthly" if self is BudgetPeriod.MONTH else "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStatus:
    """Budget and spending of an account or of all, in credits.

    Attributes:
        account: None for all accounts together.
        budget: None for no limit.
        spent: Charged less refunded in this period (UTC).
        pending: Cost of queued and sent requests, and of those of unknown outcome, also if these
            were sent again or forgotten in this period; as far as it is known.
        resets_on: The first day of the next period.
        is_estimated: Whether a part of it is not reported by the service, but learnt.
        unpriced: Number of requests of this period whose cost is not known, and not counted.
    """

    budget: float | None
    spent: float
    pending: float
    resets_on: date
    account: AccountName | None = None
    period: BudgetPeriod = BudgetPeriod.MONTH
    is_estimated: bool = False
    unpriced: int = 0

    @property
    def remaining(self) -> float | None:
        """Returns the credits that can still be spent, never below 0; None for no limit."""
        if self.budget is None:
            return None
        return max(0.0, self.budget - self.spent - self.pending)

    @property
    def name(self) -> str:
        """The budget's name, such as "monthly budget of all accounts"."""
        owner = "all accounts" if self.account is None else f"“{self.account}”"
        return f"{self.period.adjective} budget of {owner}"

    @property
    def unpriced_text(self) -> str:
        """Says which requests are not counted, as a clause; empty if all are."""
        if not self.unpriced:
            return ""
        requests = "1 request" if self.unpriced == 1 else f"{self.unpriced} requests"
        return f"not counting {requests} of unknown price"

    def fits(self, cost: float) -> bool:
        """Whether requests of this cost are within the budget."""
        if self.budget is None:
            return True
        return self.spent + self.pending + cost <= self.budget + _ROUNDING

    def warning(self, cost: float | None) -> str:
        """Returns what to say before a press; empty while most of the budget is left.

        Args:
            cost: Credits of the press; None if they are unknown.
        """
        left = self.remaining
        if self.budget is None or left is None:
            return ""
        about = "about " if self.is_estimated else ""
        rest = f"{about}{format_credits(round(left, 2))} of {format_credits(self.budget)}"
        left_out = f", {self.unpriced_text}" if self.unpriced else ""
        if cost is None:
            return f"The price is unknown, and the {self.name} has {rest} left{left_out}"
        if not self.fits(cost):
            return f"This exceeds the {self.name}: {rest} left{left_out}"
        used = self.budget - left + cost
        if used < self.budget * _WARNING_SHARE:
            # What is not counted may have used it up already.
            return f"The {self.name} has {rest} left{left_out}" if left_out else ""
        after = f"{about}{format_credits(round(max(0.0, left - cost), 2))}"
        return f"The {self.name} has {rest} left, {after} after this{left_out}"


def budget_warning(statuses: Iterable[BudgetStatus], cost: float | None) -> str:
    """Returns what to say about several budgets before a press; empty while most is left."""
    return next((text for one in statuses if (text := one.warning(cost))), "")
