"""A drive that is disconnected while a library is open, and connected again."""

import os
import shutil
from pathlib import Path


def disconnect(folder: Path) -> Path:
    """Makes every open file below a folder report errors, and takes the folder away.

    Returns:
        The folder's other place, for `connect`.
    """
    away = folder.with_name(f"{folder.name} away")
    shutil.copytree(folder, away)
    # The first megabytes of a process are not mapped: reads and writes report an error of the
    # device, and locks work, as on a file of a drive that is gone.
    dead = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
    for link in Path("/proc/self/fd").iterdir():
        # The descriptor that lists the folder is closed by now.
        if link.is_symlink() and str(link.readlink()).startswith(f"{folder}{os.sep}"):
            os.dup2(dead, int(link.name), inheritable=False)
    os.close(dead)
    shutil.rmtree(folder)
    return away


def connect(away: Path, folder: Path) -> None:
    """Brings the folder back: with the same contents, and as other files for the system."""
    away.rename(folder)
