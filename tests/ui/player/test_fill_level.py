"""How far the device's buffer is filled, on a machine that is sometimes busy."""

import pytest

from producer_studio.ui.playback.fill_level import FillLevel


def test_it_stays_low_while_the_buffer_is_filled_in_time() -> None:
    level = FillLevel()
    least = level.seconds
    for number in range(1_000):
        level.adapt(number * 0.02, 0.015)
    assert level.seconds == least


def test_it_is_raised_before_the_buffer_is_empty_and_more_if_it_was() -> None:
    level = FillLevel()
    least = level.seconds
    level.adapt(1.0, 0.003)
    nearly = level.seconds
    assert least < nearly < 2 * least
    level.adapt(1.1, 0.0)
    assert level.seconds == pytest.approx(2 * nearly)
    for _ in range(9):
        level.adapt(1.2, 0.0)
    assert level.seconds == FillLevel.MOST_S


def test_it_sinks_step_by_step_once_the_machine_is_calm() -> None:
    level = FillLevel()
    least = level.seconds
    level.adapt(1.0, 0.0)
    raised = level.seconds
    level.adapt(10.0, 0.05)
    assert level.seconds == raised
    level.adapt(11.5, 0.05)
    assert least < level.seconds < raised
    seen = []
    for second in range(12, 60):
        level.adapt(second, 0.05)
        seen.append(level.seconds)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == least
