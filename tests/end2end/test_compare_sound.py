"""What a comparison sounds like, recorded from a device: switches by keys, and matched levels."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.measure import measure
from tests.support.audible_comparison import HEARD_S, SWITCHES, TONES
from tests.support.engine_rendering import STEP
from tests.support.program import LIMIT_S
from tests.support.signals import write_wave
from tests.support.sound_server import MISSING, Samples, listening

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{MISSING}: nothing to listen with")

RATE = 48_000
"""That of the engine: nothing is resampled on the way."""
QUIET = 1e-3
SILENT_S = 0.002
"""Longer than the zero crossings of the tones."""
SPREAD_LU = 0.5


def record(home: Path) -> tuple[dict[str, object], Samples]:
    with listening(RATE) as listener:
        listener.record()
        ended = subprocess.run(
            [sys.executable, "-m", "tests.support.audible_comparison"],
            env={
                **os.environ,
                **listener.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "PRODUCER_STUDIO_HOME": str(home),
            },
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        heard = listener.heard()
    assert ended.returncode == 0, ended.stderr
    report: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    (loud,) = np.nonzero(np.abs(heard) > QUIET)
    assert len(loud), "nothing was heard"
    return report, heard[loud[0] : loud[-1] + 1]


def silences(sound: Samples) -> list[tuple[int, int]]:
    """First and last sample of each silence that is longer than a zero crossing."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.abs(sound) < QUIET / 4, [0]))))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(int(a), int(b)) for a, b in pairs if b - a > SILENT_S * RATE]


def steps(sound: Samples, gaps: list[tuple[int, int]]) -> list[int]:
    """Samples of jumps above -60 dBFS beyond what the tones do, without the edges of silences."""
    jumps = np.abs(np.diff(sound, n=4))
    for start, end in gaps:
        jumps[max(0, start - 480) : end + 480] = 0.0
    return [int(at) for at in np.flatnonzero(jumps > STEP)]


def longest_part(sound: Samples, gaps: list[tuple[int, int]], start: int, end: int) -> Samples:
    """The longest part within a range that no silence interrupts."""
    inside = [(a, b) for a, b in gaps if start < b and a < end]
    edges = [(start, start), *inside, (end, end)]
    runs = [(left[1], right[0]) for left, right in pairwise(edges)]
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return sound[first:last]


def test_after_a_hundred_switches_all_are_heard_equally_loud(
    tmp_path: Path,
) -> None:
    report, heard = record(tmp_path / "home")
    gaps = silences(heard)
    found = steps(heard, gaps)
    largest = float(np.abs(np.diff(heard, n=4)).max())

    loudness = []
    for number in range(len(TONES)):
        start = round((number * HEARD_S + 0.7) * RATE)
        part = longest_part(heard, gaps, start, start + round((HEARD_S - 1.0) * RATE))
        path = write_wave(tmp_path / f"{number}.wav", np.column_stack([part, part]), RATE)
        loudness.append(measure(path).sound.loudness_lufs or 0.0)
    spread = max(loudness) - min(loudness)
    lengths = [round((end - start) / RATE * 1000) for start, end in gaps]
    sys.stdout.write(
        f"{SWITCHES} switches up to {report['position_s']:.1f} s: silences of {lengths} ms, "
        f"{len(found)} samples in steps, largest difference {largest:.1e}, "
        f"loudness {[round(one, 2) for one in loudness]} LUFS\n"
    )
    # Silences, and the steps at their ends, depend on how busy the machine is; that switches make
    # none is shown by tests/ui/compare/test_sound.py, where the engine is rendered.
    assert spread <= SPREAD_LU
