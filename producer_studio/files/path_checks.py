"""Checks of paths that do not take an error of the drive for "no".

From Python 3.14 on `Path.exists`, `Path.is_file` and `Path.is_dir` return False for every error.
"""

import errno
import os
import stat
from pathlib import Path

_NOTHING_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EBADF})

_DRIVE_ERRORS = frozenset(
    {errno.EIO, errno.ENODEV, errno.ENOTCONN, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN}
)


def is_error_of_drive(error: OSError) -> bool:
    """Whether an error is the drive's, and says nothing about the file."""
    return error.errno in _DRIVE_ERRORS


def path_exists(path: Path) -> bool:
    """Whether anything is at a path; a link counts as what it leads to.

    Raises:
        OSError: The drive cannot tell, or no path can be so long.
    """
    return _mode(path) is not None


def is_file(path: Path) -> bool:
    """Whether a regular file, or a link to one, is at a path.

    Raises:
        OSError: As `path_exists`.
    """
    mode = _mode(path)
    return mode is not None and stat.S_ISREG(mode)


def is_folder(path: Path) -> bool:
    """Whether a folder, or a link to one, is at a path.

    Raises:
        OSError: As `path_exists`.
    """
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: Path) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - tests replace it
    except OSError as error:
        if error.errno in _NOTHING_THERE:
            return None
        raise
    except ValueError:  # no file's name has a null character
        return None
