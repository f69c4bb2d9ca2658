"""The program itself, what lies in its resources, and the interpreter."""

import platform
import re
import sys
import sysconfig
from pathlib import Path

from build import version
from licences.part import FONT, ICONS, PROGRAM, RUNTIME, SAMPLES, Part

ROOT = Path(__file__).resolve().parents[2]
_RESOURCES = ROOT / "resources"
_TEXTS = Path(__file__).parent / "texts"
_SYSTEM = {"/", "/usr", "/usr/local"}


def program() -> Part:
    purl = f"pkg:generic/producer-studio@{version()}"
    texts: dict[str, Path | str] = {"LICENSE": ROOT / "LICENSE"}
    return Part(
        "Producer Studio", version(), PROGRAM, "GPL-3.0-or-later", purl=purl, own_texts=texts
    )


def part_of_checkout(source: Path) -> Part | None:
    """Whose a file of the checkout is; None for files elsewhere."""
    if source.is_relative_to(_RESOURCES / "fonts"):
        return _fonts()
    if source.is_relative_to(_RESOURCES / "icons"):
        texts: dict[str, Path | str] = {"LICENSE.txt": _RESOURCES / "icons" / "LICENSE.txt"}
        home, purl = "https://lucide.dev", "pkg:generic/lucide"
        return Part("Lucide", "", ICONS, "ISC AND MIT", home, "", purl, texts)
    if source.is_relative_to(_RESOURCES / "instruments"):
        return _instruments()
    folders = (ROOT / "producer_studio", ROOT / "packaging", _RESOURCES)
    return program() if any(source.is_relative_to(folder) for folder in folders) else None


def _fonts() -> Part:
    # The first line of their note says which release they were made from.
    note = (_RESOURCES / "fonts" / "SOURCES.txt").read_text("utf-8")
    found = re.match(r"(\w+) ([0-9.]+), (https://\S+),", note)
    assert found is not None  # noqa: S101 - the note is this project's own
    texts: dict[str, Path | str] = {"OFL.txt": _RESOURCES / "fonts" / "OFL.txt"}
    purl = f"pkg:generic/{found[1].lower()}@{found[2]}"
    return Part(found[1], found[2], FONT, "OFL-1.1", found[3], "", purl, texts)


def _instruments() -> Part:
    texts: dict[str, Path | str] = {"LICENSE.txt": _RESOURCES / "instruments" / "LICENSE.txt"}
    home, purl = "https://musescore.org", "pkg:deb/debian/fluidr3mono-gm-soundfont"
    return Part("FluidR3Mono", "", SAMPLES, "MIT", home, "", purl, texts)


def python() -> Part:
    """The interpreter and its library, with what they were made from."""
    running = platform.python_version()
    texts: dict[str, Path | str] = {
        "LICENSE.txt": _python_text(),
        "incorporated.txt": _TEXTS / "python.txt",
    }
    home, purl = "https://www.python.org", f"pkg:generic/python@{running}"
    return Part("Python", running, RUNTIME, "Python-2.0.1", home, "", purl, texts)


def is_of_python(source: Path) -> bool:
    """Whether a file came with the interpreter."""
    if source.is_relative_to(Path(sysconfig.get_path("stdlib")).resolve()):
        return True
    homes = {sys.base_prefix, sys.base_exec_prefix}
    if not any(source.is_relative_to(Path(home).resolve()) for home in homes):
        return False
    # A system's own Python shares its folder with all other libraries.
    return not homes & _SYSTEM or source.name.startswith("libpython")


def _python_text() -> Path:
    base = Path(sys.base_prefix)
    places = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        base / "LICENSE.txt",
        base / "LICENSE",
        Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright"),
    ]
    return next((place for place in places if place.is_file()), places[0])
