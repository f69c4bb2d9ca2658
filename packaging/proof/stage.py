"""What the cases of one root work with."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proof.display import SOCKETS
from proof.report import Case, Report
from proof.room import Layers, Person, ProofProblem, Room, opened

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "producer-studio"
INSTALLED = "/usr/lib/producer-studio/producer-studio"
LIBRARY = "Music/Producer Studio"
JUDGE = Path(__file__).with_name("judge.py")


@dataclass
class Stage:
    """One root and everything that is tried on it.

    Attributes:
        suite: Debian's name for the release.
        deb: The package that is shown to be good.
        previous: An older one, of the library's schema before.
        python: The environment's Python, which looks at sounds and pictures from outside.
        work: For roots and layers; removed afterwards.
        kept: Where pictures and songs stay.
        packages: Packages that apt has fetched before.
        display: What DISPLAY has to say in a room.
        bare: The root as debootstrap made it, with two ordinary users.
        installed: The same with the package and what it depends on.
    """

    suite: str
    deb: Path
    previous: Path
    python: Path
    work: Path
    kept: Path
    packages: Path
    display: str
    report: Report
    bare: Layers
    installed: Layers
    rooms: int = 0
    facts: dict[str, Any] = field(default_factory=dict)

    def case(self, name: str) -> AbstractContextManager[Case]:
        return self.report.case(self.suite, name)

    @contextmanager
    def room(
        self,
        layers: Layers | None = None,
        *,
        alone: bool = True,
        read_only: bool = False,
        shows: bool = False,
    ) -> Iterator[Room]:
        """A fresh room, with the package installed unless other layers are named.

        Args:
            alone: Whether it has no network.
            read_only: Whether only homes and the like can be written to.
            shows: Whether windows appear on the display; otherwise they are drawn into memory.
        """
        self.rooms += 1
        upper = self.work / f"{self.suite}-{self.rooms}"
        binds = [(SOCKETS, "/tmp/.X11-unix")] if shows else []  # noqa: S108 - X's own place
        if not alone:
            binds = [
                (Path("/etc/resolv.conf"), "/etc/resolv.conf"),
                (self.packages, "/var/cache/apt/archives"),
                (self.deb.parent, "/mnt/new"),
                (self.previous.parent, "/mnt/old"),
            ]
        chosen = layers or self.installed
        with opened(chosen, upper, alone=alone, read_only=read_only, binds=binds) as room:
            drawn = {"QT_QPA_PLATFORM": "offscreen"}
            room.environ |= {"DISPLAY": self.display} if shows else drawn
            yield room

    def tidy(self) -> None:
        """Removes what was written in rooms that no other stands on."""
        for folder in self.work.glob(f"{self.suite}-[0-9]*"):
            if folder not in self.installed.folders:
                shutil.rmtree(folder)

    def install(self, layers: Layers, *packages: str) -> tuple[Layers, str]:
        """Lets apt install packages with what they depend on, and nothing that is recommended.

        Gives the layers with them, and what apt said.
        """
        with self.room(layers, alone=False) as room:
            said = apt(room, "install", "--no-install-recommends", *packages)
            return room.layers, said

    def judge(self, what: str, paths: Sequence[Path]) -> list[dict[str, Any]]:
        """What `judge.py` says of each file.

        Raises:
            ProofProblem: One of them cannot even be opened.
        """
        ended = subprocess.run(
            [str(self.python), str(JUDGE), what, *map(str, paths)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        if ended.returncode:
            raise ProofProblem(f"The files could not be judged:\n{ended.stderr[-1500:]}")
        return [json.loads(line) for line in ended.stdout.splitlines()]


def apt(room: Room, *arguments: str) -> str:
    quiet = ["-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Keep-Downloaded-Packages=true"]
    return room.run(
        None, "apt-get", *quiet, *arguments, environ={"DEBIAN_FRONTEND": "noninteractive"}
    )


def studio(room: Room, person: Person, *arguments: str, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Runs a command of the program in JSON and gives its lines; `options` as `Room.run` has."""
    said = room.run(person, PROGRAM, *arguments, "--json", **options)
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def make_song(room: Room, person: Person, title: str) -> str:
    """Lets Demo Studio make one clip in somebody's own library; gives its id."""
    studio(room, person, "accounts", "add", "demo", "--service", "demo")
    words = ["--sound", "calm piano with soft strings and brushed drums, 80 bpm, late and warm"]
    studio(room, person, "generate", "--account", "demo", *words, "--title", title, "--seed", "7")
    found = [clip for clip in studio(room, person, "library", "search") if clip["title"] == title]
    if len(found) != 1:
        raise ProofProblem(f"“{title}” is {len(found)} times in the library of {person.name}.")
    return str(found[0]["id"])
