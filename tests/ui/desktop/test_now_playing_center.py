"""The media controls of macOS, with a stand-in for its bindings (PyObjC)."""

import asyncio
import importlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from producer_studio.ui.desktop.media_controls import ControlsState, PlaybackStatus, RepeatMode
from tests.support.stand_in_modules import stand_in_modules
from tests.ui.desktop.recording_player import RecordingPlayer

_MODULE = "producer_studio.ui.desktop.now_playing_center"
_TEXTS = (
    "MPMediaItemPropertyAlbumTitle",
    "MPMediaItemPropertyArtist",
    "MPMediaItemPropertyArtwork",
    "MPMediaItemPropertyPlaybackDuration",
    "MPMediaItemPropertyTitle",
    "MPNowPlayingInfoPropertyDefaultPlaybackRate",
    "MPNowPlayingInfoPropertyElapsedPlaybackTime",
    "MPNowPlayingInfoPropertyMediaType",
    "MPNowPlayingInfoPropertyPlaybackRate",
)
_NUMBERS = {
    "MPNowPlayingInfoMediaTypeAudio": 1,
    "MPNowPlayingPlaybackStatePlaying": 1,
    "MPNowPlayingPlaybackStatePaused": 2,
    "MPNowPlayingPlaybackStateStopped": 3,
    "MPRemoteCommandHandlerStatusSuccess": 0,
    "MPRepeatTypeOff": 0,
    "MPRepeatTypeOne": 1,
    "MPRepeatTypeAll": 2,
    "MPShuffleTypeOff": 0,
    "MPShuffleTypeItems": 1,
}
"""As in the metadata of pyobjc-framework-MediaPlayer 12.2."""


class Command:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.handlers: dict[int, Callable[[Any], int]] = {}

    def addTargetWithHandler_(self, handler: Callable[[Any], int]) -> int:  # noqa: N802
        self.handlers[id(handler)] = handler
        return id(handler)

    def removeTarget_(self, target: int) -> None:  # noqa: N802
        del self.handlers[target]

    def __getattr__(self, setter: str) -> Callable[[Any], None]:
        assert setter in {
            "setEnabled_",
            "setCurrentRepeatType_",
            "setCurrentShuffleType_",
            "setSupportedPlaybackRates_",
        }
        return lambda value: self.values.__setitem__(setter, value)


class CommandCenter:
    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}

    def __getattr__(self, name: str) -> Callable[[], Command]:
        assert name.endswith("Command")
        return lambda: self.commands.setdefault(name, Command())


class InfoCenter:
    def __init__(self) -> None:
        self.info: dict[str, Any] | None = {}
        self.state = 0

    def setNowPlayingInfo_(self, info: dict[str, Any] | None) -> None:  # noqa: N802
        self.info = info

    def setPlaybackState_(self, state: int) -> None:  # noqa: N802
        self.state = state


@dataclass
class Mac:
    loop: asyncio.AbstractEventLoop
    player: RecordingPlayer = field(default_factory=RecordingPlayer)
    center: InfoCenter = field(default_factory=InfoCenter)
    commands: CommandCenter = field(default_factory=CommandCenter)

    def press(self, name: str, **values: Any) -> int:
        """Reports a command on another thread; returns the status that the handler returned."""
        event = SimpleNamespace(**{key: lambda value=value: value for key, value in values.items()})
        (handler,) = self.commands.commands[name].handlers.values()
        returned: list[int] = []
        thread = threading.Thread(target=lambda: returned.append(handler(event)))
        thread.start()
        thread.join()
        return returned[0]


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mac]:
    made = Mac(asyncio.new_event_loop())
    image = SimpleNamespace(size=lambda: (600.0, 600.0))

    def create_image(data: bytes) -> Any:
        return image if data == b"picture" else None

    def create_artwork(size: Any, handler: Callable[[Any], Any]) -> Any:
        return SimpleNamespace(size=size, image=handler((40.0, 40.0)) is image)

    names: dict[str, dict[str, Any]] = {
        "AppKit": {
            "NSImage": SimpleNamespace(alloc=lambda: SimpleNamespace(initWithData_=create_image))
        },
        "Foundation": {
            "NSData": SimpleNamespace(dataWithBytes_length_=lambda data, length: data[:length])
        },
        "MediaPlayer": {
            **{name: name for name in _TEXTS},
            **_NUMBERS,
            "MPMediaItemArtwork": SimpleNamespace(
                alloc=lambda: SimpleNamespace(initWithBoundsSize_requestHandler_=create_artwork)
            ),
            "MPNowPlayingInfoCenter": SimpleNamespace(defaultCenter=lambda: made.center),
            "MPRemoteCommandCenter": SimpleNamespace(sharedCommandCenter=lambda: made.commands),
        },
    }
    with stand_in_modules(monkeypatch, names, _MODULE):
        yield made
    made.loop.close()


