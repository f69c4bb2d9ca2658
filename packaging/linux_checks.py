#!/usr/bin/env python3
"""Has Debian's own checker read the .deb: no error and no warning but those that say their reason.

    python3 packaging/linux_checks.py                the newest package in dist/
    python3 packaging/linux_checks.py FILE.deb       another one

It takes a minute or two. On Debian and its relatives the checker is installed if this runs as root.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import start

_CHECKER = "lintian"


def main(arguments: list[str]) -> int:
    given = [Path(one) for one in arguments]
    built = sorted((start.ROOT / "dist").glob("*.deb"), key=lambda path: path.stat().st_mtime)
    files = given or built[-1:]
    if not files:
        return start.fail("There is no .deb in dist: “python3 packaging/build.py” makes one.")
    if shutil.which(_CHECKER) is None:
        start.install([_CHECKER])
    return check(files[-1])


def check(deb: Path) -> int:
    """Prints what is found, overridden or not; 0 when nothing is left to be mended.

    Raises:
        FileNotFoundError: The checker is not installed.
    """
    command = [
        _CHECKER, "--no-cfg", "--allow-root", "--show-overrides", "--fail-on", "none",
        "--tag-display-limit", "0", str(deb),
    ]  # fmt: skip
    told = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    print(told.stdout, end="")
    left = unexcused(told.stdout)
    print(f"{deb.name}: {len(left)} errors and warnings without a reason")
    return 1 if left or told.returncode else 0


def unexcused(told: str) -> list[str]:
    """The errors and warnings that no override covers.

    Its own exit code does not say it: some releases of it count what is overridden, too.
    """
    return [line for line in told.splitlines() if line.startswith(("E: ", "W: "))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
