"""Mute, solo, level and pan by real keys and the mouse, on the real engine."""

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.track_mix import TrackMix
from tests.support.stem_song import NAMES, add_stem, stem_sounds
from tests.ui.stems.conftest import StemsBench

SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYS = [Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4]


def engine_mixes(mixer: StemsBench) -> list[tuple[float, float, bool]]:
    """Gain, pan and mute of the engine's tracks."""
    item = mixer.mixer._session._item
    assert item is not None
    assert item.selected is None
    return [(one.mix.gain_db, one.mix.pan, one.mix.is_muted) for one in item.tracks]


def test_esc_closes_the_mixer_wherever_the_keyboard_is(mixer: StemsBench) -> None:
    for place in (
        mixer.panel.rows[0],
        mixer.panel.rows[1].level,
        mixer.panel.header.close_button,
        mixer.window.player.play_button,
        mixer.window.compose.view.sound.edit,
    ):
        mixer.open()
        mixer.bench.press(lambda place=place: place.setFocus(Qt.FocusReason.TabFocusReason))
        mixer.key(Qt.Key.Key_Escape)
        assert mixer.window.library.isVisible(), place.accessibleName()


def test_all_stems_are_shown_and_play_together(mixer: StemsBench) -> None:
    panel = mixer.panel
    assert panel.header.title_label.text() == "Stems of “Late Night Study”"
    assert [row.name_label.text() for row in panel.rows] == [one.capitalize() for one in NAMES]
    assert panel.rows[0].loudness_label.text().endswith(" LUFS")
    assert panel.rows[0].loudness_label.text().startswith("−")
    assert panel.rows[0].hasFocus()
    mixer.key(Qt.Key.Key_Space)
    assert mixer.mixer.is_playing
    assert not mixer.window.player.player.is_playing
    mixer.bench.until(lambda: mixer.mixer.position_s > 0.5)
    positions = {row.waveform.position_s for row in panel.rows}
    assert len(positions) == 1
    assert positions.pop() > 0.3
    assert all(max(row.meter._levels_db) > -40 for row in panel.rows)
    mixer.key(Qt.Key.Key_Space)
    assert not mixer.mixer.is_playing
    assert [row.meter._levels_db for row in panel.rows] == [(-48.0, -48.0)] * 4


def test_digits_mute_and_with_shift_solo(mixer: StemsBench) -> None:
    mixer.key(KEYS[2])
    assert [mixer.panel.rows[2].mute_button.isChecked(), mixer.mixer.heard] == [
        True,
        [True, True, False, True],
    ]
    assert mixer.panel.rows[2].accessibleDescription() == "0.0 dB, pan C, muted"
    assert [mute for _, _, mute in engine_mixes(mixer)] == [False, False, True, False]
    mixer.key(KEYS[2])
    assert mixer.mixer.heard == [True] * 4
    mixer.key(KEYS[1], SHIFT)
    assert mixer.panel.rows[1].solo_button.isChecked()
    assert [mute for _, _, mute in engine_mixes(mixer)] == [True, False, True, True]
    assert mixer.panel.rows[0].accessibleDescription().endswith("not heard, as another is soloed")
    mixer.key(KEYS[3], SHIFT)
    assert mixer.mixer.heard == [False, True, False, True]
    mixer.key(Qt.Key.Key_9)
    assert mixer.mixer.heard == [False, True, False, True]


def test_up_and_down_change_the_level_of_the_row_in_focus(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_PageDown)
    assert mixer.panel.rows[1].hasFocus()
    for _ in range(3):
        mixer.key(Qt.Key.Key_Down)
    assert mixer.mixer.mixes[1] == TrackMix(gain_db=-1.5)
    assert engine_mixes(mixer)[1][0] == -1.5
    assert mixer.panel.rows[1].gain_label.text() == "−1.5 dB ·"
    for _ in range(20):
        mixer.key(Qt.Key.Key_Up)
    assert mixer.mixer.mixes[1].gain_db == 6.0
    for _ in range(92):
        mixer.key(Qt.Key.Key_Down)
    assert mixer.mixer.mixes[1].gain_db == -40.0
    mixer.key(Qt.Key.Key_Down)
    assert math.isinf(mixer.mixer.mixes[1].gain_db)
    assert mixer.panel.rows[1].gain_label.text() == "−∞ dB ·"
    mixer.key(Qt.Key.Key_Up)
    assert mixer.mixer.mixes[1].gain_db == -40.0


def test_shift_and_arrows_pan(mixer: StemsBench) -> None:
    for _ in range(3):
        mixer.key(Qt.Key.Key_Left, SHIFT)
    assert mixer.mixer.mixes[0].pan == -0.3
    assert mixer.panel.rows[0].pan.accessibleDescription() == "L 30"
    for _ in range(20):
        mixer.key(Qt.Key.Key_Right, SHIFT)
    assert engine_mixes(mixer)[0][1] == 1.0


