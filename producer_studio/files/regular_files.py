"""Reading of regular files only: pipes and devices would block."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


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
