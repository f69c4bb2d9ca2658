"""Temporary files that a program which was killed does not leave behind for ever."""

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
"""A part that no lock can protect counts as left over when nothing was written for so long."""
_ATTEMPTS = 8
"""Attempts to create a file before a sweep of another thread or process finds it."""


@contextmanager
def temporary_file(folder: Path, suffix: str = "", mode: int = 0o666) -> Iterator[Path]:
    """Create a hidden, empty file in a folder, and delete it at the end if it is still there.

    While it is in use its lock is held, so that `sweep_parts` of another process spares it; the
    system drops the lock when the process ends.

    Args:
        folder: Where it is to be.
        suffix: With its dot, for libraries that judge by names.
        mode: Its permissions, before the umask.

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
    """Create the file and take its lock.

    A file that a sweep of another thread or process found before it was locked is given up for one
    of another name: that sweep may be about to delete it, or has done so.
    """
    for attempt in range(_ATTEMPTS):
        path = folder / f".{uuid.uuid4().hex}.part{suffix}"
        # Created here and not by the lock: a name that is there already must never be used.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        handle = os.open(path, flags, mode)
        lock = FileLock(path)
        try:
            # Windows locks a file against its own writer, too: there the age alone tells a
            # left-over. Elsewhere the lock creates what a sweep has deleted, as another file; the
            # handle stays open until then, so that no other file can get the same inode number.
            if os.name == "nt" or (lock.acquire() and _is_same_file(path, handle)):
                break
            # Some network drives give inode numbers that mean nothing.
            if attempt == _ATTEMPTS - 1:
                break
        finally:
            os.close(handle)
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()
    return path, lock


def _is_same_file(path: Path, handle: int) -> bool:
    """Whether an open file still stands under its name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def delete_stale_temporary_files(folder: Path) -> int:
    """Delete the part files in a folder that no process writes any more; how many those were.

    A folder that is not there or cannot be read has none.
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
