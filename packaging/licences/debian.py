"""What the build system's packages say of a library that is taken from it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package of Debian or a relative."""

    name: str
    version: str
    architecture: str
    copyright: Path

    @property
    def purl(self) -> str:
        return f"pkg:deb/debian/{quote(self.name)}@{quote(self.version)}?arch={self.architecture}"


def package_of(path: Path) -> Package | None:
    """The installed package that a file comes from; None if there is none, or no dpkg."""
    if shutil.which("dpkg-query") is None:
        return None
    names = {path, Path(os.path.realpath(path))}
    # Since /lib is a link to /usr/lib, a package may list either.
    names |= {Path("/usr") / name.relative_to("/") for name in names}
    names |= {Path("/") / name.relative_to("/usr") for name in names if name.is_relative_to("/usr")}
    for name in sorted(names):
        owner = _asked("--search", str(name)).partition(": ")[0]
        if owner:
            told = _asked("--show", "--showformat=${Package}\t${Version}\t${Architecture}", owner)
            package, version, architecture = told.split("\t")
            copyright_file = Path("/usr/share/doc") / package / "copyright"
            return Package(package, version, architecture, copyright_file)
    return None


def _asked(*arguments: str) -> str:
    command = ["dpkg-query", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
