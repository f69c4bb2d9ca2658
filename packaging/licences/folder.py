"""The folder of licences in the program, and the two files that list it.

`index.json` is one object:

    format   1; another number when a reader would have to change
    parts    a list, sorted by name, version and what brings it; each an object of
        name, version   the version is "" where nothing tells it
        kind            "program", "python package", "library", "runtime", "font", "icons" or
                        "samples"
        licence         an SPDX expression
        home            a page, or ""
        within          the part that brings it ("av", "obstore"), or ""
        purl            a package URL
        texts           files below this folder, with slashes
        files           places in the program's folder, with slashes, sorted
        modules         Python modules of it inside the executable
        size            bytes of its files
"""

import json
import shutil
from pathlib import Path
from typing import Any

from licences.expression import COMMON, common_text, identifiers
from licences.part import LicenceMissing, Part

INSIDE = "_internal/licences"
FORMAT = 1

_SHARED = "common"
_CRATES = "crates.txt"


def write(folder: Path, parts: list[Part]) -> None:
    """Writes all texts, `index.json` and `README.txt`; what was there goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    by_name = {part.name: part for part in parts if not part.within}
    rows = []
    for part in parts:
        texts = _write_own(folder, part)
        if part.told_by:
            texts += _write_own(folder, by_name[part.told_by])
        if part.notice:
            texts.append(_add_notice(folder, by_name[part.within], part.notice))
        texts += _write_shared(folder, part.licence)
        rows.append(_row(part, texts))
    told = {"format": FORMAT, "parts": rows}
    _write_text(folder / "index.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    _write_text(folder / "README.txt", _readme(rows))


def _row(part: Part, texts: list[str]) -> dict[str, Any]:
    return {
        "name": part.name,
        "version": part.version,
        "kind": part.kind,
        "licence": part.licence,
        "home": part.home,
        "within": part.within,
        "purl": part.purl,
        "texts": texts,
        "files": sorted(part.files),
        "modules": part.modules,
        "size": part.size,
    }


def _write_own(folder: Path, part: Part) -> list[str]:
    texts = []
    for name, text in sorted(part.own_texts.items()):
        place = f"{part.folder}/{name}"
        content = text if isinstance(text, str) else text.read_bytes()
        _keep(folder / place, content.encode() if isinstance(content, str) else content)
        texts.append(place)
    return texts


def _keep(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() != content:
        raise LicenceMissing(f"Two parts have different licences at {path.name} in {path.parent}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _add_notice(folder: Path, bringer: Part, notice: str) -> str:
    place = f"{bringer.folder}/{_CRATES}"
    (folder / bringer.folder).mkdir(parents=True, exist_ok=True)
    with (folder / place).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{notice}\n")
    return place


def _write_shared(folder: Path, licence: str) -> list[str]:
    names = {common_text(one) for one in identifiers(licence)} - {""}
    for name in sorted(names):
        _keep(folder / _SHARED / name, (COMMON / name).read_bytes())
    return [f"{_SHARED}/{name}" for name in sorted(names)]


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _readme(rows: list[dict[str, Any]]) -> str:
    lines = [
        "Producer Studio is free software under the GNU General Public License, version 3 or",
        "later. It would not exist without the work of others that comes with it: below are their",
        "names, their licences, their pages, and where in this folder the texts are.",
        "",
    ]
    crates: dict[str, int] = {}
    for row in rows:
        if row["purl"].startswith("pkg:cargo/"):
            crates[row["within"]] = crates.get(row["within"], 0) + 1
            continue
        name = f"{row['name']} {row['version']}".strip()
        if row["within"]:
            name += f" (with {row['within']})"
        lines += [name, f"    {row['licence']}"]
        lines += [f"    {row['home']}"] if row["home"] else []
        lines += [f"    {text}" for text in row["texts"]]
    for bringer, count in sorted(crates.items()):
        lines += ["", f"With {bringer} come {count} libraries written in Rust; {_CRATES} in its"]
        lines += ["folder names each of them, its licence and its authors."]
    return "\n".join([*lines, ""])
