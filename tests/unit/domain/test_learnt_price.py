"""Prices learnt from samples of which some are wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from producer_studio.domain.ids import AccountName
from producer_studio.domain.learnt_price import (
    LearntPrice,
    PriceSample,
    learn_price,
    sample_credits,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price, sum_of_prices

START = datetime(2026, 11, 1, tzinfo=UTC)


def learn(*amounts: float) -> LearntPrice:
    learnt = learn_price(
        PriceSample(
            account=AccountName("a"),
            operation=Operation.CREATE,
            model="m",
            credits=amount,
            at=START + timedelta(hours=hour),
        )
        for hour, amount in enumerate(amounts)
    )
    assert learnt is not None
    return learnt


@pytest.mark.parametrize(
    ("amounts", "price", "samples", "previous"),
    [
        ([10], 10, 1, None),
        ([10, 10, 15, 10], 10, 3, None),  # something else was charged once
        ([15, 10, 10], 10, 2, None),  # the first one was wrong
        ([10, 10, 12, 12], 12, 2, 10),
        ([10] * 6 + [12, 10, 12], 10, 7, None),  # with the old price between them
        ([10] * 6 + [12, 20, 12], 12, 2, 10),
        ([10, 10, 12, 12, 10, 10], 10, 2, 12),
    ],
)
def test_a_price_changes_when_samples_agree(
    amounts: list[float], price: float, samples: int, previous: float | None
) -> None:
    learnt = learn(*amounts)
    assert (learnt.credits, learnt.samples, learnt.previous) == (price, samples, previous)


def test_a_single_different_sample_is_said() -> None:
    learnt = learn(10, 10, 12)
    assert learnt.last_different == 12
    assert "took 12 credits: the price may have changed" in learnt.price().explanation
    assert learn(10, 10, 12, 10).last_different is None


def test_a_price_that_varies_is_a_range() -> None:
    price = learn(10, 13, 17, 22, 8, 28, 11, 15, 9).price()
    assert price.text() == "about 8 to 28 credits, learnt from 9"


def test_around_a_change_both_prices_are_candidates() -> None:
    learnt = learn(10, 10, 12, 12)
    times = [START + timedelta(hours=hour) for hour in (-1, 1, 1.5, 2, 9)]
    assert [learnt.candidates(at) for at in times] == [(10,), (10,), (10, 12), (12,), (12,)]


@pytest.mark.parametrize(
    ("before", "after", "spent"),
    [(100, 90, 10), (100, 100, None), (100, 600, None), (1e9, 0, None)],
)
def test_balances_give_a_sample_or_none(before: float, after: float, spent: float | None) -> None:
    assert sample_credits(before, after) == spent


def test_prices_are_never_more_exact_than_they_are_known() -> None:
    learnt, stated = learn(10, 10).price(), Price.stated(2)
    assert learnt.times(4).text() == "about 40 credits, learnt from 2"
    assert sum_of_prices([learnt, stated]).text() == "about 12 credits, learnt from 2"
    assert sum_of_prices([stated, stated]).text() == "4 credits"
    assert sum_of_prices([learnt, Price()]).text() == "price unknown"
    assert not Price().is_free
    assert Price.stated(0).is_free
