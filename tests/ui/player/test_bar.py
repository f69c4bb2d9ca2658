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
from producer_studio.ui.player.now_playing import describe_clip
from tests.ui.player.conftest import Booth


def _names(widget: QWidget) -> set[str]:
    return {one.accessibleName() for one in widget.findChildren(QWidget) if one.isVisible()}


def test_every_control_has_the_name_a_screen_reader_says(booth: Booth) -> None:
    assert {"Play", "Previous", "Next", "Position", "Volume"} <= _names(booth.bar)


def test_with_nothing_loaded_it_is_calm_and_nothing_can_be_pressed(booth: Booth) -> None:
    bar = booth.bar
    assert bar.now_playing.title.text() == "Nothing playing"
    assert bar.clip_id is None
    assert not bar.play_button.isEnabled()
    assert not bar.waveform.isEnabled()
    assert bar.volume_control.slider.isEnabled()
    bar.toggle()
    bar.seek(10)
    assert bar.player.position_s == 0


def test_a_clip_plays_to_its_end_and_asks_for_the_next(booth: Booth) -> None:
    clip = booth.add("Short", seconds=0.8)
    states: list[tuple[object, bool, float]] = []
    wanted: list[bool] = []
    booth.bar.state_changed.connect(lambda *state: states.append(state))
    booth.bar.next_requested.connect(lambda: wanted.append(True))

    booth.do(lambda: booth.bar.load(clip, True))
    assert booth.bar.play_button.accessibleName() == "Pause"
    booth.until(lambda: bool(wanted))

    assert booth.bar.play_button.accessibleName() == "Play"
    assert (clip.id, True) in {state[:2] for state in states}
    assert states[-1][:2] == (clip.id, False)
    assert states[-1][2] == pytest.approx(1.0)
    booth.until(lambda: not booth.tasks.is_running(f"heard {clip.id}"))
    heard = booth.run(booth.studio.clips.get(clip.id))
    assert heard is not None
    assert heard.heard


def test_a_repeated_clip_goes_on_and_asks_for_nothing(booth: Booth) -> None:
    clip = booth.add("Round", seconds=0.5)
    wanted: list[bool] = []
    places: list[float] = []
    booth.bar.next_requested.connect(lambda: wanted.append(True))
    booth.bar.player.position_changed.connect(places.append)
    booth.do(booth.bar.toggle_repeat)
    booth.do(lambda: booth.bar.load(clip, True))

    def went_round() -> bool:
        return sum(after < before - 0.2 for before, after in zip(places, places[1:])) >= 2  # noqa: B905, RUF007

    booth.until(went_round)
    assert booth.bar.player.is_playing
    assert wanted == []


def _choose_at_end(booth: Booth, words: str) -> list[str]:
    """Opens the button's menu and chooses a line; what was checked before."""
    booth.do(booth.bar.at_end_button.click)
    (menu,) = [one for one in booth.bar.findChildren(QMenu) if one.isVisible()]
    checked = [one.text().partition("\t")[0] for one in menu.actions() if one.isChecked()]
    (action,) = [one for one in menu.actions() if one.text().startswith(words)]
    booth.do(lambda: QTest.mouseClick(menu, Qt.MouseButton.LeftButton,
                                      pos=menu.actionGeometry(action).center()))  # fmt: skip
    return checked


def test_a_clip_ends_as_chosen(booth: Booth) -> None:
    clip = booth.add("Short", seconds=0.5)
    wanted: list[bool] = []
    states: list[tuple[object, bool, float]] = []
    booth.bar.next_requested.connect(lambda: wanted.append(True))
    booth.bar.state_changed.connect(lambda *state: states.append(state))
    assert _choose_at_end(booth, "Stop") == ["Play the next clip"]
    booth.do(lambda: booth.bar.load(clip, True))
    booth.until(lambda: bool(states) and states[-1][1:] == (False, 1.0))
    assert wanted == []
    booth.do(booth.bar.toggle_repeat)
    assert booth.bar.player.loop
    booth.do(booth.bar.toggle_repeat)
    assert not booth.bar.player.loop
    assert _choose_at_end(booth, "Play the next") == ["Stop after this clip"]
    booth.do(booth.bar.toggle)
    booth.until(lambda: bool(wanted))
    assert booth.studio.preferences.value.at_end == "next"


def test_arrows_on_the_waveform_seek_five_seconds(booth: Booth) -> None:
    clip = booth.add("Long", seconds=14)
    booth.do(lambda: booth.bar.load(clip, False))
    booth.bar.waveform.setFocus()
    booth.do(lambda: QTest.keyClick(booth.bar.waveform, Qt.Key.Key_Right))
    booth.do(lambda: QTest.keyClick(booth.bar.waveform, Qt.Key.Key_Right))
    booth.do(lambda: QTest.keyClick(booth.bar.waveform, Qt.Key.Key_Left))
    assert booth.bar.player.position_s == pytest.approx(5.0)
    assert booth.bar.elapsed_label.text() == "0:05"


