"""What is said about a budget before a press."""

from dataclasses import replace
from datetime import date

import pytest

from producer_studio.domain.budget import BudgetPeriod, BudgetStatus
from producer_studio.domain.ids import AccountName


def status(budget: float | None, spent: float, pending: float = 0.0) -> BudgetStatus:
    return BudgetStatus(
        budget=budget, spent=spent, pending=pending, resets_on=date(2026, 12, 1),
        account=AccountName("a"), period=BudgetPeriod.DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "cost", "said"),
    [
        (status(None, 90), 10, ""),
        (status(100, 20), 10, ""),
        (status(100, 60, 15), 5, "The daily budget of “a” has 25 credits of 100 credits left, 20"),
        (status(100, 60, 35), 10, "This exceeds the daily budget of “a”: 5 credits of 100"),
        (status(100, 20), None, "The price is unknown, and the daily budget of “a” has 80"),
        (
            replace(status(100, 0), unpriced=4),
            10,
            "has 100 credits of 100 credits left, not counting 4 requests of unknown price",
        ),
        (replace(status(100, 95), unpriced=1), 10, "not counting 1 request of unknown price"),
        (status(100, 90), 10, "has 10 credits of 100 credits left, 0 credits after this"),
    ],
)
def test_a_budget_is_said_before_it_bites(
    state: BudgetStatus, cost: float | None, said: str
) -> None:
    warning = state.warning(cost)
    assert said in warning
    assert bool(warning) == bool(said)
