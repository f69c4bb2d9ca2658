"""SystemMediaTransportControls: media keys, lock screen and volume panel of Windows.

Names and types are those of `winrt-Windows.Media` and `winrt-Windows.Media.Interop`. The module was
checked against their type stubs, and with a stand-in for them; it was not run on Windows yet.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from winrt.windows.media import (
    AutoRepeatModeChangeRequestedEventArgs,
    MediaPlaybackAutoRepeatMode,
    MediaPlaybackStatus,
    MediaPlaybackType,
    PlaybackPositionChangeRequestedEventArgs,
    PlaybackRateChangeRequestedEventArgs,
    ShuffleEnabledChangeRequestedEventArgs,
    SystemMediaTransportControls,
    SystemMediaTransportControlsButton,
    SystemMediaTransportControlsButtonPressedEventArgs,
    SystemMediaTransportControlsTimelineProperties,
)
from winrt.windows.media.interop import get_for_window
from winrt.windows.storage.streams import InMemoryRandomAccessStream, RandomAccessStreamReference

from producer_studio.files.regular_files import read_regular
from producer_studio.ui.desktop.media_controls import (
    MAX_COVER_BYTES,
    ControlsState,
    MediaPlayer,
    PlaybackStatus,
    RepeatMode,
)

log = logging.getLogger(__name__)

_STATUS = {
    PlaybackStatus.PLAYING: MediaPlaybackStatus.PLAYING,
    PlaybackStatus.PAUSED: MediaPlaybackStatus.PAUSED,
    PlaybackStatus.STOPPED: MediaPlaybackStatus.STOPPED,
}
_REPEAT = {
    RepeatMode.NONE: MediaPlaybackAutoRepeatMode.NONE,
    RepeatMode.TRACK: MediaPlaybackAutoRepeatMode.TRACK,
    RepeatMode.PLAYLIST: MediaPlaybackAutoRepeatMode.LIST,
}


class Smtc:
    """Media controls of a window on Windows; its methods are called on the window's thread.

    Args:
        player: What they control.
        window: Handle (HWND) of a window at top level.
        loop: Event loop of the window's thread: Windows reports events on other threads.

    Raises:
        OSError: Windows has no such controls for the window.
    """

    def __init__(self, player: MediaPlayer, window: int, loop: asyncio.AbstractEventLoop) -> None:
        self._player = player
        self._loop = loop
        self._shown: tuple[str, ...] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._controls = get_for_window(window)
        self._remove_handlers: list[Callable[[], None]] = []
        self._add_handlers()
        self._controls.is_enabled = True

    def update(self) -> None:
        """Shows the state of the player, which has changed."""
        state = self._player.now_playing()
        try:
            self._show_state(state)
            self._show_names(state)
            self._show_position(state, self._player.position_s())
        except OSError as error:
            log.warning("Windows does not show what plays: %s", error)

    def report_seek(self, position_s: float) -> None:
        """Shows a position that does not follow from the time that has passed."""
        try:
            self._show_position(self._player.now_playing(), position_s)
        except OSError as error:
            log.warning("Windows does not show the position: %s", error)

    def close(self) -> None:
        """Hides the controls; no command arrives from now on."""
        if self._reading is not None:
            self._reading.cancel()
        try:
            for remove in self._remove_handlers:
                remove()
            self._controls.is_enabled = False
        except OSError as error:
            log.warning("Media controls of Windows cannot be closed: %s", error)
        self._remove_handlers = []

    def _show_state(self, state: ControlsState) -> None:
        controls = self._controls
        controls.is_play_enabled = state.can_play
        controls.is_pause_enabled = state.can_play
        controls.is_stop_enabled = state.can_play
        controls.is_next_enabled = state.can_go_next
        controls.is_previous_enabled = state.can_go_previous
        controls.playback_status = _STATUS[state.status]
        controls.playback_rate = state.rate
        controls.shuffle_enabled = state.shuffles
        controls.auto_repeat_mode = _REPEAT[state.repeat]

    def _show_names(self, state: ControlsState) -> None:
        names = (state.clip, state.title, state.artist, state.album, str(state.cover or ""))
        if names == self._shown:
            return
        self._shown = names
        updater = self._controls.display_updater
        # Also removes the cover that was shown before.
        updater.clear_all()
        updater.type = MediaPlaybackType.MUSIC
        music = updater.music_properties
        music.title, music.artist, music.album_title = state.title, state.artist, state.album
        updater.update()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if state.cover is not None:
            self._reading = self._loop.create_task(
                self._show_cover(state.cover), name="cover for the media controls"
            )

    async def _show_cover(self, cover: Path) -> None:
        try:
            picture = await asyncio.to_thread(read_regular, cover, MAX_COVER_BYTES)
            stream = InMemoryRandomAccessStream()
            await stream.write_async(picture)
            stream.seek(0)
            updater = self._controls.display_updater
            updater.thumbnail = RandomAccessStreamReference.create_from_stream(stream)
            updater.update()
        except OSError as error:
            log.warning("Windows does not show the cover: %s", error)

    def _show_position(self, state: ControlsState, position_s: float) -> None:
        timeline = SystemMediaTransportControlsTimelineProperties()
        end = timedelta(seconds=max(state.duration_s, 0.0))
        timeline.start_time = timeline.min_seek_time = timedelta()
        timeline.end_time = end
        timeline.max_seek_time = end if state.can_seek else timedelta()
        timeline.position = min(timedelta(seconds=max(position_s, 0.0)), end)
        self._controls.update_timeline_properties(timeline)

    def _add_handlers(self) -> None:
        controls = self._controls
        button = controls.add_button_pressed(self._on_button_pressed)
        position = controls.add_playback_position_change_requested(self._on_position_requested)
        rate = controls.add_playback_rate_change_requested(self._on_rate_requested)
        shuffle = controls.add_shuffle_enabled_change_requested(self._on_shuffle_requested)
        repeat = controls.add_auto_repeat_mode_change_requested(self._on_repeat_requested)
        self._remove_handlers = [
            lambda: controls.remove_button_pressed(button),
            lambda: controls.remove_playback_position_change_requested(position),
            lambda: controls.remove_playback_rate_change_requested(rate),
            lambda: controls.remove_shuffle_enabled_change_requested(shuffle),
            lambda: controls.remove_auto_repeat_mode_change_requested(repeat),
        ]

    # Windows calls the following on a thread of its own.

    def _on_button_pressed(
        self,
        _sender: SystemMediaTransportControls,
        event: SystemMediaTransportControlsButtonPressedEventArgs,
    ) -> None:
        self._loop.call_soon_threadsafe(self._press, event.button)

    def _on_position_requested(
        self,
        _sender: SystemMediaTransportControls,
        event: PlaybackPositionChangeRequestedEventArgs,
    ) -> None:
        seconds = event.requested_playback_position.total_seconds()
        self._loop.call_soon_threadsafe(self._player.seek, seconds)

    def _on_rate_requested(
        self, _sender: SystemMediaTransportControls, event: PlaybackRateChangeRequestedEventArgs
    ) -> None:
        self._loop.call_soon_threadsafe(self._player.set_rate, event.requested_playback_rate)

    def _on_shuffle_requested(
        self, _sender: SystemMediaTransportControls, event: ShuffleEnabledChangeRequestedEventArgs
    ) -> None:
        self._loop.call_soon_threadsafe(self._player.set_shuffle, event.requested_shuffle_enabled)

    def _on_repeat_requested(
        self, _sender: SystemMediaTransportControls, event: AutoRepeatModeChangeRequestedEventArgs
    ) -> None:
        wanted = event.requested_auto_repeat_mode
        mode = next((own for own, theirs in _REPEAT.items() if theirs == wanted), RepeatMode.NONE)
        self._loop.call_soon_threadsafe(self._player.set_repeat, mode)

    def _press(self, button: SystemMediaTransportControlsButton) -> None:
        player = self._player
        actions: dict[SystemMediaTransportControlsButton, Callable[[], None]] = {
            SystemMediaTransportControlsButton.PLAY: player.play,
            SystemMediaTransportControlsButton.PAUSE: player.pause,
            SystemMediaTransportControlsButton.STOP: player.stop,
            SystemMediaTransportControlsButton.NEXT: player.play_next,
            SystemMediaTransportControlsButton.PREVIOUS: player.play_previous,
        }
        action = actions.get(button)
        if action is not None:
            action()
