"""Flushing of files and folders to disk, as far as the file system supports it."""

import errno
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

UNSUPPORTED_ERRNOS = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Error numbers with which file systems report an unsupported operation."""

_FOLDER_UNSUPPORTED_ERRNOS = UNSUPPORTED_ERRNOS | {
    errno.EBADF,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
}
"""Error numbers for folders, some of which cannot be opened (SMB, FUSE, write-only folders)."""


def sync_handle(handle: int) -> None:
    """Flushes an open file to disk.

    Raises:
        OSError: The disk failed. A file system without fsync is not an error.
    """
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in UNSUPPORTED_ERRNOS:
            raise
        log.debug("File system does not support fsync: %s", error)


def sync_file(path: Path) -> None:
    """Flushes a file to disk; see `sync_handle`."""
    with path.open("rb+") as file:
        sync_handle(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flushes the directory entries of a folder to disk.

    Raises:
        OSError: The disk failed. A folder that cannot be flushed is not an error: its file system
            persists names in another way, as Windows always does.
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
        log.debug("Cannot flush folder: %s", error)
