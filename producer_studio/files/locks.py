"""File lock between processes, released when its process ends."""

import contextlib
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
"""Error numbers with which a file system (NFS, SMB, FUSE, Lustre) reports missing lock support."""


class FileLock:
    """Exclusive or shared lock between processes; blocking calls, any thread.

    The system releases it when the process ends for any reason. The file itself is not deleted:
    otherwise two processes could hold locks on two files of one name.

    Attributes:
        is_enforced: Whether the lock excludes others. Where the file system has no locks, every
            process acquires it, because working without a lock is better than not working at all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None
        self.is_enforced = False

    def acquire(self, *, shared: bool = False) -> bool:
        """Acquires the lock if it is free; returns whether it is held now.

        Args:
            shared: Whether others may share it. Windows has no such lock: there nothing is locked,
                and the system itself prevents moving a file that is in use.

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
        """Releases the lock; does nothing when it is not held."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            self.is_enforced = False
            # A drive that is gone reports an error at the end; nothing was written.
            with contextlib.suppress(OSError):
                os.close(handle)


def has_record_locks(path: Path) -> bool:
    """Whether the file system has the locks that databases need; blocking.

    Args:
        path: An existing file; its own lock is not affected.
    """
    if sys.platform == "win32":
        return True
    try:
        with path.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in NO_LOCKS_ERRNOS
    return True


def _lock(handle: int, *, shared: bool) -> tuple[bool, bool]:
    """Tries to lock; returns whether it is held, and whether the file system enforces it."""
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
