"""A window with a clip that has a video."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import Clip
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.player.player import Player
from producer_studio.ui.video.full_screen import FullScreenVideo
from producer_studio.ui.video.panel import VideoPanel
from producer_studio.ui.window.views.video import VIEW as VIDEO
from producer_studio.ui.window.window import MainWindow
from tests.support.signals import tone
from tests.support.stem_song import add_clip
from tests.support.video_files import write_video
from tests.ui.window.conftest import WindowBench, bench, opened_window

__all__ = ["bench"]

SECONDS = 20.0


@dataclass
class VideoBench:
    """A window, and clips of which the first has a video."""

    bench: WindowBench
    window: MainWindow
    clips: list[Clip]

    @property
    def panel(self) -> VideoPanel:
        return self.window.views.view_widget(VIDEO, VideoPanel)

    @property
    def player(self) -> Player:
        return self.window.player.player

    @property
    def is_shown(self) -> bool:
        return self.window.views.is_shown(VIDEO)

    @property
    def full_screen(self) -> FullScreenVideo:
        shown = self.panel.full_screen
        assert shown is not None
        return shown

    @property
    def sound(self) -> Path | None:
        """The file that the player plays."""
        return self.player._path

    def add_video(self, clip: Clip, content: Path) -> Clip:
        """Stores a video with a clip."""
        library = self.bench.studio._library
        partial = library.media.partial_path(clip.id, MediaKind.VIDEO).with_suffix(".mp4")
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content.read_bytes())
        path = self.bench.run(library.media.store_file(partial, clip, MediaKind.VIDEO))
        whole = clip.with_changes(video=path)
        self.bench.run(library.clips.overwrite(whole))
        return whole

    def watch(self, clip: Clip) -> None:
        """Chooses "Watch the video" and waits for a picture or a failure."""
        self.bench.press(lambda: self.window.library.clip_actions.watch_video(clip))
        self.bench.until(
            lambda: (
                self.is_shown
                and (self.panel.frames.shown_s is not None or self.panel.failure.isVisible())
            )
        )

    def open_full_screen(self) -> FullScreenVideo:
        """Presses F, and waits until the full screen has the keyboard."""
        self.key(Qt.Key.Key_F)
        self.bench.until(lambda: self.full_screen.surface.hasFocus())
        return self.full_screen

    def key(self, key: Qt.Key) -> None:
        """Presses a key on what has the keyboard."""
        target = QApplication.focusWidget() or self.window
        self.bench.press(lambda: QTest.keyClick(target, key))

    def picture_follows(self) -> bool:
        """Whether the picture shown is that of the player's position, within one picture."""
        shown_s = self.panel.frames.shown_s
        return shown_s is not None and shown_s <= self.player.position_s < shown_s + 0.2


@pytest.fixture
def video(bench: WindowBench, tmp_path: Path) -> Iterator[VideoBench]:
    library = bench.studio._library
    clips = [
        bench.run(add_clip(library, tone(SECONDS, hertz), title=title))
        for title, hertz in (("Low tide", 220.0), ("High tide", 330.0))
    ]
    window = opened_window(bench)
    window.activateWindow()
    bench.press(lambda: window.views.show_view("library"))
    made = VideoBench(bench, window, clips)
    content = write_video(tmp_path / "made.mp4", round(SECONDS * 10), sound_s=SECONDS)
    clips[0] = made.add_video(clips[0], content)
    yield made
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()
