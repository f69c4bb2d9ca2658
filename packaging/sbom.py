"""The bill of materials of what is really in the program's folder, as CycloneDX.

Its parts are those of the licences' index, which is made by looking at every file and module that
was frozen; the lock file adds which wheel each came from. The same folder and time give the same
bytes.
"""

import hashlib
import json
import os
import platform
import sys
import tomllib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.tags import Tag, parse_tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LICENCES = "_internal/licences"
ENDING = ".cdx.json"

_SPECIFICATION = "1.6"
_INDEX_FORMAT = 1
_PROGRAM = "program"
_KINDS = {
    "python package": "library",
    "library": "library",
    "runtime": "platform",
    "font": "data",
    "icons": "data",
}
_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
# Fixed, so that the same content has the same serial number.
_SERIALS = uuid.UUID("5d0c1f6e-2f0b-5c1d-9a52-6a0d3e6f4b17")

Json = dict[str, Any]


class BillProblem(Exception):
    """The index does not describe the folder; says what is wrong."""


def build(payload: Path, version: str, to: Path) -> list[Path]:
    """Writes the bill of this folder into `to`; systems differ in what they bring.

    The time is SOURCE_DATE_EPOCH.

    Raises:
        BillProblem: See `bill`.
    """
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    time = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    told = bill(payload, version, time, lock, installed_tags())
    system = f"{_SYSTEMS[sys.platform]}-{platform.machine().lower()}"
    path = to / f"producer-studio-{version}-{system}{ENDING}"
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8", newline="\n")
    return [path]


def bill(
    payload: Path, version: str, time: datetime, lock: Json, tags: dict[str, frozenset[Tag]]
) -> Json:
    """The bill of a folder.

    Args:
        time: When the folder was made, as it says itself.
        lock: The lock file, for the wheels' addresses and checksums.
        tags: For which systems each installed wheel was made, by the package's name.

    Raises:
        BillProblem: A file is in the folder and not in the index or the other way round, two parts
            claim one, or the index is of another version.
    """
    index = json.loads((payload / LICENCES / "index.json").read_text("utf-8"))
    if index["format"] != _INDEX_FORMAT:
        raise BillProblem(f"The licences' index has format {index['format']}, which is unknown.")
    parts: list[Json] = index["parts"]
    own = next((part for part in parts if part["kind"] == _PROGRAM), None)
    if own is None or own["version"] != version:
        raise BillProblem(f"The folder is not that of Producer Studio {version}.")
    _hold_against(payload, parts)
    locked = {(canonicalize_name(row["name"]), row.get("version")): row for row in lock["package"]}
    wheels = {
        _ref(part): row
        for part in parts
        if (row := locked.get((canonicalize_name(part["name"]), part["version"])))
        and part["purl"].startswith("pkg:pypi/")
    }
    components = [
        _component(part, payload, _origins(wheels.get(_ref(part)), tags))
        for part in parts
        if part is not own
    ]
    told: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": _SPECIFICATION,
        "version": 1,
        "metadata": {
            "timestamp": time.isoformat().replace("+00:00", "Z"),
            "component": _component(own, payload, []),
            "lifecycles": [{"phase": "post-build"}],
        },
        "components": components,
        "dependencies": _dependencies(own, parts, wheels),
    }
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(_SERIALS, json.dumps(told, sort_keys=True))}"
    return told


def installed_tags() -> dict[str, frozenset[Tag]]:
    """For which systems the wheels of this environment were made, by the package's name."""
    found: dict[str, frozenset[Tag]] = {}
    for installed in metadata.distributions():
        lines = (installed.read_text("WHEEL") or "").splitlines()
        tags = [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]
        name = canonicalize_name(installed.name)
        found[name] = frozenset(tag for text in tags for tag in parse_tag(text))
    return found


def _hold_against(payload: Path, parts: list[Json]) -> None:
    there = {
        path.relative_to(payload).as_posix()
        for path in payload.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.is_relative_to(payload / LICENCES)
    }
    listed = [place for part in parts for place in part["files"]]
    for sentence, places in (
        ("is in the folder and in no part", there - set(listed)),
        ("is in a part and not in the folder", set(listed) - there),
        ("is in two parts", {place for place in listed if listed.count(place) > 1}),
    ):
        if places:
            raise BillProblem(f"{min(places)} {sentence}.")


def _component(part: Json, payload: Path, origins: list[Json]) -> Json:
    told: Json = {
        "type": _KINDS.get(part["kind"], "application"),
        "bom-ref": _ref(part),
        "name": part["name"],
        "licenses": [{"expression": part["licence"], "acknowledgement": "concluded"}],
        "purl": part["purl"],
    }
    if part["version"]:
        told["version"] = part["version"]
    pages = [{"type": "website", "url": part["home"]}] if part["home"] else []
    if pages or origins:
        told["externalReferences"] = pages + origins
    if part["files"]:
        told["components"] = [_file(payload, place) for place in part["files"]]
    return told


def _file(payload: Path, place: str) -> Json:
    digest = hashlib.sha256((payload / place).read_bytes()).hexdigest()
    return {"type": "file", "name": place, "hashes": [{"alg": "SHA-256", "content": digest}]}


def _origins(row: Json | None, tags: dict[str, frozenset[Tag]]) -> list[Json]:
    """The wheel that a package was taken from, by what the installed one says of itself."""
    if row is None:
        return []
    made_for = tags.get(canonicalize_name(row["name"]), frozenset())
    return [
        {
            "type": "distribution",
            "url": wheel["url"],
            "hashes": [{"alg": "SHA-256", "content": wheel["hash"].removeprefix("sha256:")}],
        }
        for wheel in row.get("wheels", [])
        if _tags(wheel["url"]) == made_for
    ]


def _tags(url: str) -> frozenset[Tag]:
    try:
        return parse_wheel_filename(url.rpartition("/")[2])[3]
    except InvalidWheelFilename:
        return frozenset()


def _dependencies(own: Json, parts: list[Json], wheels: dict[str, Json]) -> list[Json]:
    """What needs what: packages as the lock file has it, and libraries by what brings them."""
    by_name = {canonicalize_name(row["name"]): ref for ref, row in wheels.items()}
    needs: dict[str, set[str]] = {_ref(part): set() for part in parts}
    for ref, row in wheels.items():
        names = (canonicalize_name(needed["name"]) for needed in row.get("dependencies", []))
        needs[ref] |= {by_name[name] for name in names if name in by_name}
    bringers = {part["name"]: _ref(part) for part in parts if not part["within"]}
    for part in parts:
        bringer = bringers.get(part["within"], _ref(own))
        needs[bringer] |= {_ref(part)} - {bringer}
    return [{"ref": ref, "dependsOn": sorted(refs)} for ref, refs in sorted(needs.items())]


def _ref(part: Json) -> str:
    """A name for a part that no other has: two wheels may bring the same library."""
    words: Iterable[str] = (part["within"], part["name"], part["version"])
    return "/".join(word.replace(" ", "-") for word in words if word)
