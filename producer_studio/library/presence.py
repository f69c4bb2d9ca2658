"""Whether a folder holds a library."""

from pathlib import Path

from producer_studio.library.backups import kept_backups
from producer_studio.library.confinement import exists_itself
from producer_studio.library.own_files import BACKUPS, DATABASE
from producer_studio.library.rebuild import clip_folders


def holds_library(folder: Path) -> bool:
    """Whether there is a catalogue, or something that one can be rebuilt from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    return exists_itself(folder / DATABASE) or (
        folder.is_dir() and (any(clip_folders(folder)) or bool(kept_backups(folder / BACKUPS)))
    )
