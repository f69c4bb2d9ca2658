#!/usr/bin/env python3
"""Tries built artefacts as a user gets them: install, tour, listen, remove.

    python3 packaging/smoke.py dist                what this system can try of a folder
    python3 packaging/smoke.py --only .rpm dist    those with this ending; without any it fails

Needs nothing but Python. Packages are installed as this system does it, so a .deb and an .rpm want
root; an .rpm is tried where there is dnf, a .flatpak where there is flatpak. The program itself
judges what it has exported: it reads the files again and tells how long and how loud they are.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from archives import unpack

NAME = "producer-studio"
DESKTOP_ID = "io.github.producer_studio.ProducerStudio"

_TOUR_S = 900
_SETUP_S = 600
_SHORTEST_S = 5.0
_QUIETEST_LUFS = -40.0
_FEWEST_PICTURES = 10

Command = list[str]


class Unfit(Exception):
    """An artefact is not what it should be; says how."""


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser(description="Tests built artefacts as a user gets them.")
    asked.add_argument("places", nargs="+", type=Path, metavar="FILE|DIR")
    asked.add_argument("--only", metavar="ENDING", help="such as .deb")
    given = asked.parse_args(arguments)
    files = sorted(file for place in given.places for file in _files(place))
    chosen = [file for file in files if file.name.endswith(given.only or "")]
    tried = 0
    for file in chosen:
        way = _way(file)
        if way is None:
            continue
        print(f"{file.name}:", flush=True)
        try:
            with tempfile.TemporaryDirectory(prefix="smoke-") as work:
                try_one(way(file), version_of(file.name), Path(work))
        except (Unfit, OSError, subprocess.SubprocessError) as error:
            print(f"  {error}", file=sys.stderr)
            return 1
        tried += 1
    if not tried:
        print("There is nothing here that this system can try.", file=sys.stderr)
    return 0 if tried else 1


def try_one(artefact: AbstractContextManager[Command], version: str, work: Path) -> None:
    """Installs, tries and removes an artefact.

    Raises:
        Unfit: Something is not as it should be.
    """
    with artefact as command:
        program = Program(command, work)
        said = program.run("--version").strip()
        if said != f"Producer Studio {version}":
            raise Unfit(f"It reports “{said}”, but its name says {version}.")
        print("  starts", flush=True)
        folder = work / "tour"
        program.run("tour", "--to", str(folder), patience_s=_TOUR_S)
        judge(program, folder)
        print("  made the tour, and its MP3 and WAV can be heard", flush=True)


class Program:
    """The installed program, with a home of its own."""

    def __init__(self, command: Command, work: Path) -> None:
        self._command = command
        self._environ = {**os.environ, "PRODUCER_STUDIO_HOME": str(work / "home")}

    def run(self, *arguments: str, patience_s: float = 120, given: str = "") -> str:
        """Runs it and gives what it said.

        Raises:
            Unfit: It did not succeed.
        """
        ended = subprocess.run(
            [*self._command, *arguments], env=self._environ, input=given, capture_output=True,
            encoding="utf-8", errors="replace", timeout=patience_s, check=False,
        )  # fmt: skip
        if ended.returncode:
            words = (ended.stdout[-1500:] + ended.stderr[-3000:]).strip()
            raise Unfit(f"“{' '.join(arguments)}” ended with {ended.returncode}.\n{words}")
        return ended.stdout


def judge(program: Program, folder: Path) -> None:
    """Lets the program look at what its own tour has left.

    Raises:
        Unfit: Pictures or songs are missing, too short, or cannot be heard.
    """
    pictures = [path for path in folder.rglob("*.png") if path.stat().st_size]
    if len(pictures) < _FEWEST_PICTURES:
        raise Unfit(f"The tour took {len(pictures)} pictures.")
    for ending in (".mp3", ".wav"):
        songs = sorted(folder.rglob(f"*{ending}"))
        if not songs:
            raise Unfit(f"The tour exported no {ending[1:].upper()}.")
        asked = "".join(json.dumps(str(song)) + "\n" for song in songs)
        answers = program.run("measure", given=asked).splitlines()
        for song, answer in zip(songs, answers, strict=True):
            audible(song.name, json.loads(answer))


def audible(name: str, answer: dict[str, Any]) -> None:
    """Whether what was measured is a song.

    Raises:
        Unfit: It is not.
    """
    sound = answer.get("sound")
    if not sound:
        raise Unfit(f"{name} cannot be read: {answer}")
    if sound["duration_s"] < _SHORTEST_S:
        raise Unfit(f"{name} is {sound['duration_s']:.1f} s long.")
    loudness = sound["loudness_lufs"]
    if loudness is None or loudness < _QUIETEST_LUFS:
        raise Unfit(f"{name} cannot be heard: {loudness} LUFS.")


def version_of(name: str) -> str:
    """The version in an artefact's name.

    Raises:
        Unfit: There is none.
    """
    found = re.search(r"[-_](\d+(?:\.\d+)+(?:[a-z]+\d+)?)", name)
    if found is None:
        raise Unfit(f"{name} does not say its version.")
    return found[1]


# One way to each kind of artefact: a context in which the program is there, and its command.


@contextmanager
def debian_package(file: Path) -> Iterator[Command]:
    _do("apt-get", "install", "-y", "--no-install-recommends", str(file.resolve()))
    try:
        yield [f"/usr/bin/{NAME}"]
    finally:
        _do("apt-get", "purge", "-y", NAME)
    _gone(Path(f"/usr/lib/{NAME}"))


@contextmanager
def rpm_package(file: Path) -> Iterator[Command]:
    _do("dnf", "install", "-y", str(file.resolve()))
    try:
        yield [f"/usr/bin/{NAME}"]
    finally:
        _do("dnf", "remove", "-y", NAME)
    _gone(Path(f"/usr/lib/{NAME}"))


@contextmanager
def portable_folder(file: Path) -> Iterator[Command]:
    with tempfile.TemporaryDirectory(prefix="größe ") as folder:
        with tarfile.open(file) as archive:
            unpack(archive, Path(folder))
        found = [path for path in Path(folder).glob(f"*/{NAME}") if path.is_file()]
        if len(found) != 1:
            raise Unfit(f"There is not one program in it, but {len(found)}.")
        yield [str(found[0])]


@contextmanager
def windows_setup(file: Path) -> Iterator[Command]:
    place = Path(os.environ["LOCALAPPDATA"]) / "Programs" / "Producer Studio"
    _do(str(file.resolve()), "/S")
    try:
        # The other one has no console to speak to.
        yield [str(place / f"{NAME}-cli.exe")]
    finally:
        # With _? it works in place and is waited for, and leaves only itself. What follows that is
        # read as it stands, so it must not be quoted.
        _do(f'"{place / "uninstall.exe"}" /S _?={place}')
    _gone(place / "_internal")


@contextmanager
def macos_image(file: Path) -> Iterator[Command]:
    with tempfile.TemporaryDirectory() as folder:
        mounted, copied = Path(folder) / "image", Path(folder) / "Producer Studio.app"
        _do("hdiutil", "attach", "-nobrowse", "-readonly", "-mountpoint", str(mounted), str(file))
        try:
            _do("ditto", str(mounted / copied.name), str(copied))
        finally:
            _do("hdiutil", "detach", str(mounted))
        _do("codesign", "--verify", "--deep", "--strict", str(copied))
        yield [str(copied / "Contents" / "MacOS" / NAME)]


@contextmanager
def appimage(file: Path) -> Iterator[Command]:
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(shutil.copy2(file, folder))
        copied.chmod(0o755)
        # Without FUSE, which a container has not.
        yield [str(copied), "--appimage-extract-and-run"]


@contextmanager
def flatpak(file: Path) -> Iterator[Command]:
    _do("flatpak", "install", "--user", "-y", str(file.resolve()))
    try:
        # The tour writes where this process looks.
        here = f"--filesystem={tempfile.gettempdir()}"
        yield ["flatpak", "run", here, "--env=QT_QPA_PLATFORM=offscreen", DESKTOP_ID]
    finally:
        _do("flatpak", "uninstall", "--user", "-y", DESKTOP_ID)


Way = Callable[[Path], AbstractContextManager[Command]]

# By ending: the way, and what a system needs for it (a program, or the name of the system).
_WAYS: dict[str, tuple[Way, str]] = {
    ".deb": (debian_package, "apt-get"),
    ".rpm": (rpm_package, "dnf"),
    ".tar.gz": (portable_folder, "linux"),
    ".AppImage": (appimage, "linux"),
    ".flatpak": (flatpak, "flatpak"),
    "-setup.exe": (windows_setup, "win32"),
    ".dmg": (macos_image, "darwin"),
}


def _way(file: Path) -> Way | None:
    for ending, (way, needed) in _WAYS.items():
        if file.name.endswith(ending) and (sys.platform == needed or shutil.which(needed)):
            return way
    return None


def _files(place: Path) -> list[Path]:
    return [path for path in place.iterdir() if path.is_file()] if place.is_dir() else [place]


def _do(*command: str) -> None:
    """Runs a command; a single text is a whole line of Windows."""
    line = command if len(command) > 1 else command[0]
    ended = subprocess.run(
        line, capture_output=True, encoding="utf-8", errors="replace", timeout=_SETUP_S, check=False
    )
    if ended.returncode:
        words = (ended.stdout[-1500:] + ended.stderr[-1500:]).strip()
        raise Unfit(f"“{' '.join(command)}” ended with {ended.returncode}.\n{words}")


def _gone(path: Path) -> None:
    if path.exists():
        raise Unfit(f"{path} is left after it was removed.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
