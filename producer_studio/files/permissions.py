"""Permissions of private files and folders."""

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def create_private_folder(path: Path) -> None:
    """Creates a folder that only its owner can access; does not change an existing one.

    Raises:
        OSError: It cannot be created.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def remove_other_permissions(path: Path) -> None:
    """Removes the permissions of group and others from a file or folder of this user.

    Links are skipped, and so are files of other users and of drives without permissions; errors are
    ignored.
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
