"""From key to sound in Compare, and silences in what it plays, beside those of other programs.

A null sink of PulseAudio has no clock but the machine's: on a busy one, a program that plays a file
without doing anything else has silences as well. Three are recorded at once, each on a sink of its
own: Compare during a hundred switches, `paplay` as it is, and `paplay` with as short a buffer.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.performance.table import median, say
from tests.support.audible_comparison import SWITCHES, TONES
from tests.support.signals import tone, write_wave
from tests.support.sound_server import MISSING, Listener, Samples, listening

_RATE = 48_000
_QUIET = 2.5e-4
_SILENT_S = 0.002
_CONTROLS = {"paplay": (), "paplay, 50 ms": ("--latency-msec=50",)}
_SECONDS = 90.0
_PAUSES_S = ("0.3", "0.4")
_WINDOW_S = 0.018
"""Long enough to tell the tones apart."""

_LONGEST_DELAY_S = 0.29
_ROUNDS = 3
_LIMIT_S = 300.0


def measure(_repeats: int) -> None:
    """Prints the silences of each program in each round."""
    if MISSING:
        print(f"sound: {MISSING}")
        return
    _measure_keys()
    print(f"\nSilences longer than {_SILENT_S * 1000:g} ms, in ms; {SWITCHES} switches in Compare")
    for number in range(1, _ROUNDS + 1):
        load = os.getloadavg()[0]
        for name, sound in _record().items():
            found = silences_ms(sound)
            longest = f", longest {max(found):.0f}" if found else ""
            middle = f", median {statistics.median(found):.0f}" if found else ""
            print(
                f"  round {number}, load {load:4.1f}  {name:14}  {len(sound) / _RATE:5.1f} s: "
                f"{len(found):3} silences, {sum(found):5.0f} ms{middle}{longest}"
            )


def _measure_keys() -> None:
    with tempfile.TemporaryDirectory() as folder, listening(_RATE) as listener:
        listener.record(latency_ms=4)
        report = json.loads(_compare(listener, Path(folder), *_PAUSES_S).splitlines()[-1])
        sound = listener.heard()
        delays = []
        for pressed_at_s, before, number in report["presses"]:
            begin = listener.frame_at(pressed_at_s)
            part = sound[begin : begin + round(_LONGEST_DELAY_S * _RATE)]
            delays.append(_crossing(part, TONES[before][0], TONES[number][0]) / _RATE * 1000)
        found = silences_ms(sound)
    ordered = sorted(delays)
    rows: list[list[object]] = [["", "p50", "p95", "most"]]
    rows.append(["key to sound, ms", median(ordered), ordered[-len(ordered) // 20], ordered[-1]])
    say(f"Compare, {len(ordered)} keys, load {os.getloadavg()[0]:.1f} (aim 80)", rows)
    print(f"  {len(found)} silences, {sum(found):.0f} ms")


def _crossing(sound: Samples, before: float, after: float) -> int:
    """Returns the frame at which one tone becomes louder than another, each at its own level."""
    times = np.arange(len(sound)) / _RATE
    size = round(_WINDOW_S * _RATE)
    levels = []
    for hertz in (before, after):
        turned = np.cumsum(sound * np.exp(-2j * np.pi * hertz * times))
        levels.append(np.abs(turned[size:] - turned[:-size]))
    first, second = levels
    (changed,) = np.nonzero(second > first)
    return int(changed[0]) + size // 2 if len(changed) else len(sound)


def silences_ms(sound: Samples) -> list[float]:
    """Returns the lengths of the silences between the first and the last sound."""
    (loud,) = np.nonzero(np.abs(sound) > _QUIET * 4)
    if not len(loud):
        return [len(sound) / _RATE * 1000]
    inside = np.abs(sound[loud[0] : loud[-1] + 1]) < _QUIET
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int8), [0]))))
    lengths = (edges[1::2] - edges[::2]) / _RATE
    return [float(one) * 1000 for one in lengths if one > _SILENT_S]


def _record() -> dict[str, Samples]:
    with tempfile.TemporaryDirectory() as folder, listening(_RATE) as listener:
        piece = write_wave(Path(folder) / "tone.wav", tone(_SECONDS, 220.0, 0.3))
        environ = {**os.environ, **listener.environ}
        others: dict[str, Listener] = {}
        players = []
        plain = {name: value for name, value in environ.items() if name != "PULSE_LATENCY_MSEC"}
        for number, (name, options) in enumerate(_CONTROLS.items()):
            sink = f"control{number}"
            listener.control(
                "load-module", "module-null-sink", f"sink_name={sink}", f"rate={_RATE}"
            )
            others[name] = listener.beside(sink)
            others[name].record()
            players.append(
                subprocess.Popen(["paplay", f"--device={sink}", *options, str(piece)], env=plain)
            )
        listener.control("set-default-sink", "null")
        listener.record()
        _compare(listener, Path(folder))
        heard = {"Compare": listener.heard()}
        # Until their players end there is sound to the last sample.
        heard |= {name: one.heard() for name, one in others.items()}
        for player in players:
            player.terminate()
            player.wait()
    return heard


def _compare(listener: Listener, home: Path, *pauses_s: str) -> str:
    own = {"QT_QPA_PLATFORM": "offscreen", "PRODUCER_STUDIO_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "tests.support.audible_comparison", *pauses_s],
        env={**os.environ, **listener.environ, **own},
        check=True,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
    ).stdout
