"""The list of bundled parts beside a frozen program."""

import json
from pathlib import Path

import pytest

from producer_studio.settings import licence_manifest

ROW = {
    "name": "tokio",
    "version": "1.53",
    "kind": "library",
    "licence": "MIT",
    "home": "",
    "within": "obstore",
    "texts": ["obstore/crates.txt"],
    "files": [],
}


def put(folder: Path, told: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.json").write_text(json.dumps(told), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("package", "place"),
    [
        ("_internal/producer_studio", "_internal/licences"),
        ("Contents/Frameworks/producer_studio", "Contents/Resources/licences"),
        ("Contents/Resources/producer_studio", "Contents/Resources/licences"),
    ],
)
def test_it_is_found_in_a_folder_and_in_an_application(
    tmp_path: Path, package: str, place: str
) -> None:
    folder = put(tmp_path / place, {"format": 1, "parts": []})
    assert licence_manifest.find_licence_folder(tmp_path / package) == folder


def test_a_source_run_has_none(tmp_path: Path) -> None:
    (tmp_path / "licences").mkdir()
    assert licence_manifest.find_licence_folder(tmp_path / "producer_studio") is None


def test_what_is_compiled_into_another_part_is_told_apart(tmp_path: Path) -> None:
    rows = [ROW, ROW | {"files": ["a.so"]}, ROW | {"within": ""}]
    parts = licence_manifest.read_manifest(put(tmp_path / "licences", {"format": 1, "parts": rows}))
    assert [part.is_apart for part in parts] == [False, True, True]
    assert parts[0].title == "tokio 1.53"
    assert parts[0].texts == ("obstore/crates.txt",)


@pytest.mark.parametrize("told", [{"format": 2, "parts": []}, [], "licences"])
def test_another_form_is_refused(tmp_path: Path, told: object) -> None:
    with pytest.raises(ValueError, match="unexpected format"):
        licence_manifest.read_manifest(put(tmp_path / "licences", told))
