"""The cost of a press never says more than is known."""

from datetime import UTC, datetime

import pytest

from producer_studio.domain.ids import AccountName, PressId
from producer_studio.domain.operation import Operation
from producer_studio.domain.past_press import (
    CostSource,
    PastPress,
    PressCost,
    PressOutcome,
    UnpricedJob,
)
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe

NOW = datetime(2026, 11, 3, tzinfo=UTC)
VARYING = Price(low=8, high=12, samples=9)
TEN = Price(low=10, high=10, samples=6)


def unpriced(*, may_be_free: bool = False) -> UnpricedJob:
    return UnpricedJob(operation=Operation.CREATE, model="m", at=NOW, may_be_free=may_be_free)


def past(outcome: PressOutcome, expected: float | None = None) -> PastPress:
    return PastPress(
        id=PressId("a"), account=AccountName("b"), recipe=Recipe(), takes=2, created_at=NOW,
        credits_expected=expected, is_pinned=False, outcome=outcome,
    )  # fmt: skip


MEASURED = PressCost(low=10, high=10, source=CostSource.MEASURED)


@pytest.mark.parametrize(
    ("outcome", "price", "text"),
    [
        (PressOutcome(unpriced=(unpriced(), unpriced())), TEN, "about 20 credits"),
        (PressOutcome(cost=MEASURED, unpriced=(unpriced(),)), TEN, "about 20 credits"),
        (PressOutcome(cost=MEASURED), TEN, "10 credits, measured"),
        # A failed one may have been refunded.
        (
            PressOutcome(cost=MEASURED, unpriced=(unpriced(may_be_free=True),)),
            TEN,
            "about 10 to 20 credits",
        ),
        (PressOutcome(unpriced=(unpriced(),)), VARYING, "about 8 to 12 credits"),
        (PressOutcome(cost=MEASURED, unpriced=(unpriced(),)), Price(), ""),
        (PressOutcome(), TEN, ""),
    ],
)  # fmt: skip
def test_the_least_certain_part_is_said(outcome: PressOutcome, price: Price, text: str) -> None:
    assert past(outcome.with_learnt_prices(lambda _: price)).price_text == text


def test_a_stated_price_is_shown_until_the_cost_is_known() -> None:
    learnt = PressOutcome(unpriced=(unpriced(),)).with_learnt_prices(lambda _: TEN)
    assert past(learnt, expected=12).price_text == "≈ 12 credits"
    assert past(PressOutcome(cost=MEASURED), expected=12).price_text == "10 credits, measured"
