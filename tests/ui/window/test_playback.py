"""Which clip comes next: the queue, then the list, in order or at random."""

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.ui.window.window import MainWindow
from tests.ui.player.conftest import add_clip
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def listed(bench: WindowBench, window: MainWindow) -> list[Clip]:
    """Three clips, in the order of the list."""
    for number in range(3):
        add_clip(bench, f"Clip {number}", 1.0)
    bench.until(lambda: len(window.library.listed_clips()) == 3)
    clips = bench.run(bench.studio.clips.get_many(list(window.library.listed_clips())))
    by_id = {clip.id: clip for clip in clips}
    return [by_id[clip] for clip in window.library.listed_clips()]


def _play(bench: WindowBench, window: MainWindow, clip: Clip) -> None:
    bench.press(lambda: window.playback.play(clip.id))
    bench.until(lambda: window.player.clip_id == clip.id)


def test_the_next_of_the_list_is_prepared(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    _play(bench, window, listed[0])
    bench.until(lambda: window.player.next_clip is not None)
    assert window.player.next_clip == listed[1]
    bench.press(lambda: bench.studio.preferences.change(at_end="stop"))
    bench.until(lambda: window.player.next_clip is None)


def test_the_queue_comes_before_the_list_and_is_used_up(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    bench.press(lambda: window.library.queue_requested.emit([listed[2].id]))
    _play(bench, window, listed[0])
    bench.until(lambda: window.player.clip_id == listed[2].id)
    assert window.player.queue.ids == ()


def test_the_list_begins_again_if_it_is_repeated(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    _play(bench, window, listed[2])
    bench.press(lambda: bench.studio.preferences.change(at_end="repeat_all"))
    bench.until(lambda: window.player.next_clip == listed[0])


def test_at_random_each_clip_comes_once(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    bench.press(lambda: bench.studio.preferences.change(shuffle=True))
    played: list[object] = []
    window.player.current_changed.connect(played.append)
    _play(bench, window, listed[1])
    bench.until(lambda: len(played) == 3 and not window.player.player.is_playing)
    assert sorted(map(str, played)) == sorted(clip.id for clip in listed)
