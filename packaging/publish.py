#!/usr/bin/env python3
"""Puts together what several systems have built, and drafts the release; a person publishes it.

    python3 packaging/publish.py gather FOLDER --to dist    one folder for all of it, with checksums
    python3 packaging/publish.py draft dist --tag v0.1.0    a draft, by the gh program

With --only-say `draft` prints the command instead of running it. The environment is build.py's.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import start


class ReleaseProblem(Exception):
    """What was built is no release; says why."""


WANTED = (
    "_amd64.deb",
    ".x86_64.rpm",
    "-linux-x86_64.tar.gz",
    ".AppImage",
    ".flatpak",
    "-setup.exe",
    "-arm64.dmg",
    "-x86_64.dmg",
)
"""How the names of a whole release's files end; others may be beside them."""


def main(arguments: list[str]) -> int:
    import build  # alone: beside others its place would depend on the folder build/

    asked = parser().parse_args(arguments)
    if Path(sys.prefix) != build.ENVIRONMENT:
        try:
            start.prepare_environment("packaging", build.ENVIRONMENT)
        except subprocess.CalledProcessError as error:
            return start.fail(f"“{' '.join(map(str, error.cmd))}” failed.")
        again = [str(start.python(build.ENVIRONMENT)), str(Path(__file__).resolve()), *arguments]
        return subprocess.run(again, check=False).returncode
    from manifest import ManifestProblem  # needs the Python of the environment, as below

    os.environ["SOURCE_DATE_EPOCH"] = str(build.epoch())
    try:
        if asked.what == "gather":
            for path in gather(asked.folder, build.version(), asked.to):
                print(path)
            return 0
        command = draft(asked.folder, build.version(), asked.tag)
        if asked.only_say:
            print(shlex.join(command))
            return 0
        return subprocess.run(command, check=False).returncode
    except (ReleaseProblem, ManifestProblem) as problem:
        return start.fail(str(problem))


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="Assembles a release and drafts it.")
    kinds = options.add_subparsers(dest="what", required=True)
    one = kinds.add_parser("gather", help="copy all built files into one folder")
    one.add_argument("folder", type=Path, help="with a folder for each system")
    one.add_argument("--to", type=Path, default=start.ROOT / "dist", metavar="DIR")
    other = kinds.add_parser("draft", help="make a draft of a gathered folder")
    other.add_argument("folder", type=Path)
    other.add_argument("--tag", required=True)
    other.add_argument("--only-say", action="store_true", help="print the command")
    return options


def gather(folder: Path, version: str, to: Path) -> list[Path]:
    """Copies every artefact below `folder` into `to`, and writes checksums and the announcement.

    Raises:
        ReleaseProblem: Something is missing, of another version, or there twice.
        ManifestProblem: The announcement cannot be written.
    """
    import manifest

    # Each system has written those of its own files; the release has one of each.
    papers = {manifest.SUMS, manifest.ANNOUNCEMENT}
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in papers)
    names = [path.name for path in found]
    for name in names:
        if version not in name:
            raise ReleaseProblem(f"{name} is not of version {version}.")
        if names.count(name) > 1:
            raise ReleaseProblem(f"{name} was built twice.")
    missing = [ending for ending in WANTED if not any(name.endswith(ending) for name in names)]
    if missing:
        raise ReleaseProblem(f"No file ends in {' or '.join(missing)}.")
    to.mkdir(parents=True, exist_ok=True)
    there = sorted(path.name for path in to.iterdir())
    if there:
        raise ReleaseProblem(f"{to} is not empty: {there[0]}")
    copied = [Path(shutil.copy2(path, to)) for path in found]
    return [*copied, *manifest.build(copied, version, to)]


def draft(folder: Path, version: str, tag: str) -> list[str]:
    """The command that makes the draft, with what changed as its text.

    Raises:
        ReleaseProblem: The tag is another version's, or the files are not as the papers say.
    """
    import manifest

    if tag != f"v{version}":
        raise ReleaseProblem(f"The tag is {tag}, and the program says that it is {version}.")
    problems = manifest.check(folder)
    if problems:
        raise ReleaseProblem(" ".join(problems))
    lines = [f"- {line}" for line in manifest.notes(version)]
    notes = Path(tempfile.mkdtemp(prefix="release-")) / "notes.md"
    notes.write_text("\n".join([*lines, ""]), "utf-8")
    files = sorted(str(path) for path in folder.iterdir())
    command = ["gh", "release", "create", tag, "--draft", "--verify-tag"]
    command += ["--title", f"Producer Studio {version}", "--notes-file", str(notes)]
    return [*command, *files]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
