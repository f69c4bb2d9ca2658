#!/usr/bin/env python3
"""Tries the README's first command in a bare Debian root, where nothing is installed yet.

    python3 packaging/bare_tour.py [SUITE]       "trixie" (Debian 13) unless another one is named

The committed state of the checkout is put into the root, Python is installed there, and
`packaging/start.py` has to bring all the rest and lead through the tour. That takes Linux, root,
mounts and Debian's debootstrap; where no bare root is to be had, this says so and ends with 0.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import start
from proof import roots
from proof.room import Layers, ProofProblem, Room, opened

FOLDER = start.ROOT / "build" / "bare-tour"
CHECKOUT = "/opt/studio"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_LAST = 40
"""Lines of the tour's output that are printed."""


class NoRoot(Exception):
    """There is no bare root to be had here; the sentence says why."""


def main(arguments: list[str]) -> int:
    suite = arguments[0] if arguments else "trixie"
    shutil.rmtree(FOLDER / "work", ignore_errors=True)
    try:
        said = tour(bare_root(suite))
    except NoRoot as reason:
        start.say(f"The tour in a bare Debian was NOT tried: {reason}")
        return 0
    except ProofProblem as problem:
        return start.fail(f"The tour in a bare Debian ({suite}) failed: {problem}")
    finally:
        shutil.rmtree(FOLDER / "work", ignore_errors=True)
    sys.stdout.write("\n".join(said.splitlines()[-_LAST:]) + "\n")
    sys.stdout.write(f"The tour in a bare Debian ({suite}) came to its end.\n")
    return 0


def bare_root(suite: str) -> Path:
    """A newly unpacked root.

    Raises:
        NoRoot: It cannot be made on this machine.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoRoot("it takes Linux and root.")
    if shutil.which("debootstrap") is None and shutil.which("apt-get") is None:
        raise NoRoot("debootstrap is not installed.")
    try:
        roots.prepare_tools()
        kept = roots.archive(suite, FOLDER / "roots", fresh=False)
        return roots.unpack(kept, FOLDER / "work" / "root")
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoRoot(f"a root could not be made ({error}).") from error


def tour(root: Path) -> str:
    """What the first command of the README printed in the root.

    Raises:
        NoRoot: Nothing can be mounted on this machine.
        ProofProblem: It did not end well.
    """
    upper = FOLDER / "work" / "tour"
    checkout = upper / CHECKOUT.lstrip("/")
    checkout.mkdir(parents=True)
    packed = subprocess.run(
        ["git", "archive", "HEAD"], cwd=start.ROOT, check=True, capture_output=True
    )
    subprocess.run(["tar", "--extract"], cwd=checkout, input=packed.stdout, check=True)
    binds = [(Path("/etc/resolv.conf"), "/etc/resolv.conf")]
    try:
        with opened(Layers((root,)), upper, alone=False, binds=binds) as room:
            return _first_command(room)
    except ProofProblem as problem:
        if "could not be made" in str(problem):
            raise NoRoot(str(problem)) from problem
        raise


def _first_command(room: Room) -> str:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    room.run(None, "apt-get", "update", "-qq", environ=quiet)
    install = ("apt-get", "install", "--no-install-recommends", "-y", "-qq")
    room.run(None, *install, "python3", "ca-certificates", environ=quiet)
    given = Path(_CERTIFICATES)
    if given.is_file():
        # This machine's, with those of its own network.
        room.run(None, "tee", _CERTIFICATES, said=given.read_text("utf-8"))
    environ = {name: value for name, value in os.environ.items() if name.lower() in _PROXIES}
    environ["PIP_CERT"] = _CERTIFICATES
    return room.run(None, "python3", f"{CHECKOUT}/packaging/start.py", environ=environ)


_PROXIES = {"http_proxy", "https_proxy", "no_proxy", "all_proxy"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
