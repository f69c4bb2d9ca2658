"""Installation method of this copy, and the update instructions for it."""

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from producer_studio.domain.release import Artefact, Installation, Release, find_artefact
from producer_studio.translation import Message, mark
from producer_studio.translation.numbers import FixedDecimal

_SYSTEM_FOLDERS = ("/usr/", "/opt/")
_DPKG_LIST = "var/lib/dpkg/info/producer-studio.list"
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}
_BYTES_PER_MB = 1_000_000

_UPDATE_INSTRUCTIONS = {
    Installation.DEB: (
        mark(
            "This copy was installed from a .deb package. Update it with your package manager, or "
            "install the new .deb from the page."
        )
    ),
    Installation.RPM: (
        mark(
            "This copy was installed from an .rpm package. Update it with your package manager, or "
            "install the new .rpm from the page."
        )
    ),
    Installation.FLATPAK: mark("This copy is a Flatpak: update it with “flatpak update”."),
    Installation.APPIMAGE: (
        mark(
            "This copy is an AppImage. Download the new AppImage from the page, and replace this "
            "file with it."
        )
    ),
    Installation.FOLDER: (
        mark(
            "This copy is a folder. Download the new one from the page, unpack it, and delete this "
            "one. Your library and settings are stored elsewhere and are kept."
        )
    ),
    Installation.SETUP: (
        mark(
            "Download the new installer from the page, close the studio, and run it. Your library "
            "and settings are kept."
        )
    ),
    Installation.BUNDLE: (
        mark(
            "Download the new disk image from the page, close the studio, and drag the new one "
            "over "
            "this one. Your library and settings are kept."
        )
    ),
    Installation.CHECKOUT: mark("This copy runs from source: pull the new version and restart."),
    Installation.PYTHON: (
        mark(
            "This copy was installed as a Python package: upgrade it in the same way. Your library "
            "and settings are kept."
        )
    ),
}


def detect_installation(
    environ: Mapping[str, str] = os.environ,
    *,
    frozen: bool | None = None,
    executable: Path | None = None,
    system: str = sys.platform,
    root: Path = Path("/"),
) -> Installation:
    """Detects how this copy was installed; reads a few files.

    Args:
        frozen: Whether the program is its own executable; detected by default.
        executable: File of the program; default the running one.
        root: Root of the system's folders.
    """
    if not (getattr(sys, "frozen", False) if frozen is None else frozen):
        beside = Path(__file__).resolve().parents[3] / "pyproject.toml"
        return Installation.CHECKOUT if beside.is_file() else Installation.PYTHON
    place = executable or Path(sys.executable).resolve()
    if system == "darwin":
        return Installation.BUNDLE
    if system == "win32":
        # The installer adds an uninstaller beside the program; an unpacked folder has none.
        return Installation.SETUP if _has_uninstaller(place.parent) else Installation.FOLDER
    if environ.get("FLATPAK_ID") or (root / ".flatpak-info").is_file():
        return Installation.FLATPAK
    if environ.get("APPIMAGE"):
        return Installation.APPIMAGE
    if str(place).startswith(_SYSTEM_FOLDERS):
        return Installation.DEB if (root / _DPKG_LIST).is_file() else Installation.RPM
    return Installation.FOLDER


def architecture() -> str:
    """Returns this computer's architecture, as named in release announcements."""
    machine = platform.machine().lower()
    return _MACHINES.get(machine, machine)


def update_instructions(installation: Installation) -> str:
    """Returns instructions to install a newer release, in a sentence or two."""
    return _UPDATE_INSTRUCTIONS[installation]


def matching_artefact(release: Release, installation: Installation) -> Artefact | None:
    """Returns the release's file for this installation method and computer."""
    return find_artefact(release, installation, architecture())


def size_text(size_bytes: int) -> Message:
    """Formats a size such as "112 MB" or "2.4 GB"."""
    megabytes = size_bytes / _BYTES_PER_MB
    if megabytes >= 1000:
        return mark("{size} GB", size=FixedDecimal(megabytes / 1000, 1))
    if megabytes >= 1:
        return mark("{size} MB", size=round(megabytes))
    return mark("{size} kB", size=max(1, size_bytes // 1000))


def _has_uninstaller(folder: Path) -> bool:
    return any("uninst" in one.name.lower() for one in folder.glob("*.exe"))
