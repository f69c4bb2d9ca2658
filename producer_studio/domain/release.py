"""Releases of this program and the type of its installation."""

from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a field has the name of the type
from enum import StrEnum

from producer_studio.domain.version import Version


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of a release.

    Attributes:
        name: File name without folders.
        system: linux, windows or macos.
        architecture: x86_64 or arm64; universal runs on both.
        sha256: 64 hexadecimal digits in lower case.
    """

    name: str
    system: str
    architecture: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """Release as described by an announcement.

    Attributes:
        page: URL of the release page, https; empty for none.
        notes: One line for each change that a user can see.
        signed: Whether the announcement has a verified signature. An unsigned one is as trustworthy
            as the connection over which it was received.
    """

    version: Version
    date: Day
    page: str = ""
    notes: tuple[str, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    signed: bool = False


class Installation(StrEnum):
    """Type of an installation, which determines how it is updated."""

    DEB = "deb"
    RPM = "rpm"
    FLATPAK = "flatpak"
    APPIMAGE = "appimage"
    FOLDER = "folder"
    SETUP = "setup"
    BUNDLE = "bundle"
    CHECKOUT = "checkout"
    PYTHON = "python"


_FILE_ENDINGS = {
    Installation.DEB: ".deb",
    Installation.RPM: ".rpm",
    Installation.APPIMAGE: ".AppImage",
    Installation.FOLDER: ".tar.gz",
    Installation.SETUP: ".exe",
    Installation.BUNDLE: ".dmg",
}
_UNIVERSAL = "universal"


def find_artefact(
    release: Release, installation: Installation, architecture: str
) -> Artefact | None:
    """Returns the file that updates this installation; None when the release has no such file."""
    ending = _FILE_ENDINGS.get(installation)
    if ending is None:
        return None
    for one in release.artefacts:
        if one.name.endswith(ending) and one.architecture in {architecture, _UNIVERSAL}:
            return one
    return None
