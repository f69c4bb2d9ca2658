"""How alike two clips are."""

import pytest

from producer_studio.domain.likeness import (
    Likeness,
    key_distance,
    loudness_distance,
    tempo_distance,
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        (84.0, 84.0, 0.0),
        (84.0, 42.0, 0.0),
        (84.0, 168.0, 0.0),
        (100.0, 100.0 * 2**0.5, 0.5),
        (100.0, 110.0, 0.1375),
        (None, 84.0, 0.25),
    ],
)
def test_half_and_double_tempo_are_equal(
    one: float | None, other: float | None, distance: float
) -> None:
    assert tempo_distance(one, other) == pytest.approx(distance, abs=1e-4)
    assert tempo_distance(other, one) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("A minor", "C major", 0.0),
        ("G# minor", "Ab minor", 0.0),
        ("C major", "G major", 1 / 6),
        ("C major", "F# major", 1.0),
        ("F minor", "Eb major", 1 / 6),
        ("", "C major", 0.5),
    ],
)
def test_related_keys_are_near(one: str, other: str, distance: float) -> None:
    assert key_distance(one, other) == pytest.approx(distance)


def test_loudness_is_compared_where_both_are_known() -> None:
    assert loudness_distance(-14.0, -8.0) == pytest.approx(0.5)
    assert loudness_distance(-60.0, -8.0) == 1.0
    assert loudness_distance(None, -8.0) == 0.0


def test_an_equal_clip_is_alike_to_the_full() -> None:
    assert Likeness(0.0, 0.0, 0.0, 0.0).percent == 100
    assert Likeness(0.5, 0.0, 0.0, 0.0).percent > Likeness(0.5, 0.2, 0.5, 0.1).percent
