"""A/B/X tests and random orders."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from producer_studio.domain.comparison.abx import ENOUGH_S, AbxScore, AbxTest, draw_order


@pytest.mark.parametrize(
    ("right", "rounds", "p_value"),
    [
        (0, 0, Fraction(1)),
        (0, 7, Fraction(1)),
        (1, 1, Fraction(1, 2)),
        (5, 5, Fraction(1, 32)),
        (7, 10, Fraction(176, 1024)),
        (9, 10, Fraction(11, 1024)),
        (50, 50, Fraction(1, 2**50)),
    ],
)
def test_the_p_value_is_exact(right: int, rounds: int, p_value: Fraction) -> None:
    assert AbxScore(right, rounds).p_value == p_value


FEW = "{} answers are few: 10 say more."
CHANCE = "guessing is as good in"
SENTENCES = {
    AbxScore(): "No answer yet.",
    AbxScore(undecided=2): "No difference was heard so far.",
    AbxScore(1, 1): f"1 answer is too few to tell: {CHANCE} 1 of 2 cases.",
    AbxScore(0, 1): f"1 answer is too few to tell: {CHANCE} every case.",
    AbxScore(4, 4): f"4 answers are too few to tell: {CHANCE} 1 of 16 cases.",
    AbxScore(5, 5): f"You probably hear the difference: {CHANCE} 1 of 32 cases. {FEW.format(5)}",
    AbxScore(8, 8): f"You hear the difference: {CHANCE} 1 of 256 cases only. {FEW.format(8)}",
    AbxScore(12, 12): f"You hear the difference: {CHANCE} 1 of 4\u202f096 cases only.",
    AbxScore(9, 10): f"You probably hear the difference: {CHANCE} 1 of 100 cases.",
    AbxScore(6, 12): f"No difference is shown, and none is excluded: {CHANCE} 61 of 100 cases.",
}


@pytest.mark.parametrize("score", list(SENTENCES))
def test_a_sentence_says_what_it_means(score: AbxScore) -> None:
    assert score.sentence == SENTENCES[score]


def test_x_is_drawn_anew_for_each_round() -> None:
    test = AbxTest(Random(1))
    drawn = []
    for _ in range(400):
        drawn.append(test.x)
        test.answer(0)
    assert 150 < sum(drawn) < 250
    pairs = Counter(pairwise(drawn))
    assert min(pairs.values()) > 60, "each round is independent of the one before"


def test_answers_are_counted() -> None:
    test = AbxTest(Random(2))
    assert test.round_number == 1
    assert test.answer(test.x) is True
    assert test.answer(1 - test.x) is False
    assert test.answer(None) is None
    assert test.score == AbxScore(right=1, rounds=2, undecided=1)
    assert test.round_number == 4


def test_every_order_is_equally_likely() -> None:
    random = Random(3)
    orders = Counter(tuple(draw_order(3, random)) for _ in range(1_200))
    assert len(orders) == 6
    assert all(140 < count < 260 for count in orders.values())
    assert sorted(draw_order(8)) == list(range(8))


def test_an_answer_needs_x_and_one_other_in_each_round() -> None:
    test = AbxTest(Random(4))
    requests = [test.listening_request]
    for row, seconds in ((1, 0.6), (1, 0.6), (2, ENOUGH_S)):
        test.note_heard(row, seconds)
        requests.append(test.listening_request)
    assert requests == [
        "Listen to X, and to A or B, for a second or more before you answer.",
        "Listen to X, and to A or B, for a second or more before you answer.",
        "Listen to X for a second or more before you answer.",
        "",
    ]
    test.answer(0)
    test.note_heard(2, ENOUGH_S)
    assert test.listening_request == "Listen to A or B for a second or more before you answer."
