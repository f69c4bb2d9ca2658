"""Replacing the content of a file in one step."""

import os
from pathlib import Path

from producer_studio.files.fsync import sync_folder, sync_handle
from producer_studio.files.temporary_file import delete_stale_temporary_files, temporary_file


def atomic_write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file that is never seen half written; it is on the disk when this returns.

    A link is followed: what it points to is replaced. What is no regular file, such as the standard
    output, is written to.

    Args:
        path: Its folder is there.
        content: All of the file.
        mode: Permissions of the new file, before the umask.

    Raises:
        OSError: The folder or the disk does not take it; the old file is untouched.
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
