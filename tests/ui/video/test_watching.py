"""A video beside the player: one position, one sound, and keys."""

import random
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QDesktopServices, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.ui.style.theme import DARK
from tests.support.video_files import write_video
from tests.ui.video.conftest import VideoBench
from tests.ui.window.test_spoken_names import faults


def test_it_goes_on_where_the_song_is_and_the_song_where_it_was(video: VideoBench) -> None:
    clip = video.clips[0]
    window, player = video.window, video.player
    video.bench.press(lambda: window.library.focus_list())
    video.bench.press(lambda: window.player.load(clip, at_s=8.0))
    video.bench.press(lambda: player.set_region((6.0, 14.0)))
    video.bench.until(lambda: player.position_s > 8.1)
    video.watch(clip)
    assert player.position_s >= 8.1
    assert (video.sound, player.is_playing, player.region) == (clip.video, True, (6.0, 14.0))
    assert window.player.next_clip is None
    assert video.panel.surface.hasFocus()
    video.bench.until(lambda: player.position_s > 9.0 and video.picture_follows())
    video.key(Qt.Key.Key_Space)
    assert not player.is_playing
    video.bench.until(video.picture_follows)
    before_s = player.position_s
    video.key(Qt.Key.Key_Left)
    video.bench.until(video.picture_follows)
    assert player.position_s == pytest.approx(before_s - 5.0, abs=0.2)
    video.key(Qt.Key.Key_Space)
    video.key(Qt.Key.Key_Escape)
    assert not video.is_shown
    assert (video.sound, player.is_playing, player.region) == (clip.path, True, (6.0, 14.0))
    assert player.position_s == pytest.approx(before_s - 5.0, abs=1.0)
    assert window.library.isAncestorOf(QApplication.focusWidget())
    assert video.panel.frames.image.isNull()


def test_esc_closes_it_wherever_the_keyboard_is(video: VideoBench) -> None:
    window = video.window
    for place in (
        window.player.waveform,
        window.player.play_button,
        window.player.volume_control.slider,
        window.compose.view.sound.edit,
        window.top_bar.search.edit,
        video.panel.header.full_button,
    ):
        video.watch(video.clips[0])
        video.bench.press(lambda place=place: place.setFocus(Qt.FocusReason.TabFocusReason))
        assert place.hasFocus()
        video.key(Qt.Key.Key_Escape)
        assert not video.is_shown, place.accessibleName()
    # A region of the waveform, and a search, come first.
    video.watch(video.clips[0])
    video.bench.press(lambda: window.player.waveform.region_drawn.emit(2.0, 6.0))
    video.bench.press(lambda: window.player.waveform.setFocus(Qt.FocusReason.TabFocusReason))
    video.key(Qt.Key.Key_Escape)
    assert window.player.waveform.region is None
    assert video.is_shown
    video.key(Qt.Key.Key_Escape)
    assert not video.is_shown


def test_a_clip_that_is_not_loaded_plays_from_its_start_and_nothing_follows(
    video: VideoBench,
) -> None:
    clip, other = video.clips
    video.bench.press(lambda: video.window.player.load(other, at_s=4.0))
    video.watch(clip)
    assert video.window.player.clip_id == clip.id
    assert video.player.is_playing
    video.bench.press(lambda: video.window.player.seek(19.7))
    video.bench.until(lambda: not video.player.is_playing)
    video.bench.settle()
    assert (video.window.player.clip_id, video.is_shown) == (clip.id, True)
    assert video.panel.frames.shown_s == pytest.approx(19.9)
    # Whatever else is played closes it.
    video.bench.press(lambda: video.window.player.load(other))
    assert not video.is_shown
    assert video.sound == other.path


