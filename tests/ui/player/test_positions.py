"""Where a clip was left is stored while it plays, and when it is paused, changed or closed."""

from collections.abc import Callable

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.studio.play_history import is_resumed_at, position_when_left
from tests.ui.player.conftest import PlayerBench

LENGTH_S = 64.0


@pytest.mark.parametrize(
    ("position", "heard", "length", "stored"),
    [
        (83.0, 83.0, 180.0, 83.0),
        (83.0, 9.9, 180.0, None),
        (5.0, 40.0, 180.0, 0.0),
        (170.0, 170.0, 180.0, 0.0),
        (169.9, 12.0, 180.0, 169.9),
        (30.0, 30.0, 59.0, 0.0),
        (30.0, 30.0, 0.0, 0.0),
    ],
    ids=["middle", "hardly heard", "start", "end", "before the end", "short", "length unknown"],
)
def test_what_is_stored_of_a_clip_that_is_left(
    position: float, heard: float, length: float, stored: float | None
) -> None:
    assert position_when_left(position, heard, length) == stored
    assert is_resumed_at(position, length) == (position in {83.0, 169.9})


def _heard(bench: PlayerBench, clip: Clip, at_s: float) -> None:
    """Lets a clip be loaded and heard for twelve seconds, up to a position, within no time."""
    bench.press(lambda: bench.bar.load(clip, True, at_s=at_s))
    bench.until(lambda: bench.bar.player.is_open)
    bench.bar._record.add(12.0, at_s)


def _stored(bench: PlayerBench, clip: Clip) -> float:
    bench.until(lambda: not bench.tasks.is_running(f"store position of {clip.id}"))
    return bench.run(bench.studio.play_history.load_position(clip.id))


def _pause(bench: PlayerBench) -> None:
    bench.press(bench.bar.toggle)


def _play_on(bench: PlayerBench) -> None:
    bench.bar._record.add(3.0, bench.bar.player.position_s)


def _load_another(bench: PlayerBench) -> None:
    other = bench.add("Other", seconds=1.0)
    bench.press(lambda: bench.bar.load(other, False))


def _close(bench: PlayerBench) -> None:
    bench.run(bench.bar.shut_down())


@pytest.mark.parametrize("leave", [_pause, _play_on, _load_another, _close])
def test_the_position_is_stored(bench: PlayerBench, leave: Callable[[PlayerBench], None]) -> None:
    clip = bench.add("Long", seconds=LENGTH_S)
    _heard(bench, clip, 30.0)
    assert _stored(bench, clip) == 0.0
    leave(bench)
    assert _stored(bench, clip) == pytest.approx(30.0, abs=2.0)


def test_a_clip_that_was_heard_to_its_end_begins_at_its_start(bench: PlayerBench) -> None:
    clip = bench.add("Long", seconds=LENGTH_S)
    bench.run(bench.studio.play_history.store_position(clip.id, 30.0))
    ended: list[bool] = []
    bench.bar.next_requested.connect(lambda: ended.append(True))
    bench.press(lambda: bench.bar.load(clip, True, at_s=LENGTH_S - 0.5))
    bench.until(lambda: bool(ended))
    assert _stored(bench, clip) == 0.0


def test_a_and_b_leave_no_positions(bench: PlayerBench) -> None:
    first, second = (bench.add(name, seconds=LENGTH_S) for name in ("First", "Second"))
    bench.press(lambda: bench.bar.load(first, False))
    _heard(bench, second, 30.0)
    bench.press(bench.bar.pair_button.click)
    bench.bar._record.add(12.0, 30.0)
    bench.press(bench.bar.pair_button.click)
    assert (_stored(bench, first), _stored(bench, second)) == (0.0, 0.0)
