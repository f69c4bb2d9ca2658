"""Loop region on the player's waveform."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.player.conftest import PlayerBench

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


def _drag(bench: PlayerBench, from_s: float, to_s: float, modifier: Qt.KeyboardModifier) -> None:
    waveform = bench.bar.waveform
    places = [
        QPoint(round(at / waveform.duration_s * waveform.width()), waveform.height() // 2)
        for at in (from_s, (from_s + to_s) / 2, to_s)
    ]
    left = Qt.MouseButton.LeftButton

    def drag() -> None:
        QTest.mousePress(waveform, left, modifier, places[0])
        for place in places[1:]:
            QTest.mouseMove(waveform, place)
        QTest.mouseRelease(waveform, left, modifier, places[-1])

    bench.press(drag)


def test_a_region_drawn_with_shift_is_repeated(bench: PlayerBench) -> None:
    clip = bench.add("Looped", seconds=10)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.until(lambda: bench.bar.waveform.maximum() > 0)
    _drag(bench, 2.0, 3.0, _SHIFT)
    region = bench.bar.player.region
    assert region is not None
    assert region == (pytest.approx(2.0, abs=0.05), pytest.approx(3.0, abs=0.05))

    bench.bar.seek(2.6)
    bench.press(bench.bar.toggle)
    places: list[float] = []
    bench.bar.player.position_changed.connect(places.append)
    bench.until(lambda: any(later < before for before, later in pairwise(places)))
    assert max(places) <= region[1] + 0.01


def test_a_handle_moves_an_edge(bench: PlayerBench) -> None:
    clip = bench.add("Looped", seconds=10)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.until(lambda: bench.bar.waveform.maximum() > 0)
    _drag(bench, 2.0, 4.0, _SHIFT)
    _drag(bench, 4.0, 7.0, _NONE)
    assert bench.bar.player.region == (
        pytest.approx(2.0, abs=0.05),
        pytest.approx(7.0, abs=0.05),
    )


def test_keys_mark_a_region_and_l_and_escape_end_it(bench: PlayerBench) -> None:
    clip = bench.add("Looped", seconds=10)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.until(lambda: bench.bar.waveform.maximum() > 0)
    waveform = bench.bar.waveform
    bench.bar.seek(3.0)
    bench.press(lambda: QTest.keyClick(waveform, Qt.Key.Key_BracketLeft))
    bench.bar.seek(5.0)
    bench.press(lambda: QTest.keyClick(waveform, Qt.Key.Key_BracketRight))
    assert bench.bar.player.region == (3.0, 5.0)
    assert waveform.accessibleDescription() == "0:05 of 0:10, 0:03.0 to 0:05.0 repeated"
    bench.press(bench.bar.toggle_repeat)
    assert (bench.bar.player.region, waveform.region) == (None, None)
    assert not bench.bar.player.loop

    bench.press(lambda: QTest.keyClick(waveform, Qt.Key.Key_BracketRight))
    assert bench.bar.player.region == (0.0, 5.0)
    bench.press(lambda: QTest.keyClick(waveform, Qt.Key.Key_Escape))
    assert bench.bar.player.region is None
    assert waveform.accessibleDescription() == "0:05 of 0:10"


def test_another_clip_has_no_region(bench: PlayerBench) -> None:
    first, second = bench.add("First", seconds=5), bench.add("Second", seconds=5)
    bench.press(lambda: bench.bar.load(first, False))
    bench.until(lambda: bench.bar.waveform.maximum() > 0)
    _drag(bench, 1.0, 3.0, _SHIFT)
    bench.press(lambda: bench.bar.load(second, False))
    assert bench.bar.player.region is None
    bench.until(lambda: bench.bar.waveform.region is None)
