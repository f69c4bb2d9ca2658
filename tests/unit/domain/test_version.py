import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio import __version__
from producer_studio.domain.release import Version

NUMBERS = st.lists(st.integers(0, 99_999), min_size=1, max_size=4)


def test_this_program_has_one() -> None:
    assert str(Version.parse(__version__)) == __version__


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0.1.0", "0.1.1"),
        ("0.9.9", "0.10.0"),
        ("0.10", "0.10.0.1"),
        ("1.0a2", "1.0a10"),
        ("1.0a10", "1.0b1"),
        ("1.0b9", "1.0rc1"),
        ("1.0rc3", "1.0"),
        ("1.0.0", "1.0.1a1"),
    ],
)
def test_the_newer_one_is_known(older: str, newer: str) -> None:
    assert Version.parse(older) < Version.parse(newer)
    assert not Version.parse(newer) <= Version.parse(older)


@pytest.mark.parametrize(
    ("one", "same"), [("1.2", "1.2.0"), ("v1.2.0", "1.2"), ("1.2.0+debian.1", "1.2.0")]
)
def test_one_version_is_written_in_several_ways(one: str, same: str) -> None:
    assert Version.parse(one) == Version.parse(same)
    assert hash(Version.parse(one)) == hash(Version.parse(same))


@pytest.mark.parametrize(
    "text",
    ["", "1.", ".1", "1.2.3.4.5", "1.2-3", "latest", "1.2.0 ", "1.2\n", "١.٢", "1.2rc", "9" * 10],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        Version.parse(text)


@given(NUMBERS, NUMBERS)
def test_it_is_compared_by_its_numbers(one: list[int], other: list[int]) -> None:
    def padded(numbers: list[int]) -> list[int]:
        return numbers + [0] * (4 - len(numbers))

    versions = [Version.parse(".".join(map(str, numbers))) for numbers in (one, other)]
    assert (versions[0] < versions[1]) == (padded(one) < padded(other))
    assert (versions[0] == versions[1]) == (padded(one) == padded(other))
