"""Axes and limits of a sweep, as options."""

import pytest

from producer_studio.cli.exit_codes import CommandError
from producer_studio.cli.repeated_press import repeated_sweep
from producer_studio.cli.sweep_options import parse_sweep
from producer_studio.domain.sweep import AxisValue
from producer_studio.domain.sweep_limits import SweepLimits


@pytest.mark.parametrize(
    ("given", "field", "values"),
    [
        ("model=FUZZ-2.0, FUZZ-1.0", "model", ("FUZZ-2.0", "FUZZ-1.0")),
        ("seed=8..10", "seed", ("8", "9", "10")),
        ("seed=a,b", "seed", ("a", "b")),
        ("sound-strength=0.2..0.8/3", "sound_strength", (0.2, 0.5, 0.8)),
        ("weirdness=0.1,0.9", "weirdness", (0.1, 0.9)),
        ("sound=slow, soft piano | fast drums", "sound", ("slow, soft piano", "fast drums")),
    ],
)
def test_an_axis_is_parsed(given: str, field: str, values: tuple[AxisValue, ...]) -> None:
    sweep = parse_sweep([given], SweepLimits(requests=2))
    assert sweep is not None
    assert [(axis.field, axis.values) for axis in sweep.axes] == [(field, values)]
    assert sweep.limits.requests == 2


@pytest.mark.parametrize(
    "given", ["seed", "title=a,b", "weirdness=a,b", "seed=0.1..0.9", "seed=1..4/2"]
)
def test_what_is_no_axis_is_told(given: str) -> None:
    with pytest.raises(CommandError, match=r"Write FIELD|not a number|no range"):
        parse_sweep([given], SweepLimits())


def test_a_range_of_seeds_has_an_end() -> None:
    sweep = parse_sweep(["seed=1..99999999999"], SweepLimits())
    assert sweep is not None
    assert sweep.size < 100


def test_limits_are_for_sweeps() -> None:
    assert parse_sweep([], SweepLimits()) is None
    with pytest.raises(CommandError, match="--sweep"):
        parse_sweep([], SweepLimits(credits=3))


def test_a_repeated_sweep_has_other_seeds_and_its_limits() -> None:
    sweep = parse_sweep(["seed=1..3", "weirdness=0.1,0.9"], SweepLimits(credits=60, requests=4))
    assert sweep is not None
    again = repeated_sweep(sweep, SweepLimits(requests=6))
    assert again.limits == SweepLimits(credits=60, requests=6)
    assert again.axes[1] == sweep.axes[1]
    assert set(again.axes[0].values).isdisjoint(sweep.axes[0].values)
    assert again.size == sweep.size