def create(mac: Mac) -> Any:
    return importlib.import_module(_MODULE).NowPlayingCenter(mac.player, (0.5, 1.0, 2.0), mac.loop)


def test_the_state_of_the_player_is_shown(mac: Mac) -> None:
    shown = create(mac)
    mac.player.state = ControlsState(
        status=PlaybackStatus.PLAYING, clip="c1", title="Low Tide", artist="Nina", album="Shore",
        duration_s=20.0, rate=2.0, shuffles=True, repeat=RepeatMode.TRACK, can_play=True,
        can_go_next=True, can_seek=True,
    )  # fmt: skip
    mac.player.position = 5.0
    shown.update()
    assert mac.center.info == {
        "MPNowPlayingInfoPropertyMediaType": 1,
        "MPMediaItemPropertyTitle": "Low Tide",
        "MPMediaItemPropertyArtist": "Nina",
        "MPMediaItemPropertyAlbumTitle": "Shore",
        "MPMediaItemPropertyPlaybackDuration": 20.0,
        "MPNowPlayingInfoPropertyElapsedPlaybackTime": 5.0,
        "MPNowPlayingInfoPropertyPlaybackRate": 2.0,
        "MPNowPlayingInfoPropertyDefaultPlaybackRate": 1.0,
    }
    assert mac.center.state == 1
    commands = mac.commands.commands
    assert commands["nextTrackCommand"].values == {"setEnabled_": True}
    assert commands["previousTrackCommand"].values == {"setEnabled_": False}
    assert commands["changeRepeatModeCommand"].values == {"setCurrentRepeatType_": 1}
    assert commands["changeShuffleModeCommand"].values == {"setCurrentShuffleType_": 1}
    rates = commands["changePlaybackRateCommand"].values["setSupportedPlaybackRates_"]
    assert rates == [0.5, 1.0, 2.0]


def test_the_position_stands_while_paused(mac: Mac) -> None:
    shown = create(mac)
    mac.player.state = ControlsState(status=PlaybackStatus.PAUSED, title="Low Tide", clip="c1")
    shown.report_seek(7.0)
    assert mac.center.info is not None
    assert mac.center.info["MPNowPlayingInfoPropertyPlaybackRate"] == 0.0
    assert mac.center.info["MPNowPlayingInfoPropertyElapsedPlaybackTime"] == 7.0
    assert mac.center.state == 2


def test_nothing_is_shown_without_a_clip(mac: Mac) -> None:
    create(mac).update()
    assert mac.center.info is None
    assert mac.center.state == 3


def test_the_cover_is_shown_and_removed(mac: Mac, tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cover.write_bytes(b"picture")
    shown = create(mac)
    mac.player.state = ControlsState(title="Low Tide", clip="c1", cover=cover)
    shown.update()
    mac.loop.run_until_complete(shown._reading)
    assert mac.center.info is not None
    artwork = mac.center.info["MPMediaItemPropertyArtwork"]
    assert (artwork.size, artwork.image) == ((600.0, 600.0), True)
    # A view such as a comparison is told by its name alone.
    mac.player.state = ControlsState(status=PlaybackStatus.PLAYING, title="Compare")
    shown.update()
    assert "MPMediaItemPropertyArtwork" not in mac.center.info


@pytest.mark.parametrize(
    ("name", "values", "call"),
    [
        ("playCommand", {}, ("play",)),
        ("pauseCommand", {}, ("pause",)),
        ("togglePlayPauseCommand", {}, ("play_or_pause",)),
        ("stopCommand", {}, ("stop",)),
        ("nextTrackCommand", {}, ("play_next",)),
        ("previousTrackCommand", {}, ("play_previous",)),
        ("changePlaybackPositionCommand", {"positionTime": 7.5}, ("seek", 7.5)),
        ("changePlaybackRateCommand", {"playbackRate": 2.0}, ("set_rate", 2.0)),
        ("changeRepeatModeCommand", {"repeatType": 2}, ("set_repeat", RepeatMode.PLAYLIST)),
        ("changeShuffleModeCommand", {"shuffleType": 1}, ("set_shuffle", True)),
    ],
)
def test_a_command_is_run_on_the_thread_of_the_window(
    mac: Mac, name: str, values: dict[str, Any], call: tuple[object, ...]
) -> None:
    create(mac)
    assert mac.press(name, **values) == 0
    assert mac.player.calls == []
    mac.loop.run_until_complete(asyncio.sleep(0))
    assert mac.player.calls == [call]
    assert mac.player.threads == {threading.get_ident()}


def test_closed_controls_show_and_report_nothing(mac: Mac) -> None:
    shown = create(mac)
    shown.close()
    assert mac.center.info is None
    assert all(not command.handlers for command in mac.commands.commands.values())
