"""How long the frozen program takes to its first paint, beside a run from the sources."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from proof.report import Case, Report
from proof.room import ANNA, ProofProblem
from proof.stage import PROGRAM, ROOT, Stage

REPEATS = 9
_WORDS = {"--until-painted": "painted", "--until-ready": "ready"}


def compare(report: Report, stages: Sequence[Stage], python: Path, deb: Path, work: Path) -> None:
    """Source and package by turns: outside, where both have the same system, and in each root."""
    payload = work / "unpacked"
    subprocess.run(["dpkg-deb", "--extract", str(deb), str(payload)], check=True)
    frozen = payload / "usr/lib/producer-studio" / PROGRAM
    for platform in ("offscreen", "xcb"):
        with report.case("outside", f"start, {platform}") as case:
            for option, word in _WORDS.items():
                runs = _Runs(platform, stages[0].display, work)
                source = runs.outside([str(python), "-m", "producer_studio", "window", option])
                laps: dict[str, list[float]] = {"source": [], "frozen": []}
                for number in range(REPEATS + 1):
                    pair = (
                        _lap(*source, word),
                        _lap(*runs.outside([str(frozen), "window", option]), word),
                    )
                    # The first round compiles modules and warms the disk's cache.
                    for name, seconds in zip(laps, pair, strict=True) if number else ():
                        laps[name].append(seconds)
                _tell(case, word, laps)
    for stage in stages:
        with report.case(stage.suite, "start, offscreen") as case, stage.room() as room:
            laps = {"source": [], "frozen": []}
            runs = _Runs("offscreen", "", work)
            source = runs.outside(
                [str(python), "-m", "producer_studio", "window", "--until-painted"]
            )
            inside = room.command(ANNA, [PROGRAM, "window", "--until-painted"])
            for number in range(REPEATS + 1):
                pair = (_lap(*source, "painted"), _lap(inside, dict(os.environ), "painted"))
                for name, seconds in zip(laps, pair, strict=True) if number else ():
                    laps[name].append(seconds)
            _tell(case, "painted", laps)


class _Runs:
    """Programs that run outside the rooms, with a home of their own."""

    def __init__(self, platform: str, display: str, work: Path) -> None:
        # A shell that forbids compiled modules would measure the compiler.
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        self._environ = {
            **kept,
            "PYTHONPYCACHEPREFIX": str(work / "compiled"),
            "PRODUCER_STUDIO_HOME": str(work / "home"),
            "QT_QPA_PLATFORM": platform,
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }

    def outside(self, command: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        return list(command), self._environ


def _lap(command: Sequence[str], environ: Mapping[str, str], word: str) -> float:
    """Seconds from the start of a program until it says a word."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, env=environ, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - a pipe
        for line in process.stdout:
            if line.strip() == word:
                break
        else:
            raise ProofProblem(f"“{' '.join(command)}” never said “{word}”.")
        seconds = time.perf_counter() - begun
        process.communicate(timeout=120)
    return seconds


def _tell(case: Case, word: str, laps: Mapping[str, Sequence[float]]) -> None:
    source, frozen = statistics.median(laps["source"]), statistics.median(laps["frozen"])
    case.details[word] = {name: [round(one, 4) for one in those] for name, those in laps.items()}
    case.say(
        f"{word}: {frozen / source:.2f} × source ({frozen * 1000:.0f} : {source * 1000:.0f} ms, "
        f"medians of {len(laps['source'])})"
    )
