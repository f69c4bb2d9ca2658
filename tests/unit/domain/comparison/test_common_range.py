"""Part of the time that clips have in common."""

import pytest

from producer_studio.domain.comparison.common_range import common_length_s, first_part


@pytest.mark.parametrize(
    ("lengths", "common"),
    [((), 0.0), ((0.0, 0.0), 0.0), ((20.0, 0.0, 12.0), 11.75), ((0.3, 9.0), 0.15)],
)
def test_all_stop_before_the_shortest_ends(lengths: tuple[float, ...], common: float) -> None:
    assert common_length_s(lengths) == pytest.approx(common)


def test_the_first_part_of_peaks() -> None:
    assert first_part(bytes(range(10)), 0.5) == bytes(range(5))
    assert first_part(bytes(range(10)), 3.0) == bytes(range(10))
    assert first_part(bytes(range(10)), 0.0) == b"\0"
    assert first_part(b"", 0.5) == b""
