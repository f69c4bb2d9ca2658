"""Rebuild of the database that the user asks for."""

from pathlib import Path

from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.path_confinement import file_type
from producer_studio.library.recovery.backup_restore import exclusive_library, finish_restore
from producer_studio.library.recovery.rebuild import (
    RebuildResult,
    build_database,
    finish_rebuild,
    install_built_database,
    set_aside,
)


def rebuild_library(folder: Path) -> tuple[RebuildResult, Path | None]:
    """Makes the database anew from the clips' folders and from all rows that can be read; blocking.

    A kill at any time leaves the old database or the new one; the old one is kept beside it.

    Returns:
        What is in the new database, and the path of the old one; None if there was none.

    Raises:
        StorageError: The library is open, or its folder cannot be written.
    """
    path = folder / DATABASE
    with exclusive_library(folder):
        finish_restore(folder)
        finish_rebuild(folder, path)
        is_there = file_type(path) is not None
        result = build_database(folder, path, folder / BACKUPS, is_damaged=is_there)
        kept = set_aside(path, "replaced") if is_there else None
        install_built_database(path)
    return result, kept
