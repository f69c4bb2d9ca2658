"""What the frozen program, or the wheels in an environment, need of the system.

Every ELF file names the libraries that it loads, and the versions of their symbols. What is not
inside the folder has to come with the system.
"""

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import contents
from system_libraries import DEBIAN

_MAGIC = b"\x7fELF"
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)")
_REQUIRED = re.compile(r"^\s+required from (\S+):")
_VERSION = re.compile(r"^\s+0x[0-9a-f]+ 0x[0-9a-f]+ \d+ (\S+)")

_C_LIBRARY = frozenset(
    {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libm.so.6",
     "libmvec.so.1", "libpthread.so.0", "libresolv.so.2", "librt.so.1"}
)  # fmt: skip

# Which GCC brought which symbols: the newest set needed says how new libstdc++ has to be.
_GCC = {
    "GLIBCXX_3.4.29": 11, "GLIBCXX_3.4.30": 12, "GLIBCXX_3.4.31": 13, "GLIBCXX_3.4.32": 13,
    "GLIBCXX_3.4.33": 14, "CXXABI_1.3.13": 11, "CXXABI_1.3.14": 13, "CXXABI_1.3.15": 14,
}  # fmt: skip
_OLDEST_GCC = 10


class UnknownLibrary(RuntimeError):
    """A library is needed, and nobody has written down which package brings it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Libraries by their sonames, each with the versions of symbols that are asked of it.

    Attributes:
        must: What the program does not run without.
        may: What only parts need that it does without.
    """

    must: dict[str, set[str]] = field(default_factory=dict)
    may: dict[str, set[str]] = field(default_factory=dict)


def needs_of(payload: Path) -> Needs:
    """Reads what a folder needs of the system.

    Raises:
        CalledProcessError: objdump could not read a file.
    """
    files = sorted(path for path in payload.rglob("*") if _is_elf(path))
    inside = {path.name for path in payload.rglob("*.so*")}
    optional = {payload / "_internal" / part for part in contents.OPTIONAL}
    must = _asked(path for path in files if path not in optional)
    may = _asked(path for path in files if path in optional)
    outside = {name: versions for name, versions in must.items() if name not in inside}
    return Needs(
        must=outside,
        may={k: v for k, v in may.items() if k not in inside and k not in outside},
    )


def needs_of_wheels(site_packages: Path, modules: Iterable[str]) -> set[str]:
    """Reads which libraries of the system the wheels of an environment need, by their sonames.

    Of Qt's wheels count the extension modules, the plugins of a frozen program, and what these
    need within the wheels; of all others every file.

    Args:
        site_packages: Where the wheels are unpacked.
        modules: The modules of PySide6 that the program imports, such as "QtCore".

    Raises:
        CalledProcessError: objdump could not read a file.
    """
    inside = {path.name: path for path in site_packages.rglob("*.so*") if _is_elf(path)}
    optional = {site_packages / part for part in contents.OPTIONAL}
    qt = site_packages / "PySide6"
    waiting = [path for path in site_packages.rglob("*") if qt not in path.parents]
    waiting += [qt / f"{module}.abi3.so" for module in modules]
    for kind, names in contents.PLUGINS.items():
        waiting += [qt / "Qt" / "plugins" / kind / f"lib{name}.so" for name in names]
    waiting = [path for path in waiting if path not in optional and _is_elf(path)]
    seen: set[str] = set()
    while waiting:
        asked = _asked(waiting).keys() - seen
        seen |= asked
        waiting = [inside[name] for name in asked if name in inside]
    return seen - inside.keys() - _C_LIBRARY


def debian_depends(libraries: dict[str, set[str]]) -> list[str]:
    """Relations for Debian packages, sorted.

    Raises:
        UnknownLibrary: `DEBIAN` has no row for one of them.
    """
    packages = set()
    for name, versions in libraries.items():
        if name in _C_LIBRARY:
            continue
        if name not in DEBIAN:
            raise UnknownLibrary(
                f"The Debian package of {name} is unknown. Add it to system_libraries.py."
            )
        package = DEBIAN[name]
        if name == "libstdc++.so.6":
            newest = max((_GCC.get(version, _OLDEST_GCC) for version in versions), default=0)
            package += f" (>= {newest})"
        packages.add(package)
    oldest_c = _oldest_c_library(libraries)
    return sorted(packages | ({f"libc6 (>= {oldest_c})"} if oldest_c else set()))


def rpm_requires(libraries: dict[str, set[str]]) -> list[str]:
    """Capabilities as rpm itself would find them: sonames and versions of symbols, sorted."""
    found = set()
    for name, versions in libraries.items():
        if name.startswith("ld-linux"):
            # rpm asks for the loader by name alone.
            found.add(f"{name}()(64bit)")
            continue
        found |= {f"{name}()(64bit)"} | {f"{name}({version})(64bit)" for version in versions}
    return sorted(found)


def _oldest_c_library(libraries: dict[str, set[str]]) -> str:
    asked = {
        tuple(int(part) for part in version.removeprefix("GLIBC_").split("."))
        for name in libraries.keys() & _C_LIBRARY
        for version in libraries[name]
        if re.fullmatch(r"GLIBC_\d+(\.\d+)+", version)
    }
    return ".".join(map(str, max(asked))) if asked else ""


def _is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _asked(files: Iterable[Path]) -> dict[str, set[str]]:
    listed = [str(path) for path in files]
    if not listed:
        return {}
    told = subprocess.run(
        ["objdump", "-p", *listed],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    asked: defaultdict[str, set[str]] = defaultdict(set)
    library = ""
    for line in told.stdout.splitlines():
        if needed := _NEEDED.match(line):
            asked[needed[1]] |= set()
        elif required := _REQUIRED.match(line):
            library = required[1]
        elif library and (version := _VERSION.match(line)):
            asked[library].add(version[1])
        else:
            library = ""
    return dict(asked)
