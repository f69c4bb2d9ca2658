"""Now playing of macOS: media keys, Control Centre, lock screen and headsets.

Names and types are those of `pyobjc-framework-MediaPlayer`. The module was checked against the
metadata of that package, and with a stand-in for it; it was not run on macOS yet.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from AppKit import NSImage
from Foundation import NSData
from MediaPlayer import (
    MPMediaItemArtwork,
    MPMediaItemPropertyAlbumTitle,
    MPMediaItemPropertyArtist,
    MPMediaItemPropertyArtwork,
    MPMediaItemPropertyPlaybackDuration,
    MPMediaItemPropertyTitle,
    MPNowPlayingInfoCenter,
    MPNowPlayingInfoMediaTypeAudio,
    MPNowPlayingInfoPropertyDefaultPlaybackRate,
    MPNowPlayingInfoPropertyElapsedPlaybackTime,
    MPNowPlayingInfoPropertyMediaType,
    MPNowPlayingInfoPropertyPlaybackRate,
    MPNowPlayingPlaybackStatePaused,
    MPNowPlayingPlaybackStatePlaying,
    MPNowPlayingPlaybackStateStopped,
    MPRemoteCommandCenter,
    MPRemoteCommandHandlerStatusSuccess,
    MPRepeatTypeAll,
    MPRepeatTypeOff,
    MPRepeatTypeOne,
    MPShuffleTypeItems,
    MPShuffleTypeOff,
)

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
    PlaybackStatus.PLAYING: MPNowPlayingPlaybackStatePlaying,
    PlaybackStatus.PAUSED: MPNowPlayingPlaybackStatePaused,
    PlaybackStatus.STOPPED: MPNowPlayingPlaybackStateStopped,
}
_REPEAT = {
    RepeatMode.NONE: MPRepeatTypeOff,
    RepeatMode.TRACK: MPRepeatTypeOne,
    RepeatMode.PLAYLIST: MPRepeatTypeAll,
}


class NowPlayingCenter:
    """Media controls of macOS; its methods are called on the window's thread.

    Args:
        player: What they control.
        rates: The speeds that it offers.
        loop: Event loop of the window's thread: the system does not state on which thread it
            reports a command.
    """

    def __init__(
        self, player: MediaPlayer, rates: Sequence[float], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._player = player
        self._loop = loop
        self._center = MPNowPlayingInfoCenter.defaultCenter()
        self._commands = MPRemoteCommandCenter.sharedCommandCenter()
        self._targets: list[tuple[Any, Any]] = []
        self._cover: Path | None = None
        self._artwork: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._commands.changePlaybackRateCommand().setSupportedPlaybackRates_(list(rates))
        self._add_handlers()

    def update(self) -> None:
        """Shows the state of the player, which has changed."""
        state = self._player.now_playing()
        self._show_commands(state)
        self._read_cover(state.cover)
        self._show(state, self._player.position_s())

    def report_seek(self, position_s: float) -> None:
        """Shows a position that does not follow from the time that has passed."""
        self._show(self._player.now_playing(), position_s)

    def close(self) -> None:
        """Removes what is shown; no command arrives from now on."""
        if self._reading is not None:
            self._reading.cancel()
        for command, target in self._targets:
            command.removeTarget_(target)
        self._targets = []
        self._center.setNowPlayingInfo_(None)
        self._center.setPlaybackState_(MPNowPlayingPlaybackStateStopped)

    def _show(self, state: ControlsState, position_s: float) -> None:
        if not state.title:
            self._center.setNowPlayingInfo_(None)
        else:
            self._center.setNowPlayingInfo_(self._info(state, position_s))
        self._center.setPlaybackState_(_STATUS[state.status])

    def _info(self, state: ControlsState, position_s: float) -> dict[Any, Any]:
        is_playing = state.status is PlaybackStatus.PLAYING
        info = {
            MPNowPlayingInfoPropertyMediaType: MPNowPlayingInfoMediaTypeAudio,
            MPMediaItemPropertyTitle: state.title,
            MPMediaItemPropertyPlaybackDuration: state.duration_s,
            MPNowPlayingInfoPropertyElapsedPlaybackTime: position_s,
            # The system continues the position by this rate until another one is set.
            MPNowPlayingInfoPropertyPlaybackRate: state.rate if is_playing else 0.0,
            MPNowPlayingInfoPropertyDefaultPlaybackRate: 1.0,
        }
        if state.artist:
            info[MPMediaItemPropertyArtist] = state.artist
        if state.album:
            info[MPMediaItemPropertyAlbumTitle] = state.album
        if self._artwork is not None:
            info[MPMediaItemPropertyArtwork] = self._artwork
        return info

    def _show_commands(self, state: ControlsState) -> None:
        commands = self._commands
        for command, is_enabled in (
            (commands.playCommand(), state.can_play),
            (commands.pauseCommand(), state.can_play),
            (commands.togglePlayPauseCommand(), state.can_play),
            (commands.stopCommand(), state.can_play),
            (commands.nextTrackCommand(), state.can_go_next),
            (commands.previousTrackCommand(), state.can_go_previous),
            (commands.changePlaybackPositionCommand(), state.can_seek),
            (commands.changePlaybackRateCommand(), state.can_seek),
        ):
            command.setEnabled_(is_enabled)
        commands.changeRepeatModeCommand().setCurrentRepeatType_(_REPEAT[state.repeat])
        shuffle = MPShuffleTypeItems if state.shuffles else MPShuffleTypeOff
        commands.changeShuffleModeCommand().setCurrentShuffleType_(shuffle)

    def _read_cover(self, cover: Path | None) -> None:
        if cover == self._cover:
            return
        self._cover = cover
        self._artwork = None
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if cover is not None:
            self._reading = self._loop.create_task(
                self._show_cover(cover), name="cover for the media controls"
            )

    async def _show_cover(self, cover: Path) -> None:
        try:
            picture = await asyncio.to_thread(read_regular, cover, MAX_COVER_BYTES)
        except OSError as error:
            log.warning("Cover for now playing cannot be read: %s", error)
            return
        data = NSData.dataWithBytes_length_(picture, len(picture))
        image = NSImage.alloc().initWithData_(data)
        if image is None:
            log.warning("macOS cannot read the cover %s", cover)
            return
        self._artwork = MPMediaItemArtwork.alloc().initWithBoundsSize_requestHandler_(
            image.size(), lambda _size: image
        )
        self._show(self._player.now_playing(), self._player.position_s())

    def _add_handlers(self) -> None:
        commands, player = self._commands, self._player
        self._add(commands.playCommand(), lambda _event: player.play)
        self._add(commands.pauseCommand(), lambda _event: player.pause)
        self._add(commands.togglePlayPauseCommand(), lambda _event: player.play_or_pause)
        self._add(commands.stopCommand(), lambda _event: player.stop)
        self._add(commands.nextTrackCommand(), lambda _event: player.play_next)
        self._add(commands.previousTrackCommand(), lambda _event: player.play_previous)
        self._add(commands.changePlaybackPositionCommand(), self._seek)
        self._add(commands.changePlaybackRateCommand(), self._set_rate)
        self._add(commands.changeRepeatModeCommand(), self._set_repeat)
        self._add(commands.changeShuffleModeCommand(), self._set_shuffle)

    def _add(self, command: Any, read: Callable[[Any], Callable[[], None]]) -> None:  # noqa: ANN401
        """Adds a handler to a command.

        Args:
            read: Returns what to do on the window's thread; the event is valid only here.
        """

        def handle(event: Any) -> int:  # noqa: ANN401 - PyObjC has no types
            self._loop.call_soon_threadsafe(read(event))
            return int(MPRemoteCommandHandlerStatusSuccess)

        self._targets.append((command, command.addTargetWithHandler_(handle)))

    def _seek(self, event: Any) -> Callable[[], None]:  # noqa: ANN401
        seconds = float(event.positionTime())
        return lambda: self._player.seek(seconds)

    def _set_rate(self, event: Any) -> Callable[[], None]:  # noqa: ANN401
        rate = float(event.playbackRate())
        return lambda: self._player.set_rate(rate)

    def _set_repeat(self, event: Any) -> Callable[[], None]:  # noqa: ANN401
        wanted = event.repeatType()
        mode = next((own for own, theirs in _REPEAT.items() if theirs == wanted), RepeatMode.NONE)
        return lambda: self._player.set_repeat(mode)

    def _set_shuffle(self, event: Any) -> Callable[[], None]:  # noqa: ANN401
        shuffles = event.shuffleType() != MPShuffleTypeOff
        return lambda: self._player.set_shuffle(shuffles)
