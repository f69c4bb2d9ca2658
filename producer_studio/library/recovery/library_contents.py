"""Detection of a library in a folder: a database, or files that one can be rebuilt from."""

from pathlib import Path

from producer_studio.files.path_checks import is_folder
from producer_studio.library.backups import list_backup_files
from producer_studio.library.clip_folders import iter_clip_folders
from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.path_confinement import exists_without_following, list_matching


def contains_library(folder: Path) -> bool:
    """Whether there is a database, or files to rebuild one from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    if exists_without_following(folder / DATABASE):
        return True
    # An interrupted restore has the next database prepared, and the last one renamed.
    return is_folder(folder) and (
        contains_recoverable_files(folder) or bool(list_matching(folder, "restoring *.db"))
    )


def contains_recoverable_files(folder: Path) -> bool:
    """Whether there are files that a database can be rebuilt from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    return (
        any(iter_clip_folders(folder))
        or bool(list_matching(folder, "library damaged *.db"))
        or bool(list_backup_files(folder / BACKUPS))
    )
