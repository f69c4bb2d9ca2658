"""Plays tones in a playback session, as a scenario says; prints one line of JSON.

    python -m tests.support.audible_session SCENARIO FOLDER

The scenarios are functions of this module. What they play is recorded by the test.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.session import PlaybackSession
from producer_studio.ui.playback.tracks import PlaybackTrack

SWITCHES = 20
STALLS = 10
STALL_S = 0.15
PIECE_S = 2.0

Report = dict[str, object]


async def switches(session: PlaybackSession, folder: Path) -> Report:
    """Switches between two tracks, every tenth of a second."""
    session.load(
        [PlaybackTrack(folder / "low.wav"), PlaybackTrack(folder / "high.wav")], selected=0
    )
    session.play()
    await _reach(session, 0.5)
    for number in range(SWITCHES):
        session.select((number + 1) % 2)
        await _reach(session, session.position_s + 0.1)
    return {}


async def reloads(session: PlaybackSession, folder: Path) -> Report:
    """Replaces what plays by another file at the same position, as the player's A/B does."""
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 0.5)
    for number in range(SWITCHES):
        name = "low.wav" if number % 2 else "high.wav"
        session.load([PlaybackTrack(folder / name)], None)
        await _reach(session, session.position_s + 0.15)
    return {}


async def joint(session: PlaybackSession, folder: Path) -> Report:
    """Plays one file to its end, and another one after it without a gap."""
    started: list[object] = []
    ended = asyncio.Event()
    session.item_started.connect(started.append)
    session.ended.connect(ended.set)
    session.load([PlaybackTrack(folder / "piece.wav")], key="first")
    session.queue_next([PlaybackTrack(folder / "piece.wav")], key="second")
    session.play()
    await asyncio.wait_for(ended.wait(), 60)
    await _reach(session, PIECE_S - 0.01)
    return {"started": started, "position_s": session.position_s}


async def stalls(session: PlaybackSession, folder: Path) -> Report:
    """Lets the window's thread do nothing else for a while, again and again."""
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 0.5)
    for _ in range(STALLS):
        end = time.monotonic() + STALL_S
        while time.monotonic() < end:
            pass
        await _reach(session, session.position_s + 0.1)
    return {}


async def lost_device(session: PlaybackSession, folder: Path) -> Report:
    """Waits until the device is lost and returns; lines on standard input and output keep step."""
    changes: asyncio.Queue[bool] = asyncio.Queue()
    output = session.parent()
    assert isinstance(output, AudioOutput)
    output.device_changed.connect(changes.put_nowait)
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 1.0)
    _tell("remove")
    assert await asyncio.wait_for(changes.get(), 60) is False
    lost_at_s = session.position_s
    was_playing = session.is_playing
    peaks_without = session.peaks
    await asyncio.sleep(0.3)
    stood_at_s = session.position_s
    told_at_s = time.monotonic()
    _tell("return")
    assert await asyncio.wait_for(changes.get(), 60) is True
    returned_at_s = session.position_s
    elapsed_s = time.monotonic() - told_at_s
    await _reach(session, returned_at_s + 0.5)
    return {
        "lost_at_s": lost_at_s,
        "stood_at_s": stood_at_s,
        "returned_at_s": returned_at_s,
        "elapsed_s": elapsed_s,
        "was_playing": was_playing,
        "peaks_without": peaks_without,
        "peaks_again": session.peaks,
    }


async def default_device(session: PlaybackSession, folder: Path) -> Report:
    """Plays while another device becomes the system's."""
    output = session.parent()
    assert isinstance(output, AudioOutput)
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 1.0)
    changed = asyncio.Event()
    output.devices_changed.connect(changed.set)
    _tell("switch")
    await asyncio.wait_for(changed.wait(), 60)
    await _reach(session, session.position_s + 0.5)
    _tell("look")
    await asyncio.to_thread(sys.stdin.readline)
    return {"has_device": output.has_device}


async def hung_server(session: PlaybackSession, folder: Path) -> Report:
    """Waits until a server that stopped answering is noticed, and ends meanwhile."""
    changes: asyncio.Queue[bool] = asyncio.Queue()
    output = session.parent()
    assert isinstance(output, AudioOutput)
    output.device_changed.connect(changes.put_nowait)
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 1.0)
    _tell("hang")
    started_at = time.monotonic()
    has_device = await asyncio.wait_for(changes.get(), 60)
    return {"has_device": has_device, "elapsed_s": time.monotonic() - started_at}


async def silent_server(session: PlaybackSession, folder: Path) -> Report:
    """Plays while the server accepts connections and never answers."""
    output = session.parent()
    assert isinstance(output, AudioOutput)
    session.load([PlaybackTrack(folder / "low.wav")])
    session.play()
    await _reach(session, 0.5)
    _tell("plays")
    await asyncio.to_thread(sys.stdin.readline)
    return {"has_device": output.has_device, "devices": output.list_devices()}


_SCENARIOS: dict[str, Callable[[PlaybackSession, Path], Awaitable[Report]]] = {
    each.__name__: each
    for each in (
        switches,
        reloads,
        joint,
        stalls,
        lost_device,
        default_device,
        hung_server,
        silent_server,
    )
}


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _reach(session: PlaybackSession, position_s: float) -> None:
    reached = asyncio.Event()

    def compare(seconds: float) -> None:
        if seconds >= position_s:
            reached.set()

    compare(session.position_s)
    session.position_changed.connect(compare)
    await asyncio.wait_for(reached.wait(), 60)
    session.position_changed.disconnect(compare)


async def _play(scenario: str, folder: Path) -> None:
    output = AudioOutput()
    session = PlaybackSession(output, output)
    report = await _SCENARIOS[scenario](session, folder)
    session.unload()
    _tell(json.dumps(report))


if __name__ == "__main__":
    app = QApplication([])
    qasync.run(_play(sys.argv[1], Path(sys.argv[2])))
