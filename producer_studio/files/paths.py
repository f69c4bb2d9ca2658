"""Paths that are not trusted: expansion of `~`, regular files only, private permissions."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def expand_home(path: Path) -> Path:
    """Expands `~` or `~name`; returns the path unchanged if there is no such home folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def absolute_path(path: Path) -> Path:
    """Returns the absolute path."""
    return expand_home(path).absolute()


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


def open_regular(path: Path) -> BinaryIO:
    """Opens a regular file for reading; rejects pipes, devices and folders without blocking.

    Raises:
        OSError: It does not exist, cannot be read, or is not a regular file (EINVAL).
    """
    # Opening a FIFO without a writer would block forever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    kind = os.fstat(handle).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(handle, "rb")
    os.close(handle)
    number = errno.EISDIR if stat.S_ISDIR(kind) else errno.EINVAL
    raise OSError(number, os.strerror(number), str(path))


def read_regular(path: Path, limit_bytes: int) -> bytes:
    """Reads a whole regular file if it is not longer than a limit.

    Raises:
        OSError: As `open_regular`; EFBIG for a longer file.
    """
    with open_regular(path) as file:
        content = file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content
