#!/usr/bin/env python3
"""Builds what this system can build: packages for Linux, a setup for Windows, an image for macOS.

    python3 packaging/build.py                    everything, into dist/
    python3 packaging/build.py --only freeze      the program's folder alone, into build/payload/
    python3 packaging/build.py --only installer   the setup for Windows, on any system
    python3 packaging/build.py --prove            the packages of Linux tried in bare Debian systems

Starts with the standard library and makes itself an environment, `build/environment`, from the
lock file. The same commit and the same versions of the tools give the same bytes (but for the setup
for Windows); the time that is written into them is the commit's, or SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import start

ROOT = start.ROOT
ENVIRONMENT = ROOT / "build" / "environment"
PAYLOAD = ROOT / "build" / "payload"

KINDS = {
    "freeze": "the program's folder, in build/payload/",
    "packages": "Linux: .deb, .rpm, .tar.gz",
    "installer": "Windows: the setup; elsewhere its script is compiled around a stand-in",
    "image": "macOS: .dmg",
    "papers": "checksums, bill of materials and the release announcement",
}
USUAL = {
    "win32": ("freeze", "installer", "papers"),
    "darwin": ("freeze", "image", "papers"),
}.get(sys.platform, ("freeze", "packages", "papers"))

# Each program that building calls on Debian and its relatives, and the package that has it.
BUILD_TOOLS = {
    "strip": "binutils",
    "dpkg-deb": "dpkg",
    "makensis": "nsis",
}


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    if Path(sys.prefix) != ENVIRONMENT:
        try:
            prepare_tools()
            start.prepare_environment("packaging", ENVIRONMENT)
        except subprocess.CalledProcessError as error:
            return start.fail(f"“{' '.join(map(str, error.cmd))}” failed.")
        again = [str(start.python(ENVIRONMENT)), str(Path(__file__).resolve()), *arguments]
        return subprocess.run(again, check=False).returncode
    if asked.prove:
        return prove(asked.to)
    return build_or_say(asked.only or USUAL, asked.to)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description="Builds what this system can build.",
        epilog="\n".join(f"{name:12}{what}" for name, what in KINDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "--only", action="append", choices=list(KINDS), help="one of those below; again for more"
    )
    options.add_argument(
        "--to", type=Path, default=ROOT / "dist", metavar="DIR", help="dist/ if left out"
    )
    options.add_argument(
        "--prove", action="store_true", help="try the packages in bare Debian systems, as root"
    )
    return options


def prepare_tools() -> None:
    """Installs Debian packages that are missing, as root; names them otherwise.

    Raises:
        CalledProcessError: apt-get did not succeed.
    """
    if sys.platform != "linux" or shutil.which("apt-get") is None:
        return
    missing = sorted({deb for name, deb in BUILD_TOOLS.items() if shutil.which(name) is None})
    if missing and os.geteuid() != 0:
        raise SystemExit(start.fail(f"Run this once:\n  sudo {start.apt(missing)}"))
    if missing:
        start.install(missing)
    start.prepare_system(testing=False)


def version() -> str:
    """The one place that says it is the program itself."""
    text = (ROOT / "producer_studio" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit(start.fail("producer_studio/__init__.py does not say its version."))
    return found[1]


def epoch() -> int:
    """The time that everything built carries, in seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        return int(given)
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    if told.returncode == 0:
        return int(told.stdout)
    # Sources without their history: as old as what was changed last.
    return int(max(path.stat().st_mtime for path in (ROOT / "producer_studio").rglob("*.py")))


def build_or_say(kinds: Iterable[str], to: Path) -> int:
    """Builds and returns the exit code; what cannot be built is said in a sentence."""
    # These need the environment, see `build`.
    from licences import LicenceMissing
    from macos_bundle import BundleProblem
    from manifest import ManifestProblem
    from sbom import BillProblem
    from windows_installer import InstallerProblem

    try:
        build(kinds, to)
    except subprocess.CalledProcessError as error:
        return start.fail(f"“{error.cmd[0]}” failed; see the output above.")
    except (BillProblem, BundleProblem, InstallerProblem, LicenceMissing, ManifestProblem) as told:
        return start.fail(str(told))
    return 0


def build(kinds: Iterable[str], to: Path) -> list[Path]:
    """Builds these kinds, as far as this system can, and returns what was written into `to`."""
    # They need the environment, which the first start of this file only makes.
    import freeze
    import linux_packages
    import macos_bundle
    import manifest
    import sbom
    import windows_installer

    to.mkdir(parents=True, exist_ok=True)
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    payload = PAYLOAD / freeze.NAME
    if "freeze" in kinds or not payload.is_dir():
        freeze.freeze(PAYLOAD, epoch())
    made: list[Path] = []
    if "packages" in kinds:
        made += linux_packages.build(payload, version(), to)
    if "installer" in kinds:
        made += windows_installer.build(payload, version(), to)
    if "image" in kinds:
        made += macos_bundle.build(payload, version(), to)
    if "papers" in kinds:
        made += sbom.build(payload, version(), to)
        made += manifest.build(sorted(made), version(), to)
    for path in made:
        sys.stdout.write(f"{path}: {freeze.megabytes(path.stat().st_size)}\n")
    return made


def prove(to: Path) -> int:
    import prove as debian  # needs the environment, see `build`

    return debian.run(to)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
