"""MPRIS: media controls of Linux desktops, over the session bus.

Names, types and meanings are those of the specification, version 2.2
(https://specifications.freedesktop.org/mpris-spec/latest/).
"""

import logging
import math
import re
from typing import Annotated, Any

from dbus_fast import DBusError, ErrorType, NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from producer_studio.ui.desktop.media_controls import (
    ControlsState,
    MediaPlayer,
    RepeatMode,
)
from producer_studio.ui.desktop.session_bus import bus_text

log = logging.getLogger(__name__)

_BUS_NAME = "org.mpris.MediaPlayer2.producer_studio"
_PATH = "/org/mpris/MediaPlayer2"
_DESKTOP_ENTRY = "io.github.producer_studio.ProducerStudio"
_TRACK_PATH = "/io/github/producer_studio/clip/"
_NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_US = 1_000_000
"""Microseconds in a second: the unit of all times here."""

_MAX_COUNT = 2**31 - 1
"""Largest number of plays that the type of this property holds."""

_READ = PropertyAccess.READ
_Texts = Annotated[list[str], DBusSignature("as")]


class Mpris:
    """Media controls on the session bus.

    Args:
        player: What they control.
        rates: The slowest and the fastest speed that it offers.
    """

    def __init__(self, player: MediaPlayer, rates: tuple[float, float]) -> None:
        self._player = _PlayerInterface(player, rates)
        self._root = _RootInterface(player)

    async def publish(self, bus: MessageBus, instance: int) -> bool:
        """Publishes the player on a bus.

        Args:
            instance: Number that tells it from another window of this program, which has the name
                without a number.

        Returns:
            False if the bus refuses the name.
        """
        for interface in (self._root, self._player):
            bus.export(_PATH, interface)
        for name in (_BUS_NAME, f"{_BUS_NAME}.instance{instance}"):
            reply = await bus.request_name(name, NameFlag.DO_NOT_QUEUE)
            if reply is RequestNameReply.PRIMARY_OWNER:
                return True
        log.warning("The session bus refuses the name of a media player")
        return False

    def update(self) -> None:
        """Sends the properties that have changed."""
        self._player.send_changes()

    def report_seek(self, position_s: float) -> None:
        """Sends a position that does not follow from the time that has passed."""
        self._player.seeked(round(position_s * _US))


class _RootInterface(ServiceInterface):
    """Interface of the program: show and quit."""

    def __init__(self, player: MediaPlayer) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._target = player

    @dbus_method(name="Raise")
    def raise_window(self) -> None:
        self._target.raise_window()

    @dbus_method(name="Quit")
    def quit(self) -> None:
        self._target.close_window()

    @dbus_property(access=_READ, name="CanQuit")
    def can_quit(self) -> DBusBool:
        return True

    @dbus_property(access=_READ, name="CanRaise")
    def can_raise(self) -> DBusBool:
        return True

    @dbus_property(access=_READ, name="HasTrackList")
    def has_track_list(self) -> DBusBool:
        return False

    @dbus_property(access=_READ, name="Identity")
    def identity(self) -> DBusStr:
        return "Producer Studio"

    @dbus_property(access=_READ, name="DesktopEntry")
    def desktop_entry(self) -> DBusStr:
        return _DESKTOP_ENTRY

    @dbus_property(access=_READ, name="SupportedUriSchemes")
    def supported_uri_schemes(self) -> _Texts:
        return []

    @dbus_property(access=_READ, name="SupportedMimeTypes")
    def supported_mime_types(self) -> _Texts:
        return []


