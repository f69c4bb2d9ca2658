"""Folders and files that are the owner's alone; Windows sees to that by its folders."""

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def create_private_folder(path: Path) -> None:
    """Makes a folder that only its owner can enter; one that is there is left as it is.

    Raises:
        OSError: It cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def remove_other_permissions(path: Path) -> None:
    """Takes the rights of group and others from a file or folder of this user.

    Links are left alone, and so is what belongs to somebody else or lies on a drive without
    rights: nothing is worth stopping for.
    """
    if os.name == "nt":
        return
    try:
        status = path.lstat()
        ours = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
        if ours and status.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
    except OSError:
        return
