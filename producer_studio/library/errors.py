"""Errors of the library on disk, and their messages."""

import errno
import os
import sqlite3
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.library.path_confinement import OutsideLibrary
from producer_studio.translation import mark


class LibraryTooNew(StorageError):
    """The database was written by a later version; it is not changed."""


class LibraryDamaged(StorageError):
    """The database cannot be read; the clips' folders are not affected."""


DISK_FULL = mark("The disk is full. Free some space and try again; nothing was changed.")
READ_ONLY = mark(
    "The library folder cannot be written to. Check its permissions and the free space; nothing "
    "was changed."
)
OPENED_READ_ONLY = mark(
    "The library can only be browsed, because its folder could not be written to when it was "
    "opened. Check its permissions and the free space, then restart the studio; nothing was "
    "changed."
)
UNREADABLE = mark("The library folder cannot be read. Check that the disk is connected.")
NOT_WRITTEN = mark(
    "The disk of the library reported an error while writing. Check that it is connected, and the "
    "free space; nothing was changed."
)
FILE_TOO_LARGE = mark(
    "The disk, or a limit of this system, does not allow a file as large as is needed. Nothing was "
    "changed."
)
NO_MEMORY = mark("This computer has too little memory left. Close other programs and try again.")
_SYSTEM_ERROR = mark(
    "The system reported an error of the disk: {reason}. Try again on another disk."
)
TOO_MANY_FILES = mark(
    "The system does not allow more open files. Close other programs, or raise the limit (“ulimit "
    "-n”)."
)
NOT_A_FOLDER = mark(
    "“{path}” is in the way of a folder that the library needs. Move it away and try again."
)
NOT_A_FILE = mark(
    "The folder “{path}” is in the way of a file that the library needs. Move it away and try "
    "again."
)
PATH_TOO_LONG = mark("The path of the library's folder is too long. Choose another folder.")
LIBRARY_BUSY = mark(
    "The library is in use by another program. Try again in a moment; nothing was changed."
)
NO_LOCKS = mark(
    "The disk of the library has no locks for files, which its database needs. If it is a network "
    "drive, mount it with locks (for NFS: “local_lock=all”, or a running lock service), or choose "
    "a folder on another disk. Nothing was changed."
)
OUTSIDE_LIBRARY = mark(
    "“{name}” is outside the library folder, because of a link or a wrong path in the "
    "database. Nothing was written there."
)
OTHER_VERSION_IN_PLACE = mark(
    "The library in this folder was replaced by one of another version. Restart the studio to open "
    "it; nothing was changed."
)
OTHER_LIBRARY_IN_PLACE = mark(
    "Another library is in this library's folder now. Connect the disk of this library, or restart "
    "the studio to open the other one; nothing was changed."
)
DATABASE_DAMAGED = mark(
    "The library database is damaged. Restart the studio: the database is rebuilt from the "
    "clips' folders, which are not affected."
)

_MESSAGE_BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
    sqlite3.SQLITE_IOERR: UNREADABLE,
    sqlite3.SQLITE_BUSY: LIBRARY_BUSY,
    sqlite3.SQLITE_LOCKED: LIBRARY_BUSY,
    sqlite3.SQLITE_NOMEM: NO_MEMORY,
}
_MESSAGE_BY_EXTENDED_SQLITE_CODE = {
    # Also where a file would exceed a limit.
    sqlite3.SQLITE_IOERR_WRITE: NOT_WRITTEN,
    sqlite3.SQLITE_IOERR_FSYNC: NOT_WRITTEN,
    sqlite3.SQLITE_IOERR_DIR_FSYNC: NOT_WRITTEN,
    sqlite3.SQLITE_IOERR_TRUNCATE: NOT_WRITTEN,
    sqlite3.SQLITE_IOERR_SHMSIZE: NOT_WRITTEN,
    sqlite3.SQLITE_IOERR_NOMEM: NO_MEMORY,
}
_MESSAGE_BY_ERRNO = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EIO: UNREADABLE,
    errno.ENOENT: UNREADABLE,
    errno.ENOTDIR: NOT_A_FOLDER,
    errno.EISDIR: NOT_A_FILE,
    errno.EEXIST: NOT_A_FOLDER,
    errno.ELOOP: NOT_A_FOLDER,
    errno.ENAMETOOLONG: PATH_TOO_LONG,
    errno.EFBIG: FILE_TOO_LARGE,
    errno.ENOMEM: NO_MEMORY,
    errno.EMFILE: TOO_MANY_FILES,
    errno.ENFILE: TOO_MANY_FILES,
}
_DRIVE_GONE_ERRNOS = (
    "ESTALE", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
    "ENODEV", "ENXIO", "EREMOTEIO", "ESHUTDOWN", "ECONNRESET", "ECONNABORTED", "ECONNREFUSED",
    "ENOLINK", "EUCLEAN",
)  # fmt: skip
"""Error numbers for a drive or network folder that is disconnected or broken."""

_MESSAGE_BY_ERRNO |= {
    getattr(errno, name): UNREADABLE for name in _DRIVE_GONE_ERRNOS if hasattr(errno, name)
}
_DAMAGE_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_DAMAGE_MESSAGES = ("fts5", "user-defined function raised exception")
"""Parts of messages that have no code of their own: damage of the word index, such as "invalid fts5
file format", and damaged characters in the texts that the triggers of the index read."""


def to_storage_error(error: sqlite3.Error | OSError) -> StorageError | None:
    """Converts an error of the database or the disk; returns None if it is a bug."""
    if isinstance(error, OutsideLibrary):
        return StorageError(OUTSIDE_LIBRARY.with_values(name=error.name), service_words=str(error))
    if isinstance(error, OSError):
        said = _MESSAGE_BY_ERRNO.get(error.errno or 0)
        if said is not None and said in {NOT_A_FOLDER, NOT_A_FILE}:
            said = said.with_values(path=_blocking_path(error))
        return StorageError(said, service_words=str(error)) if said else None
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in _DAMAGE_CODES:
        return LibraryDamaged(DATABASE_DAMAGED, service_words=str(error))
    if code == sqlite3.SQLITE_ERROR and any(part in str(error) for part in _DAMAGE_MESSAGES):
        return LibraryDamaged(DATABASE_DAMAGED, service_words=str(error))
    said = _MESSAGE_BY_EXTENDED_SQLITE_CODE.get(extended) or _MESSAGE_BY_SQLITE_CODE.get(code)
    return StorageError(said, service_words=str(error)) if said else None


def system_error(error: OSError) -> StorageError:
    """Converts any error of the disk, for work whose every failure must be told."""
    said = _SYSTEM_ERROR.with_values(reason=error.strerror or mark("unknown"))
    return to_storage_error(error) or StorageError(said, service_words=str(error))


def _blocking_path(error: OSError) -> str:
    """Returns the first part of a folder's path that exists and is not a folder."""
    paths = [Path(os.fsdecode(name)) for name in (error.filename2, error.filename) if name]
    wants_file = error.errno == errno.EISDIR
    for path in paths:
        for part in (path,) if wants_file else (*reversed(path.parents), path):
            if os.path.lexists(part) and part.is_dir() == wants_file:
                return _printable_path(part)
    return _printable_path(paths[0]) if paths else mark("Something else")


def _printable_path(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def suspect_marker_path(database: Path) -> Path:
    """Returns a marker file that requests a full check when the library is next opened."""
    return database.with_name(f"{database.name}.suspect")
