"""Regular files only: pipes and devices would block."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from producer_studio.files.path_checks import is_file


def open_regular(path: Path) -> BinaryIO:
    """Opens a regular file for reading; rejects pipes, devices and folders without blocking.

    Raises:
        OSError: It does not exist, cannot be read, or is not a regular file (EINVAL), as no file
            has a name with a null character.
    """
    # Opening a FIFO without a writer would block forever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except ValueError as error:  # such as from a URL that another program has dragged
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path)) from error
    kind = os.fstat(handle).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(handle, "rb")
    os.close(handle)
    number = errno.EISDIR if stat.S_ISDIR(kind) else errno.EINVAL
    raise OSError(number, os.strerror(number), str(path))


def has_content(path: Path | None) -> bool:
    """Whether a path names a regular file that is not empty.

    A file system that lost its power may leave an empty file.

    Raises:
        OSError: The disk cannot be read.
    """
    if path is None:
        return False
    try:
        return is_file(path) and path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as error:
        # No file can have such a name; it comes from a damaged row.
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


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
