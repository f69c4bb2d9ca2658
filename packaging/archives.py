"""Unpacks archives that this project has made itself."""

import tarfile
from pathlib import Path


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Extracts all members into a folder, without owners or names that lead out of it."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
    else:
        # Python before 3.11.4, such as Debian 12 has, knows no filters.
        archive.extractall(folder)  # noqa: S202 - made here
