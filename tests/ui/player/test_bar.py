"""The bar plays, seeks, says what is wrong, and keeps its layout."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.library_change import ChangeKind
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.ui.player.media_problem import NO_DEVICE
from producer_studio.ui.player.now_playing import describe_clip
from tests.ui.player.conftest import PlayerBench


def _names(widget: QWidget) -> set[str]:
    return {one.accessibleName() for one in widget.findChildren(QWidget) if one.isVisible()}


def test_every_control_has_the_name_a_screen_reader_says(bench: PlayerBench) -> None:
    assert {"Play", "Previous", "Next", "Position", "Volume"} <= _names(bench.bar)


def test_with_nothing_loaded_it_is_calm_and_nothing_can_be_pressed(bench: PlayerBench) -> None:
    bar = bench.bar
    assert bar.now_playing.title.text() == "Nothing playing"
    assert bar.clip_id is None
    assert not bar.play_button.isEnabled()
    assert not bar.waveform.isEnabled()
    assert bar.volume_control.slider.isEnabled()
    bar.toggle()
    bar.seek(10)
    assert bar.player.position_s == 0


def test_a_clip_plays_to_its_end_and_asks_for_the_next(bench: PlayerBench) -> None:
    clip = bench.add("Short", seconds=0.8)
    states: list[tuple[object, bool, float]] = []
    wanted: list[bool] = []
    bench.bar.state_changed.connect(lambda *state: states.append(state))
    bench.bar.next_requested.connect(lambda: wanted.append(True))

    bench.press(lambda: bench.bar.load(clip, True))
    assert bench.bar.play_button.accessibleName() == "Pause"
    bench.until(lambda: bool(wanted))

    assert bench.bar.play_button.accessibleName() == "Play"
    assert (clip.id, True) in {state[:2] for state in states}
    assert states[-1][:2] == (clip.id, False)
    assert states[-1][2] == pytest.approx(1.0)
    assert set(bench.bar.level_bars._levels_db) == {-48.0}, "the level of the end would stay"
    bench.until(lambda: not bench.tasks.is_running(f"count play of {clip.id}"))
    heard = bench.run(bench.studio.clips.get(clip.id))
    assert heard is not None
    assert heard.heard
    assert heard.plays == 1


def test_a_repeated_clip_goes_on_and_asks_for_nothing(bench: PlayerBench) -> None:
    clip = bench.add("Round", seconds=0.5)
    wanted: list[bool] = []
    places: list[float] = []
    bench.bar.next_requested.connect(lambda: wanted.append(True))
    bench.bar.player.position_changed.connect(places.append)
    bench.press(bench.bar.toggle_repeat)
    bench.press(lambda: bench.bar.load(clip, True))

    def went_round() -> bool:
        return sum(after < before - 0.2 for before, after in zip(places, places[1:])) >= 2  # noqa: B905, RUF007

    bench.until(went_round)
    assert bench.bar.player.is_playing
    assert wanted == []


def _choose_at_end(bench: PlayerBench, words: str) -> list[str]:
    """Opens the button's menu and chooses a line; what was checked before."""
    bench.press(bench.bar.at_end_button.click)
    (menu,) = [one for one in bench.bar.findChildren(QMenu) if one.isVisible()]
    checked = [one.text().partition("\t")[0] for one in menu.actions() if one.isChecked()]
    (action,) = [one for one in menu.actions() if one.text().startswith(words)]
    bench.press(lambda: QTest.mouseClick(menu, Qt.MouseButton.LeftButton,
                                      pos=menu.actionGeometry(action).center()))  # fmt: skip
    return checked


def test_a_clip_ends_as_chosen(bench: PlayerBench) -> None:
    clip = bench.add("Short", seconds=0.5)
    wanted: list[bool] = []
    states: list[tuple[object, bool, float]] = []
    bench.bar.next_requested.connect(lambda: wanted.append(True))
    bench.bar.state_changed.connect(lambda *state: states.append(state))
    assert _choose_at_end(bench, "Stop") == ["Play the next clip"]
    bench.press(lambda: bench.bar.load(clip, True))
    bench.until(lambda: bool(states) and states[-1][1:] == (False, 1.0))
    assert wanted == []
    bench.press(bench.bar.toggle_repeat)
    assert bench.bar.player.loop
    bench.press(bench.bar.toggle_repeat)
    assert not bench.bar.player.loop
    assert _choose_at_end(bench, "Play the next") == ["Stop after this clip"]
    bench.press(bench.bar.toggle)
    bench.until(lambda: bool(wanted))
    assert bench.studio.preferences.value.at_end == "next"


