"""Move of a whole library to another folder: copied, compared, and the old one left."""

import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.field_reader import FieldReader, parse_json_object
from producer_studio.files.atomic_write import (
    atomic_write,
    delete_stale_temporary_files,
    sync_file,
    sync_folder,
    temporary_file,
)
from producer_studio.files.checksum import compute_sha256
from producer_studio.files.disk_features import copy_attributes, free_bytes
from producer_studio.library.connection import connect
from producer_studio.library.database_copy import copy_database
from producer_studio.library.errors import system_error
from producer_studio.library.internal_files import DATABASE, is_own_name
from producer_studio.library.path_confinement import (
    file_type,
    read_plain_file,
)
from producer_studio.library.recovery.backup_restore import exclusive_library, finish_restore
from producer_studio.library.recovery.inspection import find_damage
from producer_studio.library.recovery.rebuild import finish_rebuild
from producer_studio.translation import mark

_MARKER = ".moving-from.json"
"""In the new folder as long as it is not complete; names the old one."""

_RECEIPT = ".moved-to.json"
"""In the old folder once the new one is complete."""

_MAX_MARKER_BYTES = 64 * 1024
_CHUNK_BYTES = 1 << 20

_NO_LIBRARY = mark("There is no library in “{path}”. Nothing was moved.")
_NESTED = mark("Choose a folder that is neither inside the library's folder nor around it.")
_NOT_EMPTY = mark(
    "The folder “{path}” is not empty. Choose an empty or a new one; nothing was moved."
)
_USED_SINCE = mark(
    "“{path}” has a copy of this library, and the library was used since. Choose another folder; "
    "nothing was changed."
)
_NO_SPACE = mark("The disk of “{path}” has too little space for this library. Nothing was moved.")
_DIFFERS = mark(
    "The copy of “{name}” is not what was written. Check the disk; the library is unchanged."
)


class MoveCancelled(Exception):
    """The caller stopped the move; the next one to the same folder goes on."""


@dataclass(frozen=True, slots=True)
class MovedFiles:
    """Result of moving a library.

    Attributes:
        old: Folder that is not used any more.
        new: Folder of the library.
        files: Number of files that were copied and compared, also in earlier attempts.
        removable: Names in the old folder that can be deleted.
        foreign: Names there that do not belong to the library, and were not copied.
    """

    old: Path
    new: Path
    files: int
    size_bytes: int
    removable: tuple[str, ...]
    foreign: tuple[str, ...]


def move_library(
    old: Path,
    new: Path,
    on_progress: Callable[[int, int], object],
    is_cancelled: Callable[[], bool],
) -> MovedFiles:
    """Copies a library that is not open to another folder; blocking, deletes nothing.

    Each file is read again after it was written, and the database comes last: after a kill the old
    library is as it was, and the same move goes on with the files that are not there yet.

    Args:
        old: Folder of the library, absolute.
        new: An empty or new folder, or that of an interrupted move, absolute.
        on_progress: Called with the number of files and of all files.

    Raises:
        MoveCancelled: `is_cancelled` returned true.
        StorageError: The library is open, the folder cannot be used, or a disk error.
    """
    if new == old or new.is_relative_to(old) or old.is_relative_to(new):
        raise StorageError(_NESTED)
    if not _is_library(old):
        raise StorageError(_NO_LIBRARY.with_values(path=old))
    with exclusive_library(old):
        finish_restore(old)
        finish_rebuild(old, old / DATABASE)
        paths = list(_list_files(old))
        size_bytes = sum((old / path).stat().st_size for path in paths)
        if not _is_complete(old, new):
            _prepare(old, new, size_bytes)
            for number, path in enumerate(paths):
                if is_cancelled():
                    raise MoveCancelled
                on_progress(number, len(paths))
                _copy(old / path, new / path)
            _install_database(old / DATABASE, new / DATABASE)
            _write_json(old / _RECEIPT, {"to": str(new), "database": _fingerprint(old)})
            # Before anybody uses the new library: a repeated move must not replace its database.
            (new / _MARKER).unlink()
            sync_folder(new)
        names = sorted(path.name for path in old.iterdir())
    removable = tuple(name for name in names if is_own_name(name))
    foreign = tuple(name for name in names if not is_own_name(name))
    return MovedFiles(old, new, len(paths) + 1, size_bytes, removable, foreign)


