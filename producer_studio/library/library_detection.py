"""Whether a folder holds a library."""

from pathlib import Path

from producer_studio.library.internal_files import BACKUPS, DATABASE
from producer_studio.library.path_confinement import exists_itself
from producer_studio.library.recovery.backups import kept_backups
from producer_studio.library.recovery.rebuild import clip_folders


def holds_library(folder: Path) -> bool:
    """Whether there is a catalogue, or something that one can be rebuilt from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    if exists_itself(folder / DATABASE):
        return True
    # A restore that was cut off has the next catalogue ready, and the last one out of the way.
    return folder.is_dir() and (holds_remains(folder) or any(folder.glob("restoring *.db")))


def holds_remains(folder: Path) -> bool:
    """Whether there is something that a new catalogue can be made from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    return (
        any(clip_folders(folder))
        or any(folder.glob("library damaged *.db"))
        or bool(kept_backups(folder / BACKUPS))
    )
