"""A region of the mixer's ruler is repeated."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.stems.conftest import StemsBench


def draw(mixer: StemsBench, start_s: float, end_s: float) -> None:
    """Draws a region on the ruler with the mouse."""
    ruler = mixer.panel.ruler
    left, width = ruler._span
    assert width > 0
    places = [
        QPoint(round(left + at / mixer.mixer.length_s * width), ruler.height() // 2)
        for at in (start_s, (start_s + end_s) / 2, end_s)
    ]

    def drag() -> None:
        QTest.mousePress(ruler, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(ruler, place)
        QTest.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=places[-1])

    mixer.bench.press(drag)


def test_the_ruler_is_above_the_waveforms(mixer: StemsBench) -> None:
    mixer.bench.settle()
    waveform, ruler = mixer.panel.rows[0].waveform, mixer.panel.ruler
    left = waveform.mapTo(mixer.panel, QPoint(0, 0)).x()
    assert ruler._span == (left - ruler.x(), waveform.width())


def test_a_region_that_is_drawn_is_repeated_and_l_ends_that(mixer: StemsBench) -> None:
    draw(mixer, 2.0, 3.0)
    region = mixer.mixer.region
    assert region is not None
    assert abs(region[0] - 2.0) < 0.1
    assert abs(region[1] - 3.0) < 0.1
    assert [row.waveform.region for row in mixer.panel.rows] == [region] * 4
    mixer.bench.press(lambda: mixer.mixer.seek(2.6))
    heard: list[float] = []
    mixer.mixer.position_changed.connect(heard.append)
    mixer.key(Qt.Key.Key_Space)
    mixer.bench.until(lambda: any(later < before for before, later in pairwise(heard)))
    assert max(heard) <= region[1] + 0.01
    mixer.key(Qt.Key.Key_L)
    assert not mixer.mixer.loops
    assert mixer.mixer.region == region
    assert [row.waveform.region for row in mixer.panel.rows] == [None] * 4
    mixer.bench.until(lambda: mixer.mixer.position_s > region[1] + 0.2)


def test_l_without_a_region_repeats_eight_seconds_from_the_position(mixer: StemsBench) -> None:
    mixer.bench.press(lambda: mixer.mixer.seek(5.0))
    mixer.key(Qt.Key.Key_L)
    assert (mixer.mixer.region, mixer.mixer.loops) == ((5.0, 13.0), True)
    assert mixer.panel.ruler.accessibleDescription() == "0:05.0 to 0:13.0, repeated"


def test_the_keys_of_the_ruler_make_and_move_a_region(mixer: StemsBench) -> None:
    ruler = mixer.panel.ruler
    ruler.setFocus()
    mixer.key(Qt.Key.Key_Right)
    assert mixer.mixer.region == (0.0, 8.0)
    mixer.key(Qt.Key.Key_Right)
    assert mixer.mixer.region == (1.0, 8.0)


def test_a_stem_that_goes_to_the_trash_leaves_the_loop(mixer: StemsBench) -> None:
    draw(mixer, 2.0, 4.0)
    region = mixer.mixer.region
    mixer.bench.run(mixer.bench.studio.clips.trash([mixer.stems[1].id]))
    mixer.bench.until(lambda: len(mixer.mixer.mixes) == 3)
    assert (mixer.mixer.region, mixer.mixer.loops) == (region, True)
    assert mixer.mixer._session.loop == region


def test_another_song_has_no_region(mixer: StemsBench) -> None:
    draw(mixer, 2.0, 4.0)
    mixer.bench.press(lambda: mixer.window.views.show_view("library"))
    mixer.open()
    assert (mixer.mixer.region, mixer.mixer.loops) == (None, False)
