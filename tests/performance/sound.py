"""Silences in what Compare plays, beside those of other programs at the same time.

A null sink of PulseAudio has no clock but the machine's: on a busy one, a program that plays a file
without doing anything else has silences as well. Three are recorded at once, each on a sink of its
own: Compare during a hundred switches, `paplay` as it is, and `paplay` with as short a buffer.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.support.audible_comparison import SWITCHES
from tests.support.signals import tone, write_wave
from tests.support.sound_server import MISSING, Listener, Samples, listening

_RATE = 48_000
_QUIET = 2.5e-4
_SILENT_S = 0.002
_CONTROLS = {"paplay": (), "paplay, 50 ms": ("--latency-msec=50",)}
_SECONDS = 90.0
_ROUNDS = 3
_LIMIT_S = 300.0


def measure(_repeats: int) -> None:
    """Prints the silences of each program in each round."""
    if MISSING:
        print(f"sound: {MISSING}")
        return
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
        subprocess.run(
            [sys.executable, "-m", "tests.support.audible_comparison"],
            env={**environ, "QT_QPA_PLATFORM": "offscreen", "PRODUCER_STUDIO_HOME": folder},
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=_LIMIT_S,
        )
        heard = {"Compare": listener.heard()}
        # Until their players end there is sound to the last sample.
        heard |= {name: one.heard() for name, one in others.items()}
        for player in players:
            player.terminate()
            player.wait()
    return heard
