"""Way to the video of a clip and back, and the sound that goes with it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.playback.video_frames import import_video
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.window.playback import Playback
from producer_studio.ui.window.view_return import ViewReturn
from producer_studio.ui.window.view_stack import ViewStack
from producer_studio.ui.window.views.video import VIEW as VIDEO

if TYPE_CHECKING:
    from producer_studio.ui.video.panel import VideoPanel

_TASK = "watch a video"
_NO_SOUND = mark(
    "It has no sound of its own, and the sound of the clip is not on this computer, so that there "
    "is nothing to play it along with."
)


class _Found(NamedTuple):
    clip: Clip
    path: Path
    peaks: bytes


class VideoNavigation(QObject):
    """Shows a video while the player plays its sound instead of the clip's, from where it was.

    When the view is closed, the player goes on with the clip's own sound.
    """

    def __init__(
        self,
        context: UiContext,
        views: ViewStack,
        library: LibraryPanel,
        playback: Playback,
        bar: PlayerBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._views = views
        self._playback = playback
        self._bar = bar
        self._actions: ClipActions | None = None
        self._clip: Clip | None = None
        self._path: Path | None = None
        self._sound: Path | None = None
        self._panel: VideoPanel | None = None
        self._return = ViewReturn(VIDEO, views, library, self)
        views.view_changed.connect(self._on_view_changed)
        bar.current_changed.connect(self._on_current_changed)
        bar.player.failed.connect(self._on_sound_failed)

    def follow(self, actions: ClipActions) -> None:
        """Opens the videos that the actions of a panel ask for."""
        actions.video_requested.connect(self.show_video)
        self._actions = actions

    def show_video(self, clip: ClipId) -> None:
        """Plays the video of a clip, from where its sound plays now."""
        self._tasks.restart(_TASK, self._find(clip), on_result=self._show)

    def shut_down(self) -> None:
        """Closes the file; called before the window closes."""
        if self._panel is not None:
            self._panel.close_video(waits=True)

    async def _find(self, clip_id: ClipId) -> _Found | None:
        clip = await self._studio.clips.get(clip_id)
        path = None if clip is None else await self._studio.clips.playable_video(clip)
        if clip is None or path is None:
            return None
        await asyncio.to_thread(import_video)
        peaks = await self._studio.clips.get_peaks([clip_id])
        return _Found(clip, path, peaks.get(clip_id) or b"")

    def _show(self, found: _Found | None) -> None:
        if found is None:
            return
        panel = self._ensure_panel()
        if self._clip is not None:
            self._give_back_sound()
        self._return.remember_focus()
        self._views.show_view(VIDEO.name)
        self._clip, self._path = found.clip, found.path
        panel.show_video(*found)

    def _ensure_panel(self) -> "VideoPanel":
        if self._panel is None:
            from producer_studio.ui.video.panel import VideoPanel  # start-up cost

            panel = self._panel = self._views.view_widget(VIDEO, VideoPanel)
            bar = self._bar
            panel.close_requested.connect(self._return.close)
            panel.other_program_requested.connect(self._open_elsewhere)
            panel.play_requested.connect(self._playback.play_or_pause)
            panel.seek_requested.connect(bar.seek)
            panel.seek_by_requested.connect(bar.seek_by)
            panel.frames.opened.connect(self._on_opened)
            bar.player.state_changed.connect(lambda _playing: panel.update_position())
            bar.player.position_changed.connect(lambda _seconds: panel.update_position())
        return self._panel

    def _on_opened(self, has_audio: bool, length_s: float) -> None:
        clip, panel, bar = self._clip, self._panel, self._bar
        if clip is None or panel is None:
            return
        sound = self._path if has_audio else clip.path if clip.playable else None
        if sound is None:
            panel.show_failure(tr(_NO_SOUND))
            return
        if bar.clip_id != clip.id:
            bar.load(clip, play=False)
        length_s = length_s if has_audio else clip.duration_s
        self._sound = sound
        self._playback.set_followed(followed=False)
        bar.player.replace_file(sound, length_s, play=True)
        panel.set_length(length_s)
        panel.play(bar.player)

    def _give_back_sound(self) -> None:
        """Lets the player go on with the clip's own sound."""
        clip, sound = self._clip, self._sound
        self._clip = self._path = self._sound = None
        if clip is None or sound is None:
            return
        self._playback.set_followed(followed=True)
        player = self._bar.player
        if self._bar.clip_id != clip.id:
            return
        if clip.playable and clip.path is not None:
            player.replace_file(clip.path, clip.duration_s, play=player.is_playing)
        else:
            self._bar.load(clip, play=False)

    def _open_elsewhere(self) -> None:
        if self._clip is None or self._actions is None:
            return
        if self._sound is not None:
            self._bar.player.pause()
        self._actions.open_video(self._clip)

    def _on_sound_failed(self, clip_id: str, _text: str) -> None:
        clip = self._clip
        if clip is None or clip.id != clip_id or self._sound != self._path:
            return
        # The clip's own sound, from its start: the position of a file that failed is unknown.
        self._sound = clip.path
        if clip.playable:
            self._bar.load(clip, play=True)
        elif self._panel is not None:
            self._panel.show_failure(tr(_NO_SOUND))

    def _on_current_changed(self, clip_id: str | None) -> None:
        if self._clip is not None and clip_id != self._clip.id and self._sound is not None:
            self._return.close()

    def _on_view_changed(self, name: str) -> None:
        if name != VIDEO.name and self._panel is not None:
            self._tasks.cancel(_TASK)
            self._panel.close_video()
            self._give_back_sound()
