"""Finds for everything in the frozen program whose it is."""

import json
import sysconfig
from functools import cache
from pathlib import Path

from licences import debian, ours
from licences.crates import parts_within
from licences.distributions import Distribution, installed
from licences.expression import common_text, identifiers
from licences.folder import INSIDE, write
from licences.libraries import Library, library_of, table
from licences.part import LIBRARY, PACKAGE, RUNTIME, LicenceMissing, Part

_PROGRAM = "producer-studio"
_MODULES = "base_library.zip"
_BOOTLOADER = "pyinstaller"


def collect(payload: Path, contents: Path, site: Path | None = None) -> list[Part]:
    """Writes the licences of all that is in the folder into it, and tells the parts.

    Args:
        payload: The frozen program, with nothing but what `contents` tells.
        contents: The `contents.json` that `contents.py` wrote.
        site: The packages that the program was frozen from; this environment's if left out.

    Raises:
        LicenceMissing: Something has an unknown owner, or no licence text.
    """
    told = json.loads(contents.read_text("utf-8"))
    found = Finding(payload, site or Path(sysconfig.get_path("purelib")))
    sources = {place.replace("\\", "/"): source for place, source in told["files"]}
    for path in _files(payload):
        found.take_file(path, sources)
    for name, source in told["modules"]:
        # Built in, or a folder of others without code of its own.
        if source not in ("", "-"):
            found.take_module(name, Path(source))
    parts = found.parts()
    for part in parts:
        _check(part, parts)
    write(payload / INSIDE, parts)
    return parts


def _files(payload: Path) -> list[Path]:
    licences = payload / INSIDE
    found = (path for path in payload.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if not path.is_relative_to(licences))


class Finding:
    """Gives each file and module to its part."""

    def __init__(self, payload: Path, site: Path) -> None:
        self._payload = payload
        self._rows = table()
        self._distributions = {one.key: one for one in installed(site)}
        self._bringers = {
            _real(path): one for one in self._distributions.values() for path in one.files
        }
        self._parts: dict[tuple[str, str], Part] = {}

    def parts(self) -> list[Part]:
        """All of them, with those that have no file of their own, sorted."""
        bundled = [one for one in self._distributions.values() if (one.name, "") in self._parts]
        within = [part for one in bundled for part in parts_within(one, self._rows)]
        return sorted([*self._parts.values(), *within], key=lambda part: part.sorting)

    def take_file(self, path: Path, sources: dict[str, str]) -> None:
        """Gives a file of the folder to its part.

        Raises:
            LicenceMissing: Nobody knows whose it is.
        """
        place = path.relative_to(self._payload)
        if len(place.parts) == 1 and path.stem.startswith(_PROGRAM):
            part = self._program(place.name)
        else:
            inside = place.as_posix().removeprefix("_internal/")
            if inside not in sources:
                raise LicenceMissing(
                    f"{place.as_posix()} is in the folder, but its origin is unknown."
                )
            part = self._part_of_file(inside, Path(sources[inside]))
        part.files.append(place.as_posix())
        part.size += path.stat().st_size

    def take_module(self, name: str, source: Path) -> None:
        """Gives a Python module in the executable to its part.

        Raises:
            LicenceMissing: Nobody knows whose it is.
        """
        self._part_of(name, source).modules += 1

    def _program(self, name: str) -> Part:
        if _BOOTLOADER not in self._distributions:
            raise LicenceMissing(
                f"{name} begins with PyInstaller's bootloader, and PyInstaller is not among the "
                "packages that the program was frozen from."
            )
        self._package(self._distributions[_BOOTLOADER], RUNTIME)
        return self._keep(ours.program())

    def _part_of_file(self, place: str, source: Path) -> Part:
        bringer = self._bringers.get(_real(source))
        library = library_of(self._rows, place, bringer.key if bringer else "")
        if library is not None:
            return self._library(library, bringer, source)
        if place == _MODULES:
            return self._keep(ours.python())
        return self._part_of(place, source)

    def _part_of(self, place: str, source: Path) -> Part:
        real = _real(source)
        bringer = self._bringers.get(real)
        if bringer is not None:
            return self._package(bringer, PACKAGE)
        part = ours.part_of_checkout(real)
        if part is None and ours.is_of_python(real):
            part = ours.python()
        if part is None:
            raise LicenceMissing(
                f"{place} is taken from {source}, whose licence is unknown. Leave it out of the "
                "program, or add it to packaging/licences/libraries.toml."
            )
        return self._keep(part)

    def _package(self, one: Distribution, kind: str) -> Part:
        if (one.name, "") in self._parts:
            return self._parts[one.name, ""]
        purl = f"pkg:pypi/{one.key}@{one.version}"
        return self._keep(
            Part(one.name, one.version, kind, one.licence, one.home, "", purl, one.texts)
        )

    def _library(self, row: Library, bringer: Distribution | None, source: Path) -> Part:
        if row.version_of:
            bringer = self._distributions[row.version_of]
        part = self._keep(
            Part(
                row.name, "", LIBRARY, row.licence, row.home, bringer.name if bringer else "",
                own_texts=row.own_texts(), told_by=row.told_by,
            )
        )  # fmt: skip
        # Any file of it may be the one that tells.
        if not part.version:
            package = debian.package_of(source) if bringer is None else None
            if package is not None:
                part.version, part.purl = package.version, package.purl
                part.own_texts = {"copyright": package.copyright}
            else:
                part.version = _version(row, bringer, source)
                part.purl = row.purl(part.version)
        return part

    def _keep(self, part: Part) -> Part:
        """The part of this name that is known already, or else this one."""
        return self._parts.setdefault((part.name, part.within), part)


def _real(path: Path) -> Path:
    # Folders may be reached through links; looking at each of 40,000 files would take seconds.
    return _real_folder(path.parent) / path.name


@cache
def _real_folder(folder: Path) -> Path:
    return folder.resolve()


def _version(row: Library, bringer: Distribution | None, source: Path) -> str:
    if bringer is not None and row.version_of:
        return bringer.version
    components = bringer.components if bringer else []
    listed = (one.version for one in components if row.component and one.name == row.component)
    # What follows the dash is the number of the package that it was taken from.
    return next(listed, "").partition("-")[0] or row.version_in(source)


def _check(part: Part, parts: list[Part]) -> None:
    where = f"{part.name} {part.version}".strip() + (f" in {part.within}" if part.within else "")
    if not part.licence:
        raise LicenceMissing(
            f"{where} is bundled, but its metadata do not name its licence. Add it to "
            "packaging/licences/wheels.toml."
        )
    for name, text in part.own_texts.items():
        if isinstance(text, Path) and not text.is_file():
            raise LicenceMissing(f"The licence of {where} is missing: {name} is not at {text}.")
    told = any(one.name == part.told_by and one.own_texts for one in parts)
    missing = [one for one in identifiers(part.licence) if not common_text(one)]
    if missing and not part.own_texts and not told:
        raise LicenceMissing(
            f"{where} is bundled without the text of its licence ({', '.join(missing)}). Add it "
            "to packaging/licences/texts/, and name it in the table."
        )
