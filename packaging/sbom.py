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

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement, LicenseExpression
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.tags import Tag, parse_tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LICENCES = "_internal/licences"
ENDING = ".cdx.json"

_INDEX_FORMAT = 1
_PROGRAM = "program"
_KINDS = {
    "python package": ComponentType.LIBRARY,
    "library": ComponentType.LIBRARY,
    "runtime": ComponentType.PLATFORM,
    "font": ComponentType.DATA,
    "icons": ComponentType.DATA,
    "samples": ComponentType.DATA,
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
    components = {
        _ref(part): _component(part, payload, _origins(wheels.get(_ref(part)), tags))
        for part in parts
    }
    program = components[_ref(own)]
    told = Bom(
        components=[one for one in components.values() if one is not program],
        metadata=BomMetaData(
            component=program,
            timestamp=time,
            lifecycles=[PredefinedLifecycle(LifecyclePhase.POST_BUILD)],
        ),
        serial_number=_SERIALS,
    )
    for ref, needed in _dependencies(own, parts, wheels).items():
        told.register_dependency(components[ref], [components[one] for one in needed])
    told.serial_number = uuid.uuid5(_SERIALS, JsonV1Dot6(told).output_as_string())
    described: Json = json.loads(JsonV1Dot6(told).output_as_string())
    return described


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


def _component(part: Json, payload: Path, origins: list[ExternalReference]) -> Component:
    pages = [part["home"]] if part["home"] else []
    return Component(
        type=_KINDS.get(part["kind"], ComponentType.APPLICATION),
        bom_ref=_ref(part),
        name=part["name"],
        version=part["version"] or None,
        licenses=[
            LicenseExpression(part["licence"], acknowledgement=LicenseAcknowledgement.CONCLUDED)
        ],
        purl=PackageURL.from_string(part["purl"]),
        external_references=[
            *(ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(it)) for it in pages),
            *origins,
        ],
        components=[_file(payload, place, _ref(part)) for place in part["files"]],
    )


def _file(payload: Path, place: str, within: str) -> Component:
    digest = hashlib.sha256((payload / place).read_bytes()).hexdigest()
    # Without a reference of ours it gets a random one.
    ref = f"{within}#{place}"
    return Component(type=ComponentType.FILE, name=place, bom_ref=ref, hashes=[_sha256(digest)])


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _origins(row: Json | None, tags: dict[str, frozenset[Tag]]) -> list[ExternalReference]:
    """The wheel that a package was taken from, by what the installed one says of itself."""
    if row is None:
        return []
    made_for = tags.get(canonicalize_name(row["name"]), frozenset())
    return [
        ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION,
            url=XsUri(wheel["url"]),
            hashes=[_sha256(wheel["hash"].removeprefix("sha256:"))],
        )
        for wheel in row.get("wheels", [])
        if _tags(wheel["url"]) == made_for
    ]


def _tags(url: str) -> frozenset[Tag]:
    try:
        return parse_wheel_filename(url.rpartition("/")[2])[3]
    except InvalidWheelFilename:
        return frozenset()


def _dependencies(own: Json, parts: list[Json], wheels: dict[str, Json]) -> dict[str, set[str]]:
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
    return needs


def _ref(part: Json) -> str:
    """A name for a part that no other has: two wheels may bring the same library."""
    words: Iterable[str] = (part["within"], part["name"], part["version"])
    return "/".join(word.replace(" ", "-") for word in words if word)
