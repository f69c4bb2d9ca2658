"""How long the frozen program takes to its first paint, beside a run from the sources."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from proof.report import Case, Report
from proof.room import ANNA, ProofProblem
from proof.stage import INSTALLED, PROGRAM, ROOT, Stage

REPEATS = 9
_WORDS = {"--until-painted": "painted", "--until-ready": "ready"}


@dataclass(frozen=True)
class Lap:
    """One run up to its word: seconds by the clock, and of all cores to its end."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Run:
    """A program to be started again and again, and the word that it says when it is there."""

    command: Sequence[str]
    environ: Mapping[str, str]
    word: str

    def lap(self) -> Lap:
        """Starts it and waits for its word.

        Raises:
            ProofProblem: It never says it.
        """
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        with subprocess.Popen(
            self.command, env=self.environ, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None  # noqa: S101 - a pipe
            if not any(line.strip() == self.word for line in process.stdout):
                raise ProofProblem(f"“{' '.join(self.command)}” never said “{self.word}”.")
            wall = time.perf_counter() - begun
            process.communicate(timeout=120)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Lap(wall, used)


def compare(report: Report, stages: Sequence[Stage], python: Path, deb: Path, work: Path) -> None:
    """Source and package by turns: outside, where both have the same system, and in each root."""
    payload = work / "unpacked"
    subprocess.run(["dpkg-deb", "--extract", str(deb), str(payload)], check=True)
    frozen = [str(payload / INSTALLED.lstrip("/")), "window"]
    source = [str(python), "-m", "producer_studio", "window"]
    for platform in ("offscreen", "xcb"):
        environ = _environ(platform, stages[0].display, work)
        with report.case("outside", f"start, {platform}") as case:
            for option, word in _WORDS.items():
                _by_turns(
                    case,
                    Run([*source, option], environ, word),
                    Run([*frozen, option], environ, word),
                )
    option, word = next(iter(_WORDS.items()))
    outside = Run([*source, option], _environ("offscreen", "", work), word)
    for stage in stages:
        with report.case(stage.suite, "start, offscreen") as case, stage.room() as room:
            inside = room.command(ANNA, [PROGRAM, "window", option])
            _by_turns(case, outside, Run(inside, os.environ, word))


def _environ(platform: str, display: str, work: Path) -> dict[str, str]:
    """That of a program outside the rooms, with a home of its own."""
    # A shell that forbids compiled modules would measure the compiler.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(work / "compiled"),
        "PRODUCER_STUDIO_HOME": str(work / "home"),
        "QT_QPA_PLATFORM": platform,
        "DISPLAY": display,
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }


def _by_turns(case: Case, source: Run, frozen: Run) -> None:
    # The first round compiles modules and warms the disk's cache.
    laps = [(source.lap(), frozen.lap()) for _ in range(REPEATS + 1)][1:]
    walls = [[pair[side].wall_s for pair in laps] for side in (0, 1)]
    times = [[pair[side].cpu_s for pair in laps] for side in (0, 1)]
    (from_source, from_package), (cpu_source, cpu_package) = (
        [statistics.median(one) for one in those] for those in (walls, times)
    )
    case.details[frozen.word] = {"source": [asdict(one) for one, _ in laps]}
    case.details[frozen.word]["frozen"] = [asdict(one) for _, one in laps]
    case.say(
        f"{frozen.word}: {from_package / from_source:.2f} × source by the clock "
        f"({from_package * 1000:.0f} : {from_source * 1000:.0f} ms), "
        f"{cpu_package / cpu_source:.2f} × in CPU time, medians of {len(laps)}"
    )
