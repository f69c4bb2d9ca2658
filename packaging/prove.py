#!/usr/bin/env python3
"""Tries the Debian package in bare Debian roots, as its users would use it; needs root and Linux.

    python3 packaging/prove.py                          the package in dist/
    python3 packaging/prove.py --deb FILE               another one
    python3 packaging/prove.py --suite trixie --case tour --case removal
    python3 packaging/prove.py --fresh                  with newly made roots

Debian's debootstrap makes the roots once; they are kept in build/proof/roots. Everything happens in
namespaces of its own (mounts, processes, network), so nothing is left mounted or running, however
this ends. What was found is printed, and written to build/proof/report.json beside pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import start

ROOT = start.ROOT
FOLDER = ROOT / "build" / "proof"
INSIDE = "--inside"

_SPACES = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private"]


def run(to: Path, deb: Path | None = None, previous: Path | None = None, *more: str) -> int:
    """Proves a package and returns the exit code: 0 when everything holds.

    Args:
        to: The folder with the built packages.
        deb: The package, if not the newest one in `to`.
        previous: An older one to upgrade from; made from the history if left out.
        more: Further options, such as "--fresh".
    """
    found = deb or newest(to)
    if found is None:
        return start.fail(f"There is no .deb in {to}: “python3 packaging/build.py” makes one.")
    if sys.platform != "linux" or os.geteuid() != 0:
        return start.fail(
            "The proof mounts bare Debian systems and goes into them, which takes Linux and root:\n"
            f"  sudo {sys.executable} {Path(__file__).resolve()} --deb {found}"
        )
    given = ["--deb", str(found.resolve()), *more]
    given += ["--previous", str(previous.resolve())] if previous else []
    inside = [sys.executable, str(Path(__file__).resolve()), INSIDE, *given]
    # However this process ends, the other one and all it has mounted and started end with it.
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", *_SPACES, *inside]
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.kill()
        process.wait()
        return start.fail("Stopped. Nothing is left mounted or running.")
    finally:
        shutil.rmtree(FOLDER / "work", ignore_errors=True)


def newest(to: Path) -> Path | None:
    """The .deb in a folder that was built last."""
    return max(to.glob("*.deb"), key=lambda path: path.stat().st_mtime, default=None)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--deb", type=Path, metavar="FILE", help="the newest in dist/ if left out")
    options.add_argument("--previous", type=Path, metavar="FILE", help="an older .deb")
    options.add_argument("--fresh", action="store_true", help="make the bare roots anew")
    options.add_argument("--suite", action="append", help="this Debian alone; again for more")
    options.add_argument("--case", action="append", help="this case alone; again for more")
    options.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    return options


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    if not asked.inside:
        more = [
            f"--{name}={one}" for name in ("suite", "case") for one in getattr(asked, name) or ()
        ]
        more += ["--fresh"] if asked.fresh else []
        return run(ROOT / "dist", asked.deb, asked.previous, *more)
    from proof.course import Course  # needs the Python of the environment

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return Course(asked.deb, asked.previous, FOLDER, environment()).run(
        asked.suite, asked.case, fresh=asked.fresh
    )


def environment() -> Path:
    """The Python that knows PySide6, the codecs and PyInstaller: the one that builds."""
    for folder in (ROOT / "build" / "environment", start.ENVIRONMENT):
        if (folder / "bin" / "python").exists():
            return folder / "bin" / "python"
    raise SystemExit(start.fail("Set up first: python3 packaging/build.py --only freeze"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
