"""A library without clips, made once for each process of tests."""

import tempfile
from functools import cache
from pathlib import Path

from producer_studio.library.migrations import create_database


def place_empty_library(folder: Path) -> None:
    """Puts an empty database into a new folder: migrating it would be half of opening it.

    A folder that exists stays as it is.
    """
    if folder.exists():
        return
    folder.mkdir(mode=0o700, parents=True)
    database = folder / "library.db"
    database.touch(mode=0o600)
    database.write_bytes(_empty_database())


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "library.db")
        create_database(path, Path(folder, "backups"))
        assert list(path.parent.iterdir()) == [path]
        return path.read_bytes()