def test_arrows_on_the_waveform_seek_five_seconds(bench: PlayerBench) -> None:
    clip = bench.add("Long", seconds=14)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.bar.waveform.setFocus()
    bench.press(lambda: QTest.keyClick(bench.bar.waveform, Qt.Key.Key_Right))
    bench.press(lambda: QTest.keyClick(bench.bar.waveform, Qt.Key.Key_Right))
    bench.press(lambda: QTest.keyClick(bench.bar.waveform, Qt.Key.Key_Left))
    assert bench.bar.player.position_s == pytest.approx(5.0)
    assert bench.bar.elapsed_label.text() == "0:05"


def test_playing_starts_where_was_sought_before_the_file_was_open(bench: PlayerBench) -> None:
    clip = bench.add("Early seek", seconds=10)
    bench.press(lambda: bench.bar.load(clip, False))
    bench.bar.seek(6.0)
    bench.press(bench.bar.toggle)
    bench.until(lambda: bench.bar.player.position_s > 6.3)
    assert bench.bar.player.position_s < 9


def test_previous_goes_to_the_start_first(bench: PlayerBench) -> None:
    clip = bench.add("Long", seconds=8)
    asked: list[bool] = []
    bench.bar.previous_requested.connect(lambda: asked.append(True))
    bench.press(lambda: bench.bar.load(clip, False))
    bench.bar.seek(5)
    bench.press(bench.bar.previous_button.click)
    assert (bench.bar.player.position_s, asked) == (0, [])
    bench.press(bench.bar.previous_button.click)
    assert asked == [True]


def test_a_and_b_change_places_at_the_same_moment(bench: PlayerBench) -> None:
    first, second = bench.add("First", seconds=9), bench.add("Second", seconds=9)
    bench.press(lambda: bench.bar.load(first, False))
    assert not bench.bar.pair_button.isEnabled()
    bench.press(lambda: bench.bar.load(second, False))
    bench.bar.seek(4.0)
    bench.press(bench.bar.pair_button.click)
    assert bench.bar.clip_id == first.id
    assert bench.bar.player.position_s == pytest.approx(4.0)
    bench.press(bench.bar.pair_button.click)
    assert bench.bar.clip_id == second.id


def test_a_missing_file_is_said_in_place_and_noted_in_the_library(bench: PlayerBench) -> None:
    clip = bench.add("Gone")
    assert clip.path is not None
    clip.path.unlink()
    bench.press(lambda: bench.bar.load(clip, True))
    bench.until(lambda: bench.bar.problem == "The sound file is not in the library folder.")
    assert not bench.bar.player.is_playing
    assert bench.bar.now_playing.problem.isVisible()
    found = bench.run(bench.studio.clips.get(clip.id))
    assert found is not None
    assert found.media is MediaState.MISSING


def test_a_lost_device_is_shown_also_while_only_a_comparison_plays(bench: PlayerBench) -> None:
    bench.bar.player.device_changed.emit(False)
    assert bench.bar.clip_id is None
    assert bench.bar.problem == NO_DEVICE
    assert bench.bar.now_playing.problem.isVisible()
    assert bench.bar.now_playing.accessibleDescription() == NO_DEVICE
    bench.bar.player.device_changed.emit(True)
    assert bench.bar.problem == ""
    assert not bench.bar.now_playing.problem.isVisible()


def test_a_spoilt_file_is_said_in_place(bench: PlayerBench) -> None:
    clip = bench.add("Spoilt")
    assert clip.path is not None
    clip.path.write_bytes(b"<html>not sound</html>" * 40)
    bench.press(lambda: bench.bar.load(clip, True))
    bench.until(lambda: bench.bar.problem == "This sound file cannot be played.")
    assert not bench.bar.player.is_playing


