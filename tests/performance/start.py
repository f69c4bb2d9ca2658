"""From the start of the process to the first painted window, beside a bare window."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.performance.large_library import fill
from tests.performance.programs import Lap, Programs
from tests.performance.table import median, say

BARE = ("-m", "tests.performance.bare_window")
_STUDIO = ("-m", "producer_studio", "window", "--until-painted")
READY = ("-m", "producer_studio", "window", "--until-ready")


def measure(repeats: int) -> None:
    for count in (0, 1000):
        _measure(repeats, "offscreen", count)
    with _display() as display:
        if display:
            for count in (0, 1000):
                _measure(repeats, "xcb", count, display)


def _measure(repeats: int, platform: str, count: int, display: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        programs = Programs(Path(scratch), platform)
        programs.environ["DISPLAY"] = display
        if count:
            fill(programs.home / "library", count)
        laps: dict[str, list[Lap]] = {"bare window": [], "first paint": [], "whole window": []}
        for number in range(repeats + 1):
            run = (
                programs.lap("painted", *BARE),
                programs.lap("painted", *_STUDIO),
                programs.lap("ready", *READY),
            )
            # The first round compiles the modules and warms the disk's cache.
            for name, lap in zip(laps, run, strict=True) if number else ():
                laps[name].append(lap)
    floor = laps["bare window"]
    rows: list[list[object]] = [["", "ms", "least ms", "CPU ms", "ratio", "CPU ratio"]]
    for name, those in laps.items():
        wall, cpu = median([lap.wall_s for lap in those]), median([lap.cpu_s for lap in those])
        rows.append(
            [
                name,
                round(wall * 1000),
                round(min(lap.wall_s for lap in those) * 1000),
                round(cpu * 1000),
                f"{wall / median([lap.wall_s for lap in floor]):.2f}",
                f"{cpu / median([lap.cpu_s for lap in floor]):.2f}",
            ]
        )
    say(f"Start, {platform}, {count:,} clips (median of {repeats}, alternating; aim 1.6)", rows)


@contextmanager
def _display() -> Iterator[str]:
    """A virtual X display; empty where there is no Xvfb."""
    if shutil.which("Xvfb") is None:
        yield ""
        return
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield ":" + server.stdout.readline().strip()
    finally:
        server.terminate()
        server.communicate(timeout=30)
