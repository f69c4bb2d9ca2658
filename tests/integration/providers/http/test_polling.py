"""When to look."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.providers.http.retry import JITTER_S, poll_delay_s


@pytest.mark.parametrize(
    ("elapsed", "typical", "looks", "fixed", "asked", "expected"),
    [
        (0, 25, 0, None, None, 22.5),
        (0, None, 0, None, None, 18),
        (10, 25, 0, None, None, 12.5),
        (500, 25, 0, None, None, 0),
        (0, 600, 0, None, None, 90),
        (0, 25, 0, None, 40, 40),
        (30, 25, 1, None, None, 5),
        (119, 25, 20, None, None, 5),
        (119, 25, 20, None, 8, 8),
        (120, 25, 21, None, None, 10),
        (420, 25, 40, None, None, 20),
        (9000, 25, 90, None, None, 60),
        (9000, 25, 90, None, 90, 90),
        (30, 25, 1, None, 86_400, 600),
        (30, 25, 1, None, 1e9, 600),
    ],
)
def test_table(
    elapsed: float,
    typical: float | None,
    looks: int,
    fixed: float | None,
    asked: float | None,
    expected: float,
) -> None:
    for seed in range(20):
        found = poll_delay_s(elapsed, typical, looks, fixed, asked, random.Random(seed))
        assert expected <= found <= expected + JITTER_S


@pytest.mark.parametrize(
    ("fixed", "asked", "expected"), [(0.5, None, 0.5), (0.5, 3, 3), (0, None, 0), (0.5, 1e9, 600)]
)
def test_a_fixed_interval_overrides_all_but_the_service(
    fixed: float, asked: float | None, expected: float
) -> None:
    for looks in (0, 1, 50):
        assert poll_delay_s(300, 25, looks, fixed, asked, random.Random()) == expected


def test_many_jobs_do_not_look_at_the_same_moment() -> None:
    rng = random.Random(1)
    assert len({poll_delay_s(30, 25, 1, None, None, rng) for _ in range(20)}) == 20


@given(
    st.floats(-10, 1e6),
    st.none() | st.floats(0, 1e5),
    st.integers(0, 1000),
    st.none() | st.floats(0, 100),
    st.none() | st.floats(0, 1e9),
)
def test_never_negative_and_never_faster_than_asked_up_to_ten_minutes(
    elapsed: float, typical: float | None, looks: int, fixed: float | None, asked: float | None
) -> None:
    found = poll_delay_s(elapsed, typical, looks, fixed, asked, random.Random(0))
    assert found >= min(asked or 0, 600)
