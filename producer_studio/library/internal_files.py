"""Checks of the studio's own files in a library's folder, before the first of them is opened.

A library may have been shared, restored or unpacked: under the name of an internal file there may
be a link to somewhere else, a pipe, or a hard link of another file. None of them is written
through.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from producer_studio.files.atomic_write import sync_handle
from producer_studio.files.permissions import remove_other_permissions
from producer_studio.library.path_confinement import (
    clear_path,
    file_type,
    is_plain_file,
    is_plain_folder,
    move_aside,
    open_new_file,
)
from producer_studio.translation import mark

OPENING_LOCK = "opening.lock"
IN_USE_LOCK = "in-use.lock"
DATABASE = "library.db"
BACKUPS = "backups"
PARTIAL = "partial"
TRASH = "trash"

DELETING = "deleting"
CHECKED_MARKER = f"{DATABASE}.checked"
"""Its time is that of the last check of the whole database."""
_FOLDERS = (PARTIAL, TRASH, BACKUPS, DELETING)
_EMPTY_FILES = (IN_USE_LOCK, "jobs.lock", "deleting.lock", f"{DATABASE}.suspect", CHECKED_MARKER)
_LOG_SUFFIXES = ("-wal", "-shm", "-journal")
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")

_OWN_NAME = re.compile(
    r"\.|\d{4}$|[a-z-]+\.lock($| not used )|(partial|trash|backups|deleting)($| not used )"
    r"|(library|rebuilding|rebuilt|restoring|salvaging)\.db"
    r"|(library (damaged|replaced)|restoring) .+\.db"
)
"""Prefixes of all names that this program creates in a library's folder, also of renamed files."""


def is_own_name(name: str) -> bool:
    """Whether a name in a library's folder is one that this program creates there."""
    return _OWN_NAME.match(name) is not None


def clear_lock_path(path: Path) -> None:
    """Removes anything but a regular file from a lock's path.

    Raises:
        OSError: The drive cannot tell what is there, or the folder cannot be written.
    """
    if file_type(path) not in {None, stat.S_IFREG}:
        clear_path(path)


def move_foreign_files_aside(folder: Path) -> list[str]:
    """Renames foreign files that have the names of internal ones; called before others open them.

    Returns:
        A message for the user for each renamed or removed file.

    Raises:
        OSError: The folder cannot be written, or the drive cannot tell what is in it.
    """
    notices: list[str] = []
    for name in _FOLDERS:
        path = folder / name
        if file_type(path) not in {None, stat.S_IFDIR}:
            kept = move_aside(path)
            notices.append(
                mark(
                    "“{name}” in the library folder was not a regular folder, so it is not used. "
                    "It is kept as “{kept}”.",
                    name=name,
                    kept=kept.name,
                )
            )
    for name in _EMPTY_FILES:
        clear_lock_path(folder / name)
    for name in (DATABASE, *(f"{DATABASE}{log}" for log in _LOG_SUFFIXES)):
        path = folder / name
        if file_type(path) not in {None, stat.S_IFREG}:
            kept = move_aside(path)
            notices.append(
                mark(
                    "“{name}” in the library folder was not a regular file, so it is not used. "
                    "It is kept as “{kept}”.",
                    name=name,
                    kept=kept.name,
                )
            )
    _move_foreign_journal_aside(folder / f"{DATABASE}-journal")
    for path in _find_unsafe_partials(folder / PARTIAL):
        path.unlink()
    return notices


def break_hard_links(folder: Path) -> None:
    """Replaces hard links among the database files by copies.

    Copies of a folder that were made with hard links would change with it. Called while no other
    process has the library open.

    Raises:
        OSError: The disk rejects a copy.
    """
    for log in ("", "-wal"):
        path = folder / f"{DATABASE}{log}"
        if is_plain_file(path) and path.stat().st_nlink > 1:
            beside = path.with_name(f"{path.name}.part")
            try:
                with path.open("rb") as source, os.fdopen(open_new_file(beside), "wb") as copy:
                    shutil.copyfileobj(source, copy)
                    copy.flush()
                    sync_handle(copy.fileno())
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
    shared = folder / f"{DATABASE}-shm"
    if is_plain_file(shared) and shared.stat().st_nlink > 1:
        shared.unlink()  # recreated from the log


def _find_unsafe_partials(partial: Path) -> Iterator[Path]:
    """Yields links, pipes and hard links among the unfinished downloads: none is written to."""
    if not is_plain_folder(partial):
        return
    for place, folders, files in os.walk(partial, onerror=_raise):
        for name in (*folders, *files):
            path = Path(place) / name
            kind = file_type(path)
            if kind in {None, stat.S_IFDIR}:
                continue
            if kind != stat.S_IFREG or path.stat().st_nlink > 1:
                yield path


def _raise(error: OSError) -> None:
    raise error


def _move_foreign_journal_aside(path: Path) -> None:
    """Renames a journal that refers to another one, which SQLite would delete; ours never do."""
    if not is_plain_file(path):
        return
    if path.stat().st_nlink > 1:
        move_aside(path)
        return
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(max(0, size - len(_JOURNAL_MAGIC)))
        names_another = size > len(_JOURNAL_MAGIC) and file.read() == _JOURNAL_MAGIC
    if names_another:
        move_aside(path)


def restrict_to_owner(folder: Path) -> None:
    """Denies other users of the computer access to a library; blocking.

    A folder that contains other things, too, was not created for the library alone and stays
    accessible: then its own folders and its database, also renamed copies, are restricted one by
    one.
    """
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    own = [path for path in entries if is_own_name(path.name)]
    if len(own) == len(entries):
        remove_other_permissions(folder)
    for path in own:
        remove_other_permissions(path)
