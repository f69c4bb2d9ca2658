"""The media controls of Windows, with a stand-in for the bindings of its runtime (winrt)."""

import asyncio
import enum
import importlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from producer_studio.ui.desktop.media_controls import ControlsState, PlaybackStatus, RepeatMode
from tests.support.stand_in_modules import stand_in_modules
from tests.ui.desktop.recording_player import RecordingPlayer

_EVENTS = (
    "button_pressed",
    "playback_position_change_requested",
    "playback_rate_change_requested",
    "shuffle_enabled_change_requested",
    "auto_repeat_mode_change_requested",
)
_MODULE = "producer_studio.ui.desktop.smtc"


class Status(enum.IntEnum):
    CLOSED, CHANGING, STOPPED, PLAYING, PAUSED = range(5)


class Type(enum.IntEnum):
    UNKNOWN, MUSIC, VIDEO, IMAGE = range(4)


class Repeat(enum.IntEnum):
    NONE, TRACK, LIST = range(3)


class Button(enum.IntEnum):
    PLAY, PAUSE, STOP, RECORD, FAST_FORWARD, REWIND, NEXT, PREVIOUS = range(8)


class Updater:
    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.clear_all()

    def clear_all(self) -> None:
        self.type = Type.UNKNOWN
        self.thumbnail: Any = None
        self.music_properties = SimpleNamespace(title="", artist="", album_title="")

    def update(self) -> None:
        shown = vars(self.music_properties)
        self.updates.append({"type": self.type, "thumbnail": self.thumbnail, **shown})


