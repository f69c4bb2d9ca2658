"""Clips that are trashed, deleted or renamed while they are queued, prepared or played."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.ui.player.queue_list import QueueList
from producer_studio.ui.window.window import MainWindow
from tests.ui.player.conftest import add_clip
from tests.ui.window.conftest import WindowBench


def _clips(bench: WindowBench, window: MainWindow, count: int, seconds: float) -> list[Clip]:
    """Clips in the order of the list."""
    for number in range(count):
        add_clip(bench, f"Clip {number}", seconds)
    bench.until(lambda: len(window.library.listed_clips()) == count)
    listed = list(window.library.listed_clips())
    found = {clip.id: clip for clip in bench.run(bench.studio.clips.get_many(listed))}
    return [found[clip] for clip in listed]


def _play(bench: WindowBench, window: MainWindow, clip: Clip) -> None:
    bench.press(lambda: window.playback.play(clip.id))
    bench.until(lambda: window.player.clip_id == clip.id)


def _trash(bench: WindowBench, clip: Clip) -> None:
    bench.run(bench.studio.clips.trash([clip.id]))


def _delete(bench: WindowBench, clip: Clip) -> None:
    _trash(bench, clip)
    bench.run(bench.studio.clips.delete([clip.id]))


def _open_queue(
    bench: WindowBench, window: MainWindow, queued: list[ClipId], shown: int
) -> QueueList:
    bench.press(lambda: window.player.queue.add(queued))
    bench.press(window.player.queue_button.click)
    rows = window.player.queue_popover.list
    bench.until(lambda: rows.count() == shown)
    return rows


@pytest.mark.parametrize("remove", [_trash, _delete])
def test_a_queued_clip_that_is_gone_is_skipped(
    bench: WindowBench, window: MainWindow, remove: Callable[[WindowBench, Clip], None]
) -> None:
    clips = _clips(bench, window, 3, 1.0)
    bench.press(lambda: window.player.queue.add([clips[1].id, clips[2].id]))
    remove(bench, clips[1])
    played: list[object] = []
    window.player.current_changed.connect(played.append)
    _play(bench, window, clips[0])
    bench.until(lambda: window.player.clip_id == clips[2].id)
    assert played == [clips[0].id, clips[2].id]
    assert window.player.queue.ids == ()


def test_a_queue_that_was_stored_with_deleted_clips_goes_on(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = _clips(bench, window, 2, 1.0)
    bench.press(lambda: window.player.queue.add([ClipId("deleted"), clips[1].id]))
    bench.press(window.player.next_requested.emit)
    bench.until(lambda: window.player.clip_id == clips[1].id)


def test_a_deleted_clip_leaves_the_places_of_the_others(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = _clips(bench, window, 3, 1.0)
    rows = _open_queue(bench, window, [clip.id for clip in clips], 3)
    _delete(bench, clips[0])
    bench.until(lambda: rows.count() == 2)
    bench.press(lambda: rows.setCurrentRow(0))
    bench.press(lambda: QTest.keyClick(rows, Qt.Key.Key_Delete))
    bench.until(lambda: rows.count() == 1)
    assert rows.item(0).text() == clips[2].title


def test_keys_that_are_faster_than_the_queue_do_nothing(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = _clips(bench, window, 1, 1.0)
    rows = _open_queue(bench, window, [clips[0].id, clips[0].id], 2)
    bench.press(lambda: rows.setCurrentRow(1))

    def press() -> None:
        # The list shows the clip until the queue was read again.
        QTest.keyClick(rows, Qt.Key.Key_Delete)
        QTest.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        rows.setCurrentRow(0)
        QTest.keyClick(rows, Qt.Key.Key_Return)
        QTest.keyClick(rows, Qt.Key.Key_Return)

    bench.press(press)
    bench.until(lambda: window.player.clip_id == clips[0].id)
    assert window.player.queue.ids == ()


def test_a_clip_that_is_renamed_before_it_follows_has_its_new_title(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = _clips(bench, window, 2, 2.0)
    _play(bench, window, clips[0])
    bench.until(lambda: window.player.next_clip is not None)
    bench.run(bench.studio.clips.edit([clips[1].id], title="Renamed"))
    bench.until(lambda: window.player.clip_id == clips[1].id)
    assert window.player.now_playing.title.text() == "Renamed"


def test_the_other_of_two_clips_is_renamed_and_deleted(
    bench: WindowBench, window: MainWindow
) -> None:
    clips = _clips(bench, window, 2, 20.0)
    _play(bench, window, clips[0])
    _play(bench, window, clips[1])
    button = window.player.pair_button
    bench.run(bench.studio.clips.edit([clips[0].id], title="Renamed"))
    bench.until(lambda: "Renamed" in button.toolTip())
    _delete(bench, clips[0])
    bench.until(lambda: not button.isEnabled())


def test_a_clip_that_is_deleted_while_it_plays_is_closed(
    bench: WindowBench, window: MainWindow
) -> None:
    (clip,) = _clips(bench, window, 1, 20.0)
    _play(bench, window, clip)
    _delete(bench, clip)
    bench.until(lambda: window.player.clip_id is None)
    assert not window.player.player.is_playing
    assert not window.player.play_button.isEnabled()
    assert window.player.now_playing.title.text() == "Nothing playing"
