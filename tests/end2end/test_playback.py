"""What a playback session sounds like, recorded from a device."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.support.audible_session import PIECE_S, STALL_S, STALLS
from tests.support.program import LIMIT_S
from tests.support.sound_server import MISSING, RATE, Listener, Samples, listening

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{MISSING}: nothing to listen with")

LOW_HZ, HIGH_HZ = 441.0, 882.0
LEVEL = 0.5
QUIET = 1e-3
BUFFER_S = 0.07


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as made:
        made.record()
        yield made


@pytest.fixture
def tones(tmp_path: Path) -> Path:
    for name, hertz, seconds in (
        ("low", LOW_HZ, 60.0),
        ("high", HIGH_HZ, 60.0),
        ("piece", LOW_HZ, PIECE_S),
    ):
        at = np.arange(round(seconds * 48_000)) / 48_000
        sound = np.rint(np.sin(at * hertz * np.pi * 2) * LEVEL * 32_767).astype("<i2")
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes(np.column_stack([sound, sound]).tobytes())
    return tmp_path


def _start(scenario: str, tones: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.audible_session", scenario, str(tones)],
        env={**os.environ, **environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _play(scenario: str, tones: Path, listener: Listener) -> tuple[dict[str, object], Samples]:
    with _start(scenario, tones, listener.environ) as program:
        out, _ = program.communicate(timeout=LIMIT_S)
    assert program.returncode == 0
    report: dict[str, object] = json.loads(out.splitlines()[-1])
    heard = listener.heard()
    (loud,) = np.nonzero(np.abs(heard) > QUIET)
    assert len(loud), "nothing was heard"
    return report, heard[loud[0] : loud[-1] + 1]


def _silent_runs(sound: Samples) -> list[tuple[int, int]]:
    """Starts and ends of all silences that are longer than a zero crossing."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.abs(sound) < QUIET, [0]))))
    return [
        (int(start), int(end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start > 0.001 * RATE
    ]


def _silences_s(sound: Samples) -> list[float]:
    return [(end - start) / RATE for start, end in _silent_runs(sound)]


def _level(sound: Samples) -> float:
    """The median magnitude of what is not silent: for a sine its effective value."""
    is_heard = np.ones(len(sound), dtype=bool)
    for start, end in _silent_runs(sound):
        is_heard[start:end] = False
    return float(np.median(np.abs(sound[is_heard])))


def _pitch_hz(sound: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE / len(sound))


def test_after_switches_pitch_and_level_are_right(tones: Path, listener: Listener) -> None:
    _, heard = _play("switches", tones, listener)

    silences = _silences_s(heard)
    sys.stdout.write(f"silences: {silences}\n")  # they depend on how busy the machine is
    start = heard[round(0.1 * RATE) : round(0.4 * RATE)]
    assert _pitch_hz(start) == pytest.approx(LOW_HZ, abs=5)
    assert _level(start) == pytest.approx(LEVEL / np.sqrt(2), rel=0.05)


def test_another_file_at_the_same_position_is_as_loud(tones: Path, listener: Listener) -> None:
    _, heard = _play("reloads", tones, listener)

    silences = _silences_s(heard)
    sys.stdout.write(f"silences: {silences}\n")  # they depend on how busy the machine is
    assert _level(heard) == pytest.approx(LEVEL / np.sqrt(2), rel=0.15)


def test_a_queued_file_follows_whole(tones: Path, listener: Listener) -> None:
    report, heard = _play("joint", tones, listener)

    assert report["started"] == ["second"]
    assert report["position_s"] == pytest.approx(PIECE_S, abs=0.01)
    silences = _silences_s(heard)
    sys.stdout.write(f"silences: {silences}\n")
    assert len(heard) / RATE - sum(silences) == pytest.approx(2 * PIECE_S, abs=0.1)


def test_sound_goes_on_while_the_window_is_busy(tones: Path, listener: Listener) -> None:
    _, heard = _play("stalls", tones, listener)

    silences = _silences_s(heard)
    sys.stdout.write(f"silences: {silences}\n")
    # Fed by the window's thread, each stall would leave a silence of what exceeds the buffer.
    # How many are left depends on the machine: `python3 -m tests.performance sound`.
    assert sum(silences) < STALLS * (STALL_S - BUFFER_S)


def test_the_server_has_more_sound_than_a_busy_machine_delays(
    tones: Path, listener: Listener
) -> None:
    with _start("stalls", tones, listener.environ) as program:
        buffered_ms = 0.0
        while program.poll() is None:
            found = re.findall(
                r"Buffer Latency: (\d+) usec", listener.control("list", "sink-inputs")
            )
            buffered_ms = max([buffered_ms, *(int(one) / 1000 for one in found)])
    # With Qt's own choice it is 16 ms at most.
    assert 25 < buffered_ms < 100


def test_a_lost_device_stops_the_position_until_one_returns(
    tones: Path, listener: Listener
) -> None:
    with _start("lost_device", tones, listener.environ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "remove\n"
        listener.control("unload-module", "module-null-sink")
        assert program.stdout.readline() == "return\n"
        listener.control("load-module", "module-null-sink", "sink_name=null", f"rate={RATE}")
        report = json.loads(program.stdout.readline())
    assert program.returncode == 0

    assert report["was_playing"] is True
    assert report["peaks_without"] == [0.0, 0.0]
    assert min(report["peaks_again"]) > 0.0
    assert report["stood_at_s"] == report["lost_at_s"]
    # It goes on where it was, less what the lost device had buffered and not played. On a busy
    # machine it has played already when the window hears of it.
    played_s = report["returned_at_s"] - report["lost_at_s"]
    assert -0.25 <= played_s <= report["elapsed_s"]


def test_a_server_that_stops_answering_holds_neither_the_window_nor_its_end(
    tones: Path, listener: Listener
) -> None:
    with _start("hung_server", tones, listener.environ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "hang\n"
        with listener.hanging():
            out, _ = program.communicate(timeout=LIMIT_S)
    assert program.returncode == 0
    report = json.loads(out)
    assert report["has_device"] is False
    # The library of PulseAudio gives up after 30 s.
    assert report["elapsed_s"] < 25


def test_a_server_that_never_answers_does_not_hold_the_window(tones: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        server.listen()
        with _start("silent_server", tones, {"PULSE_SERVER": f"unix:{folder}/s"}) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "plays\n"
            connection, _ = server.accept()
            with connection:
                # It would be closed if the program had waited for it in vain.
                assert not _is_closed(connection)
                _go_on(program)
                report = json.loads(program.stdout.readline())
                program.wait(LIMIT_S)
    assert program.returncode == 0
    assert report == {"has_device": False, "devices": []}


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other end was closed; what it sent is dropped."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return False
    return True


def _load_sink(listener: Listener, name: str) -> str:
    """Adds a device; the index of its module."""
    return listener.control(
        "load-module", "module-null-sink", f"sink_name={name}", f"rate={RATE}",
        f"sink_properties=device.description={name.capitalize()}",
    )  # fmt: skip


def _used_sinks(listener: Listener) -> list[str]:
    """Names of the devices on which something is played."""
    names = dict(line.split("\t")[:2] for line in _lines(listener, "sinks"))
    return [names[line.split("\t")[1]] for line in _lines(listener, "sink-inputs")]


def _lines(listener: Listener, kind: str) -> list[str]:
    return listener.control("list", "short", kind).splitlines()


def _go_on(program: "subprocess.Popen[str]") -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


def test_another_default_device_is_followed(tones: Path, listener: Listener) -> None:
    _load_sink(listener, "phones")
    listener.control("set-default-sink", "null")
    with _start("default_device", tones, listener.environ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "switch\n"
        assert _used_sinks(listener) == ["null"]
        listener.control("set-default-sink", "phones")
        assert program.stdout.readline() == "look\n"
        assert _used_sinks(listener) == ["phones"]
        _go_on(program)
        report = json.loads(program.stdout.readline())
    assert program.returncode == 0
    assert report["has_device"] is True
