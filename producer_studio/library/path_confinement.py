"""Confinement of paths to the library, for paths that are not trusted.

A library may come from somebody else: shared, restored, unpacked. Stored paths are validated as
text when they are read; before writing, moving or deleting, links are resolved too.
"""

import errno
import os
import re
import stat
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath, PureWindowsPath

_PLAIN_PATH = re.compile(r"[\w \-()\[\]]+(?:\.\w+)?(?:/[\w \-()\[\]]+(?:\.\w+)?)*")
"""Fast path for nearly all stored paths; they are read by the thousand."""


_LONGEST_NAME, _LONGEST_PATH = 255, 4000
"""No file system has longer names, and no system takes longer paths: each look would fail."""

_NO_SUCH_NAME = frozenset({errno.ELOOP, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL})
"""Error numbers for names that no file on the disk can have, such as those of a damaged row."""


class OutsideLibrary(OSError):
    """A folder to be written is outside the library."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is outside the library")
        self.name = path.name


def resolve_inside(base: Path, text: str) -> Path | None:
    """Resolves a stored relative path; None if it is not below `base`, or is none of a file."""
    if len(text) > _LONGEST_NAME and _is_too_long(text):
        return None
    if _PLAIN_PATH.fullmatch(text):
        return base / text
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    if not text or "\0" in text:
        return None
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(text).is_absolute() or kind(text).drive or kind(text).root:
            return None
    # A backslash is a separator on Windows alone, where it would lead out as a slash does.
    parts = PurePosixPath(text.replace("\\", "/") if os.name == "nt" else text).parts
    if not parts or ".." in parts:
        return None
    return base / PurePosixPath(*parts)


def _is_too_long(text: str) -> bool:
    return len(text) > _LONGEST_PATH or max(map(len, text.split("/"))) > _LONGEST_NAME


def require_inside(path: Path, library: Path) -> None:
    """Requires that a path is below the library, with links followed.

    Raises:
        OutsideLibrary: It is not.
    """
    try:
        real, root = os.path.realpath(path), os.path.realpath(library)
        is_inside = real != root and os.path.commonpath([real, root]) == root
    except ValueError as error:  # a NUL, which no system accepts; another drive on Windows
        raise OutsideLibrary(path) from error
    if not is_inside:
        raise OutsideLibrary(path)


def is_plain_file(path: Path) -> bool:
    """Whether a regular file exists at a path, and not a link to one.

    Raises:
        OSError: The drive cannot tell.
    """
    return file_type(path) == stat.S_IFREG


def is_plain_folder(path: Path) -> bool:
    """Whether a folder exists at a path, and not a link to one.

    Raises:
        OSError: The drive cannot tell.
    """
    return file_type(path) == stat.S_IFDIR


def exists_without_following(path: Path) -> bool:
    """Whether anything exists at a path, including a broken link.

    Raises:
        OSError: The drive cannot tell.
    """
    return file_type(path) is not None


def file_type(path: Path) -> int | None:
    """Returns `stat.S_IFREG`, `S_IFDIR` … of what is at a path, links too; None for nothing.

    Raises:
        OSError: The drive cannot tell.
    """
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a null character
        return None
    except OSError as error:
        if error.errno in _NO_SUCH_NAME:
            return None
        raise


def clear_path(path: Path) -> None:
    """Clears a path for an internal file: removes a file, pipe or link, renames a folder.

    Raises:
        OSError: The parent folder cannot be written.
    """
    if is_plain_folder(path):
        move_aside(path)
    else:
        path.unlink(missing_ok=True)


def move_aside(path: Path) -> Path:
    """Renames an unused file with a timestamp, in the same folder; returns its new path."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    return path.rename(path.with_name(f"{path.name} not used {stamp}"))


def list_matching(folder: Path, pattern: str) -> list[Path]:
    """Lists the entries of a folder whose names match a shell pattern; none without the folder.

    `Path.glob` finds nothing in a folder that cannot be read, from Python 3.13 on.

    Raises:
        OSError: The folder cannot be read.
    """
    try:
        return sorted(path for path in folder.iterdir() if fnmatchcase(path.name, pattern))
    except (FileNotFoundError, NotADirectoryError):
        return []


def remove_files(folder: Path, pattern: str) -> None:
    """Removes files, pipes and links that match a pattern, but not folders."""
    for path in list_matching(folder, pattern):
        if not is_plain_folder(path):
            path.unlink(missing_ok=True)


def open_new_file(path: Path, mode: int = 0o666) -> int:
    """Opens a new file for writing; an existing one is removed, not written through.

    Args:
        mode: Permissions, before the process's own mask.

    Returns:
        A descriptor, to be closed by the caller.

    Raises:
        OSError: The file cannot be created.
    """
    clear_path(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    return os.open(path, flags, mode)


def read_plain_file(path: Path, limit: int) -> bytes:
    """Reads a regular file; never waits for a pipe, never follows a link.

    Raises:
        FileNotFoundError: It does not exist.
        ValueError: It is not a file, or larger than `limit` bytes.
        OSError: It cannot be read.
    """
    content = read_plain_head(path, limit + 1)
    if len(content) > limit:
        raise ValueError("too large")
    return content


def read_plain_head(path: Path, length: int) -> bytes:
    """Reads up to `length` bytes from the start of a regular file; see `read_plain_file`."""
    if not is_plain_file(path):
        if not exists_without_following(path):
            raise FileNotFoundError(path)
        raise ValueError("not a plain file")
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a plain file")
        return file.read(length)
