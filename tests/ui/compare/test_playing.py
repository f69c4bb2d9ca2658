"""Switching, seeking and looping, by real keys on the real engine."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.decibels import gain_text
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.ui.compare.compared_clip import compared_clips
from producer_studio.ui.widgets.text_format import format_time_tenths
from tests.ui.compare.conftest import LEVELS, CompareBench
from tests.ui.window.conftest import WindowBench

KEYS = [Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def selected_track(four: CompareBench) -> int | None:
    return four.comparison._session.selected


@pytest.mark.parametrize("plays", [False, True])
def test_a_digit_switches_at_the_same_moment(four: CompareBench, plays: bool) -> None:
    four.bench.press(lambda: four.comparison.seek(4.0))
    if plays:
        four.key(Qt.Key.Key_Space)
        four.bench.until(lambda: four.comparison.position_s > 4.2)
    for index in (2, 1, 3, 0):
        before = four.comparison.position_s
        four.key(KEYS[index])
        assert four.comparison.heard == index
        assert selected_track(four) == index
        assert four.panel.rows[index].hasFocus()
        assert four.comparison.is_playing is plays
        after = four.comparison.position_s
        assert before <= after < before + 2 if plays else after == before
    shown = [row.property("accented") for row in four.panel.rows]
    assert shown == [True, False, False, False]
    state = "playing" if plays else "paused"
    assert four.panel.rows[0].accessibleDescription() == state
    assert four.panel.rows[1].accessibleDescription() == ""


def test_the_player_keys_belong_to_the_comparison(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Space)
    assert four.comparison.is_playing
    assert not four.window.player.player.is_playing
    four.key(Qt.Key.Key_Space)
    assert not four.comparison.is_playing
    four.bench.press(lambda: four.comparison.seek(8.0))
    four.bench.until(lambda: abs(four.comparison.position_s - 8.0) < 0.01)
    four.key(Qt.Key.Key_Left)
    four.bench.until(lambda: abs(four.comparison.position_s - 3.0) < 0.01)
    four.key(Qt.Key.Key_Right)
    four.bench.until(lambda: abs(four.comparison.position_s - 8.0) < 0.01)
    four.key(Qt.Key.Key_Home)
    four.bench.until(lambda: four.comparison.position_s == 0.0)


def test_arrows_go_from_row_to_row(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Down)
    four.key(Qt.Key.Key_Down)
    assert four.comparison.heard == 2
    assert four.panel.rows[2].hasFocus()
    four.key(Qt.Key.Key_Up)
    assert four.comparison.heard == 1


def test_l_repeats_a_region_that_is_drawn_on_the_ruler(four: CompareBench) -> None:
    ruler = four.panel.ruler
    left, width = ruler._span
    assert width > 200
    start, end = QPoint(left + width // 4, 8), QPoint(left + width // 2, 8)
    four.bench.press(lambda: QTest.mousePress(ruler, Qt.MouseButton.LeftButton, pos=start))
    four.bench.press(lambda: QTest.mouseMove(ruler, end))
    four.bench.press(lambda: QTest.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=end))
    region = four.comparison.region
    assert region is not None
    assert region == pytest.approx((5.0, 10.0), abs=0.1)
    assert four.comparison.loops
    spoken = " to ".join(map(format_time_tenths, region))
    assert ruler.accessibleDescription() == f"{spoken}, repeated"
    assert four.panel.rows[3].waveform.region == region
    four.bench.press(lambda: four.comparison.seek(9.8))
    four.key(Qt.Key.Key_Space)
    four.bench.until(lambda: 5.0 <= four.comparison.position_s < 6.0)
    four.key(Qt.Key.Key_L)
    assert not four.comparison.loops
    assert four.comparison._session.loop is None
    four.key(Qt.Key.Key_L)
    assert four.comparison._session.loop == region


def test_clips_whose_length_is_not_in_the_library_are_sought_and_repeated(
    four: CompareBench,
) -> None:
    for number in (1, 2, 3, 4):
        clip = four.clip(number)
        unknown = clip.with_changes(measured=replace(clip.measured, duration_s=0.0))
        four.bench.run(four.bench.studio._library.clips.overwrite(unknown))
    four.key(Qt.Key.Key_Escape)
    four.open()
    four.until(lambda: four.comparison.length_s > 0.0)
    four.key(Qt.Key.Key_L)
    assert four.comparison._session.loop == (0.0, 8.0)
    four.bench.press(lambda: four.comparison.seek(5.0))
    four.key(Qt.Key.Key_Space)
    four.until(lambda: four.comparison.position_s > 5.0)
    assert four.comparison.is_playing


def test_keys_make_and_move_a_region(four: CompareBench) -> None:
    four.key(Qt.Key.Key_L)
    assert four.comparison.region == (0.0, 8.0)
    four.bench.press(lambda: four.panel.ruler.setFocus(Qt.FocusReason.TabFocusReason))
    four.key(Qt.Key.Key_Right)
    four.key(Qt.Key.Key_Right, SHIFT)
    assert four.comparison.region == (1.0, 9.0)
    four.key(Qt.Key.Key_3)
    assert four.comparison.heard == 2


def test_all_are_as_loud_as_the_quietest(four: CompareBench) -> None:
    def gains() -> list[float]:
        item = four.comparison._session._item
        assert item is not None
        return [track.mix.gain_db for track in item.tracks]

    loudness = [four.clip(number).measured.loudness_lufs or 0.0 for number in (1, 2, 3, 4)]
    wanted = [min(loudness) - one for one in loudness]
    assert gains() == pytest.approx(wanted)
    assert gains()[LEVELS.index(min(LEVELS))] == 0.0
    badges = [row.gain_badge.text() for row in four.panel.rows]
    assert badges == [gain_text(gain) for gain in wanted]
    assert badges[:2] == ["\u22126.0 dB", "0.0 dB"]
    four.bench.press(four.panel.header.matched_button.click)
    assert gains() == [0.0] * 4
    assert all(row.gain_badge.isHidden() for row in four.panel.rows)


def test_by_bar_a_switch_goes_to_the_same_bar(empty: CompareBench) -> None:
    empty.add_take(1, 0.3, bpm_override=80.0)
    empty.add_take(2, 0.3, bpm_override=100.0)
    empty.open()
    empty.bench.press(empty.panel.header.bars_button.click)
    assert empty.comparison.aligns_bars
    empty.bench.press(lambda: empty.comparison.seek(10.0))
    empty.key(Qt.Key.Key_2)
    empty.bench.until(lambda: abs(empty.comparison.position_s - 8.0) < 0.001)
    empty.key(Qt.Key.Key_1)
    empty.bench.until(lambda: abs(empty.comparison.position_s - 10.0) < 0.001)
    empty.bench.press(empty.panel.header.abx_button.click)
    for key in (Qt.Key.Key_B, Qt.Key.Key_X, Qt.Key.Key_A):
        empty.key(key)
        empty.settle()
        assert abs(empty.comparison.position_s - 10.0) < 0.001, "a jump would tell what X is"
    assert empty.panel.header.bars_button.isHidden()


def test_bars_are_offered_only_if_all_tempos_are_known(four: CompareBench) -> None:
    assert four.panel.header.bars_button.isHidden()


@pytest.mark.parametrize("is_first_there", [True, False])
def test_files_that_arrive_later_can_be_heard(empty: CompareBench, is_first_there: bool) -> None:
    empty.add_take(1, 0.3, sound=is_first_there)
    empty.add_take(2, 0.3, sound=False)
    empty.open()
    abx = empty.panel.header.abx_button
    assert not abx.isEnabled()
    if is_first_there:
        empty.bench.press(lambda: empty.comparison.seek(5.0))
    for number in (1, 2):
        clip = empty.clip(number)
        if not clip.playable:
            empty.store_sound(clip, 0.3)
    change = LibraryChange(frozenset(empty.ids), ChangeKind.MEDIA)
    empty.bench.press(lambda: empty.bench.studio.events.publish(change))
    empty.bench.until(abx.isEnabled)
    assert all(row.problem_label.isHidden() for row in empty.panel.rows)
    assert all(one.peaks for one in empty.comparison.clips)
    empty.bench.until(lambda: abs(empty.comparison.position_s - 5.0 * is_first_there) < 0.001)
    empty.key(Qt.Key.Key_2)
    empty.key(Qt.Key.Key_Space)
    empty.bench.until(lambda: empty.comparison.position_s > 5.0 * is_first_there + 0.1)
    assert empty.comparison.heard == 1


def test_a_clip_without_its_file_is_shown_and_the_others_play(empty: CompareBench) -> None:
    empty.add_take(1, 0.3)
    path = empty.bench.run(empty.bench.studio.clips.get(empty.ids[0])).path
    assert path is not None
    empty.add_take(2, 0.3, sound=False, media=MediaState.NONE)
    empty.add_take(3, 0.3)
    path.unlink()
    empty.open()
    first, second, third = empty.panel.rows
    assert first.problem_label.text() == "The sound file is not in the library folder."
    assert second.problem_label.text() == "This clip has lyrics only."
    assert third.problem_label.isHidden()
    assert empty.comparison.heard == 2
    empty.key(Qt.Key.Key_1)
    assert empty.comparison.heard == 2
    empty.key(Qt.Key.Key_Space)
    empty.bench.until(lambda: empty.comparison.position_s > 0.1)
    assert second.badges[0].text() == "loudness unknown"


@pytest.mark.parametrize("is_blind", [False, True])
def test_a_clip_that_cannot_be_decoded_is_named(empty: CompareBench, is_blind: bool) -> None:
    for number in (1, 2):
        empty.add_take(number, 0.3)
    clip = empty.bench.run(empty.bench.studio.clips.get(empty.ids[1]))
    assert clip.path is not None
    clip.path.write_bytes(b"<html>not sound</html>" * 40)
    messages: list[str] = []
    empty.panel.notice_requested.connect(lambda _level, text: messages.append(text))
    empty.open()
    if is_blind:
        empty.bench.press(lambda: empty.comparison.set_blind(True))
        row = 1 + [slot.clip for slot in empty.comparison.slots].index(1)
        expected = f"Could not play clip {row}: the sound file is damaged or missing."
    else:
        title = clip.display_title
        expected = f"Could not play “{title}”: this is a web page, not audio."
    empty.bench.until(lambda: bool(messages))
    assert messages == [expected]


def test_esc_closes_the_files_and_gives_the_keyboard_back(
    empty: CompareBench, bench: WindowBench
) -> None:
    empty.add_take(1, 0.3)
    empty.add_take(2, 0.3)
    view = empty.window.library.view
    bench.press(lambda: empty.window.views.show_view("library"))
    bench.press(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
    empty.open()
    empty.key(Qt.Key.Key_Space)
    empty.key(Qt.Key.Key_Escape)
    assert empty.window.library.isVisible()
    assert view.hasFocus()
    assert not empty.comparison._session.is_loaded


def test_esc_ends_a_test_and_then_the_comparison_from_the_player(four: CompareBench) -> None:
    four.bench.press(four.panel.header.abx_button.click)
    waveform = four.window.player.waveform
    four.bench.press(lambda: waveform.setFocus(Qt.FocusReason.TabFocusReason))
    four.key(Qt.Key.Key_Escape)
    assert four.comparison.abx is None
    assert four.panel.isVisible()
    four.bench.press(lambda: waveform.setFocus(Qt.FocusReason.TabFocusReason))
    four.key(Qt.Key.Key_Escape)
    assert not four.panel.isVisible()


def test_a_search_leaves_the_comparison(four: CompareBench) -> None:
    four.key(Qt.Key.Key_Space)
    four.bench.press(lambda: four.window.top_bar.search.set_query("rain"))
    assert not four.panel.isVisible()
    assert not four.comparison.is_playing


def test_a_digit_in_the_form_is_a_digit(four: CompareBench) -> None:
    edit = four.window.compose.view.sound.edit
    four.bench.press(lambda: edit.setFocus(Qt.FocusReason.OtherFocusReason))
    four.key(Qt.Key.Key_3)
    assert edit.toPlainText() == "3"
    assert four.comparison.heard == 0


def test_the_inspector_of_several_clips_compares_them(empty: CompareBench) -> None:
    for number in (1, 2, 3):
        empty.add_take(number, 0.3)
    inspector = empty.window.inspector
    empty.bench.press(lambda: inspector.show_clips(empty.ids))
    empty.until(lambda: inspector.multi_selection.compare_button.isVisibleTo(inspector))
    empty.bench.press(inspector.multi_selection.compare_button.click)
    empty.until(lambda: len(empty.comparison.clips) == 3)
    assert empty.panel.isVisible()
    assert empty.panel.header.title_label.text() == "Compare 3 takes of “Electric Skies”"


def test_two_to_eight_clips_are_compared(empty: CompareBench) -> None:
    for number in range(9):
        empty.add_take(number + 1, 0.3, sound=False)
    empty.bench.press(lambda: empty.window.show_compare(empty.ids))
    empty.bench.until(lambda: bool(empty.window.notices.notices()))
    notices = [notice.text for notice in empty.window.notices.notices()]
    assert notices == ["Select 2 to 8 clips to compare them."]


def test_a_clip_that_was_played_to_its_end_is_no_longer_unheard(empty: CompareBench) -> None:
    for number, seconds in ((1, 1.5), (2, 20.0)):
        empty.add_take(number, 0.3, seconds=seconds)
    empty.open()
    empty.key(Qt.Key.Key_Space)
    empty.until(lambda: empty.clip(1).heard)
    assert (empty.clip(1).plays, empty.clip(2).plays) == (1, 0)
    assert empty.found("unheard:yes") == [empty.ids[1]]


@pytest.mark.parametrize(("length_s", "needed_s"), [(0.0, 9.8), (4.0, 3.92), (240.0, 10.0)])
def test_ten_seconds_or_the_whole_of_a_shorter_clip_are_heard(
    length_s: float, needed_s: float
) -> None:
    clip = Clip(id=new_clip_id(), measured=AudioMeasurements(duration_s=length_s))
    (compared,) = compared_clips([clip], {})
    assert compared.needed_s == pytest.approx(needed_s)


def test_takes_are_in_the_order_of_their_numbers(empty: CompareBench) -> None:
    first, second = (empty.add_take(number, 0.3) for number in (1, 2))
    empty.ids.reverse()
    empty.open()
    assert empty.shown() == [first, second]


def test_one_clip_has_no_bars_to_switch_by(empty: CompareBench) -> None:
    for number in (1, 2):
        empty.add_take(number, 0.3, bpm_override=90.0)
    empty.open()
    assert empty.panel.header.bars_button.isVisible()
    empty.key(Qt.Key.Key_Delete)
    empty.until(lambda: len(empty.comparison.clips) == 1)
    assert not empty.panel.header.bars_button.isVisible()
