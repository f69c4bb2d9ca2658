"""Ctrl+Z takes back what was done to the mix, one gesture at a time."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.domain.track_mix import TrackMix
from tests.support.stem_song import add_clip
from tests.ui.stems.conftest import StemsBench

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def undo(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_Z, CONTROL)


def redo(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_Z, CONTROL | SHIFT)


def drag(mixer: StemsBench, slider: QWidget, *places: int) -> None:
    points = [QPoint(x, slider.height() // 2) for x in places]
    mixer.bench.press(lambda: QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=points[0]))
    for point in points[1:]:
        mixer.bench.press(lambda point=point: QTest.mouseMove(slider, point))
    mixer.bench.press(lambda: QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=points[-1]))


def turn_wheel(mixer: StemsBench, slider: QWidget) -> None:
    at = QPointF(slider.rect().center())
    event = QWheelEvent(
        at, QPointF(slider.mapToGlobal(at)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    mixer.bench.press(lambda: QApplication.sendEvent(slider, event))


def _drag_level(mixer: StemsBench) -> None:
    drag(mixer, mixer.panel.rows[0].level, 90, 70, 50, 30)


def _drag_pan(mixer: StemsBench) -> None:
    drag(mixer, mixer.panel.rows[0].pan, 10, 20, 40)


def _turn_wheel(mixer: StemsBench) -> None:
    mixer.panel.rows[0].level.setFocus()
    for _ in range(3):
        turn_wheel(mixer, mixer.panel.rows[0].level)


@pytest.mark.parametrize(
    "change",
    [
        _drag_level,
        _drag_pan,
        _turn_wheel,
        lambda mixer: mixer.key(Qt.Key.Key_1),
        lambda mixer: mixer.key(Qt.Key.Key_1, SHIFT),
        lambda mixer: mixer.key(Qt.Key.Key_Down),
        lambda mixer: mixer.key(Qt.Key.Key_Left, SHIFT),
        lambda mixer: mixer.bench.press(mixer.panel.header.reset_button.click),
    ],
    ids=["level", "pan", "wheel", "mute", "solo", "key", "pan key", "reset"],
)
def test_a_gesture_is_one_step(mixer: StemsBench, change: Callable[[StemsBench], None]) -> None:
    mixer.key(Qt.Key.Key_2)
    before = mixer.mixer.mixes
    change(mixer)
    after = mixer.mixer.mixes
    assert after != before
    undo(mixer)
    assert mixer.mixer.mixes == before
    assert mixer.panel.rows[1].mute_button.isChecked()
    redo(mixer)
    assert mixer.mixer.mixes == after
    undo(mixer)
    undo(mixer)
    assert mixer.mixer.mixes == [TrackMix()] * 4
    redo(mixer)
    assert mixer.mixer.mixes == before


def test_a_double_click_is_one_step(mixer: StemsBench) -> None:
    level = mixer.panel.rows[0].level
    mixer.key(Qt.Key.Key_Down)
    at = QPoint(20, level.height() // 2)
    # The first click of the two jumps to where it is; QTest sends the second one alone.
    mixer.bench.press(lambda: QTest.mouseClick(level, Qt.MouseButton.LeftButton, pos=at))
    assert mixer.mixer.mixes[0].gain_db < -10
    mixer.bench.press(lambda: QTest.mouseDClick(level, Qt.MouseButton.LeftButton, pos=at))
    assert mixer.mixer.mixes[0].gain_db == 0.0
    undo(mixer)
    assert mixer.mixer.mixes[0].gain_db == -0.5


def test_two_keys_are_two_steps_and_a_held_key_is_one(mixer: StemsBench) -> None:
    row = mixer.panel.rows[0]
    mixer.key(Qt.Key.Key_Down)
    mixer.key(Qt.Key.Key_Down)
    undo(mixer)
    assert mixer.mixer.mixes[0].gain_db == -0.5
    undo(mixer)
    mixer.key(Qt.Key.Key_Down)
    for _ in range(5):
        mixer.bench.press(lambda: repeat_key(row, Qt.Key.Key_Down))
    assert mixer.mixer.mixes[0].gain_db == -3.0
    undo(mixer)
    assert mixer.mixer.mixes[0].gain_db == 0.0


def repeat_key(widget: QWidget, key: Qt.Key) -> None:
    """Sends the event of a key that is held."""
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, none, "", True))


def test_a_saved_mix_is_taken_back_in_its_turn(mixer: StemsBench) -> None:
    clips = mixer.bench.studio.clips

    def mixes_in_library() -> int:
        family = mixer.bench.run(clips.get_family(mixer.song.id))
        return sum(1 for one in family if one.title.endswith("· mix") and not one.trashed_at)

    mixer.key(Qt.Key.Key_2)
    mixer.bench.press(mixer.panel.header.save_button.click)
    mixer.until(lambda: mixes_in_library() == 1)
    mixer.until(lambda: not mixer.panel.files.is_busy)
    mixer.key(Qt.Key.Key_3)
    undo(mixer)
    assert mixer.mixer.heard == [True, False, True, True]
    assert mixes_in_library() == 1
    undo(mixer)
    mixer.until(lambda: mixes_in_library() == 0)
    assert mixer.mixer.heard == [True, False, True, True]
    redo(mixer)
    mixer.until(lambda: mixes_in_library() == 1)
    undo(mixer)
    undo(mixer)
    mixer.until(lambda: mixes_in_library() == 0)
    assert mixer.mixer.heard == [True] * 4


def test_a_change_of_the_library_is_not_taken_back_by_one_press_too_many(
    closed: StemsBench,
) -> None:
    clip = closed.bench.run(add_clip(closed.bench.studio._library, None, title="Low tide"))
    closed.bench.run(closed.bench.studio.clips.edit([clip.id], title="High tide"))
    closed.open()
    closed.key(Qt.Key.Key_1)
    undo(closed)
    undo(closed)
    assert closed.notices() == ["There is nothing more to undo in this mix."]
    found = closed.bench.run(closed.bench.studio.clips.get(clip.id))
    assert found is not None
    assert found.title == "High tide"


def test_levels_that_were_taken_back_are_kept(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_1)
    undo(mixer)
    mixer.bench.press(lambda: mixer.window.views.show_view("library"))
    mixer.open()
    assert mixer.mixer.mixes == [TrackMix()] * 4
    assert mixer.mixer.history.is_empty
