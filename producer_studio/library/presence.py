"""Whether a folder holds a library."""

from pathlib import Path

from producer_studio.library.own_files import DATABASE
from producer_studio.library.rebuild import clip_folders


def holds_library(folder: Path) -> bool:
    """Whether there is a catalogue, or clips that one can be rebuilt from; blocking.

    Raises:
        OSError: The folder cannot be read.
    """
    return (folder / DATABASE).exists() or (folder.is_dir() and any(clip_folders(folder)))
