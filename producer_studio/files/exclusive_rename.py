"""Rename that never replaces an existing file."""

import ctypes
import errno
import functools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from producer_studio.files.temporary_file import temporary_file

_NO_REPLACE = 1
"""RENAME_NOREPLACE of Linux."""

_AT_CWD = -100
_EXCLUSIVE = 4
"""RENAME_EXCL of macOS."""

_NO_HARD_LINKS = frozenset(
    {
        errno.EPERM,
        errno.EACCES,
        errno.EINVAL,
        errno.ENOSYS,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.EMLINK,
        errno.EXDEV,
    }
)
"""Error numbers with which exFAT, FAT, SMB and FUSE reject a hard link."""


def rename_exclusively(temporary: Path, target: Path) -> None:
    """Renames a file; the name appears with the whole content or not at all.

    Both are in one folder. Where the system has no exclusive rename, a hard link is used instead;
    where there is neither, existence is checked right before the rename.

    Raises:
        FileExistsError: The name exists; nothing has changed.
        OSError: The file system rejects the rename.
    """
    if os.name == "nt":
        temporary.rename(target)  # never replaces on Windows
        return
    if _try_system_rename(temporary, target):
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        temporary.rename(target)
    else:
        temporary.unlink()


def link_or_copy(path: Path, target: Path) -> None:
    """Gives a file a second name in its folder; copies it where there are no hard links.

    Raises:
        FileExistsError: The name exists; nothing has changed.
        OSError: The file system rejects it, or has no space for a copy.
    """
    try:
        os.link(path, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
    else:
        return
    with temporary_file(target.parent, target.suffix) as part:
        shutil.copy2(path, part)
        rename_exclusively(part, target)


def _try_system_rename(temporary: Path, target: Path) -> bool:
    """Calls the system's exclusive rename; False where it is unsupported.

    Raises:
        OSError: The call failed; FileExistsError if the name exists.
    """
    rename = _exclusive_rename()
    if rename is None:
        return False
    number = rename(os.fsencode(temporary), os.fsencode(target))
    if number in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}:
        return False
    if number:
        raise OSError(number, os.strerror(number), str(target))
    return True


@functools.cache
def _exclusive_rename() -> Callable[[bytes, bytes], int] | None:
    """Returns a function that renames exclusively and returns an errno; None if unsupported."""
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        if call is None:
            return None
        return lambda old, new: ctypes.get_errno() if call(old, new, _EXCLUSIVE) else 0
    call = getattr(library, "renameat2", None)  # glibc 2.28, musl 1.2.4
    if call is None:
        return None
    return lambda old, new: (
        ctypes.get_errno() if call(_AT_CWD, old, _AT_CWD, new, _NO_REPLACE) else 0
    )
