"""Every style of Demo Studio, as an automatic listener hears it; run as a process of its own.

python -m tests.performance styles, or for some: python -m tests.performance.styles SEED STYLE …
"""

import subprocess
import sys
from itertools import combinations

import numpy as np

from producer_studio.sandbox.music.piece_rendering import Piece, perform
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.styles import STYLES
from tests.support.listener import (
    BAND_EDGES_HZ,
    Heard,
    distance,
    listen,
    onset_correlation,
    onset_curve,
)

_RATIOS = {1.0: "1", 0.5: "1/2", 2.0: "2", 2 / 3: "2/3", 3 / 2: "3/2", 4 / 3: "4/3", 3 / 4: "3/4"}
_TAKES = ("pop, 110 bpm", "lofi, 80 bpm", "house, 124 bpm", "rock, 120 bpm", "jazz, 120 bpm")


def measure(_repeats: int) -> None:
    subprocess.run([sys.executable, "-m", "tests.performance.styles", "1"], check=True)


def main(seed: str, names: list[str]) -> None:
    bands = " ".join(f"{edge:>5}" for edge in BAND_EDGES_HZ[:-1])
    head = "style       meter  bpm  heard    key onsets/s   1/8  1/16   1/3"
    print(f"{head}  octaves from Hz, dB: {bands}")
    heard: dict[str, Heard] = {}
    for name in names or STYLES:
        made = perform(Piece(sound=name, instrumental=True, seed=seed))
        plan = MusicPlan.from_json(made.plan)
        heard[name] = listen(made.mix, plan.bpm, plan.offset_s, plan.beats)
        print(_row(name, plan, heard[name]), flush=True)
    pairs = sorted((distance(heard[a], heard[b]), a, b) for a, b in combinations(heard, 2))
    near = ", ".join(f"{a} and {b} {apart:.2f}" for apart, a, b in pairs[:5])
    print(f"{len(heard)} styles; the nearest pairs: {near}; median {pairs[len(pairs) // 2][0]:.2f}")
    for sound in () if names else _TAKES:
        takes = [perform(Piece(sound=sound, instrumental=True, seed=one)) for one in "1234"]
        curves = [onset_curve(take.mix.mean(axis=1)) for take in takes]
        alike = [onset_correlation(*pair) for pair in combinations(curves, 2)]
        found = f"onset correlation {np.mean(alike):.2f}, at most {max(alike):.2f}"
        print(f"four takes of {sound}: {found}")


def _row(name: str, plan: MusicPlan, one: Heard) -> str:
    ratio = next((r for r in _RATIOS if abs(one.bpm / plan.bpm / r - 1) < 0.02), None)
    said = f"{plan.bpm:5.0f} {'x ' + _RATIOS[ratio] if ratio else f'{one.bpm:.0f} ?':>6}"
    key = f"{one.key}{'' if one.mode == 'major' else 'm'}"
    wrong = "" if (one.key, one.mode) == (plan.to_json()["key"], plan.mode) else "?"
    grid = f"{one.grid[6]:.2f}  {one.grid[3] + one.grid[9]:.2f}  {one.grid[4] + one.grid[8]:.2f}"
    bands = " ".join(f"{band:5.0f}" for band in one.bands_db)
    told = f"{name:11} {plan.meter:5} {said} {key + wrong:>6} {one.onsets_per_s:8.1f}"
    return f"{told}  {grid} {bands:>67}"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "1", sys.argv[2:])
