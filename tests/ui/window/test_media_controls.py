"""The player over the session bus, as the desktop's panels and media keys use it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from dbus_fast import DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from producer_studio.domain.clip import Clip
from producer_studio.ui.desktop.session_bus import connect_session_bus, receive_signals
from producer_studio.ui.window.media_controls import PlayerControls
from producer_studio.ui.window.window import MainWindow
from tests.support.session_bus import HAS_SESSION_BUS, running_session_bus
from tests.ui.player.conftest import add_clip
from tests.ui.window.conftest import WindowBench

pytestmark = pytest.mark.skipif(not HAS_SESSION_BUS, reason="dbus-daemon is missing: no bus")

_NAME = "org.mpris.MediaPlayer2.producer_studio"
_PATH = "/org/mpris/MediaPlayer2"
_PLAYER = "org.mpris.MediaPlayer2.Player"
_PROPERTIES = "org.freedesktop.DBus.Properties"


@dataclass
class Desktop:
    """A program on the bus that shows and controls the player."""

    bench: WindowBench
    bus: MessageBus
    changes: list[dict[str, Any]] = field(default_factory=list)
    seeks: list[float] = field(default_factory=list)

    def call(
        self, member: str, signature: str = "", *body: object, interface: str = _PLAYER
    ) -> Any:
        reply = self.bench.run(
            self.bus.call(
                Message(
                    destination=_NAME,
                    path=_PATH,
                    interface=interface,
                    member=member,
                    signature=signature,
                    body=list(body),
                )
            )
        )
        assert reply is not None
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or "", str(reply.body))
        return reply.body

    def get(self, name: str) -> Any:
        (value,) = self.call("Get", "ss", _PLAYER, name, interface=_PROPERTIES)
        return value.value

    def set(self, name: str, kind: str, value: object) -> None:
        self.call("Set", "ssv", _PLAYER, name, Variant(kind, value), interface=_PROPERTIES)

    def receive(self, message: Message) -> None:
        if message.member == "PropertiesChanged":
            self.changes.append({name: one.value for name, one in message.body[1].items()})
        elif message.member == "Seeked":
            self.seeks.append(message.body[0] / 1e6)

    def has_seen(self, **properties: object) -> bool:
        """Whether it was told these values, each at some time."""
        return all(
            any(change.get(name) == value for change in self.changes)
            for name, value in properties.items()
        )

    def shows(self, clip: Clip) -> bool:
        return self.title == clip.title

    @property
    def title(self) -> str:
        """The title that it was told last."""
        told = [change["Metadata"] for change in self.changes if "Metadata" in change]
        return str(told[-1]["xesam:title"].value) if told else ""


@pytest.fixture
def listed(bench: WindowBench, window: MainWindow) -> list[Clip]:
    """Two clips of 20 s, in the order of the list."""
    for number in range(2):
        add_clip(bench, f"Clip {number}", 20.0, artist="Nina", lyrics="[Verse]\nLow tide")
    bench.until(lambda: len(window.library.listed_clips()) == 2)
    clips = bench.run(bench.studio.clips.get_many(list(window.library.listed_clips())))
    by_id = {clip.id: clip for clip in clips}
    return [by_id[clip] for clip in window.library.listed_clips()]


@pytest.fixture
def desktop(bench: WindowBench, window: MainWindow, listed: list[Clip]) -> Iterator[Desktop]:
    assert len(listed) == 2
    with running_session_bus() as (address, _bus):
        own, far = (bench.run(connect_session_bus(address)) for _ in range(2))
        assert own is not None
        assert far is not None
        controls = PlayerControls(
            bench.studio, window.views, window.playback, window.player, window
        )
        bench.run(controls.publish(own))
        made = Desktop(bench, far)
        far.add_message_handler(made.receive)
        rule = f"type='signal',sender='{_NAME}'"
        bench.run(receive_signals(far, rule))
        yield made
        controls.unsubscribe()
        own.disconnect()
        far.disconnect()


def test_play_begins_with_the_first_of_the_list(desktop: Desktop, listed: list[Clip]) -> None:
    assert desktop.get("PlaybackStatus") == "Stopped"
    assert desktop.get("CanPlay")
    desktop.call("Play")
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing", CanGoNext=True))
    shown = desktop.get("Metadata")
    assert shown["xesam:title"].value == listed[0].title
    assert shown["xesam:artist"].value == ["Nina"]
    assert shown["xesam:asText"].value == "[Verse]\nLow tide"
    assert shown["mpris:length"].signature == "x"
    assert shown["mpris:length"].value == 20_000_000
    assert shown["mpris:trackid"].value.endswith(listed[0].id)
    desktop.call("Pause")
    desktop.bench.until(lambda: desktop.changes[-1].get("PlaybackStatus") == "Paused")


@pytest.mark.usefixtures("listed")
def test_a_stopped_player_is_no_paused_one(desktop: Desktop) -> None:
    desktop.call("Play")
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing", CanSeek=True))
    desktop.call("Stop")
    desktop.bench.until(lambda: desktop.changes[-1].get("PlaybackStatus") == "Stopped")
    assert (desktop.get("PlaybackStatus"), desktop.get("Position")) == ("Stopped", 0)
    track = desktop.get("Metadata")["mpris:trackid"].value
    desktop.call("SetPosition", "ox", track, 5_000_000)
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Paused"))
    assert desktop.get("PlaybackStatus") == "Paused"


def test_next_and_previous_go_through_the_list(desktop: Desktop, listed: list[Clip]) -> None:
    desktop.call("PlayPause")
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing"))
    for member, clip in (("Next", listed[1]), ("Previous", listed[0])):
        desktop.call(member)
        desktop.bench.until(partial(desktop.shows, clip))


def test_a_position_is_set_for_the_loaded_clip_alone(desktop: Desktop, window: MainWindow) -> None:
    desktop.call("Play")
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing", CanSeek=True))
    desktop.call("Pause")
    track = desktop.get("Metadata")["mpris:trackid"].value
    desktop.call("SetPosition", "ox", track, 12_000_000)
    desktop.bench.until(lambda: bool(desktop.seeks))
    assert desktop.seeks[-1] == pytest.approx(12.0, abs=0.01)
    assert desktop.get("Position") == pytest.approx(12_000_000, abs=10_000)
    desktop.call("Seek", "x", -2_000_000)
    assert window.player.player.position_s == pytest.approx(10.0, abs=0.01)
    # Of another clip, and behind the end.
    desktop.call("SetPosition", "ox", f"{track}0", 1_000_000)
    desktop.call("SetPosition", "ox", track, 90_000_000)
    assert window.player.player.position_s == pytest.approx(10.0, abs=0.01)


def test_seeking_beyond_the_end_plays_the_next(desktop: Desktop, listed: list[Clip]) -> None:
    desktop.call("Play")
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing", CanSeek=True))
    desktop.call("Seek", "x", 60_000_000)
    desktop.bench.until(lambda: desktop.title == listed[1].title)


def test_modes_are_those_of_the_window(desktop: Desktop, window: MainWindow) -> None:
    preferences = desktop.bench.studio.preferences
    desktop.set("LoopStatus", "s", "Track")
    assert preferences.value.at_end == "repeat"
    desktop.set("LoopStatus", "s", "Playlist")
    assert preferences.value.at_end == "repeat_all"
    desktop.set("LoopStatus", "s", "Always")
    assert preferences.value.at_end == "repeat_all"
    desktop.set("LoopStatus", "s", "None")
    assert preferences.value.at_end == "next"
    desktop.set("Shuffle", "b", True)
    assert preferences.value.shuffle
    desktop.set("Volume", "d", 7.5)
    assert preferences.value.volume == 1.0
    desktop.set("Rate", "d", 1.3)
    assert window.player.player.rate == 1.25
    desktop.bench.until(lambda: desktop.has_seen(Shuffle=True, Volume=1.0, LoopStatus="Playlist"))


def test_a_blind_comparison_tells_nothing_of_its_clips(
    desktop: Desktop, window: MainWindow, listed: list[Clip]
) -> None:
    desktop.bench.press(lambda: window.show_compare([clip.id for clip in listed]))
    desktop.bench.until(lambda: desktop.has_seen(PlaybackStatus="Playing"))
    shown = desktop.get("Metadata")
    assert shown["xesam:title"].value == "Compare"
    assert set(shown) == {"mpris:trackid", "xesam:title", "mpris:length"}
    assert not desktop.get("CanGoNext")
    desktop.call("PlayPause")
    desktop.bench.until(lambda: desktop.changes[-1].get("PlaybackStatus") == "Paused")


def test_it_opens_no_other_files(desktop: Desktop) -> None:
    with pytest.raises(DBusError):
        desktop.call("OpenUri", "s", "file:///etc/passwd")