def test_playing_starts_where_was_sought_before_the_file_was_open(booth: Booth) -> None:
    clip = booth.add("Early seek", seconds=10)
    booth.do(lambda: booth.bar.load(clip, False))
    booth.bar.seek(6.0)
    booth.do(booth.bar.toggle)
    booth.until(lambda: booth.bar.player.position_s > 6.3)
    assert booth.bar.player.position_s < 9


def test_previous_goes_to_the_start_first(booth: Booth) -> None:
    clip = booth.add("Long", seconds=8)
    asked: list[bool] = []
    booth.bar.previous_requested.connect(lambda: asked.append(True))
    booth.do(lambda: booth.bar.load(clip, False))
    booth.bar.seek(5)
    booth.do(booth.bar.previous_button.click)
    assert (booth.bar.player.position_s, asked) == (0, [])
    booth.do(booth.bar.previous_button.click)
    assert asked == [True]


def test_a_and_b_change_places_at_the_same_moment(booth: Booth) -> None:
    first, second = booth.add("First", seconds=9), booth.add("Second", seconds=9)
    booth.do(lambda: booth.bar.load(first, False))
    assert not booth.bar.pair_button.isEnabled()
    booth.do(lambda: booth.bar.load(second, False))
    booth.bar.seek(4.0)
    booth.do(booth.bar.pair_button.click)
    assert booth.bar.clip_id == first.id
    assert booth.bar.player.position_s == pytest.approx(4.0)
    booth.do(booth.bar.pair_button.click)
    assert booth.bar.clip_id == second.id


def test_a_missing_file_is_said_in_place_and_noted_in_the_library(booth: Booth) -> None:
    clip = booth.add("Gone")
    assert clip.path is not None
    clip.path.unlink()
    booth.do(lambda: booth.bar.load(clip, True))
    booth.until(lambda: booth.bar.problem == "The sound file is not in the library folder.")
    assert not booth.bar.player.is_playing
    assert booth.bar.now_playing.problem.isVisible()
    found = booth.run(booth.studio.clips.get(clip.id))
    assert found is not None
    assert found.media is MediaState.MISSING


def test_a_spoilt_file_is_said_in_place(booth: Booth) -> None:
    clip = booth.add("Spoilt")
    assert clip.path is not None
    clip.path.write_bytes(b"<html>not sound</html>" * 40)
    booth.do(lambda: booth.bar.load(clip, True))
    booth.until(lambda: booth.bar.problem == "This sound file cannot be played.")
    assert not booth.bar.player.is_playing


def test_sound_that_arrives_waits_to_be_played(booth: Booth) -> None:
    ready = booth.add("Late")
    pending = ready.with_changes(media=MediaState.PENDING, path=None)
    booth.do(lambda: booth.bar.load(pending, True))
    assert booth.bar.problem == "The sound is still being downloaded."
    booth.do(lambda: booth.tell(ready.id, ChangeKind.MEDIA))
    booth.until(lambda: booth.bar.play_button.isEnabled())
    assert not booth.bar.player.is_playing


def test_another_clips_news_do_not_interrupt(booth: Booth) -> None:
    playing, other = booth.add("Playing", seconds=6), booth.add("New")
    booth.do(lambda: booth.bar.load(playing, True))
    booth.do(lambda: booth.tell(other.id, ChangeKind.ADDED))
    booth.until(lambda: booth.bar.player.position_s > 0.3)
    assert booth.bar.clip_id == playing.id
    assert booth.bar.player.is_playing


def test_a_new_title_is_shown_while_playing_goes_on(booth: Booth) -> None:
    clip = booth.add("Before", seconds=6)
    booth.do(lambda: booth.bar.load(clip, True))
    booth.until(lambda: booth.bar.player.position_s > 0.2)
    booth.run(booth.studio.clips.edit([clip.id], title="After"))
    booth.until(lambda: booth.bar.now_playing.title.text() == "After")
    assert booth.bar.player.is_playing
    assert booth.bar.player.position_s > 0.2


def test_volume_and_mute_are_remembered(booth: Booth) -> None:
    booth.do(lambda: booth.bar.volume_control.slider.setValue(40))
    assert booth.studio.preferences.value.volume == pytest.approx(0.4)
    booth.do(booth.bar.volume_control.mute_button.click)
    assert booth.studio.preferences.value.muted
    assert booth.bar.player.is_muted
    assert booth.bar.volume_control.mute_button.accessibleName() == "Unmute"
    booth.do(lambda: booth.bar.volume_control.slider.setValue(50))
    assert not booth.studio.preferences.value.muted


@pytest.mark.parametrize(("width", "scale"), [(1440, 1.0), (1100, 1.0), (1100, 1.5), (1440, 1.5)])
def test_nothing_is_cut_off_or_overlaps(booth: Booth, width: int, scale: float) -> None:
    clip = booth.add("Title")
    booth.do(lambda: booth.bar.load(clip, False))
    booth.look.set_text_scale(scale)
    booth.bar.resize(width, 91)
    bar = booth.bar
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
