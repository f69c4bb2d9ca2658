"""A lock on a file that goes when its process goes."""

import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NO_LOCKS_ERRNOS = frozenset(
    {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EBADF}
)
"""Error numbers by which a file system (NFS, SMB, FUSE, Lustre) says that it has no locks."""


class FileLock:
    """Held by one at a time, or shared by several, across processes; blocking calls, any thread.

    The system lets go of it when the process ends, however it ends. The file itself stays: removing
    it would let two processes hold locks on two files of one name.

    Attributes:
        is_enforced: Whether others are really kept out. Some file systems have no locks: there
            everybody gets one, as working without is better than not working at all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None
        self.is_enforced = False

    def acquire(self, *, shared: bool = False) -> bool:
        """Takes the lock if it is free; whether it is held now.

        Args:
            shared: Whether others may share it. Windows knows no such lock: there nothing is
                locked, and the system itself refuses to move a file that is in use.

        Raises:
            OSError: The file cannot be opened.
        """
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            is_locked, self.is_enforced = _lock(handle, shared=shared)
        except BaseException:
            os.close(handle)
            raise
        if not is_locked:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Lets go; nothing happens when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            self.is_enforced = False


def _lock(handle: int, *, shared: bool) -> tuple[bool, bool]:
    """Whether the lock is held, and whether the file system enforces it."""
    try:
        if sys.platform == "win32":
            if not shared:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False, True
    except OSError as error:
        if error.errno not in NO_LOCKS_ERRNOS:
            raise
        return True, False
    return True, True