def test_sound_that_arrives_waits_to_be_played(bench: PlayerBench) -> None:
    ready = bench.add("Late")
    pending = ready.with_changes(media=MediaState.PENDING, path=None)
    bench.press(lambda: bench.bar.load(pending, True))
    assert bench.bar.problem == "The sound is still being downloaded."
    bench.press(lambda: bench.tell(ready.id, ChangeKind.MEDIA))
    bench.until(lambda: bench.bar.play_button.isEnabled())
    assert not bench.bar.player.is_playing


def test_another_clips_news_do_not_interrupt(bench: PlayerBench) -> None:
    playing, other = bench.add("Playing", seconds=6), bench.add("New")
    bench.press(lambda: bench.bar.load(playing, True))
    bench.press(lambda: bench.tell(other.id, ChangeKind.ADDED))
    bench.until(lambda: bench.bar.player.position_s > 0.3)
    assert bench.bar.clip_id == playing.id
    assert bench.bar.player.is_playing


def test_a_new_title_is_shown_while_playing_goes_on(bench: PlayerBench) -> None:
    clip = bench.add("Before", seconds=6)
    bench.press(lambda: bench.bar.load(clip, True))
    bench.until(lambda: bench.bar.player.position_s > 0.2)
    bench.run(bench.studio.clips.edit([clip.id], title="After"))
    bench.until(lambda: bench.bar.now_playing.title.text() == "After")
    assert bench.bar.player.is_playing
    assert bench.bar.player.position_s > 0.2


def test_volume_and_mute_are_remembered(bench: PlayerBench) -> None:
    bench.press(lambda: bench.bar.volume_control.slider.setValue(40))
    assert bench.studio.preferences.value.volume == pytest.approx(0.4)
    bench.press(bench.bar.volume_control.mute_button.click)
    assert bench.studio.preferences.value.muted
    assert bench.bar.player.is_muted
    assert bench.bar.volume_control.mute_button.accessibleName() == "Unmute"
    bench.press(lambda: bench.bar.volume_control.slider.setValue(50))
    assert not bench.studio.preferences.value.muted


@pytest.mark.parametrize(("width", "scale"), [(1440, 1.0), (1100, 1.0), (1100, 1.5), (1440, 1.5)])
def test_nothing_is_cut_off_or_overlaps(bench: PlayerBench, width: int, scale: float) -> None:
    clip = bench.add("Title")
    bench.press(lambda: bench.bar.load(clip, False))
    bench.style.set_text_scale(scale)
    bench.bar.resize(width, 91)
    bar = bench.bar
    inside = bar.layout()
    assert inside is not None
    inside.activate()
    row = [
        bar.now_playing, bar.previous_button, bar.play_button, bar.next_button, bar.elapsed_label,
        bar.waveform, bar.total_label, bar.at_end_button,
        bar.pair_button, bar.lyrics_button, bar.volume_control,
    ]  # fmt: skip
    lefts = [one.mapTo(bar, one.rect().topLeft()).x() for one in row]
    rights = [left + one.width() for left, one in zip(lefts, row, strict=True)]
    assert all(right <= left for right, left in zip(rights, lefts[1:], strict=False))
    assert rights[-1] <= width
    assert bar.waveform.width() >= 300
    for one in (bar.elapsed_label, bar.total_label):
        assert one.width() >= one.fontMetrics().horizontalAdvance(one.text())
    assert bar.lyrics_button.width() >= (
        28 if width < 1240 * scale else bar.lyrics_button.sizeHint().width() - 8
    )


def test_the_line_says_how_a_clip_was_made() -> None:
    recipe = Recipe(operation=Operation.EXTEND, starts_at_s=90)
    extended = Clip(id=new_clip_id(), operation=Operation.EXTEND, model="FUZZ-2.0", recipe=recipe)
    assert describe_clip(extended) == "Extended at 1:30 · FUZZ-2.0"
    assert describe_clip(Clip(id=new_clip_id(), model="FUZZ-2.0")) == "FUZZ-2.0"
