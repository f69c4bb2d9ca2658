"""Whether a folder holds a library."""

from pathlib import Path

from producer_studio.library.backups import list_backup_files
from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.path_confinement import exists_without_following
from producer_studio.library.recovery.rebuild import iter_clip_folders


def contains_library(folder: Path) -> bool:
    """Whether there is a catalogue, or something that one can be rebuilt from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    if exists_without_following(folder / DATABASE):
        return True
    # A restore that was cut off has the next catalogue ready, and the last one out of the way.
    return folder.is_dir() and (
        contains_recoverable_files(folder) or any(folder.glob("restoring *.db"))
    )


def contains_recoverable_files(folder: Path) -> bool:
    """Whether there is something that a new catalogue can be made from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    return (
        any(iter_clip_folders(folder))
        or any(folder.glob("library damaged *.db"))
        or bool(list_backup_files(folder / BACKUPS))
    )
