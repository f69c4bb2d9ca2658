"""The window on a session bus that is slow, dies or is misused by other programs."""

import asyncio
import math
import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dbus_fast import Message, Variant
from dbus_fast.aio import MessageBus
from PySide6.QtWidgets import QApplication

from producer_studio.domain.ids import new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.ui.desktop.mpris import Mpris
from producer_studio.ui.desktop.session_bus import connect_session_bus
from producer_studio.ui.player.player import PLAYBACK_RATES
from producer_studio.ui.window.desktop import DesktopIntegration
from producer_studio.ui.window.media_controls import PlayerControls
from producer_studio.ui.window.window import MainWindow
from tests.support.notification_service import NotificationService
from tests.support.session_bus import HAS_SESSION_BUS, running_session_bus
from tests.ui.window.conftest import WindowBench

pytestmark = pytest.mark.skipif(not HAS_SESSION_BUS, reason="dbus-daemon is missing: no bus")

_NAME = "org.mpris.MediaPlayer2.producer_studio"
_PLAYER = "org.mpris.MediaPlayer2.Player"
_NOTIFICATIONS = "org.freedesktop.Notifications"


@pytest.fixture
def bus(
    bench: WindowBench, joined: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[int, MessageBus]]:
    """Process id of the bus that the window uses, and another program's connection to it."""
    with running_session_bus() as (address, pid):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        far = bench.run(connect_session_bus(address))
        assert far is not None
        desktop = DesktopIntegration(joined)
        bench.press(lambda: bench.tasks.start("desktop", desktop.run()))
        bench.until(lambda: desktop._controls._controls is not None)
        yield pid, far
        bench.press(lambda: bench.tasks.cancel("desktop"))
        bench.settle()
        far.disconnect()


def _call(member: str, signature: str, *body: object) -> Message:
    return Message(
        destination=_NAME,
        path="/org/mpris/MediaPlayer2",
        interface="org.freedesktop.DBus.Properties",
        member=member,
        signature=signature,
        body=list(body),
    )


def _volume(bench: WindowBench, far: MessageBus) -> float:
    reply = bench.run(far.call(_call("Get", "ss", _PLAYER, "Volume")))
    return float(reply.body[0].value)


def test_a_bus_that_stops_for_a_while_gets_the_changes_later(
    bench: WindowBench, bus: tuple[int, MessageBus]
) -> None:
    pid, far = bus

    async def change() -> None:
        for number in range(2000):
            bench.studio.preferences.change(volume=number % 100 / 100)

    os.kill(pid, signal.SIGSTOP)
    try:
        bench.run(change())
    finally:
        os.kill(pid, signal.SIGCONT)
    assert _volume(bench, far) == 0.99


def test_a_thousand_calls_at_once_are_all_replied_to(
    bench: WindowBench, bus: tuple[int, MessageBus]
) -> None:
    _, far = bus

    async def flood() -> None:
        values = [Variant("d", number % 100 / 100) for number in range(1000)]
        await asyncio.gather(
            *(far.call(_call("Set", "ssv", _PLAYER, "Volume", value)) for value in values)
        )

    bench.run(flood())
    assert _volume(bench, far) == 0.99


def test_changes_after_the_end_of_the_bus_are_ignored(
    bench: WindowBench, bus: tuple[int, MessageBus]
) -> None:
    pid, far = bus
    far.disconnect()

    async def change() -> None:
        for number in range(10):
            bench.studio.preferences.change(volume=number / 10)

    # The window's loop does not run meanwhile: it has not read the end of the connection yet.
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    bench.run(change())
    bench.until(lambda: not bench.tasks.is_running("desktop"))


def test_a_number_that_is_none_changes_nothing(
    bench: WindowBench, bus: tuple[int, MessageBus]
) -> None:
    _, far = bus
    bench.press(lambda: bench.studio.preferences.change(volume=0.5))
    for name, value in (("Volume", math.nan), ("Rate", math.nan), ("Rate", math.inf)):
        bench.run(far.call(_call("Set", "ssv", _PLAYER, name, Variant("d", value))))
    assert _volume(bench, far) == 0.5
    rate = bench.run(far.call(_call("Get", "ss", _PLAYER, "Rate")))
    assert rate.body[0].value == 1.0


