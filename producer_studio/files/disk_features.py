"""Features that file systems may lack: shared memory, file attributes, a known size."""

import contextlib
import mmap
import os
import shutil
import tempfile
from pathlib import Path


def has_shared_memory(folder: Path) -> bool:
    """Whether files in a folder can be mapped into the memory of several processes; blocking.

    Network drives and pools of disks may not have this (9p, mergerfs, FUSE with direct I/O).
    Windows always has it. True where no file can be created, which says nothing.
    """
    if os.name == "nt":
        return True
    with contextlib.ExitStack() as ends:
        try:
            file = ends.enter_context(tempfile.TemporaryFile(dir=folder, buffering=0))
            # Written, not only made longer: on a full disk there is no page behind a hole, and the
            # system ends a process that writes to it in memory (SIGBUS).
            if file.write(bytes(mmap.PAGESIZE)) < mmap.PAGESIZE:
                return True
        except OSError:
            return True
        try:
            with mmap.mmap(file.fileno(), mmap.PAGESIZE, mmap.MAP_SHARED) as shared:
                shared[0] = 1
        except OSError:
            return False
    return True


def copy_attributes(source: Path, target: Path) -> None:
    """Copies times and permissions of a file; a disk that keeps none of its own is no error."""
    with contextlib.suppress(OSError):
        shutil.copystat(source, target)


def free_bytes(folder: Path) -> int | None:
    """Returns the free space of a folder's disk; None if it is unknown.

    Some network drives report a disk without any space.
    """
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free if usage.total > 0 else None
