"""Atomic files: temporary files, flushing to disk, and renames that replace nothing unasked."""

import contextlib
import ctypes
import errno
import functools
import logging
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from producer_studio.files.disk_features import copy_attributes
from producer_studio.files.folder_deletion import delete_folder
from producer_studio.files.locks import FileLock
from producer_studio.files.path_checks import is_file, is_folder, path_exists

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


_NAME_PATTERN = re.compile(r"\.[0-9a-f]{32}\.part(\.[a-z0-9]{1,5})?")
_LOG_PATTERN = re.compile(r"(?P<database>\.[0-9a-f]{32}\.part)-(wal|shm|journal)")
"""Names of the files that SQLite keeps beside a temporary file which is a database."""
_UNLOCKED_AGE_S = 24 * 60 * 60
"""Seconds without a write after which a file that cannot be locked is stale."""
_ATTEMPTS = 8
"""Attempts to create a file, as cleanup in another thread or process may delete it."""


@contextmanager
def temporary_file(folder: Path, suffix: str = "", mode: int = 0o666) -> Iterator[Path]:
    """Creates a hidden, empty file in a folder; deletes it at the end if it still exists.

    While it is in use its lock is held, so that `delete_stale_temporary_files` of another process
    skips it; the system releases the lock when the process ends.

    Args:
        folder: Folder of the file.
        suffix: Suffix with its dot, for libraries that depend on it.
        mode: Permissions, before the umask.

    Raises:
        OSError: The folder cannot be written.
    """
    path, lock = _create_locked(folder, suffix, mode)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()


@contextmanager
def staging_folder(part: Path) -> Iterator[Path]:
    """Creates a hidden folder beside a temporary file, for its contents; deletes it at the end.

    If the process is killed, it is deleted with the temporary file.

    Raises:
        OSError: The folder cannot be written.
    """
    folder = _staging_path(part)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        delete_folder(folder)


def _staging_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.files")


def _create_locked(folder: Path, suffix: str, mode: int) -> tuple[Path, FileLock]:
    """Creates the file and acquires its lock.

    If cleanup in another thread or process finds the file before it is locked, another name is
    tried: the cleanup may be about to delete it, or has done so.
    """
    for attempt in range(_ATTEMPTS):
        path = folder / f".{uuid.uuid4().hex}.part{suffix}"
        # Created here and not by the lock, so that an existing file is never used.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        handle = os.open(path, flags, mode)
        lock = FileLock(path)
        try:
            # Windows locks a file against its own writer, too: there only the age identifies stale
            # files. Elsewhere the lock recreates a file that cleanup has deleted, as another file;
            # the handle stays open until then, so that no other file can get the same inode number.
            if os.name == "nt" or (lock.acquire() and _is_same_file(path, handle)):
                break
            # Some network drives return meaningless inode numbers.
            if attempt == _ATTEMPTS - 1:
                break
        except BaseException:
            _remove(path, lock)
            raise
        finally:
            os.close(handle)
        _remove(path, lock)
    return path, lock


def _remove(path: Path, lock: FileLock) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
    lock.release()


def _is_same_file(path: Path, handle: int) -> bool:
    """Whether an open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def delete_stale_temporary_files(folder: Path) -> int:
    """Deletes temporary files in a folder that no process holds; returns their number.

    A missing or unreadable folder has none.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return 0
    deleted = {
        name for name in names if _NAME_PATTERN.fullmatch(name) and _delete_if_stale(folder / name)
    }
    left = set(names) - deleted
    for name in names:
        log_of = _LOG_PATTERN.fullmatch(name)
        if log_of is not None and log_of["database"] not in left:
            with contextlib.suppress(OSError):
                (folder / name).unlink()
                deleted.add(name)
    return len(deleted)


def _delete_if_stale(path: Path) -> bool:
    try:
        age_s = time.time() - path.stat().st_mtime
        lock = FileLock(path)
        if os.name != "nt" and not lock.acquire():
            return False
        try:
            if not lock.is_enforced and age_s < _UNLOCKED_AGE_S:
                return False
            staged = _staging_path(path)
            if is_folder(staged) and not staged.is_symlink():
                shutil.rmtree(staged)
            path.unlink()
        finally:
            lock.release()
    except OSError:
        return False
    return True


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
        try:
            target.lstat()
        except FileNotFoundError:
            pass
        else:
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
        shutil.copyfile(path, part)
        copy_attributes(path, part)
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


def atomic_write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Writes a file atomically; it is flushed to disk when this returns.

    A link is followed: its target is replaced. Anything but a regular file, such as the standard
    output, is written to directly.

    Args:
        path: Path in an existing folder.
        content: The whole content.
        mode: Permissions of the new file, before the umask.

    Raises:
        OSError: Writing failed; the old file is unchanged.
    """
    target = Path(os.path.realpath(path))
    if path_exists(target) and not is_file(target):
        path.write_bytes(content)
        return
    delete_stale_temporary_files(target.parent)
    with temporary_file(target.parent, mode=mode) as part:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            sync_handle(file.fileno())
        part.replace(target)
    sync_folder(target.parent)