class Controls:
    """What `get_for_window` returns."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.is_enabled = False
        self.display_updater = Updater()
        self.timelines: list[Any] = []
        self.handlers: dict[str, Callable[[Any, Any], None]] = {}
        for event in _EVENTS:
            setattr(self, f"add_{event}", self._adder(event))
            setattr(self, f"remove_{event}", self.handlers.pop)

    def update_timeline_properties(self, timeline: Any) -> None:
        self.timelines.append(timeline)

    def _adder(self, event: str) -> Callable[[Any], str]:
        def add(handler: Callable[[Any, Any], None]) -> str:
            self.handlers[event] = handler
            return event

        return add

    def report(self, event: str, **values: object) -> None:
        """Reports an event on another thread, as Windows does."""
        handler = self.handlers[event]
        thread = threading.Thread(target=handler, args=(self, SimpleNamespace(**values)))
        thread.start()
        thread.join()


class Stream:
    def __init__(self) -> None:
        self.content = b""
        self.position = 0

    async def write_async(self, content: bytes) -> int:
        self.content += content
        self.position += len(content)
        return len(content)

    def seek(self, position: int) -> None:
        self.position = position


@dataclass
class Windows:
    """The desktop of Windows, and the controls of a window on it."""

    loop: asyncio.AbstractEventLoop
    player: RecordingPlayer = field(default_factory=RecordingPlayer)
    controls: Controls = field(default_factory=lambda: Controls(0))

    def run_pending(self) -> None:
        self.loop.run_until_complete(asyncio.sleep(0))

    def run_until_shown(self, smtc: Any) -> None:
        self.loop.run_until_complete(smtc._reading)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Windows]:
    made = Windows(asyncio.new_event_loop())

    def get_for_window(window: int) -> Controls:
        made.controls = Controls(window)
        return made.controls

    names: dict[str, dict[str, Any]] = {
        "winrt": {},
        "winrt.windows": {},
        "winrt.windows.media": {
            "MediaPlaybackAutoRepeatMode": Repeat,
            "MediaPlaybackStatus": Status,
            "MediaPlaybackType": Type,
            "SystemMediaTransportControls": Controls,
            "SystemMediaTransportControlsButton": Button,
            "SystemMediaTransportControlsTimelineProperties": SimpleNamespace,
            "AutoRepeatModeChangeRequestedEventArgs": object,
            "PlaybackPositionChangeRequestedEventArgs": object,
            "PlaybackRateChangeRequestedEventArgs": object,
            "ShuffleEnabledChangeRequestedEventArgs": object,
            "SystemMediaTransportControlsButtonPressedEventArgs": object,
        },
        "winrt.windows.media.interop": {"get_for_window": get_for_window},
        "winrt.windows.storage": {},
        "winrt.windows.storage.streams": {
            "InMemoryRandomAccessStream": Stream,
            "RandomAccessStreamReference": SimpleNamespace(create_from_stream=lambda one: one),
        },
    }
    with stand_in_modules(monkeypatch, names, _MODULE):
        yield made
    made.loop.close()


def create(windows: Windows) -> Any:
    return importlib.import_module(_MODULE).Smtc(windows.player, 4711, windows.loop)


def playing(**changes: Any) -> ControlsState:
    values: dict[str, Any] = {
        "status": PlaybackStatus.PLAYING,
        "clip": "c1",
        "title": "Low Tide",
        "artist": "Nina",
        "album": "Shore",
        "duration_s": 20.0,
        "can_play": True,
        "can_go_next": True,
        "can_seek": True,
    }
    return ControlsState(**(values | changes))


def test_the_state_of_the_player_is_shown(windows: Windows) -> None:
    smtc = create(windows)
    windows.player.state = playing(rate=1.25, shuffles=True, repeat=RepeatMode.PLAYLIST)
    windows.player.position = 5.0
    smtc.update()
    shown: Any = windows.controls
    assert (shown.window, shown.is_enabled) == (4711, True)
    assert shown.playback_status is Status.PLAYING
    assert (shown.is_play_enabled, shown.is_next_enabled, shown.is_previous_enabled) == (
        True,
        True,
        False,
    )
    assert (shown.playback_rate, shown.shuffle_enabled) == (1.25, True)
    assert shown.auto_repeat_mode is Repeat.LIST
    assert shown.display_updater.updates == [
        {
            "type": Type.MUSIC,
            "thumbnail": None,
            "title": "Low Tide",
            "artist": "Nina",
            "album_title": "Shore",
        }
    ]
    timeline = shown.timelines[-1]
    assert (timeline.position, timeline.end_time) == (timedelta(seconds=5), timedelta(seconds=20))
    assert timeline.max_seek_time == timedelta(seconds=20)


def test_names_are_sent_once_and_positions_at_each_change(windows: Windows) -> None:
    smtc = create(windows)
    windows.player.state = playing()
    smtc.update()
    windows.player.state = playing(status=PlaybackStatus.PAUSED)
    smtc.update()
    smtc.report_seek(99.0)
    shown: Any = windows.controls
    assert len(shown.display_updater.updates) == 1
    assert shown.playback_status is Status.PAUSED
    assert shown.timelines[-1].position == timedelta(seconds=20)  # within the clip
    windows.player.state = ControlsState()
    smtc.update()
    assert shown.display_updater.updates[-1]["title"] == ""
    assert shown.playback_status is Status.STOPPED


def test_the_cover_is_shown_and_removed(windows: Windows, tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cover.write_bytes(b"picture")
    smtc = create(windows)
    windows.player.state = playing(cover=cover)
    smtc.update()
    windows.run_until_shown(smtc)
    shown = windows.controls.display_updater.updates[-1]
    assert (shown["thumbnail"].content, shown["thumbnail"].position) == (b"picture", 0)
    assert shown["title"] == "Low Tide"
    # A view such as a comparison is told by its name alone.
    windows.player.state = ControlsState(status=PlaybackStatus.PLAYING, title="Compare")
    smtc.update()
    assert windows.controls.display_updater.updates[-1] == {
        "type": Type.MUSIC,
        "thumbnail": None,
        "title": "Compare",
        "artist": "",
        "album_title": "",
    }


@pytest.mark.parametrize(
    ("event", "values", "call"),
    [
        ("button_pressed", {"button": Button.PLAY}, ("play",)),
        ("button_pressed", {"button": Button.PAUSE}, ("pause",)),
        ("button_pressed", {"button": Button.STOP}, ("stop",)),
        ("button_pressed", {"button": Button.NEXT}, ("play_next",)),
        ("button_pressed", {"button": Button.PREVIOUS}, ("play_previous",)),
        (
            "playback_position_change_requested",
            {"requested_playback_position": timedelta(seconds=7.5)},
            ("seek", 7.5),
        ),
        ("playback_rate_change_requested", {"requested_playback_rate": 1.5}, ("set_rate", 1.5)),
        (
            "shuffle_enabled_change_requested",
            {"requested_shuffle_enabled": True},
            ("set_shuffle", True),
        ),
        (
            "auto_repeat_mode_change_requested",
            {"requested_auto_repeat_mode": Repeat.TRACK},
            ("set_repeat", RepeatMode.TRACK),
        ),
    ],
)
def test_a_command_is_run_on_the_thread_of_the_window(
    windows: Windows, event: str, values: dict[str, object], call: tuple[object, ...]
) -> None:
    create(windows)
    windows.controls.report(event, **values)
    assert windows.player.calls == []
    windows.run_pending()
    assert windows.player.calls == [call]
    assert windows.player.threads == {threading.get_ident()}


def test_an_unknown_button_does_nothing(windows: Windows) -> None:
    create(windows)
    windows.controls.report("button_pressed", button=Button.RECORD)
    windows.run_pending()
    assert windows.player.calls == []


def test_closed_controls_are_hidden_and_report_nothing(windows: Windows) -> None:
    create(windows).close()
    assert windows.controls.handlers == {}
    assert not windows.controls.is_enabled
