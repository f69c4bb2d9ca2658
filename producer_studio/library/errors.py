"""What can go wrong with the library on disk, and how it is said."""

import errno
import os
import sqlite3
from pathlib import Path

from producer_studio.domain.errors import StorageFault
from producer_studio.library.path_confinement import OutsideLibrary


class LibraryTooNew(StorageFault):
    """The catalogue was written by a later version; it is left untouched."""


class LibraryDamaged(StorageFault):
    """The catalogue cannot be read; the clips' folders are not touched by that."""


FULL = "The disk is full. Free some space and try again; nothing was changed."
READ_ONLY = (
    "The library folder cannot be written. Check its permissions and the free space; nothing was "
    "changed."
)
UNREADABLE = "The library folder cannot be read. Check that the disk is connected."
NO_FOLDER = "“{path}” stands where the library needs a folder. Move it away and try again."
NO_FILE = "The folder “{path}” stands where the library needs a file. Move it away and try again."
TOO_LONG = "The path of the library's folder is too long. Choose another folder."
BUSY = "Another program keeps the library busy. Try again in a moment; nothing was changed."
LEADS_OUT = (
    "“{name}” leads out of the library's folder, by a link or by what the catalogue says. Nothing "
    "was written there."
)
DAMAGED = (
    "The library's catalogue is damaged. Start the studio again: it is rebuilt from the clips' "
    "folders, which are not affected."
)

_BY_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
    sqlite3.SQLITE_IOERR: UNREADABLE,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
}
_BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EIO: UNREADABLE,
    errno.ENOENT: UNREADABLE,
    errno.ENOTDIR: NO_FOLDER,
    errno.EISDIR: NO_FILE,
    errno.EEXIST: NO_FOLDER,
    errno.ELOOP: NO_FOLDER,
    errno.ENAMETOOLONG: TOO_LONG,
}
_GONE = (
    "ESTALE", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
    "ENODEV", "ENXIO", "EREMOTEIO", "ESHUTDOWN", "ECONNRESET", "ECONNABORTED", "ECONNREFUSED",
    "ENOLINK", "EUCLEAN",
)  # fmt: skip
"""How systems name what a drive or a network folder reports that is gone or broken."""

_BY_ERRNO |= {getattr(errno, name): UNREADABLE for name in _GONE if hasattr(errno, name)}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def storage_fault(error: sqlite3.Error | OSError) -> StorageFault | None:
    """The fault that an error of the database or the disk stands for; None when it is a bug."""
    if isinstance(error, OutsideLibrary):
        return StorageFault(LEADS_OUT.format(name=error.name), service_words=str(error))
    if isinstance(error, OSError):
        said = _BY_ERRNO.get(error.errno or 0)
        if said in {NO_FOLDER, NO_FILE}:
            said = said.format(path=_obstacle(error))
        return StorageFault(said, service_words=str(error)) if said else None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGE:
        return LibraryDamaged(DAMAGED, service_words=str(error))
    if code == sqlite3.SQLITE_ERROR and "fts5" in str(error):
        # Such as "invalid fts5 file format": the word index has no code of its own for damage.
        return LibraryDamaged(DAMAGED, service_words=str(error))
    said = _BY_SQLITE.get(code)
    return StorageFault(said, service_words=str(error)) if said else None


def _obstacle(error: OSError) -> str:
    """The path that stands in the way: of a folder's path the first part that is no folder."""
    paths = [Path(os.fsdecode(name)) for name in (error.filename2, error.filename) if name]
    wants_file = error.errno == errno.EISDIR
    for path in paths:
        for part in (path,) if wants_file else (*reversed(path.parents), path):
            if os.path.lexists(part) and part.is_dir() == wants_file:
                return _printable(part)
    return _printable(paths[0]) if paths else "Something else"


def _printable(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def suspect_mark(database: Path) -> Path:
    """A file whose presence asks for a whole check when the library is next opened."""
    return database.with_name(f"{database.name}.suspect")