class _PlayerInterface(ServiceInterface):
    """Interface of the player."""

    def __init__(self, player: MediaPlayer, rates: tuple[float, float]) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._target = player
        self._rates = rates
        self._sent: dict[str, Any] = self._properties()

    def send_changes(self) -> None:
        """Sends the properties that differ from those sent before."""
        current = self._properties()
        changed = {name: value for name, value in current.items() if value != self._sent.get(name)}
        if changed:
            self._sent = current
            self.emit_properties_changed(changed)

    def _properties(self) -> dict[str, Any]:
        state = self._target.now_playing()
        return {
            "PlaybackStatus": str(state.status),
            "LoopStatus": str(state.repeat),
            "Rate": state.rate,
            "Shuffle": state.shuffles,
            "Metadata": _metadata(state),
            "Volume": state.volume,
            "CanGoNext": state.can_go_next,
            "CanGoPrevious": state.can_go_previous,
            "CanPlay": state.can_play,
            "CanPause": state.can_play,
            "CanSeek": state.can_seek,
        }

    @dbus_method(name="Next")
    def next(self) -> None:
        self._target.play_next()

    @dbus_method(name="Previous")
    def previous(self) -> None:
        self._target.play_previous()

    @dbus_method(name="Pause")
    def pause(self) -> None:
        self._target.pause()

    @dbus_method(name="PlayPause")
    def play_pause(self) -> None:
        self._target.play_or_pause()

    @dbus_method(name="Stop")
    def stop(self) -> None:
        self._target.stop()

    @dbus_method(name="Play")
    def play(self) -> None:
        self._target.play()

    @dbus_method(name="Seek")
    def seek(self, offset: DBusInt64) -> None:
        state = self._target.now_playing()
        if not state.can_seek:
            return
        seconds = self._target.position_s() + offset / _US
        if state.duration_s and seconds > state.duration_s:
            self._target.play_next()
        else:
            self._target.seek(max(0.0, seconds))

    @dbus_method(name="SetPosition")
    def set_position(self, track: DBusObjectPath, position: DBusInt64) -> None:
        state = self._target.now_playing()
        seconds = position / _US
        is_current = track == _track_path(state)
        if is_current and state.can_seek and 0 <= seconds <= state.duration_s:
            self._target.seek(seconds)

    @dbus_method(name="OpenUri")
    def open_uri(self, uri: DBusStr) -> None:
        raise DBusError(ErrorType.NOT_SUPPORTED, f"Only the library is played, not {uri}")

    @dbus_signal(name="Seeked")
    def seeked(self, position_us: int) -> DBusInt64:
        return position_us

    @dbus_property(access=_READ, name="PlaybackStatus")
    def playback_status(self) -> DBusStr:
        return str(self._target.now_playing().status)

    @dbus_property(name="LoopStatus")
    def loop_status(self) -> DBusStr:
        return str(self._target.now_playing().repeat)

    @loop_status.setter
    def _set_loop_status(self, value: DBusStr) -> None:
        if value in set(RepeatMode):
            self._target.set_repeat(RepeatMode(value))

    @dbus_property(name="Rate")
    def rate(self) -> DBusDouble:
        return self._target.now_playing().rate

    @rate.setter
    def _set_rate(self, value: DBusDouble) -> None:
        if value == 0:
            # As the specification says.
            self._target.pause()
        elif value > 0 and math.isfinite(value):
            self._target.set_rate(value)

    @dbus_property(name="Shuffle")
    def shuffle(self) -> DBusBool:
        return self._target.now_playing().shuffles

    @shuffle.setter
    def _set_shuffle(self, value: DBusBool) -> None:
        self._target.set_shuffle(value)

    @dbus_property(access=_READ, name="Metadata")
    def metadata(self) -> DBusDict:
        return _metadata(self._target.now_playing())

    @dbus_property(name="Volume")
    def volume(self) -> DBusDouble:
        return self._target.now_playing().volume

    @volume.setter
    def _set_volume(self, value: DBusDouble) -> None:
        if not math.isnan(value):
            self._target.set_volume(min(max(0.0, value), 1.0))

    @dbus_property(access=_READ, name="Position")
    def position(self) -> DBusInt64:
        return round(self._target.position_s() * _US)

    @dbus_property(access=_READ, name="MinimumRate")
    def minimum_rate(self) -> DBusDouble:
        return self._rates[0]

    @dbus_property(access=_READ, name="MaximumRate")
    def maximum_rate(self) -> DBusDouble:
        return self._rates[1]

    @dbus_property(access=_READ, name="CanGoNext")
    def can_go_next(self) -> DBusBool:
        return self._target.now_playing().can_go_next

    @dbus_property(access=_READ, name="CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        return self._target.now_playing().can_go_previous

    @dbus_property(access=_READ, name="CanPlay")
    def can_play(self) -> DBusBool:
        return self._target.now_playing().can_play

    @dbus_property(access=_READ, name="CanPause")
    def can_pause(self) -> DBusBool:
        return self._target.now_playing().can_play

    @dbus_property(access=_READ, name="CanSeek")
    def can_seek(self) -> DBusBool:
        return self._target.now_playing().can_seek

    @dbus_property(access=_READ, name="CanControl")
    def can_control(self) -> DBusBool:
        return True


def _metadata(state: ControlsState) -> dict[str, Variant]:
    found = {"mpris:trackid": Variant("o", _track_path(state))}
    texts = {"xesam:title": state.title, "xesam:album": state.album, "xesam:asText": state.lyrics}
    for name, text in texts.items():
        if text:
            found[name] = Variant("s", bus_text(text))
    if state.artist:
        found["xesam:artist"] = Variant("as", [bus_text(state.artist)])
    if state.duration_s:
        found["mpris:length"] = Variant("x", round(state.duration_s * _US))
    if state.stars:
        found["xesam:userRating"] = Variant("d", state.stars / 5)
    if state.plays:
        found["xesam:useCount"] = Variant("i", min(state.plays, _MAX_COUNT))
    for name, path in (("mpris:artUrl", state.cover), ("xesam:url", state.file)):
        if path is not None:
            found[name] = Variant("s", path.as_uri())
    return found


def _track_path(state: ControlsState) -> str:
    if not state.clip:
        return _NO_TRACK
    return _TRACK_PATH + re.sub(r"[^A-Za-z0-9_]", "_", state.clip)
