"""The player of the window as the desktop's media controls see it."""

import asyncio
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip import Clip
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.translation import tr, tr_message
from producer_studio.ui.desktop.media_controls import (
    ControlsState,
    MediaControls,
    PlaybackStatus,
    RepeatMode,
)
from producer_studio.ui.player.player import PLAYBACK_RATES
from producer_studio.ui.widgets.window_activation import show_in_front

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

    from producer_studio.studio.studio import Studio
    from producer_studio.ui.desktop.now_playing_center import NowPlayingCenter
    from producer_studio.ui.desktop.smtc import Smtc
    from producer_studio.ui.player.bar import PlayerBar
    from producer_studio.ui.window.playback import Playback
    from producer_studio.ui.window.view_stack import ViewStack

log = logging.getLogger(__name__)

_JUMP_S = 0.7
"""A position that differs by more from what the time that has passed leads to was sought."""

_SHOWN = frozenset({"volume", "muted", "at_end", "shuffle", "export_artist", "export_album"})


class PlayerControls(QObject):
    """A `MediaPlayer`: the player bar, or the view that plays by itself while it is shown.

    Such a view compares clips, perhaps blindly, or mixes stems: the desktop learns its name alone.
    """

    def __init__(
        self,
        studio: "Studio",
        views: "ViewStack",
        playback: "Playback",
        bar: "PlayerBar",
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._studio = studio
        self._views = views
        self._playback = playback
        self._bar = bar
        self._window = window
        self._controls: MediaControls | None = None
        self._clock = QElapsedTimer()
        self._expected: tuple[str, float, float] = ("", 0.0, 0.0)
        self._followed: set[int] = set()
        self._stopped_clip: str | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def publish(self, bus: "MessageBus") -> None:
        """Publishes the player on the session bus of a Linux desktop."""
        from producer_studio.ui.desktop.mpris import Mpris  # other systems do not have its library

        controls = Mpris(self, (PLAYBACK_RATES[0], PLAYBACK_RATES[-1]))
        if await controls.publish(bus, os.getpid()):
            self.connect_controls(controls)

    def show_on_windows(self) -> "Smtc | None":
        """Shows the player in the media controls of Windows; returns them, to be closed."""
        from producer_studio.ui.desktop.smtc import Smtc  # other systems do not have its library

        try:
            controls = Smtc(self, int(self._window.window().winId()), asyncio.get_running_loop())
        except OSError as error:
            log.warning("Windows has no media controls for the window: %s", error)
            return None
        self.connect_controls(controls)
        return controls

    def show_on_macos(self) -> "NowPlayingCenter":
        """Shows the player in the media controls of macOS; returns them, to be closed."""
        from producer_studio.ui.desktop.now_playing_center import NowPlayingCenter

        controls = NowPlayingCenter(self, PLAYBACK_RATES, asyncio.get_running_loop())
        self.connect_controls(controls)
        return controls

    def connect_controls(self, controls: MediaControls) -> None:
        """Keeps media controls up to date from now on."""
        self._controls = controls
        self._bar.state_changed.connect(lambda *_: self._update())
        self._bar.current_changed.connect(lambda _clip: self._update())
        self._bar.queue.changed.connect(self._update)
        self._views.view_changed.connect(self._on_view_changed)
        self._unsubscribe = self._studio.events.subscribe(
            PreferencesChanged, self._on_preferences_changed
        )
        self._update()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self._controls = None
        if self._unsubscribe is not None:
            self._unsubscribe()

    def now_playing(self) -> ControlsState:
        shown, view = self._views.playback, self._views.current
        if shown is not None and view is not None:
            return ControlsState(
                status=_status(shown.is_playing, is_loaded=shown.length_s > 0),
                title=tr(view.label),
                duration_s=shown.length_s,
                volume=self._volume(),
                can_play=shown.length_s > 0,
                can_seek=shown.length_s > 0,
            )
        return self._loaded_clip(self._bar.clip)

    def position_s(self) -> float:
        shown = self._views.playback
        return self._bar.player.position_s if shown is None else shown.position_s

    def play(self) -> None:
        if self.now_playing().status is not PlaybackStatus.PLAYING:
            self.play_or_pause()

    def pause(self) -> None:
        if self.now_playing().status is PlaybackStatus.PLAYING:
            self.play_or_pause()

    def play_or_pause(self) -> None:
        (self._views.playback or self._playback).play_or_pause()

    def stop(self) -> None:
        """Pauses at the start; the player counts as stopped until it plays or is moved."""
        self.pause()
        self.seek(0.0)
        self._stopped_clip = self.now_playing().clip
        self._update()

    def play_next(self) -> None:
        if self._views.playback is None:
            self._bar.next_requested.emit()

    def play_previous(self) -> None:
        if self._views.playback is None:
            self._bar.go_back()

    def seek(self, seconds: float) -> None:
        (self._views.playback or self._bar).seek(seconds)

    def set_rate(self, rate: float) -> None:
        if self._views.playback is None:
            self._bar.set_rate(min(PLAYBACK_RATES, key=lambda offered: abs(offered - rate)))
            self._update()

    def set_volume(self, volume: float) -> None:
        self._studio.preferences.change(volume=volume, muted=False)

    def set_repeat(self, mode: RepeatMode) -> None:
        chosen = self._studio.preferences.value.at_end
        if mode is RepeatMode.TRACK:
            self._studio.preferences.change(at_end="repeat")
        elif mode is RepeatMode.PLAYLIST:
            self._studio.preferences.change(at_end="repeat_all")
        elif chosen in {"repeat", "repeat_all"}:
            self._studio.preferences.change(at_end="next")

    def set_shuffle(self, shuffles: bool) -> None:
        self._studio.preferences.change(shuffle=shuffles)

    def raise_window(self) -> None:
        show_in_front(self._window)

    def close_window(self) -> None:
        self._window.window().close()

    def _loaded_clip(self, clip: Clip | None) -> ControlsState:
        chosen, bar = self._studio.preferences.value, self._bar
        can_play = self._playback.can_play
        if clip is None:
            return ControlsState(
                volume=self._volume(), repeat=_repeat(chosen.at_end), shuffles=chosen.shuffle,
                can_play=can_play,
            )  # fmt: skip
        can_seek = bar.player.is_open
        return ControlsState(
            status=_status(bar.player.is_playing, is_loaded=not self._is_stopped(clip)),
            clip=clip.id,
            title=tr_message(clip.display_title),
            artist=clip.artist or chosen.export_artist,
            album=clip.album or chosen.export_album,
            lyrics=clip.lyrics,
            duration_s=bar.player.duration_s,
            file=clip.path,
            cover=clip.cover,
            stars=clip.stars,
            plays=clip.plays,
            rate=bar.player.rate,
            volume=self._volume(),
            repeat=_repeat(chosen.at_end),
            shuffles=chosen.shuffle,
            can_play=can_play,
            can_go_next=self._playback.can_play_next,
            can_go_previous=can_seek,
            can_seek=can_seek,
        )

    def _is_stopped(self, clip: Clip) -> bool:
        player = self._bar.player
        return clip.id == self._stopped_clip and not player.is_playing and not player.position_s

    def _volume(self) -> float:
        chosen = self._studio.preferences.value
        return 0.0 if chosen.muted else chosen.volume

    def _update(self) -> None:
        if self._controls is None:
            return
        self._controls.update()
        state, position_s = self.now_playing(), self.position_s()
        clip, begun_s, speed = self._expected
        expected_s = 0.0
        if clip == state.clip and self._clock.isValid():
            expected_s = begun_s + speed * self._clock.elapsed() / 1000
        if abs(position_s - expected_s) > _JUMP_S:
            self._controls.report_seek(position_s)
        plays = state.status is PlaybackStatus.PLAYING
        if plays:
            self._stopped_clip = None
        self._expected = (state.clip, position_s, state.rate if plays else 0.0)
        self._clock.start()

    def _on_view_changed(self, _name: str) -> None:
        shown = self._views.playback
        if shown is not None and id(shown) not in self._followed:
            self._followed.add(id(shown))
            shown.state_changed.connect(lambda _playing: self._update())
        self._update()

    def _on_preferences_changed(self, change: PreferencesChanged) -> None:
        if change.names & _SHOWN:
            self._update()


def _status(is_playing: bool, *, is_loaded: bool) -> PlaybackStatus:
    if not is_loaded:
        return PlaybackStatus.STOPPED
    return PlaybackStatus.PLAYING if is_playing else PlaybackStatus.PAUSED


def _repeat(at_end: str) -> RepeatMode:
    return {"repeat": RepeatMode.TRACK, "repeat_all": RepeatMode.PLAYLIST}.get(
        at_end, RepeatMode.NONE
    )
