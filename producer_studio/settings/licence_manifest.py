"""The list of bundled parts that packaging leaves in a frozen program."""

import json
from pathlib import Path

from producer_studio.domain.bundled_component import BundledComponent

_INDEX = "index.json"
_FORMAT = 1
_OWN_LICENCE = "LICENSE"


def find_licence_folder(package: Path) -> Path | None:
    """Where the licences are; None where the program runs from its source.

    Args:
        package: The folder of this program's Python package.
    """
    beside = package.parent
    # An application of macOS keeps code and data in folders of their own.
    folders = (beside / "licences", beside.parent / "Resources" / "licences")
    return next((place for place in folders if (place / _INDEX).is_file()), None)


def find_own_licence(package: Path) -> Path | None:
    """This program's own licence beside its source; None where there is none."""
    path = package.parent / _OWN_LICENCE
    return path if path.is_file() else None


def read_manifest(folder: Path) -> tuple[BundledComponent, ...]:
    """All parts, in the order of the list.

    Raises:
        OSError: The list cannot be read.
        ValueError: It is not one, or of a later form.
    """
    manifest = json.loads((folder / _INDEX).read_text("utf-8"))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise ValueError("the list of licences has another form")
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
