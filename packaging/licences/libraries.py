"""The table of native libraries, and how a file is found in it."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from licences.part import LicenceMissing

_HERE = Path(__file__).parent
_LIBRARY = re.compile(r"(?:\.dll|\.dylib|\.so(?:\.\d+)*)$", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:abi3|cpython-[^.]+|cp\d+-[^.]+)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Library:
    """A row of `libraries.toml`, where its fields are told."""

    name: str
    licence: str
    home: str
    files: list[str]
    within: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    told_by: str = ""
    version: str = ""
    version_of: str = ""
    inside: str = ""
    component: str = ""

    def owns(self, place: str, bringer: str) -> bool:
        """Whether a file at this place in the folder, out of this distribution, is part of it."""
        if self.within and bringer not in self.within:
            return False
        name = PurePosixPath(place).name
        for pattern in self.files:
            looked_at = place if "/" in pattern else name
            if fnmatchcase(looked_at.lower(), pattern.lower()):
                return True
        return False

    def version_in(self, path: Path) -> str:
        """Its version as the file's name or contents tell it; empty if they do not."""
        if self.version and (found := re.search(self.version, path.name)):
            return found[1]
        if self.inside:
            inside = re.search(self.inside.encode(), path.read_bytes())
            return inside[1].decode() if inside else ""
        return ""

    def purl(self, version: str) -> str:
        name = self.name.lower().replace(" ", "-")
        return f"pkg:generic/{name}@{version}" if version else f"pkg:generic/{name}"

    def own_texts(self) -> dict[str, Path | str]:
        return {name: _HERE / "texts" / name for name in self.texts}


def table() -> list[Library]:
    rows = tomllib.loads((_HERE / "libraries.toml").read_text("utf-8"))["library"]
    return [Library(**row) for row in rows]


def library_of(rows: Iterable[Library], place: str, bringer: str) -> Library | None:
    """The row of a file; None if the file is its bringer's own work.

    Args:
        bringer: The distribution that the file comes with; empty for the system and Python.

    Raises:
        LicenceMissing: It is a library that somebody else made, and the table does not know it.
    """
    found = next((row for row in rows if row.owns(place, bringer)), None)
    if found is None and bringer and is_library(place):
        raise LicenceMissing(
            f"{place} comes with {bringer} and has no row in packaging/licences/libraries.toml. "
            "Add whose it is and under which licence."
        )
    return found


def is_library(place: str) -> bool:
    """Whether this is a shared library, and no extension module of Python."""
    path = PurePosixPath(place)
    if path.name.endswith(".pyd") or _EXTENSION.search(path.name):
        return False
    return bool(_LIBRARY.search(path.name)) and not _is_plain_extension(path)


def _is_plain_extension(path: PurePosixPath) -> bool:
    """Whether it is called like a module, without a tag of the interpreter's version."""
    return path.suffix == ".so" and not path.name.startswith("lib")
