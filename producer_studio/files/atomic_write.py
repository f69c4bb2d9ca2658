"""Atomic replacement of a file's content."""

import os
from pathlib import Path

from producer_studio.files.fsync import sync_folder, sync_handle
from producer_studio.files.temporary_file import delete_stale_temporary_files, temporary_file


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
    if target.exists() and not target.is_file():
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