def test_odd_details_of_a_clip_are_told_as_far_as_the_bus_takes_them(
    bench: WindowBench, joined: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    controls = PlayerControls(bench.studio, joined.views, joined.playback, joined.player, joined)
    odd = replace(
        controls.now_playing(), clip="one", title="a\ud800\0b", lyrics="x" * 2**20, plays=2**53
    )
    monkeypatch.setattr(controls, "now_playing", lambda: odd)
    with running_session_bus() as (address, _pid):
        near, far = (bench.run(connect_session_bus(address)) for _ in range(2))
        assert near is not None
        assert far is not None
        mpris = Mpris(controls, (PLAYBACK_RATES[0], PLAYBACK_RATES[-1]))
        assert bench.run(mpris.publish(near, 1))
        reply = bench.run(far.call(_call("Get", "ss", _PLAYER, "Metadata")))
        told = reply.body[0].value
        near.disconnect()
        far.disconnect()
    assert told["xesam:title"].value == "a?b"
    assert told["xesam:useCount"].value == 2**31 - 1
    assert len(told["xesam:asText"].value) == 100_000


def _signal(member: str, signature: str, *body: object) -> Message:
    return Message.new_signal(
        "/org/freedesktop/Notifications", _NOTIFICATIONS, member, signature, list(body)
    )


def test_only_the_notification_service_reports_clicks(
    bench: WindowBench, joined: MainWindow, bus: tuple[int, MessageBus]
) -> None:
    _, far = bus
    service = NotificationService(["body"])
    bench.run(service.publish(far))
    stranger = bench.run(connect_session_bus(os.environ["DBUS_SESSION_BUS_ADDRESS"]))
    assert stranger is not None
    bench.press(lambda: bench.studio.preferences.change(notifications="on"))
    joined.hide()
    bench.until(lambda: QApplication.activeWindow() is None)
    job = Job(id=new_job_id(), state=JobState.DONE, recipe=Recipe(title="Low \ud800tide"), take=1)
    bench.press(lambda: bench.studio.events.publish(JobChanged(job)))
    bench.until(lambda: bool(service.shown))
    assert service.shown[0].title == "“Low ?tide” is ready"
    number = service.shown[0].number
    window = bench.run(far.call(_get_owner())).body[0]
    forged = _signal("ActionInvoked", "us", number, "default")
    forged.destination = window
    bench.run(stranger.send(forged))
    for signature, body in (("as", ["x"]), ("a{uu}", {1: 1}), ("u", number), ("s", "x")):
        odd = _signal("ActivationToken", signature, body)
        odd.destination = window
        bench.run(far.send(odd))
    # Replied to after all signals before.
    bench.run(stranger.call(_call("Get", "ss", _PLAYER, "Volume")))
    assert not joined.isVisible()
    service.send_click(number)
    bench.until(joined.isVisible)
    stranger.disconnect()


def _get_owner() -> Message:
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="GetNameOwner",
        signature="s",
        body=[_NAME],
    )


@pytest.mark.parametrize(
    "answers", [[b"\xff\r\n"], [b"OK aa\r\n", b"no message" * 100]], ids=["login", "message"]
)
def test_a_bus_that_answers_with_garbage_is_none(tmp_path: Path, answers: list[bytes]) -> None:
    path = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_answer, args=(listener, answers))
        thread.start()
        assert asyncio.run(connect_session_bus(f"unix:path={path}")) is None
        thread.join()


def _answer(listener: socket.socket, answers: list[bytes]) -> None:
    connection, _ = listener.accept()
    with connection:
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)
        connection.recv(4096)


def test_an_address_with_an_impossible_port_is_none() -> None:
    assert asyncio.run(connect_session_bus("tcp:host=127.0.0.1,port=99999")) is None
