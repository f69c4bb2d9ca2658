"""What a comparison sounds like, recorded from a device: switches by keys, and matched levels."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.measure import measure
from tests.support.audible_comparison import SWITCHES, TONES
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
WINDOW_S = 0.1
PURE = 0.999
"""Least part of a window's energy that is near the frequency of its tone."""
FEWEST = 5
"""Windows in which each tone is heard alone; on an idle machine there are 30 and more."""


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


def typical_window(sound: Samples, hertz: float) -> Samples:
    """The window of median level among those in which nothing is heard but this tone.

    A busy machine delays keys and interrupts the sound, so no tone has its place in time.
    """
    length = round(WINDOW_S * RATE)
    windows = sound[: len(sound) // length * length].reshape(-1, length)
    spectra = np.abs(np.fft.rfft(windows * np.hanning(length)))
    nearest = round(hertz * WINDOW_S)
    near = spectra[:, nearest - 2 : nearest + 3]
    is_pure = (near**2).sum(axis=1) > PURE * (spectra**2).sum(axis=1)
    levels = np.sqrt(np.mean(windows**2, axis=1))
    found = np.flatnonzero(is_pure & (levels > QUIET))
    assert len(found) >= FEWEST, f"{hertz} Hz was heard in {len(found)} windows"
    return windows[found[np.argsort(levels[found])[len(found) // 2]]]


def test_after_a_hundred_switches_all_are_heard_equally_loud(
    tmp_path: Path,
) -> None:
    report, heard = record(tmp_path / "home")
    gaps = silences(heard)
    found = steps(heard, gaps)
    largest = float(np.abs(np.diff(heard, n=4)).max())

    loudness = []
    for number, (hertz, _level) in enumerate(TONES):
        part = np.tile(typical_window(heard, hertz), 20)
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
