"""Bare Debian roots, made by Debian's own debootstrap and kept as archives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SUITES = {"trixie": "Debian 13", "bookworm": "Debian 12"}
"""The current stable release and the one before it."""

_TOOLS = {"debootstrap": "debootstrap", "Xvfb": "xvfb"}
_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_SCRIPTS = Path("/usr/share/debootstrap/scripts")


def prepare_tools() -> None:
    """Sees that debootstrap and a display are there; as root on Debian's relatives by itself.

    Raises:
        CalledProcessError: apt-get did not succeed.
    """
    wanted = [package for tool, package in _TOOLS.items() if shutil.which(tool) is None]
    if not _KEYS.exists():
        wanted.append("debian-archive-keyring")
    if wanted:
        say("Installing from the system's packages: " + " ".join(wanted))
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--no-install-recommends", "-y", "-qq", *wanted]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL)


def archive(suite: str, folder: Path, *, fresh: bool) -> Path:
    """The archive of a bare root, made if it is not there yet or is to be new.

    Raises:
        CalledProcessError: debootstrap did not succeed; what it wrote is on stderr.
    """
    kept = folder / f"{suite}.tar"
    if kept.is_file() and not fresh:
        return kept
    say(f"Making a bare root of {SUITES[suite]} ({suite}) with debootstrap; kept as {kept}.")
    making = folder / f"{suite}.making"
    shutil.rmtree(making, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", f"--keyring={_KEYS}", suite, str(making)]
    mirror = own_mirror()
    command += [mirror] if mirror else []
    if not (_SCRIPTS / suite).exists():
        # An older debootstrap does not know the name yet; all of Debian's are made alike.
        command += ([] if mirror else [""]) + [str(_SCRIPTS / "sid")]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        sys.stderr.write(ended.stdout[-2000:] + ended.stderr[-2000:])
        ended.check_returncode()
    beside = kept.with_suffix(".part")
    subprocess.run(
        ["tar", "--create", f"--file={beside}", f"--directory={making}", "."], check=True
    )
    beside.replace(kept)
    shutil.rmtree(making)
    return kept


def unpack(kept: Path, folder: Path) -> Path:
    """A bare root as a folder."""
    folder.mkdir(parents=True)
    subprocess.run(["tar", "--extract", f"--file={kept}", f"--directory={folder}"], check=True)
    return folder


def own_mirror() -> str:
    """Where this machine gets Debian's packages from; empty where debootstrap has to know."""
    if shutil.which("apt-get") is None:
        return ""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Label: Debian"]
    asked += ["Component: main", "Created-By: Packages"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True)
    return next(iter(told.stdout.split()), "")


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
