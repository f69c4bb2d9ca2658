"""Queue of clips, and clips that follow without a gap."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.library_change import ChangeKind
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.player.play_queue import PlayQueue
from tests.ui.player.conftest import PlayerBench

_ALT = Qt.KeyboardModifier.AltModifier


def _queue(bench: PlayerBench, titles: Sequence[str]) -> list[Clip]:
    clips = [bench.add(title, seconds=1.0) for title in titles]
    bench.press(lambda: bench.bar.queue.add(clip.id for clip in clips))
    return clips


def _open(bench: PlayerBench, count: int) -> None:
    bench.press(bench.bar.queue_button.click)
    bench.until(lambda: bench.bar.queue_popover.list.count() == count)


def _titles(bench: PlayerBench) -> list[str]:
    rows = bench.bar.queue_popover.list
    return [rows.item(row).text() for row in range(rows.count())]


def test_the_prepared_clip_follows_without_a_stop(bench: PlayerBench) -> None:
    first, second = bench.add("First", seconds=0.6), bench.add("Second", seconds=5.0)
    states: list[bool] = []
    current: list[object] = []
    asked: list[bool] = []
    bench.bar.next_requested.connect(lambda: asked.append(True))
    bench.press(lambda: bench.bar.load(first, False))
    bench.press(lambda: bench.bar.prepare_next(second))
    bench.bar.player.state_changed.connect(states.append)
    bench.bar.current_changed.connect(current.append)
    bench.press(bench.bar.toggle)
    bench.until(lambda: bench.bar.clip_id == second.id and bench.bar.player.position_s > 0.2)
    assert (states, current, asked) == ([True], [second.id], [])
    assert bench.bar.now_playing.title.text() == "Second"
    assert bench.bar.total_label.text() == "0:05"
    heard = bench.run(bench.studio.clips.get(first.id))
    assert heard is not None
    assert heard.heard, "to the end, although it is shorter than ten seconds"
    assert heard.plays == 1


def test_the_queue_survives_a_restart(bench: PlayerBench) -> None:
    clips = _queue(bench, ["One", "Two"])
    again = PlayQueue(bench.studio.preferences)
    assert list(again.ids) == [clip.id for clip in clips]


def test_play_next_comes_before_what_is_queued(bench: PlayerBench) -> None:
    one, two = _queue(bench, ["One", "Two"])
    three = bench.add("Three")
    bench.press(lambda: bench.bar.queue.add_next([three.id]))
    assert bench.bar.queue.ids == (three.id, one.id, two.id)
    assert bench.bar.queue_button.text().strip() == "Queue 3"


def test_changes_of_the_queue_can_be_undone(bench: PlayerBench) -> None:
    one, two = _queue(bench, ["One", "Two"])
    _open(bench, 2)
    popover = bench.bar.queue_popover
    bench.press(lambda: QTest.keyClick(popover.list, Qt.Key.Key_Delete))
    bench.until(lambda: _titles(bench) == ["Two"])
    bench.press(popover.clear_button.click)
    bench.until(lambda: not _titles(bench))
    bench.press(popover.undo_button.click)
    bench.until(lambda: _titles(bench) == ["Two"])
    bench.press(
        lambda: QTest.keyClick(popover.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    )
    bench.until(lambda: _titles(bench) == ["One", "Two"])
    assert bench.bar.queue.ids == (one.id, two.id)
    assert bench.bar.queue.take() == one.id
    bench.press(bench.bar.queue.undo)
    assert bench.bar.queue.ids == (), "what was played is not queued again"
    assert not bench.bar.queue.can_undo


def test_clips_that_were_skipped_can_be_queued_again(bench: PlayerBench) -> None:
    one, two, three = _queue(bench, ["One", "Two", "Three"])
    queue = bench.bar.queue
    assert queue.take(1) == two.id
    bench.press(queue.undo)
    assert queue.ids == (one.id, three.id)
    for clip in (one, three):
        assert queue.take() == clip.id
    assert queue.ids == ()


def test_a_queue_that_was_replaced_comes_back(bench: PlayerBench) -> None:
    one, two = _queue(bench, ["One", "Two"])
    queue = bench.bar.queue
    bench.press(lambda: queue.replace([two.id, one.id]))
    assert queue.take() == two.id
    # The second click of a double-click.
    bench.press(lambda: queue.replace([two.id, one.id]))
    bench.press(lambda: queue.add([two.id]))
    assert queue.replaced == (one.id,), "the other one was played since"
    bench.press(queue.undo_replacement)
    assert queue.ids == (one.id,)
    bench.press(queue.undo_replacement)
    assert (queue.ids, queue.replaced) == ((one.id,), ())


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Return])
def test_a_key_that_is_held_down_takes_one_clip(bench: PlayerBench, key: Qt.Key) -> None:
    _queue(bench, ["One", "Two", "Three"])
    _open(bench, 3)
    rows = bench.bar.queue_popover.list
    rows.setCurrentRow(0)
    for _ in range(3):
        bench.press(lambda: QTest.keyPress(rows, key))
        bench.until(lambda: len(_titles(bench)) == len(bench.bar.queue.ids))
    bench.press(lambda: QTest.keyRelease(rows, key))
    assert len(bench.bar.queue.ids) == 2


def test_keys_reorder_remove_and_play(bench: PlayerBench) -> None:
    one, two, three = _queue(bench, ["One", "Two", "Three"])
    played: list[str] = []
    bench.bar.play_requested.connect(played.append)
    _open(bench, 3)
    rows = bench.bar.queue_popover.list
    rows.setCurrentRow(0)
    bench.press(lambda: QTest.keyClick(rows, Qt.Key.Key_Down, _ALT))
    assert bench.bar.queue.ids == (two.id, one.id, three.id)
    bench.until(lambda: _titles(bench) == ["Two", "One", "Three"])
    assert rows.currentRow() == 1
    bench.press(lambda: QTest.keyClick(rows, Qt.Key.Key_Delete))
    bench.until(lambda: _titles(bench) == ["Two", "Three"])
    rows.setCurrentRow(1)
    bench.press(lambda: QTest.keyClick(rows, Qt.Key.Key_Return))
    assert played == [three.id]
    assert bench.bar.queue.ids == ()


def test_a_drag_reorders_and_clear_empties(bench: PlayerBench) -> None:
    one, two, three = _queue(bench, ["One", "Two", "Three"])
    _open(bench, 3)
    rows = bench.bar.queue_popover.list

    def middle(row: int) -> QPoint:
        return rows.visualItemRect(rows.item(row)).center()

    def drag() -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(rows.viewport(), left, none, middle(0))
        for row in (1, 2):
            QTest.mouseMove(rows.viewport(), middle(row))
        QTest.mouseRelease(rows.viewport(), left, none, middle(2))

    bench.press(drag)
    assert bench.bar.queue.ids == (two.id, three.id, one.id)
    bench.press(bench.bar.queue_popover.clear_button.click)
    assert bench.bar.queue.ids == ()
    bench.until(lambda: rows.count() == 0)


def test_a_queue_that_changes_during_a_drag_ends_it(bench: PlayerBench) -> None:
    clips = _queue(bench, ["One", "Two", "Three"])
    _open(bench, 3)
    rows = bench.bar.queue_popover.list
    view = rows.viewport()
    centres = [rows.visualItemRect(rows.item(row)).center() for row in range(3)]
    left = Qt.MouseButton.LeftButton
    bench.press(lambda: QTest.mousePress(view, left, pos=centres[1]))
    bench.press(lambda: bench.bar.queue.take())
    bench.until(lambda: rows.count() == 2)
    bench.press(lambda: QTest.mouseMove(view, centres[0]))
    bench.press(lambda: QTest.mouseRelease(view, left, pos=centres[0]))
    assert bench.bar.queue.ids == (clips[1].id, clips[2].id)


def test_the_popover_shows_what_plays_and_how_long_the_queue_is(bench: PlayerBench) -> None:
    loaded = bench.add("Loaded", seconds=5.0)
    one, _two = _queue(bench, ["One", "Two"])
    bench.press(lambda: bench.bar.load(loaded, False))
    bench.press(lambda: bench.bar.prepare_next(one))
    _open(bench, 3)
    bench.until(lambda: _titles(bench) == ["Loaded", "One", "Two"])
    assert bench.bar.queue_popover.time_left == "0:07 left"
    rows = bench.bar.queue_popover.list

    def spoken() -> list[str]:
        items = [rows.item(row) for row in range(rows.count())]
        return [item.data(Qt.ItemDataRole.AccessibleTextRole) for item in items]

    following = ["One, 0:01, next, without a gap", "Two, 0:01"]
    assert spoken() == ["Loaded, 0:05, paused", *following]
    bench.press(bench.bar.toggle)
    assert spoken() == ["Loaded, 0:05, playing", *following]
    bench.press(bench.bar.toggle)
    assert spoken() == ["Loaded, 0:05, paused", *following]


def test_the_queue_shows_the_covers_of_its_clips(bench: PlayerBench) -> None:
    cover = bench.studio._library.media.partial_path(new_clip_id(), MediaKind.AUDIO).parent
    cover.mkdir(parents=True, exist_ok=True)
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor("#12f034"))
    assert picture.save(str(cover / "green.png"))
    first = bench.add("Green", seconds=1.0, cover=cover / "green.png")
    second = bench.add("Own", seconds=1.0)
    bench.press(lambda: bench.bar.queue.add([first.id, second.id]))
    _open(bench, 2)
    rows = bench.bar.queue_popover.list

    def colour(row: int) -> str:
        place = rows.visualItemRect(rows.item(row))
        at = QPoint(place.left() + 28, place.center().y())
        return rows.viewport().grab().toImage().pixelColor(at).name()

    bench.until(lambda: colour(0) == "#12f034")
    assert colour(1) != "#12f034"
    picture.fill(QColor("#3412f0"))
    assert picture.save(str(cover / "green.png"))
    bench.press(lambda: bench.tell(first.id, ChangeKind.MEDIA))
    bench.until(lambda: colour(0) == "#3412f0")
