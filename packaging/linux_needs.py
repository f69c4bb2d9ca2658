"""What the frozen program needs of the system, read from its own files.

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

_MAGIC = b"\x7fELF"
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)")
_REQUIRED = re.compile(r"^\s+required from (\S+):")
_VERSION = re.compile(r"^\s+0x[0-9a-f]+ 0x[0-9a-f]+ \d+ (\S+)")

_C_LIBRARY = frozenset(
    {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libm.so.6",
     "libmvec.so.1", "libpthread.so.0", "libresolv.so.2", "librt.so.1"}
)  # fmt: skip

DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libatk-1.0.so.0": "libatk1.0-0t64 | libatk1.0-0",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libbz2.so.1": "libbz2-1.0",
    "libbz2.so.1.0": "libbz2-1.0",
    "libcairo-gobject.so.2": "libcairo-gobject2",
    "libcairo.so.2": "libcairo2",
    "libcrypto.so.3": "libssl3t64 | libssl3",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libffi.so.8": "libffi8",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libgdk-3.so.0": "libgtk-3-0t64 | libgtk-3-0",
    "libgdk_pixbuf-2.0.so.0": "libgdk-pixbuf-2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgtk-3.so.0": "libgtk-3-0t64 | libgtk-3-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "liblzma.so.5": "liblzma5",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangocairo-1.0.so.0": "libpangocairo-1.0-0",
    "libpulse.so.0": "libpulse0",
    "libsqlite3.so.0": "libsqlite3-0",
    "libssl.so.3": "libssl3t64 | libssl3",
    "libstdc++.so.6": "libstdc++6",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""The Debian package of each library. One that changed its name with the 64-bit time has both: the
newer first, which apt takes where it exists."""

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
            raise UnknownLibrary(f"Which Debian package has {name}? Write it into {__file__}.")
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
