"""Loudness matching."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.comparison.loudness import LevelMatch, match_loudness


def test_all_become_as_loud_as_the_quietest() -> None:
    gains = match_loudness([-13.9, -14.2, -12.8, -15.1])
    assert [one.gain_db for one in gains] == pytest.approx([-1.2, -0.9, -2.3, 0.0])
    assert all(one.is_known for one in gains)


@pytest.mark.parametrize("unknown", [None, -math.inf, math.nan])
def test_an_unknown_loudness_changes_nothing_and_is_said(unknown: float | None) -> None:
    gains = match_loudness([-10.0, unknown, -12.0])
    assert gains == [LevelMatch(-2.0, True), LevelMatch(0.0, False), LevelMatch(0.0, True)]


def test_nothing_is_known() -> None:
    assert match_loudness([None, None]) == [LevelMatch(0.0, False)] * 2
    assert match_loudness([]) == []


@given(st.lists(st.floats(-70, 5), min_size=1, max_size=8))
def test_nothing_is_amplified_and_all_are_equal_afterwards(loudness: list[float]) -> None:
    gains = match_loudness(loudness)
    assert all(one.gain_db <= 0 for one in gains)
    after = [own + one.gain_db for own, one in zip(loudness, gains, strict=True)]
    assert after == pytest.approx([min(loudness)] * len(loudness))
