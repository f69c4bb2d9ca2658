"""Manifest of bundled components, written by packaging into a frozen program."""

import json
from pathlib import Path

from producer_studio.domain.release import BundledComponent

_INDEX = "index.json"
_FORMAT = 1
_OWN_LICENCE = "LICENSE"


def find_licence_folder(package: Path) -> Path | None:
    """Returns the folder of licences; None where the program runs from source.

    Args:
        package: Folder of this program's Python package.
    """
    beside = package.parent
    # A macOS application bundle has separate folders for code and data.
    folders = (beside / "licences", beside.parent / "Resources" / "licences")
    return next((place for place in folders if (place / _INDEX).is_file()), None)


def find_own_licence(package: Path) -> Path | None:
    """Finds this program's own licence beside its source; None if missing."""
    path = package.parent / _OWN_LICENCE
    return path if path.is_file() else None


def read_manifest(folder: Path) -> tuple[BundledComponent, ...]:
    """Reads all components, in the order of the manifest.

    Raises:
        OSError: The manifest cannot be read.
        ValueError: It is invalid, or of a later format version.
    """
    manifest = json.loads((folder / _INDEX).read_text("utf-8"))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise ValueError("the list of licences has an unexpected format")
    return tuple(
        BundledComponent(
            row["name"],
            row["version"],
            row["kind"],
            row["licence"],
            row["home"],
            row["within"],
            tuple(row["texts"]),
            not row["within"] or bool(row["files"]),
        )
        for row in manifest["parts"]
    )