def test_the_full_screen_is_entered_and_left_by_keys_and_by_the_mouse(video: VideoBench) -> None:
    video.watch(video.clips[0])
    assert video.open_full_screen().isFullScreen()
    size = video.full_screen.surface.pixel_size
    width = min(size.width(), round(size.height() * 4 / 3))
    video.bench.until(lambda: video.panel.frames.image.width() == width)
    video.key(Qt.Key.Key_Right)
    assert video.player.position_s >= 5.0
    video.key(Qt.Key.Key_Space)
    assert not video.player.is_playing
    assert video.full_screen.controls.play_button.accessibleName() == "Play"
    video.key(Qt.Key.Key_Home)
    video.bench.until(lambda: video.panel.frames.shown_s == pytest.approx(0.0))
    assert video.full_screen.controls.elapsed_label.text() == "0:00"
    assert faults(video.full_screen) == faults(video.panel) == []
    video.key(Qt.Key.Key_Escape)
    assert video.panel.full_screen is None
    assert video.is_shown
    video.bench.until(video.panel.surface.hasFocus)
    video.bench.press(lambda: QTest.mouseDClick(video.panel.surface, Qt.MouseButton.LeftButton))
    assert video.full_screen.isVisible()
    video.bench.press(video.full_screen.controls.leave_button.click)
    assert video.panel.full_screen is None


def test_the_controls_hide_while_it_plays_and_come_with_the_pointer(video: VideoBench) -> None:
    video.watch(video.clips[0])
    shown = video.open_full_screen()
    video.bench.press(shown._hiding.timeout.emit)
    assert not shown.controls.isVisible()
    assert shown.surface.cursor().shape() is Qt.CursorShape.BlankCursor
    place = QPointF(40, 40)
    move = QMouseEvent(
        QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    video.bench.press(lambda: QApplication.sendEvent(shown.surface, move))
    assert shown.controls.isVisible()
    assert shown.surface.cursor().shape() is not Qt.CursorShape.BlankCursor
    # Whoever uses them by keyboard keeps them, and so does a pause.
    video.key(Qt.Key.Key_Tab)
    assert shown.controls.isAncestorOf(QApplication.focusWidget())
    video.bench.press(shown._hiding.timeout.emit)
    assert shown.controls.isVisible()
    video.bench.press(shown.close)


def test_a_picture_has_its_shape_on_a_dark_ground(video: VideoBench, tmp_path: Path) -> None:
    content = write_video(tmp_path / "wide.mp4", 20, pixel_ratio=Fraction(2))
    clip = video.add_video(video.clips[1], content)
    video.watch(clip)
    surface = video.panel.surface
    video.bench.until(lambda: video.panel.frames.image.width() == surface.pixel_size.width())
    picture = surface.picture_rect()
    assert picture.width() / picture.height() == pytest.approx(128 / 48, abs=0.02)
    # It has no sound of its own: that of the clip is played.
    assert video.sound == clip.path
    image = surface.grab().toImage()
    assert image.pixelColor(image.width() // 2, 4) == DARK.ground
    assert image.pixelColor(image.width() // 2, image.height() // 2) != DARK.ground


def test_a_file_without_a_picture_says_so_and_is_opened_elsewhere(
    video: VideoBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x20ftypisom" + random.Random(1).randbytes(5_000))
    clip = video.add_video(video.clips[1], broken)
    video.bench.press(lambda: video.window.player.load(video.clips[0]))
    video.watch(clip)
    texts = [video.panel.failure._title_label.text(), video.panel.failure._text_label.text()]
    assert texts[0] == "This video cannot be played here"
    assert "not a video" in texts[1]
    assert video.window.player.clip_id == video.clips[0].id
    assert video.player.is_playing
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    assert video.panel.failure.button.hasFocus()
    video.key(Qt.Key.Key_Return)
    video.bench.until(lambda: bool(opened))
    assert opened == [str(clip.video)]
    video.key(Qt.Key.Key_Escape)
    assert not video.is_shown
    assert video.window.player.clip_id == video.clips[0].id


def test_without_any_sound_it_says_so(video: VideoBench, tmp_path: Path) -> None:
    clip = video.add_video(video.clips[1], write_video(tmp_path / "mute.mp4", 5))
    assert clip.path is not None
    clip.path.unlink()
    video.bench.run(video.bench.studio.clips.refresh_media_states([clip.id]))
    video.watch(clip)
    assert "no sound" in video.panel.failure._text_label.text()
