"""Temporary files, including the cleanup of those left by killed processes."""

import contextlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from producer_studio.files.locks import FileLock

_NAME_PATTERN = re.compile(r"\.[0-9a-f]{32}\.part(\.[a-z0-9]{1,5})?")
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
        finally:
            os.close(handle)
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()
    return path, lock


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
            found = [
                Path(entry.path)
                for entry in entries
                if _NAME_PATTERN.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return 0
    return sum(_delete_if_stale(path) for path in found)


def _delete_if_stale(path: Path) -> bool:
    try:
        age_s = time.time() - path.stat().st_mtime
        lock = FileLock(path)
        if os.name != "nt" and not lock.acquire():
            return False
        try:
            if not lock.is_enforced and age_s < _UNLOCKED_AGE_S:
                return False
            path.unlink()
        finally:
            lock.release()
    except OSError:
        return False
    return True
