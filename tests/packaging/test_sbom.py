"""The bill of materials says what is in the folder, in a form that others read."""

import hashlib
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import sbom

TIME = datetime(2026, 11, 21, 12, tzinfo=UTC)


def part(name: str, version: str, kind: str, licence: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "version": version, "kind": kind, "licence": licence, "home": "",
        "within": "", "purl": f"pkg:generic/{name.lower()}@{version}", "texts": [], "files": [],
        "modules": 0, "size": 0, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return tomllib.loads((sbom.ROOT / "uv.lock").read_text("utf-8"))


@pytest.fixture
def parts(lock: dict[str, Any]) -> list[dict[str, Any]]:
    versions = {row["name"]: row.get("version", "") for row in lock["package"]}
    httpx, core = versions["httpx"], versions["httpcore"]
    return [
        part("Producer Studio", "1.2.3", "program", "GPL-3.0-or-later", files=["producer-studio"]),
        part("httpx", httpx, "python package", "BSD-3-Clause", purl=f"pkg:pypi/httpx@{httpx}",
             home="https://www.python-httpx.org", modules=20),
        part("httpcore", core, "python package", "BSD-3-Clause", purl=f"pkg:pypi/httpcore@{core}"),
        part("FFmpeg", "8.0", "library", "GPL-3.0-or-later", within="httpx",
             files=["_internal/libavcodec.so"]),
        part("Inter", "4.1", "font", "OFL-1.1", files=["_internal/Größe/Inter.ttf"]),
    ]  # fmt: skip


@pytest.fixture
def payload(tmp_path: Path, parts: list[dict[str, Any]]) -> Path:
    folder = tmp_path / "payload"
    for one in parts:
        for place in one["files"]:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_text(f"This is {place}.", "utf-8")
    write_index(folder, parts)
    return folder


def write_index(folder: Path, parts: list[dict[str, Any]], number: int = 1) -> None:
    index = folder / sbom.LICENCES / "index.json"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_text(json.dumps({"format": number, "parts": parts}), "utf-8")


def test_it_is_valid_and_the_same_each_time(payload: Path, lock: dict[str, Any]) -> None:
    tags = sbom.installed_tags()
    told = [json.dumps(sbom.bill(payload, "1.2.3", TIME, lock, tags)) for _ in range(2)]
    assert told[0] == told[1]
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(told[0])
    assert problem is None, problem


def test_each_part_is_there_with_its_licence_and_files(payload: Path, lock: dict[str, Any]) -> None:
    told = sbom.bill(payload, "1.2.3", TIME, lock, {})
    assert told["metadata"]["component"]["name"] == "Producer Studio"
    found = {one["name"]: one for one in told["components"]}
    assert set(found) == {"httpx", "httpcore", "FFmpeg", "Inter"}
    assert found["Inter"]["licenses"][0]["expression"] == "OFL-1.1"
    digest = hashlib.sha256(b"This is _internal/libavcodec.so.").hexdigest()
    assert found["FFmpeg"]["components"] == [
        {
            "type": "file",
            "bom-ref": "httpx/FFmpeg/8.0#_internal/libavcodec.so",
            "name": "_internal/libavcodec.so",
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
    ]


def test_packages_have_the_checksum_of_the_wheel_they_came_from(
    payload: Path, lock: dict[str, Any]
) -> None:
    told = sbom.bill(payload, "1.2.3", TIME, lock, sbom.installed_tags())
    httpx = next(one for one in told["components"] if one["name"] == "httpx")
    origin = [one for one in httpx["externalReferences"] if one["type"] == "distribution"]
    row = next(row for row in lock["package"] if row["name"] == "httpx")
    assert [one["url"] for one in origin] == [row["wheels"][0]["url"]]
    assert "sha256:" + origin[0]["hashes"][0]["content"] == row["wheels"][0]["hash"]


def test_it_tells_what_needs_what(payload: Path, lock: dict[str, Any]) -> None:
    told = sbom.bill(payload, "1.2.3", TIME, lock, {})
    names = {one["bom-ref"]: one["name"] for one in told["components"]}
    needs = {
        names.get(one["ref"], "Producer Studio"): {names[ref] for ref in one.get("dependsOn", ())}
        for one in told["dependencies"]
    }
    assert needs["httpx"] == {"httpcore", "FFmpeg"}
    assert {"httpx", "Inter"} <= needs["Producer Studio"]


def test_a_file_that_nobody_lists_stops_the_build(payload: Path, lock: dict[str, Any]) -> None:
    (payload / "_internal" / "stowaway.so").write_text("", "utf-8")
    with pytest.raises(sbom.BillProblem, match=r"stowaway\.so is in the folder and in no part"):
        sbom.bill(payload, "1.2.3", TIME, lock, {})


def test_a_listed_file_that_is_missing_stops_the_build(payload: Path, lock: dict[str, Any]) -> None:
    (payload / "_internal" / "libavcodec.so").unlink()
    with pytest.raises(sbom.BillProblem, match="not in the folder"):
        sbom.bill(payload, "1.2.3", TIME, lock, {})


def test_two_parts_cannot_have_one_file(
    payload: Path, parts: list[dict[str, Any]], lock: dict[str, Any]
) -> None:
    parts[-1]["files"] = [*parts[-1]["files"], "producer-studio"]
    write_index(payload, parts)
    with pytest.raises(sbom.BillProblem, match="producer-studio is in two parts"):
        sbom.bill(payload, "1.2.3", TIME, lock, {})


def test_another_version_and_another_form_are_refused(
    payload: Path, parts: list[dict[str, Any]], lock: dict[str, Any]
) -> None:
    with pytest.raises(sbom.BillProblem, match=r"not that of Producer Studio 9\.9"):
        sbom.bill(payload, "9.9", TIME, lock, {})
    write_index(payload, parts, number=2)
    with pytest.raises(sbom.BillProblem, match="format 2"):
        sbom.bill(payload, "1.2.3", TIME, lock, {})
