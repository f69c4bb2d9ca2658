"""Budgets: limits of the credits that are spent in a month or a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName
from producer_studio.translation import Message, join_texts, mark, nmark

_WARNING_SHARE = 0.8
"""Share of a budget from which it is said how much is left."""

_ROUNDING = 1e-6
"""Tolerance in credits, as sums of floating point numbers are not exact."""


class BudgetPeriod(StrEnum):
    """Calendar period in UTC."""

    MONTH = "month"
    DAY = "day"


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
        is_monthly = self.period is BudgetPeriod.MONTH
        if self.account is None:
            return (
                mark("monthly budget of all accounts")
                if is_monthly
                else mark("daily budget of all accounts")
            )
        return (
            mark("monthly budget of “{account}”", account=self.account)
            if is_monthly
            else mark("daily budget of “{account}”", account=self.account)
        )

    @property
    def unpriced_text(self) -> str:
        """Says which requests are not counted, as a clause; empty if all are."""
        if not self.unpriced:
            return ""
        return nmark(
            "not counting {count} request of unknown price",
            "not counting {count} requests of unknown price",
            self.unpriced,
        )

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
        rest = mark(
            "{left} of {budget}", left=self._amount(left), budget=format_credits(self.budget)
        )
        if cost is None:
            text = mark(
                # Translators: name is such as "monthly budget of all accounts", rest "about 5
                # credits of 20 credits".
                "The price is unknown, and the {name} has {rest} left",
                name=self.name,
                rest=rest,
            )
        elif not self.fits(cost):
            text = mark("This exceeds the {name}: {rest} left", name=self.name, rest=rest)
        elif self.budget - left + cost < self.budget * _WARNING_SHARE:
            if not self.unpriced:
                return ""
            # What is not counted may have used it up already.
            text = mark("The {name} has {rest} left", name=self.name, rest=rest)
        else:
            text = mark(
                "The {name} has {rest} left, {after} after this",
                name=self.name,
                rest=rest,
                after=self._amount(max(0.0, left - cost)),
            )
        return join_texts((text, self.unpriced_text))

    def _amount(self, amount: float) -> Message:
        text = format_credits(round(amount, 2))
        return mark("about {amount}", amount=text) if self.is_estimated else text


def budget_warning(statuses: Iterable[BudgetStatus], cost: float | None) -> str:
    """Returns what to say about several budgets before a press; empty while most is left."""
    return next((text for one in statuses if (text := one.warning(cost))), "")