def test_left_and_right_seek_all(mixer: StemsBench) -> None:
    mixer.bench.press(lambda: mixer.mixer.seek(8.0))
    for key, expected in (
        (Qt.Key.Key_Right, 13.0),
        (Qt.Key.Key_Left, 8.0),
        (Qt.Key.Key_End, 20.0),
        (Qt.Key.Key_Home, 0.0),
    ):
        mixer.key(key)
        mixer.bench.until(lambda at=expected: abs(mixer.mixer.position_s - at) < 0.01)


def test_a_click_on_a_waveform_seeks_all(mixer: StemsBench) -> None:
    waveform = mixer.panel.rows[2].waveform
    place = QPoint(waveform.width() // 2, waveform.height() // 2)
    mixer.bench.press(lambda: QTest.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=place))
    mixer.bench.until(lambda: abs(mixer.mixer.position_s - 10.0) < 0.2)


def test_the_mouse_sets_level_and_pan(mixer: StemsBench) -> None:
    row = mixer.panel.rows[0]
    left = QPoint(1, row.level.height() // 2)
    mixer.bench.press(lambda: QTest.mouseClick(row.level, Qt.MouseButton.LeftButton, pos=left))
    assert math.isinf(mixer.mixer.mixes[0].gain_db)
    mixer.bench.press(lambda: QTest.mouseDClick(row.level, Qt.MouseButton.LeftButton, pos=left))
    assert mixer.mixer.mixes[0].gain_db == 0.0
    start, end = QPoint(10, 5), QPoint(40, 5)
    mixer.bench.press(lambda: QTest.mousePress(row.pan, Qt.MouseButton.LeftButton, pos=start))
    mixer.bench.press(lambda: QTest.mouseMove(row.pan, end))
    mixer.bench.press(lambda: QTest.mouseRelease(row.pan, Qt.MouseButton.LeftButton, pos=end))
    assert mixer.mixer.mixes[0].pan == 0.4
    mixer.bench.press(lambda: QTest.mouseDClick(row.pan, Qt.MouseButton.LeftButton, pos=end))
    assert mixer.mixer.mixes[0].pan == 0.0
    mixer.bench.press(row.mute_button.click)
    assert mixer.mixer.mixes[0].is_muted


def test_reset_lets_all_be_heard_as_they_are(mixer: StemsBench) -> None:
    mixer.key(KEYS[0])
    mixer.key(KEYS[1], SHIFT)
    mixer.key(Qt.Key.Key_Down)
    mixer.bench.press(mixer.panel.header.reset_button.click)
    assert mixer.mixer.mixes == [TrackMix()] * 4
    assert engine_mixes(mixer) == [(0.0, 0.0, False)] * 4


def test_levels_change_while_it_plays(mixer: StemsBench) -> None:
    mixer.key(Qt.Key.Key_Space)
    mixer.bench.until(lambda: mixer.mixer.position_s > 0.3)
    mixer.key(KEYS[0])
    mixer.bench.until(lambda: mixer.panel.rows[0].meter._levels_db == (-48.0, -48.0))
    assert mixer.mixer.is_playing
    assert max(mixer.panel.rows[1].meter._levels_db) > -40


def test_a_mix_is_remembered(mixer: StemsBench) -> None:
    mixer.key(KEYS[3])
    mixer.key(Qt.Key.Key_Down)
    before = mixer.mixer.mixes
    mixer.key(Qt.Key.Key_Escape)
    assert mixer.window.library.isVisible()
    assert not mixer.mixer._session.is_loaded
    mixer.bench.settle()
    mixer.open()
    assert mixer.mixer.mixes == before


def test_esc_gives_the_keyboard_back(closed: StemsBench) -> None:
    view = closed.window.library.view
    closed.bench.press(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
    closed.open()
    closed.key(Qt.Key.Key_Space)
    closed.key(Qt.Key.Key_Escape)
    assert view.hasFocus()
    assert not closed.mixer.is_playing


def test_a_stem_without_its_file_says_so_and_the_others_play(closed: StemsBench) -> None:
    add = add_stem(closed.bench.studio._library, closed.song.id, "Keys", 4, None)
    closed.bench.run(add)
    closed.open()
    keys = closed.panel.rows[4]
    assert keys.problem_label.text() == "The sound of this stem is not on this computer."
    assert not closed.panel.header.save_button.isEnabled()
    assert not closed.panel.header.stems_button.isEnabled()
    closed.key(Qt.Key.Key_5, SHIFT)
    assert [mute for _, _, mute in engine_mixes(closed)] == [True] * 4
    closed.key(Qt.Key.Key_5, SHIFT)
    closed.key(Qt.Key.Key_Space)
    closed.bench.until(lambda: closed.mixer.position_s > 0.1)


def test_a_stem_that_cannot_be_decoded_is_named(closed: StemsBench) -> None:
    drums = closed.stems[1].path
    assert drums is not None
    drums.write_bytes(b"<html>not sound</html>" * 40)
    closed.open()
    expected = "Could not play the stem “Drums”: this is a web page, not audio."
    closed.bench.until(lambda: closed.notices() == [expected])


def test_stems_that_go_to_the_trash_leave_the_mixer(mixer: StemsBench) -> None:
    clips = mixer.bench.studio.clips
    mixer.key(KEYS[0])
    mixer.bench.run(clips.trash([mixer.stems[1].id]))
    mixer.bench.until(lambda: len(mixer.mixer.mixes) == 3)
    assert [row.name_label.text() for row in mixer.panel.rows if row.isVisible()] == [
        "Vocals",
        "Bass",
        "Other",
    ]
    assert mixer.mixer.mixes[0].is_muted
    mixer.bench.run(clips.trash([stem.id for stem in mixer.stems]))
    mixer.bench.until(lambda: mixer.window.library.isVisible())


@pytest.mark.parametrize("plays_first", [True, False])
def test_the_mixer_and_the_player_pause_each_other(mixer: StemsBench, plays_first: bool) -> None:
    player = mixer.window.player
    stem = mixer.stems[0]
    if plays_first:
        mixer.key(Qt.Key.Key_Space)
        mixer.bench.press(lambda: player.load(stem, True))
        assert player.player.is_playing
        assert not mixer.mixer.is_playing
    else:
        mixer.bench.press(lambda: player.load(stem, True))
        mixer.key(Qt.Key.Key_Space)
        assert mixer.mixer.is_playing
        assert not player.player.is_playing


def test_a_reset_can_be_undone(mixer: StemsBench) -> None:
    mixer.mixer.set_gain(1, -12.0)
    mixer.mixer.set_pan(2, 0.5)
    before = mixer.mixer.levels
    mixer.bench.press(mixer.panel.header.reset_button.click)
    assert mixer.mixer.mixes == [TrackMix()] * 4
    (notice,) = mixer.window.notices.notices()
    assert (notice.text, notice.action) == ("The mix was reset.", "Undo")
    (undo,) = (
        one for one in mixer.window.notices.findChildren(QPushButton) if one.text() == "Undo"
    )
    mixer.bench.press(undo.click)
    assert mixer.mixer.levels == before
    # Nothing to take back, nothing to say.
    mixer.mixer.reset()
    mixer.bench.press(mixer.panel.header.reset_button.click)
    assert mixer.window.notices.notices() == []


def test_a_screen_reader_mutes_and_solos(mixer: StemsBench) -> None:
    toggle = QAccessibleActionInterface.toggleAction()
    row = mixer.panel.rows[1]
    for button, heard in (
        (row.mute_button, [True, False, True, True]),
        (row.solo_button, [False, True, False, False]),
    ):
        switch = QAccessible.queryAccessibleInterface(button).actionInterface()
        mixer.bench.press(lambda switch=switch: switch.doAction(toggle))
        assert mixer.mixer.heard == heard
        mixer.bench.press(lambda switch=switch: switch.doAction(toggle))
        assert mixer.mixer.heard == [True] * 4


@pytest.mark.parametrize("is_same_job", [True, False])
def test_a_stem_that_arrives_later_joins_those_of_its_job(
    mixer: StemsBench, is_same_job: bool
) -> None:
    mixer.key(Qt.Key.Key_2)
    mixer.bench.press(lambda: mixer.mixer.seek(4.0))
    job = "first" if is_same_job else "second"
    library = mixer.bench.studio._library
    late = mixer.bench.run(
        add_stem(library, mixer.song.id, "Keys", 4, stem_sounds([20.0])["Vocals"], job)
    )
    change = LibraryChange(frozenset([late.id]), ChangeKind.ADDED)
    mixer.bench.press(lambda: mixer.bench.studio.events.publish(change))
    mixer.until(lambda: not mixer.window._tasks.is_running("open stems"))
    stems = mixer.mixer.stem_set
    assert stems is not None
    names = [*NAMES, "Keys"] if is_same_job else list(NAMES)
    assert [stem.stem for stem in stems.stems] == names
    assert [mute for _, _, mute in engine_mixes(mixer)] == [
        False, True, *[False] * (len(names) - 2)
    ]  # fmt: skip
    assert mixer.mixer.position_s == pytest.approx(4.0)