def _is_library(folder: Path) -> bool:
    try:
        return file_type(folder / DATABASE) == stat.S_IFREG
    except OSError as error:
        raise system_error(error) from error


def _is_complete(old: Path, new: Path) -> bool:
    """Whether an earlier move was completed, so that only the settings are left to change.

    Raises:
        StorageError: It was, and the old library has changed since.
    """
    receipt = _read_json(old / _RECEIPT)
    is_there = file_type(new / DATABASE) == stat.S_IFREG and file_type(new / _MARKER) is None
    if receipt.text("to") != str(new) or not is_there:
        return False
    if receipt.text("database") != _fingerprint(old):
        raise StorageError(_USED_SINCE.with_values(path=new))
    return True


def _fingerprint(old: Path) -> str:
    """Returns a checksum of all rows that matter; opening a library does not change it."""
    digest = hashlib.sha256()
    with closing(connect(old / DATABASE)) as db:
        for table in ("clips", "details", "jobs", "ledger", "files", "presses"):
            for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid"):  # noqa: S608 - ours
                digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _prepare(old: Path, new: Path, size_bytes: int) -> None:
    new.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_continued = _read_json(new / _MARKER).text("from") == str(old)
    if not is_continued:
        delete_stale_temporary_files(new)
        if any(new.iterdir()):
            raise StorageError(_NOT_EMPTY.with_values(path=new))
        free = free_bytes(new)
        if free is not None and free < size_bytes + (old / DATABASE).stat().st_size:
            raise StorageError(_NO_SPACE.with_values(path=new))
        _write_json(new / _MARKER, {"from": str(old)})


def _list_files(old: Path) -> Iterator[Path]:
    """Yields the library's files, relative to it; no locks, links, or database in use."""
    for entry in sorted(old.iterdir()):
        is_left = entry.name.startswith((".", DATABASE)) or entry.suffix == ".lock"
        if is_left or not is_own_name(entry.name):
            continue
        kind = file_type(entry)
        if kind == stat.S_IFREG:
            yield entry.relative_to(old)
        elif kind == stat.S_IFDIR:
            yield from _list_folder(old, entry)


def _list_folder(old: Path, top: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(top, onerror=_raise):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if file_type(path) == stat.S_IFREG:
                yield path.relative_to(old)


def _raise(error: OSError) -> None:
    """Ends the move: a folder that cannot be read would be left out, and its old one deleted."""
    raise error


def _copy(source: Path, target: Path) -> None:
    """Copies a file unless an earlier attempt has; each has its name only when it is whole."""
    status = source.stat()
    if file_type(target) == stat.S_IFREG:
        found = target.stat()
        if (found.st_size, found.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
            return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    delete_stale_temporary_files(target.parent)
    with temporary_file(target.parent) as part:
        digest = hashlib.sha256()
        with source.open("rb") as reading, part.open("wb") as writing:
            while chunk := reading.read(_CHUNK_BYTES):
                digest.update(chunk)
                writing.write(chunk)
        sync_file(part)
        _forget_cached(part)
        if compute_sha256(part)[0] != digest.hexdigest():
            raise StorageError(_DIFFERS.with_values(name=target.name))
        copy_attributes(source, part)
        part.replace(target)
    sync_folder(target.parent)


def _forget_cached(path: Path) -> None:
    """Makes the next read come from the disk, where the system can."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _install_database(source: Path, target: Path) -> None:
    with temporary_file(target.parent, mode=0o600) as part:
        with closing(sqlite3.connect(source)) as db:
            copy_database(db, part)
        if problem := find_damage(part, whole=True, in_use=False):
            raise StorageError(_DIFFERS.with_values(name=target.name), service_words=problem)
        sync_file(part)
        part.replace(target)
    sync_folder(target.parent)


def _read_json(path: Path) -> FieldReader:
    try:
        text = read_plain_file(path, _MAX_MARKER_BYTES).decode()
        return FieldReader(parse_json_object(text))
    except (OSError, ValueError):
        return FieldReader({})


def _write_json(path: Path, value: dict[str, str]) -> None:
    atomic_write(path, json.dumps(value).encode(), mode=0o600)
