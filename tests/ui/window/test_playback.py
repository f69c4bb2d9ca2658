"""Which clip comes next: the queue, then the list, in order or at random."""

import pytest
from PySide6.QtWidgets import QPushButton

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


def test_a_whole_list_is_played_in_its_order(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    order = [listed[1].id, listed[1].id, listed[0].id]
    played: list[object] = []
    window.player.current_changed.connect(played.append)
    bench.press(lambda: window.library.lists.play_requested.emit(order))
    bench.until(lambda: len(played) == 1)
    # Whatever the list shows, and in which order.
    bench.press(lambda: window.library.set_query("nothing"))
    bench.until(lambda: len(played) == 3)
    assert played == order
    assert window.player.queue.ids == ()


def test_a_queue_that_a_list_replaces_can_be_taken_back(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    first, second, third = (clip.id for clip in listed)
    bench.press(lambda: window.library.queue_requested.emit([third]))
    bench.press(lambda: window.library.lists.play_requested.emit([first, second, first]))
    bench.until(lambda: window.player.clip_id == first)
    (notice,) = window.notices.notices()
    assert notice.text == "The queue had 1 clip, which this list replaced."
    (button,) = [one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo"]
    bench.press(button.click)
    assert window.player.queue.ids == (third,)
    assert window.notices.notices() == []


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


@pytest.fixture
def left(bench: WindowBench, window: MainWindow) -> Clip:
    """A clip that an earlier run left at half a minute."""
    clip = add_clip(bench, "Low tide", 64.0)
    bench.run(bench.studio.play_history.store_position(clip.id, 30.0))
    return clip


def _position(window: MainWindow) -> float:
    return window.player.player.position_s


def test_a_clip_that_was_left_goes_on_there_once(
    bench: WindowBench, window: MainWindow, left: Clip
) -> None:
    _play(bench, window, left)
    bench.until(lambda: _position(window) >= 30.0)
    (notice,) = window.notices.notices()
    assert (notice.text, notice.action) == ("Resumed “Low tide” at 0:30.", "From the start")
    bench.press(lambda: window.playback.play(left.id))
    bench.until(lambda: _position(window) < 5.0)
    assert window.player.player.is_playing


def test_the_notice_of_a_resumed_clip_takes_it_back(
    bench: WindowBench, window: MainWindow, left: Clip
) -> None:
    _play(bench, window, left)
    bench.until(lambda: _position(window) >= 30.0)
    (button,) = [
        one for one in window.notices.findChildren(QPushButton) if one.text() == "From the start"
    ]
    bench.press(button.click)
    bench.until(lambda: _position(window) < 5.0)
    assert window.player.player.is_playing
    bench.until(lambda: not bench.tasks.is_running(f"store position of {left.id}"))
    assert bench.run(bench.studio.play_history.load_position(left.id)) == 0.0


def test_the_notice_goes_with_the_clip(bench: WindowBench, window: MainWindow, left: Clip) -> None:
    other = add_clip(bench, "Other", 1.0)
    _play(bench, window, left)
    bench.until(lambda: bool(window.notices.notices()))
    _play(bench, window, other)
    assert window.notices.notices() == []


def test_a_clip_that_follows_begins_at_its_start(
    bench: WindowBench, window: MainWindow, left: Clip
) -> None:
    bench.press(lambda: window.library.queue_requested.emit([left.id]))
    bench.until(lambda: window.player.queue.ids == (left.id,))
    _play(bench, window, add_clip(bench, "Other", 1.0))
    bench.press(window.player.next_button.click)
    bench.until(lambda: window.player.clip_id == left.id)
    assert _position(window) < 5.0
    assert window.notices.notices() == []


def test_a_queued_clip_that_cannot_be_played_is_skipped_and_named(
    bench: WindowBench, window: MainWindow, listed: list[Clip]
) -> None:
    broken = listed[1].path
    assert broken is not None
    broken.write_bytes(b"<html>not sound</html>" * 40)
    _play(bench, window, listed[0])
    bench.until(lambda: window.player.clip_id == listed[2].id)
    texts = [notice.text for notice in window.notices.notices()]
    assert texts == ["Could not play “Clip 1”: this is a web page, not audio."]
    found = bench.run(bench.studio.clips.get(listed[1].id))
    assert found is not None
    assert (found.plays, found.heard) == (0, False)
