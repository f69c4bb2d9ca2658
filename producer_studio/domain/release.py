"""Releases of this program: version numbers, type of installation, bundled components."""

import re
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a field has the name of the type
from enum import StrEnum
from functools import total_ordering
from typing import Self

_MAX_NUMBERS = 4
_PATTERN = re.compile(
    rf"v?(?P<numbers>\d{{1,9}}(?:\.\d{{1,9}}){{0,{_MAX_NUMBERS - 1}}})"
    r"(?:(?P<stage>a|b|rc)(?P<step>\d{1,9}))?"
    # A local version label describes the build, not the order.
    r"(?:\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?",
    re.ASCII,
)
_STAGES = {"a": 0, "b": 1, "rc": 2}
_FINAL = (len(_STAGES), 0)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """Version such as 0.2.0, or 0.3.0rc1 for a release candidate; 1.2 and 1.2.0 are equal.

    Attributes:
        text: The version as written.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parses up to four numbers separated by dots, and an optional a, b or rc with a number.

        Raises:
            ValueError: The text has another format.
        """
        if _PATTERN.fullmatch(text) is None:
            raise ValueError(f"“{text[:40]}” is not a version")
        return cls(text.removeprefix("v"))

    @property
    def sort_key(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        """Sort key: the numbers, then the phase of the pre-release."""
        found = _PATTERN.fullmatch(self.text)
        assert found is not None  # noqa: S101 - checked by `parse`
        numbers = [int(one) for one in found["numbers"].split(".")]
        numbers += [0] * (_MAX_NUMBERS - len(numbers))
        if found["stage"] is None:
            return tuple(numbers), _FINAL
        return tuple(numbers), (_STAGES[found["stage"]], int(found["step"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.sort_key == other.sort_key

    def __lt__(self, other: "Version") -> bool:
        return self.sort_key < other.sort_key

    def __hash__(self) -> int:
        return hash(self.sort_key)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class BundledComponent:
    """Third-party component under one licence.

    Attributes:
        version: Version; empty where it is unknown.
        kind: Kind such as "library" or "font".
        licence: SPDX expression.
        home: URL of the home page, or empty.
        within: Component that contains it, or empty.
        texts: File names of its licence texts, relative to the licence folder.
        is_apart: Whether it has files or modules of its own, instead of being compiled into those
            of another component.
    """

    name: str
    version: str
    kind: str
    licence: str
    home: str = ""
    within: str = ""
    texts: tuple[str, ...] = ()
    is_apart: bool = True

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()


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
