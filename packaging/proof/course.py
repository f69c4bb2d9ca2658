"""The whole proof: roots, layers, cases, report."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from proof import guarding, installing, roots, starting, using
from proof.display import virtual_display
from proof.previous import previous_package
from proof.report import Report, table
from proof.room import ANNA, ZOE, Layers, opened
from proof.stage import ROOT, Stage

CASES: dict[str, Callable[[Stage], None]] = {
    "tour": using.tour,
    "window": using.window,
    "people": using.people,
    "children": using.children,
    "crash": guarding.crash,
    "keychain": guarding.keychain,
    "no-keychain": guarding.no_keychain,
    "removal": installing.remove,
    "upgrade": installing.upgrade,
}
START = "start"


class Course:
    """One proof of one package.

    Args:
        previous: An older package to upgrade from; None for one made from the history.
        folder: Where roots, pictures and the report are kept.
        python: The environment's Python.
    """

    def __init__(self, deb: Path, previous: Path | None, folder: Path, python: Path) -> None:
        self._deb = deb
        self._previous = previous
        self._folder = folder
        self._python = python
        self._work = folder / "work"
        self._report = Report()

    def run(self, suites: Sequence[str] | None, cases: Sequence[str] | None, *, fresh: bool) -> int:
        """Tries every case in every root, or those that are named; 0 when all hold."""
        unknown = {*(cases or ())} - {*CASES, START} | {*(suites or ())} - {*roots.SUITES}
        if unknown:
            roots.say(
                f"There is no {', '.join(sorted(unknown))}. Cases: {', '.join([*CASES, START])}."
            )
            return 2
        roots.prepare_tools()
        chosen = [name for name in CASES if not cases or name in cases]
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        self._use_memory_if_need_be()
        previous = self._older_package() if "upgrade" in chosen else None
        if previous is None:
            chosen = [name for name in chosen if name != "upgrade"]
        with virtual_display() as display:
            stages = []
            for suite in suites or roots.SUITES:
                stage = self._stage(suite, previous or self._deb, display.name, fresh=fresh)
                stages.append(stage)
                installing.install(stage)
                if not self._report.cases[-1].holds and stage.installed is stage.bare:
                    continue
                for name in chosen:
                    CASES[name](stage)
                    stage.tidy()
            if not cases or START in cases:
                starting.compare(self._report, stages, self._python, self._deb, self._work)
        return self._tell()

    def _older_package(self) -> Path | None:
        if self._previous:
            return self._previous
        with self._report.case("outside", "older package") as case:
            made = previous_package(ROOT, self._deb, self._python, self._folder / "previous")
            case.say(f"{made.name}, from the history")
            return made
        return None

    def _stage(self, suite: str, previous: Path, display: str, *, fresh: bool) -> Stage:
        kept = roots.archive(suite, self._folder / "roots", fresh=fresh)
        bare = Layers((roots.unpack(kept, self._work / suite),))
        packages = self._folder / "roots" / f"{suite}-packages"
        (packages / "partial").mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._folder / suite, ignore_errors=True)
        binds = [(Path("/etc/resolv.conf"), "/etc/resolv.conf")]
        with opened(bare, self._work / f"{suite}-people", alone=False, binds=binds) as room:
            room.run(None, "apt-get", "-q", "update")
            for one in (ANNA, ZOE):
                told = ["--create-home", "--home-dir", one.home, "--uid", str(one.number)]
                room.run(None, "useradd", *told, "--shell", "/bin/sh", one.name)
            bare = room.layers
        return Stage(
            suite=suite, deb=self._deb, previous=previous, python=self._python, work=self._work,
            kept=self._folder, packages=packages, display=display, report=self._report,
            bare=bare, installed=bare,
        )  # fmt: skip

    def _use_memory_if_need_be(self) -> None:
        """Layers cannot lie on a file system that is made of layers itself, as in a container."""
        places = [self._work / f"trial-{name}" for name in ("lower", "upper", "work", "root")]
        for place in places:
            place.mkdir()
        lower, upper, work, root = places
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        command = ["mount", "-t", "overlay", "overlay", "-o", options, str(root)]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            subprocess.run(["umount", str(root)], check=True)
            return
        roots.say("Overlays do not work on this file system; memory is used instead.")
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(self._work)], check=True)

    def _tell(self) -> int:
        cases = self._report.cases
        self._report.write(self._folder / "report.json", package=self._deb.name)
        print("\n" + table(cases))
        print(f"\nPictures, songs and all figures: {self._folder}")
        return 0 if self._report.holds else 1
