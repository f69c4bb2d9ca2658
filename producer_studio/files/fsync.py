"""Flushing files and folders to the disk, as far as their file system can."""

import errno
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

UNSUPPORTED_ERRNOS = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Error numbers by which file systems say that they do not have an operation at all."""

_FOLDER_UNSUPPORTED_ERRNOS = UNSUPPORTED_ERRNOS | {
    errno.EBADF,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
}
"""The same for folders, some of which cannot even be opened (SMB, FUSE, write-only folders)."""


def sync_handle(handle: int) -> None:
    """Flush an open file to the disk.

    Raises:
        OSError: The disk did not take the data. A file system without fsync is no error.
    """
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in UNSUPPORTED_ERRNOS:
            raise
        log.debug("This file system has no fsync: %s", error)


def sync_file(path: Path) -> None:
    """Flush a file to the disk; see `sync_handle`."""
    with path.open("rb+") as file:
        sync_handle(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk.

    Raises:
        OSError: The disk failed. A folder that cannot be flushed at all is no error: its file
            system keeps names in its own way, and Windows always does.
    """
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _FOLDER_UNSUPPORTED_ERRNOS:
            raise
        log.debug("The folder cannot be flushed: %s", error)
