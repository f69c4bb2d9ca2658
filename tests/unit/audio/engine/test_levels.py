import math

import numpy as np
import pytest

from producer_studio.audio.engine.levels import (
    LevelMeter,
    MixSettings,
    VolumeRamp,
    channel_gains,
    crossfade,
    matching_gains_db,
)
from tests.support.signals import tone


def test_all_become_as_loud_as_the_quietest_and_none_louder() -> None:
    assert matching_gains_db([-14.0, -9.5, None, -16.0, -math.inf]) == [
        -2.0, -6.5, 0.0, 0.0, 0.0,
    ]  # fmt: skip
    assert matching_gains_db([None, None]) == [0.0, 0.0]
    assert matching_gains_db([]) == []


def test_pan_attenuates_the_other_side() -> None:
    assert channel_gains(MixSettings()) == (1.0, 1.0)
    assert channel_gains(MixSettings(pan=0.25)) == (0.75, 1.0)
    assert channel_gains(MixSettings(pan=-1.0, gain_db=-20.0)) == pytest.approx((0.1, 0.0))


def test_a_crossfade_begins_with_the_old_and_ends_with_the_new() -> None:
    old, new = (tone(0.01, hertz).astype(np.float32) for hertz in (300.0, 450.0))

    made = crossfade(old, new)

    np.testing.assert_allclose(made[:3], old[:3], rtol=0, atol=1e-4)
    np.testing.assert_allclose(made[-3:], new[-3:], rtol=0, atol=1e-4)
    assert made.dtype == np.float32


@pytest.mark.parametrize("likeness", [1.0, 0.5, 0.0, -0.5])
def test_a_crossfade_keeps_the_power_however_alike_the_sounds_are(likeness: float) -> None:
    noise = np.random.default_rng(1).standard_normal((2, 4_000, 2))
    old = noise[0].astype(np.float32)
    new = (likeness * noise[0] + math.sqrt(1 - likeness**2) * noise[1]).astype(np.float32)

    middle = crossfade(old, new)[1_500:2_500]

    # Opposite sounds extinguish one another; lifting them would be a guess.
    expected = 1.0 + min(0.0, likeness)
    assert np.mean(middle**2) == pytest.approx(expected, rel=0.1)


def test_silence_fades_like_any_sound() -> None:
    nothing = np.zeros((100, 2), np.float32)
    ones = np.ones((100, 2), np.float32)

    assert not crossfade(nothing, nothing).any()
    np.testing.assert_allclose(crossfade(ones, nothing)[::-1], crossfade(nothing, ones), atol=1e-6)


def test_a_volume_changes_over_blocks_of_any_length() -> None:
    for size in (1, 7, 240, 1_000):
        volume = VolumeRamp(240)
        volume.move_to(0.25)
        parts = [np.ones((size, 2), np.float32) for _ in range(2_000 // size)]
        for part in parts:
            volume.apply(part)
        made = np.concatenate(parts)[:, 0]
        assert np.abs(np.diff(made, prepend=1.0)).max() < 1.01 * 0.75 / 240
        assert made[-1] == pytest.approx(0.25, abs=1e-4)


def test_a_meter_rises_at_once_and_falls_slowly() -> None:
    meter = LevelMeter(48_000)
    meter.measure(np.full((480, 2), (0.5, -0.8), np.float32))
    assert meter.peaks == pytest.approx((0.5, 0.8))
    meter.measure(np.zeros((72_000, 2), np.float32))
    assert meter.peaks == pytest.approx((0.05, 0.08))
    meter.measure(np.empty((0, 2), np.float32))
    assert meter.peaks == pytest.approx((0.05, 0.08))
